import { describe, expect, it } from '@jest/globals';
import { formOf, shownIn } from './question-form.js';

const differ = (one: number[], other: number[]): number[] =>
  one.flatMap((value, at) => (value === other[at] ? [] : [at]));

describe('The form of a question', () => {
  it('tells what is asked for from whether something may be done', () => {
    expect(formOf('Can I bring my dog?')).not.toEqual(formOf('How much does the gym cost?'));
    expect(
      differ(formOf('How often is the alarm tested?'), formOf('how often is the alarm tested')),
    ).toHaveLength(1);
  });

  it('has a number for each form, whatever is asked', () => {
    const sizes = ['', 'payday', 'Who signs?', 'ビザはどこ？', 'x'.repeat(20_000)].map(
      (text) => formOf(text).length,
    );
    expect(new Set(sizes).size).toBe(1);
  });
});

describe('What a text shows', () => {
  it('tells a sum from a day and from a place', () => {
    const [sum, day, place] = ['It costs £40 a month.', 'Ask again on Monday.', 'It is in the basement.'].map(
      shownIn,
    );
    expect(sum).not.toEqual(day);
    expect(day).not.toEqual(place);
    expect(shownIn('It is in the basement.')).toEqual(shownIn('They are in the basement!'));
  });
});
