import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createSpelling, distance } from './spelling.js';

const frequencies = new Map([
  ['parental', 5],
  ['holiday', 9],
  ['leave', 20],
  ['insurance', 3],
]);
const spelling = createSpelling(
  () => frequencies.keys(),
  (term) => frequencies.get(term) ?? 0,
  (word) => word === 'holidays',
);

describe('Spelling', () => {
  it.each([
    ['parantal', 'parental'],
    ['holidya', 'holiday'],
    ['insurrannce', 'insurance'],
  ])('takes %s for %s', (slip, meant) => {
    expect(spelling.nearest(slip)).toBe(meant);
  });

  it('leaves a word alone that is rightly spelt, though no document has it', () => {
    expect(spelling.nearest('holidays')).toBeUndefined();
    expect(spelling.nearest('holidayz')).toBe('holiday');
  });

  it('leaves known, short and far words alone', () => {
    expect(['leave', 'leav', 'elephant', 'holdiyas', 'x2021'].map((word) => spelling.nearest(word))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('measures the same distance in both directions', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(distance(a, b, 20)).toBe(distance(b, a, 20));
        expect(distance(a, b, 20) === 0).toBe(a === b);
      }),
    );
  });
});
