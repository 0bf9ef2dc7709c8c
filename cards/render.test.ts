import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../core/kernel/json.js';
import { shippedFile } from '../core/kernel/package-root.js';
import { CARD_MAX_BYTES } from './adaptive-card.js';
import { CARD_NAMES } from './data.js';
import { createCardRenderer } from './render.js';

const samples = readdirSync(shippedFile('cards', 'samples')).map((file) => ({
  sample: file.replace(/\.json$/, ''),
  template: file.split('.')[0] ?? '',
  data: JSON.parse(readFileSync(shippedFile('cards', 'samples', file), 'utf8')) as JsonObject,
}));

describe('card rendering', () => {
  const render = createCardRenderer();

  it('has a sample for every template', () => {
    expect([...new Set(samples.map(({ template }) => template))].sort()).toEqual([...CARD_NAMES].sort());
  });

  it.each(samples)('$sample stays below the weight that channels take', ({ template, data }) => {
    expect(Buffer.byteLength(JSON.stringify(render({ template, data })))).toBeLessThanOrEqual(CARD_MAX_BYTES);
  });

  it.each(samples)(
    '$sample has no unbound expression, null or empty list of actions left',
    ({ template, data }) => {
      const text = JSON.stringify(render({ template, data }));
      expect(text).not.toMatch(/\$\{|null|undefined|\[object/);
      expect(text).not.toContain('"actions":[]');
    },
  );
});
