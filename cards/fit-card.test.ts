import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { AdaptiveCard, CardElement } from './adaptive-card.js';
import { asText } from './as-text.js';
import { tableElement } from './elements/table.js';
import { FULL_TEXT_ID, cutAtWord, fitCard } from './fit-card.js';

const cardOf = (body: CardElement[]): AdaptiveCard => ({
  type: 'AdaptiveCard',
  $schema: 's',
  version: '1.5',
  body,
});
const weight = (card: AdaptiveCard): number => Buffer.byteLength(JSON.stringify(card));
const textsOf = (card: AdaptiveCard): string[] => card.body.map(({ text }) => asText(text));

describe('fitting a card', () => {
  it('leaves a card alone that is light enough, but for the button to the full text', () => {
    const card = cardOf([
      { type: 'TextBlock', text: 'short' },
      { type: 'ActionSet', id: FULL_TEXT_ID, actions: [] },
    ]);
    expect(fitCard(card, 1_000).body).toEqual([{ type: 'TextBlock', text: 'short' }]);
  });

  it('shortens the longest text first', () => {
    const card = cardOf([
      { type: 'TextBlock', text: 'long '.repeat(600) },
      { type: 'TextBlock', text: 'a short one stays as it is' },
    ]);
    const [first, second] = textsOf(fitCard(card, 2_000));
    expect(first).toMatch(/^(long )+…$/);
    expect(second).toBe('a short one stays as it is');
  });

  it('takes rows from a table, and says so in the table', () => {
    const rows = Array.from({ length: 200 }, (_, index) => [`row ${index}`, 'x']);
    const card = fitCard(cardOf([tableElement(['A', 'B'], rows)]), 4_000);
    expect(weight(card)).toBeLessThanOrEqual(4_000);
    const shown = card.body[0]?.rows as unknown[];
    expect(JSON.stringify(shown.at(-1))).toContain('…');
    expect(JSON.stringify(shown[1])).toContain('row 0');
  });

  it('never touches what stands in an input', () => {
    const value = 'typed '.repeat(300);
    const card = cardOf([
      { type: 'Input.Text', id: 'x', label: 'X', value },
      { type: 'TextBlock', text: 'long '.repeat(600) },
    ]);
    expect(fitCard(card, 3_000).body[0]?.value).toBe(value);
  });

  it('brings any number of texts of any language under the limit', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 4_000 }),
      fc.constant('日本語の長い文。'.repeat(300)),
      fc.constant('😀 x'.repeat(900)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
        const card = fitCard(cardOf(texts.map((one) => ({ type: 'TextBlock', text: one }))), 8_000);
        expect(weight(card)).toBeLessThanOrEqual(8_000);
        expect(textsOf(card)).toHaveLength(texts.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe('cutting at a word', () => {
  it.each([
    ['a sentence that is cut', 19, 'a sentence that is'],
    ['unbreakable', 5, 'unbre'],
    ['a😀', 2, 'a'],
    ['escaped \\*', 9, 'escaped'],
  ])('%j to %i characters gives %j', (text, length, expected) => {
    expect(cutAtWord(text, length)).toBe(expected);
  });
});
