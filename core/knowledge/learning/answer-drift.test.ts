import { describe, expect, it } from '@jest/globals';
import { driftBetween, type GivenAnswer, isSampled, qualityOf } from './answer-drift.js';

const answers = (count: number, more: (at: number) => Partial<GivenAnswer> = () => ({})): GivenAnswer[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `a${at}`,
    answered: true,
    confidence: 0.8,
    faithful: [true],
    ...more(at),
  }));

describe('the sample of answers', () => {
  it('holds about one in ten, and always the same ones', () => {
    const ids = Array.from({ length: 5_000 }, (_, at) => `answer-${at}`);
    const sampled = ids.filter(isSampled);
    expect(sampled.length / ids.length).toBeGreaterThan(0.08);
    expect(sampled.length / ids.length).toBeLessThan(0.12);
    expect(ids.filter(isSampled)).toEqual(sampled);
  });
});

describe('drift', () => {
  const good = qualityOf(
    answers(200, (at) => ({ answered: at % 10 !== 0, rating: at % 4 ? undefined : 'up' })),
  );

  it('is told when far fewer questions are answered, quotes break or votes turn', () => {
    const refusing = qualityOf(answers(60, (at) => ({ answered: at % 2 === 0 })));
    expect(driftBetween(good, refusing)).toEqual([{ what: 'answered', before: 0.9, now: 0.5 }]);
    const broken = qualityOf(answers(60, (at) => ({ faithful: [true, at % 3 !== 0] })));
    expect(driftBetween(good, broken)).toMatchObject([{ what: 'faithful', before: 1 }]);
    const disliked = qualityOf(answers(60, (at) => ({ rating: at % 2 ? 'down' : 'up' })));
    expect(driftBetween(good, disliked)).toEqual([{ what: 'disliked', before: 0, now: 0.5 }]);
    expect(driftBetween(good, qualityOf(answers(60, () => ({ confidence: 0.5 }))))).toMatchObject([
      { what: 'confidence' },
    ]);
  });

  it('is not told of chance, of what became better, or of a handful of questions', () => {
    const slightly = qualityOf(answers(60, (at) => ({ answered: at % 8 !== 0 })));
    expect(driftBetween(good, slightly)).toEqual([]);
    expect(driftBetween(good, qualityOf(answers(60)))).toEqual([]);
    expect(driftBetween(good, qualityOf(answers(5, () => ({ answered: false }))))).toEqual([]);
  });
});
