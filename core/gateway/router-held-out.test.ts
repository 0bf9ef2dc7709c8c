import { describe, expect, it } from '@jest/globals';
import type { ModelTier } from './model.js';
import { loadPrices } from './prices.js';
import { DEFAULT_ROUTER, routeOf } from './router.js';

/**
 * Tasks that were written after the router's weights and are never used to change them, with the lowest tier that does
 * each well, as a person judged before the router was asked. Do not tune on these: write another mix instead.
 */
const HELD_OUT: { text: string; needs: ModelTier; toolsNeeded?: number; historyTurns?: number }[] = [
  { text: 'Do I have to bring a doctor’s note on the first day?', needs: 'light' },
  { text: 'Can my manager see my salary slips?', needs: 'light' },
  { text: 'phone number of the travel desk', needs: 'light' },
  { text: 'Where do I hand in receipts?', needs: 'light' },
  { text: 'Is Carnival Monday a day off in Cologne?', needs: 'light' },
  { text: 'How much may a dinner with a client cost per person?', needs: 'light' },
  { text: 'Who signs off a new laptop', needs: 'light' },
  { text: 'Combien de jours de congé pour un mariage ?', needs: 'light' },
  { text: '¿Dónde está el formulario de gastos?', needs: 'light' },
  { text: 'Which VPN client do we use on Linux?', needs: 'light' },
  { text: 'What does P2 mean in the incident process?', needs: 'light' },
  { text: 'When will the bonus be paid out this year?', needs: 'light' },
  { text: 'is smoking allowed on the roof', needs: 'light' },
  { text: 'Translate "out of office until Monday" into Spanish.', needs: 'light' },
  { text: 'Thanks! And for part-timers?', needs: 'light', historyTurns: 4 },
  { text: 'Remind me on Friday to submit my hours.', needs: 'light', toolsNeeded: 1 },
  { text: 'Summarise the remote-work policy for somebody who moves to Portugal.', needs: 'standard' },
  {
    text: 'Why does the handbook treat interns differently when they fall ill during an exchange term?',
    needs: 'standard',
  },
  {
    text: 'Write a polite reply to a supplier whose invoice has the wrong VAT number, and list what they must send.',
    needs: 'standard',
  },
  {
    text: 'I was double-charged for a hotel, my card is blocked and I fly tomorrow. What do I do first, and what can wait?',
    needs: 'standard',
  },
  {
    text: 'Find my three oldest open tickets and close the ones that were solved by the last release.',
    needs: 'standard',
    toolsNeeded: 2,
  },
  {
    text: 'Check whether this query can return duplicates: SELECT o.id FROM orders o JOIN lines l ON l.order_id = o.id;',
    needs: 'standard',
  },
  {
    text: 'Our release failed twice this week. Analyse the two timelines below, explain the root cause of each, and recommend which safeguard we should build first and what it costs us to wait.\n- Tuesday: migration locked the orders table for nine minutes.\n- Thursday: the cache was warmed before the new schema was live.',
    needs: 'heavy',
    toolsNeeded: 2,
  },
  {
    text: 'Design a plan to move 140 people to a four-day week without fewer support hours: compare three rosters, evaluate the legal limits in each country and the trade-offs for nights, and say which you would pilot and why.',
    needs: 'heavy',
  },
];
/** A second mix, written by somebody else and measured once. */
const SECOND: typeof HELD_OUT = [
  { text: 'What time does the canteen close on Fridays?', needs: 'light' },
  { text: 'who is on call this weekend', needs: 'light' },
  { text: 'Wie viele Tage Sonderurlaub bekomme ich bei einem Umzug?', needs: 'light' },
  { text: 'Où puis-je garer mon vélo ?', needs: 'light' },
  { text: '¿Cuánto es el kilometraje?', needs: 'light' },
  { text: '経費の締め切りはいつですか', needs: 'light' },
  { text: 'Is the Berlin office open on 3 October?', needs: 'light' },
  { text: 'Reset my badge please', needs: 'light', toolsNeeded: 1 },
  { text: 'What is the code of conduct about gifts from suppliers?', needs: 'light' },
  { text: 'Can I take my laptop to China?', needs: 'light' },
  { text: 'Where do I find the logo in high resolution?', needs: 'light' },
  {
    text: 'Rewrite this in a friendlier tone: We cannot process your invoice as the PO number is missing.',
    needs: 'light',
  },
  {
    text: 'Which insurance covers me on a business trip, and does it include my partner if she comes along?',
    needs: 'standard',
  },
  {
    text: 'Draft a job advert for a night-shift nurse, half a page, with the benefits from our handbook.',
    needs: 'standard',
  },
  {
    text: 'My manager rejected my travel request because the hotel is above the limit, but all others are full. What are my options?',
    needs: 'standard',
  },
  {
    text: 'Summarise the last five incidents of the billing service and say which ones had the same cause.',
    needs: 'standard',
    toolsNeeded: 1,
  },
  {
    text: 'Create tickets for the three open findings of the audit, assign each to its owner and remind me on Monday.',
    needs: 'standard',
    toolsNeeded: 3,
  },
  {
    text: 'Explain how parental leave and part-time work together when the child is two years old.',
    needs: 'standard',
  },
  {
    text: 'Warum bekomme ich weniger Urlaub als meine Kollegin, obwohl wir am selben Tag angefangen haben?',
    needs: 'standard',
  },
  {
    text: 'Here is a stack trace: TypeError: Cannot read properties of undefined (reading "id") at loadUser (user.ts:14). What is the likely bug and how do I test the fix?',
    needs: 'standard',
  },
  {
    text: 'Compare our on-call model with two alternatives, weigh cost against the sleep of the team, analyse what broke in the last quarter, and recommend a plan with milestones and risks.',
    needs: 'heavy',
    toolsNeeded: 1,
  },
  {
    text: 'We must migrate 4 TB from the old file server without downtime for the hospital. Design the migration: order of shares, how we verify, how we roll back at each stage, who must agree, and what we do if the night window is too short. Explain the trade-offs of each choice.',
    needs: 'heavy',
  },
  {
    text: 'Review this contract clause against our policy, explain every deviation and its legal risk, propose a wording for each, and evaluate which of them we could accept:\n1. Liability is unlimited.\n2. Data may be stored in any country.\n3. The supplier may change prices with two weeks of notice.',
    needs: 'heavy',
  },
];
const MODELS: Record<ModelTier, string> = {
  light: 'gpt-4.1-nano',
  standard: 'gpt-4.1-mini',
  heavy: 'gpt-4.1',
};
const ORDER: ModelTier[] = ['light', 'standard', 'heavy'];

describe.each([
  ['first', HELD_OUT],
  ['second', SECOND],
])('the router on tasks that it was not made for: %s mix', (_name, mix) => {
  const prices = loadPrices();
  const price = (tier: ModelTier): number =>
    prices.price(
      MODELS[tier],
      { inputTokens: 1_500, outputTokens: 200, cachedInputTokens: 0 },
      new Date('2026-11-18'),
    );
  /** An answer that is too weak is found wrong and asked for again one tier higher; all tries are paid. */
  const work = (task: (typeof HELD_OUT)[number]): { cost: number; tries: number } => {
    let cost = 0;
    for (let failedVerifications = 0; ; failedVerifications += 1) {
      const { tier } = routeOf({ ...task, failedVerifications }, DEFAULT_ROUTER);
      cost += price(tier);
      if (ORDER.indexOf(tier) >= ORDER.indexOf(task.needs)) return { cost, tries: failedVerifications + 1 };
    }
  };
  const worked = mix.map(work);

  it('costs at least 40 % less than always the strongest model, with every task done and every second try paid', () => {
    const cost = worked.reduce((sum, each) => sum + each.cost, 0);
    expect(1 - cost / (mix.length * price('heavy'))).toBeGreaterThanOrEqual(0.4);
  });

  it('needs a second try for at most a third of the tasks', () => {
    expect(worked.filter(({ tries }) => tries > 1).length).toBeLessThanOrEqual(mix.length / 3);
  });
});
