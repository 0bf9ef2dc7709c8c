import { describe, expect, it } from '@jest/globals';
import { createAnalyser } from '../index/words.js';
import { type StandardAnswer, matchStandardAnswer } from './standard-answers.js';

const answer = (id: string, phrasings: string[], changes: Partial<StandardAnswer> = {}): StandardAnswer => ({
  id,
  phrasings,
  answer: `Answer ${id}`,
  owner: 'a@x.example',
  reviewBy: new Date('2027-01-01'),
  access: { classification: 'internal' },
  enabled: true,
  ...changes,
});
const match = (question: string, answers: StandardAnswer[], mayRead = true): string | undefined =>
  matchStandardAnswer(question, answers, {
    analyser: createAnalyser('en'),
    now: new Date('2026-03-02'),
    mayRead: () => mayRead,
  })?.id;

describe('standard answers', () => {
  const dog = answer('dog', ['May I bring my dog to the office?', 'Are dogs allowed in the office?']);

  it('answer a question that has the same words, in any order and form', () => {
    expect(match('bring the dog to my office?', [dog])).toBe('dog');
    expect(match('Is a dog allowed in the office', [dog])).toBe('dog');
  });

  it('do not answer a question that asks for something else or for more', () => {
    expect(match('May I bring my cat to the office?', [dog])).toBeUndefined();
    expect(
      match('May I bring my dog to the office when a visitor with an allergy comes?', [dog]),
    ).toBeUndefined();
    expect(match('???', [dog])).toBeUndefined();
  });

  it.each([
    ['When can I park?', 'Where can I park?'],
    ['How do I park?', 'Where can I park?'],
    ['Where can I not park?', 'Where can I park?'],
    ['Where can’t I park?', 'Where can I park?'],
    ['Who may smoke?', 'May we smoke?'],
    ['Warum darf ich nicht parken?', 'Wo darf ich parken?'],
    ['¿Cuándo puedo aparcar?', '¿Dónde puedo aparcar?'],
  ])('do not answer “%s” with what was fixed for “%s”', (asked, phrasing) => {
    expect(match(asked, [answer('other', [phrasing])])).toBeUndefined();
  });

  it.each([
    ['where can i park', 'Where can I park?'],
    ['parking?', 'Where can I park?'],
    ['Where do we park?', 'Where can I park?'],
    ['Can we not smoke here?', 'May we not smoke here?'],
  ])('answer “%s” with what was fixed for “%s”', (asked, phrasing) => {
    expect(match(asked, [answer('same', [phrasing])])).toBe('same');
  });

  it('take another number as another question', () => {
    const holidays = answer('h26', ['Which public holidays do we have at the Ebersbruck plant in 2026?']);
    expect(match('Which public holidays do we have at the Ebersbruck plant in 2026?', [holidays])).toBe(
      'h26',
    );
    expect(
      match('Which public holidays do we have at the Ebersbruck plant in 2027?', [holidays]),
    ).toBeUndefined();
  });

  it('are silent when switched off, past their review or not for this audience', () => {
    const question = 'Are dogs allowed in the office?';
    expect(match(question, [{ ...dog, enabled: false }])).toBeUndefined();
    expect(match(question, [{ ...dog, reviewBy: new Date('2026-03-02') }])).toBeUndefined();
    expect(match(question, [dog], false)).toBeUndefined();
  });

  it('give the nearest one', () => {
    const plant = answer('plant', ['Are dogs allowed in the plant office?']);
    expect(match('Are dogs allowed in the plant office?', [dog, plant])).toBe('plant');
  });
});
