import { describe, expect, it } from '@jest/globals';
import { draftPlan } from './draft-plan.js';

const now = new Date('2026-11-21T09:00:00Z');
const drafted = (goal: string) =>
  draftPlan(goal, now).map(({ name, due, owner }) => [name, due.toISOString().slice(0, 10), owner]);

describe('a plan without a model', () => {
  it("takes the goal's own parts, each with its day and its owner", () => {
    expect(drafted('- Order boxes by 5 December (Ana)\n- Ben: move the desks by 12 December')).toEqual([
      ['Order boxes', '2026-12-05', 'Ana'],
      ['move the desks', '2026-12-12', 'Ben'],
    ]);
  });

  it('parts at commas only what has days of its own', () => {
    expect(drafted('Order boxes by 5 December, move by 12 December').map(([name]) => name)).toEqual([
      'Order boxes',
      'move',
    ]);
    expect(drafted('Move desks, chairs and unpack by 12 December').map(([name]) => name)).toEqual([
      'Move desks, chairs',
      'unpack',
    ]);
  });

  it('spreads parts without a day evenly up to the next that has one, the last day being the deadline', () => {
    expect(drafted('Pack; load; move by 30 November 2026; unpack').map(([, due]) => due)).toEqual([
      '2026-11-24',
      '2026-11-27',
      '2026-11-30',
      '2026-11-30',
    ]);
  });

  it('takes the usual phases up to the deadline where the goal names no parts', () => {
    const phases = drafted('Move the office to the second floor by 19 December');
    expect(phases).toHaveLength(4);
    expect(phases.at(-1)).toEqual([
      'Check and hand over: Move the office to the second floor',
      '2026-12-19',
      undefined,
    ]);
  });

  it('reads the day of a German date as a part of it, and names phases in the language asked for', () => {
    expect(drafted('Umzug bis 15. März')[0]?.[0]).not.toMatch(/bis 15$/);
    expect(drafted('Umzug bis 15. März').at(-1)?.[1]).toMatch(/-03-15$/);
    expect(draftPlan('Umzug bis 15. März', new Date('2026-11-29T00:00:00Z'), 'de')[0]?.name).toBe(
      'Klären, was fertig heißt: Umzug',
    );
  });
});
