import { describe, expect, it } from '@jest/globals';
import { array, assert, constantFrom, nat, property, string } from 'fast-check';
import type { ModelTier } from './model.js';
import { loadPrices } from './prices.js';
import { complexityOf, DEFAULT_ROUTER, routeOf } from './router.js';

/** Everyday tasks of a company with the lowest tier that does them well, as a person judged. */
const MIX: { text: string; needs: ModelTier; toolsNeeded?: number }[] = [
  { text: 'How many days of parental leave do I get?', needs: 'light' },
  { text: 'What is the hotel limit on business trips?', needs: 'light' },
  { text: 'Who do I ask about a broken badge?', needs: 'light' },
  { text: 'When is the office closed?', needs: 'light' },
  { text: 'Wie melde ich mich krank?', needs: 'light' },
  { text: 'Where is the VPN guide?', needs: 'light' },
  { text: 'What is our notice period?', needs: 'light' },
  { text: 'Is there a bike allowance?', needs: 'light' },
  { text: 'Explain why a trip of four days is paid differently from one of two days.', needs: 'standard' },
  { text: 'Compare the leave rules for part-time and full-time employees.', needs: 'standard' },
  {
    text: 'Open a ticket for my laptop and then remind me tomorrow. Is there a spare?',
    needs: 'standard',
    toolsNeeded: 3,
  },
  {
    text: 'Analyse last quarter: compare travel costs by team, explain the trade-offs of each rule, evaluate two alternatives and recommend a plan. 1. Costs\n2. Rules\n3. Risks? 4. What then?',
    needs: 'heavy',
    toolsNeeded: 2,
  },
];
const MODELS: Record<ModelTier, string> = {
  light: 'gpt-4.1-nano',
  standard: 'gpt-4.1-mini',
  heavy: 'gpt-4.1',
};
const ORDER: ModelTier[] = ['light', 'standard', 'heavy'];

describe('the router', () => {
  it('does the same tasks for at least 40 % less than always asking the strongest model', () => {
    const prices = loadPrices();
    const price = (tier: ModelTier): number =>
      prices.price(
        MODELS[tier],
        { inputTokens: 1_500, outputTokens: 200, cachedInputTokens: 0 },
        new Date('2026-11-18'),
      );
    const routed = MIX.map((task) => ({ ...task, tier: routeOf(task, DEFAULT_ROUTER).tier }));
    const tooWeak = routed.filter(({ tier, needs }) => ORDER.indexOf(tier) < ORDER.indexOf(needs));
    expect(tooWeak.map(({ text }) => text)).toEqual([]);
    const cost = routed.reduce((sum, { tier }) => sum + price(tier), 0);
    expect(cost).toBeLessThan(0.6 * MIX.length * price('heavy'));
  });

  it('never goes above what budgets leave, and says that it was them', () => {
    assert(
      property(string(), nat({ max: 4 }), constantFrom(...ORDER), (text, failedVerifications, highest) => {
        const { tier, because } = routeOf({ text, failedVerifications }, DEFAULT_ROUTER, highest);
        expect(ORDER.indexOf(tier)).toBeLessThanOrEqual(ORDER.indexOf(highest));
        if (failedVerifications > 0 && highest === 'heavy') expect(because).toContain('failed-verification');
      }),
    );
  });

  it('finds no task harder than 1 or easier than 0, and one with more tools never easier', () => {
    assert(
      property(array(string()), nat({ max: 9 }), (lines, toolsNeeded) => {
        const text = lines.join('\n');
        const { score } = complexityOf({ text, toolsNeeded });
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        expect(complexityOf({ text, toolsNeeded: toolsNeeded + 1 }).score).toBeGreaterThanOrEqual(score);
      }),
    );
  });
});
