import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { StewardError } from '../core/kernel/errors.js';
import type { JsonObject } from '../core/kernel/json.js';
import { shippedFile } from '../core/kernel/package-root.js';
import { CARD_MAX_BYTES } from './adaptive-card.js';
import { cardContent } from './data.js';
import { createCardRenderer } from './render.js';

const render = createCardRenderer();
const sample = (name: string): JsonObject =>
  JSON.parse(readFileSync(shippedFile('cards', 'samples', `${name}.json`), 'utf8')) as JsonObject;
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof StewardError ? error.code : String(error);
  }
};

describe('rendering a card', () => {
  it('refuses a template that does not exist', () => {
    expect(codeOf(() => render({ template: '../secret', data: {} }))).toBe('cards.unknown-template');
    expect(codeOf(() => render({ template: 'constructor', data: {} }))).toBe('cards.unknown-template');
  });

  it('refuses data that does not fit', () => {
    expect(codeOf(() => render({ template: 'error', data: { locale: 'en' } }))).toBe('cards.bad-data');
  });

  it('shows plain values as they were written, never as links or emphasis', () => {
    const card = JSON.stringify(
      render({ template: 'approval-request', data: sample('approval-request.destructive') }),
    );
    expect(card).toContain('\\\\[click here\\\\](https://evil.example) \\\\*now\\\\*');
  });

  it('does not evaluate expressions that stand in a value', () => {
    const data = { ...sample('error'), text: '${correlation} ${$root.locale}' };
    expect(render({ template: 'error', data }).body[1]).toMatchObject({
      text: '${correlation} ${$root.locale}',
    });
  });

  it('makes links of web addresses only', () => {
    const data = sample('no-answer');
    const nearest = [{ title: 'x', path: 'x', url: 'javascript:alert(1)' }];
    expect(codeOf(() => render({ template: 'no-answer', data: { ...data, nearest } }))).toBe(
      'cards.bad-data',
    );
  });

  it('leaves the thumbs out where the channel has its own', () => {
    const content = { template: 'answer', data: sample('answer') };
    expect(render(content).actions).toHaveLength(2);
    expect(render(content, { nativeFeedback: true }).actions).toBeUndefined();
  });

  it('leaves the text of an answer out where the message shows it, and keeps the rest', () => {
    const card = render({ template: 'answer', data: sample('answer') }, { textShownAbove: true });
    expect(JSON.stringify(card.body)).not.toContain('It can be taken');
    expect(JSON.stringify(card.body)).toContain('Planning your leave');
  });

  it('does not change the data that it is given', () => {
    const data = sample('approval-request.long');
    const before = structuredClone(data);
    render({ template: 'approval-request', data });
    expect(data).toEqual(before);
  });

  it('hands the data of a click through as it is, nulls included', () => {
    const data = { ...sample('progress'), reference: { runId: 'r1', list: [null, 1], none: null } };
    expect(render({ template: 'progress', data }).actions?.[0]?.data).toEqual(data.reference);
  });
});

describe('a card that would be too heavy', () => {
  const long = { template: 'answer', data: sample('answer.long') };

  it('is shortened with a mark, and offers the whole text', () => {
    const card = render(long);
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThanOrEqual(CARD_MAX_BYTES);
    expect(JSON.stringify(card)).toContain(' …');
    expect(card.body.find(({ id }) => id === 'full-text')).toMatchObject({
      actions: [{ verb: 'answer.full' }],
    });
  });

  it('opens the page of the whole text where there is one', () => {
    const full = { title: 'Open the full text', url: 'https://steward.example.com/answers/1' };
    const card = render({ ...long, data: { ...long.data, full } });
    expect(card.body.find(({ id }) => id === 'full-text')).toMatchObject({ actions: [{ url: full.url }] });
  });

  it('keeps the button away from an answer that fits', () => {
    expect(
      render({ template: 'answer', data: sample('answer') }).body.some(({ id }) => id === 'full-text'),
    ).toBe(false);
  });

  it('keeps whole characters and whole words where it cuts', () => {
    const data = { ...sample('answer'), text: '👩‍🚀😀 wörter '.repeat(4_000) };
    const text = JSON.stringify(render({ template: 'answer', data }));
    expect(text).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
    expect(text).toMatch(/wörter …"/);
  });
});

describe('card content', () => {
  it('has no undefined members, which a store would bring back as null', () => {
    const content = cardContent('form', {
      locale: 'en',
      title: 'x',
      text: undefined,
      schema: { type: 'object' },
      labels: { submit: 'a', cancel: 'b', required: 'c', invalid: 'd' },
      reference: {},
    });
    expect(Object.keys(content.data)).not.toContain('text');
  });
});
