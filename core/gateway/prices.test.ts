import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../kernel/errors.js';
import { countTokens, roughTokens } from './count-tokens.js';
import { loadPrices, parsePrices } from './prices.js';

const usage = { inputTokens: 1_000, outputTokens: 100, cachedInputTokens: 400 };
const now = new Date('2026-11-18');

describe('prices', () => {
  it('are in micro-dollars, with cached input at its own price', () => {
    // 600 * 0.4 + 400 * 0.1 + 100 * 1.6
    expect(loadPrices().price('gpt-4.1-mini', usage, now)).toBe(440);
  });

  it('find a dated version by the longest name that it begins with', () => {
    const prices = loadPrices();
    expect(prices.price('gpt-4.1-mini-2025-04-14', usage, now)).toBe(440);
    expect(prices.knows('gpt-4.1-2025-04-14')).toBe(true);
    expect(prices.knows('gpt-4.12')).toBe(false);
  });

  it('hold from their day on', () => {
    const prices = loadPrices();
    const plain = { inputTokens: 1_000, outputTokens: 0, cachedInputTokens: 0 };
    expect(prices.price('gpt-4o', plain, new Date('2024-09-01'))).toBe(5_000);
    expect(prices.price('gpt-4o', plain, now)).toBe(2_500);
  });

  it('count an unknown model too', () => {
    expect(loadPrices().price('somebody/else', usage, now)).toBeGreaterThan(0);
  });

  it('are far lower for embeddings, also where neither model nor table knows any', () => {
    const read = { inputTokens: 1_000_000, outputTokens: 0, cachedInputTokens: 0 };
    expect(loadPrices().price('text-embedding-3-small', read, now, 'embedding')).toBe(20_000);
    expect(loadPrices().price('somebody/else', read, now, 'embedding')).toBe(130_000);
    const own = parsePrices(
      'currency: USD\nmodels: {}\nunknown: [{ from: 2024-01-01, input: 2, cachedInput: 2, output: 8 }]',
    );
    expect(own.price('somebody/else', read, now, 'embedding')).toBe(130_000);
  });

  it('refuse a table that is wrong and say where', () => {
    expect(() =>
      parsePrices('currency: USD\nmodels: { a: [{ from: soon, input: 1 }] }\nunknown: []'),
    ).toThrow(InvalidInput);
    expect(() => parsePrices('currency: USD\nmodels: { a: [{ from: soon, input: 1 }] }')).toThrow(
      /^prices\.yaml:2: models\.a\.0\.from: /m,
    );
  });
});

describe('counting tokens', () => {
  it('agrees with the tokenizer of the models and is never far above it for the rough count', async () => {
    const text = 'The quick brown fox jumps over the lazy dog.';
    expect(await countTokens([text])).toBe(10);
    expect(roughTokens([text])).toBeGreaterThanOrEqual(10);
    expect(roughTokens([text])).toBeLessThan(20);
  });
});
