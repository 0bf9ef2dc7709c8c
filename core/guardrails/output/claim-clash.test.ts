import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { claimClash, indexClauses } from './claim-clash.js';
import { scoreGrounding } from './grounding.js';

const LEAVE =
  'Full-time employees get 24 days of paid leave per calendar year. Up to 5 unused days may be carried over until 31 March. Requests are approved by the line manager.';
const TRAVEL =
  'The hotel limit is 140 euros per night in Germany and 180 euros in Switzerland. Receipts have to be handed in within 30 days. Alcohol is never reimbursed.';
const DUTY =
  'Priority 1 incidents are answered within 15 minutes around the clock. Anna Berger leads the on-call team; her deputy is Tom Wild. It depends on company results (60 %) and personal goals (40 %).';

describe('a claim beside the clause that speaks of the same matter', () => {
  it.each([
    ['another number', LEAVE, 'Up to 10 unused days may be carried over until 31 March.'],
    ['another month', LEAVE, 'Up to 5 unused days may be carried over until 31 May.'],
    ['another unit', TRAVEL, 'Receipts have to be handed in within 30 weeks.'],
    ['a denial taken away', TRAVEL, 'Alcohol is reimbursed.'],
    ['a denial put in', LEAVE, 'Up to 5 unused days may not be carried over until 31 March.'],
    ['the number of something else', TRAVEL, 'The hotel limit is 180 euros per night in Germany.'],
    ['another name', DUTY, 'Tom Wild leads the on-call team.'],
    ['no exception where there are some', DUTY, 'It depends on company results only.'],
  ])('clashes by %s', (_what, source, claim) => {
    expect(claimClash(claim, indexClauses([source]))).toBeGreaterThanOrEqual(0.5);
    expect(scoreGrounding(claim, [source]).score).toBeLessThan(0.7);
  });

  it.each([
    [LEAVE, 'Up to 5 unused days may be carried over until 31 March.'],
    [LEAVE, 'Full-time employees get 24 days of paid leave per year.'],
    [TRAVEL, 'The hotel limit is 140 euros per night in Germany.'],
    [TRAVEL, 'Alcohol is not reimbursed.'],
    [DUTY, 'Anna Berger leads the on-call team.'],
    [DUTY, 'It depends on company results and personal goals.'],
  ])('does not clash when the source says it: %#', (source, claim) => {
    expect(claimClash(claim, indexClauses([source]))).toBe(0);
  });

  it('looks at a bounded number of clauses, however many commas a text has', () => {
    const commas = 'leave is 24 days,'.repeat(20_000);
    expect(claimClash('a,'.repeat(20_000), indexClauses([commas]))).toBe(0);
    expect(claimClash(commas, indexClauses([commas]))).toBe(0);
  });

  it('says nothing of a claim on another matter, and stays within 0 and 1', () => {
    expect(claimClash('Penguins cannot fly.', indexClauses([LEAVE]))).toBe(0);
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (claim, source) => {
        const value = claimClash(claim, indexClauses([source]));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
