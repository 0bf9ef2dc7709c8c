import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { CARD_MAX_BYTES, type AdaptiveCard } from '../../../cards/adaptive-card.js';
import { CARD_NAMES } from '../../../cards/data.js';
import { createCardRenderer } from '../../../cards/render.js';
import { CARD_VERBS } from '../../../cards/verbs.js';
import { checkCard } from './card-schema.js';
import { readSamples } from './samples.js';

interface RendererLibrary {
  AdaptiveCard: new () => {
    parse(card: unknown): void;
    validateProperties(): { validationEvents: { message: string }[] };
    getItemCount(): number;
  };
}

// The package's main file needs a browser; its bundle does not.
const { AdaptiveCard: LibraryCard } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
) as RendererLibrary;

const render = createCardRenderer();

/** Elements of Teams that Microsoft's renderer does not know: it shows their fallback, as old clients do. */
const forRenderer = (card: AdaptiveCard): unknown =>
  JSON.parse(JSON.stringify(card), (_key, value: unknown) => {
    const element = value as { type?: string; fallback?: unknown } | null;
    return /^(Badge|CodeBlock|ProgressBar|Chart\.)/.test(element?.type ?? '') ? element?.fallback : value;
  });

function verbsOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const { type, verb, data } = value as { type?: string; verb?: string; data?: { verb?: string } };
  const own = type === 'Action.Execute' ? [verb ?? ''] : type === 'Action.Submit' ? [data?.verb ?? ''] : [];
  return [...own, ...Object.values(value).flatMap(verbsOf)];
}

describe('every template', () => {
  it('has a sample', () => {
    expect([...new Set(readSamples().map(({ template }) => template))].sort()).toEqual(
      [...CARD_NAMES].sort(),
    );
  });

  describe.each(readSamples())('$sample', ({ template, data }) => {
    const card = render({ template, data });

    it('is a valid Adaptive Card of version 1.5', () => {
      expect(card.version).toBe('1.5');
      expect(checkCard(card)).toEqual([]);
    });

    it('is taken by the reference renderer without a complaint', () => {
      const parsed = new LibraryCard();
      parsed.parse(forRenderer(card));
      expect(parsed.getItemCount()).toBe(card.body.length);
      expect(parsed.validateProperties().validationEvents.map(({ message }) => message)).toEqual([]);
    });

    it('stays below the weight that channels take', () => {
      expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThanOrEqual(CARD_MAX_BYTES);
    });

    it('uses agreed verbs only, and each Execute has a Submit for old clients', () => {
      expect(verbsOf(card).filter((verb) => !(CARD_VERBS as readonly string[]).includes(verb))).toEqual([]);
      const text = JSON.stringify({ ...card, refresh: undefined });
      expect(text.split('"type":"Action.Submit"').length).toBe(text.split('"type":"Action.Execute"').length);
    });
  });
});

describe('the check of cards', () => {
  const card = (element: object): string[] =>
    checkCard({ type: 'AdaptiveCard', version: '1.5', body: [element] });

  it.each([
    [{ type: 'Carousel' }, 'may not stand here'],
    [{ type: 'Badge', text: 'x' }, 'needs a fallback'],
    [{ type: 'TextBlock' }, 'needs text'],
    [{ type: 'TextBlock', text: 'x', colour: 'good' }, 'no such property'],
    [{ type: 'TextBlock', text: 'x', color: 'green' }, 'is no color'],
    [{ type: 'FactSet', facts: [{ title: 'x', value: 3 }] }, 'as texts'],
    [{ type: 'Input.Text', label: 'x' }, 'needs id'],
  ])('finds what is wrong in %j', (element, problem) => {
    expect(card(element).join()).toContain(problem);
  });

  it('finds an id that is used twice', () => {
    const item = { type: 'TextBlock', text: 'x', id: 'a' };
    expect(checkCard({ type: 'AdaptiveCard', version: '1.5', body: [item, item] })).toEqual([
      'the id a is used twice',
    ]);
  });
});
