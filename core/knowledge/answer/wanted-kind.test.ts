import { describe, expect, it } from '@jest/globals';
import { lacksWantedKind } from './wanted-kind.js';

describe('The kind of thing that a question wants', () => {
  it.each([
    ['What does a uniform cost?', 'Uniforms are handed out in the basement, seven sets each.'],
    ['gym money', 'The gym is on the second floor.'],
    ['When is the pool cleaned?', 'The pool is cleaned by an outside firm.'],
    ['opening hours of the library', 'The library lends tablets.'],
    ['How many branches do we have?', 'Branches are led by a manager.'],
    ['who is the press officer', 'The press is answered politely.'],
  ])('%s is not told by: %s', (question, sentence) => {
    expect(lacksWantedKind(question, sentence)).toBe(true);
  });

  it.each([
    ['What does lunch cost?', 'Lunch is 4.80 euros.'],
    ['coworking stipend', 'You can expense up to $200/month.'],
    ['Is the flu jab paid?', 'Vaccinations are free.'],
    ['When do staff meet?', 'Staff meetings are on Tuesdays.'],
    ['How long is the probation?', 'It lasts three months.'],
    ['How long must my passphrase be?', 'A passphrase has at least 14 characters.'],
    ['How many nights in a row?', 'Never more than four.'],
    ['Who leads safety?', 'Gudrun Falk does.'],
    ['Can I bring my dog?', 'Dogs stay at home.'],
  ])('%s may be told by: %s', (question, sentence) => {
    expect(lacksWantedKind(question, sentence)).toBe(false);
  });
});
