import { describe, expect, it } from '@jest/globals';
import { array, assert as holds, constantFrom, property, record, uniqueArray } from 'fast-check';
import { credit, weighWords } from './match.js';

const term = constantFrom('leave', 'holiday', 'annual', 'day', 'off', 'pay', 'visitor', 'badge');
const alternative = record({
  terms: uniqueArray(term, { minLength: 1, maxLength: 3 }),
  weight: constantFrom(0.2, 0.4, 0.8),
});
const question = uniqueArray(
  record({ term, weight: constantFrom(0.5, 1), alternatives: array(alternative) }),
  {
    selector: (word) => word.term,
  },
);

describe('The words of a question', () => {
  it('get the same credits all at once and one by one, of few terms and of many', () => {
    holds(
      property(question, array(uniqueArray(term)), (asked, sets) => {
        const { creditsOf, weights } = weighWords(asked, () => 2);
        expect(weights).toEqual(asked.map(({ weight }) => 2 * weight));
        for (const terms of sets) {
          const known = new Set(terms);
          const each = asked.map((word) => credit(word, known));
          expect(creditsOf(known)).toEqual(each);
          expect(creditsOf(known)).toEqual(each);
        }
      }),
    );
  });
});
