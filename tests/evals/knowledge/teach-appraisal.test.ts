import { describe, expect, it } from '@jest/globals';
import type { AppraisalInput } from '../../../core/knowledge/appraise/inputs.js';
import { appraise } from '../../../core/knowledge/appraise/network.js';
import { randomOf } from '../../contracts/mongodb/generator.js';
import { AppraisalGradient, dropout, type WeighedQuestion } from './appraisal-gradient.js';
import { teachAppraisal, type TaughtQuestion } from './teach-appraisal.js';

const SIZES = { word: 3, whole: 4 };

/** Numbers between -1 and 1. */
const numbers = (random: () => number, count: number): number[] =>
  Array.from({ length: count }, () => 2 * random() - 1);

/** A question with as many pieces as there are numbers of words. */
function question(
  random: () => number,
  words: number[],
  { answerable, right }: { answerable: boolean; right: number[] },
): WeighedQuestion {
  return {
    answerable,
    weight: 0.5 + random(),
    pieces: words.map((count, at) => ({
      words: Float64Array.from(numbers(random, count * SIZES.word)),
      whole: Float64Array.from(numbers(random, SIZES.whole)),
      right: right.includes(at),
    })),
  };
}

describe('the gradient of the appraisal network', () => {
  const random = randomOf(7);
  const cases: [string, WeighedQuestion][] = [
    ['no answer', question(random, [2, 3], { answerable: false, right: [] })],
    ['two right pieces', question(random, [3, 1, 2, 2], { answerable: true, right: [1, 3] })],
    ['an answer that was not found', question(random, [1, 2], { answerable: true, right: [] })],
    ['no words', question(random, [0, 0, 0], { answerable: true, right: [2] })],
  ];

  it.each(cases)('agrees with finite differences: %s', (_, asked) => {
    const network = new AppraisalGradient(SIZES, randomOf(11));
    const lossNow = (): number => network.learnFrom(asked, 0.25, 0.7, dropout(0.3, randomOf(5)));
    lossNow();
    const gradient = network.gradient.slice();
    const step = 1e-5;
    const differences = gradient.map((__, at) => {
      const before = network.weights[at] as number;
      network.weights[at] = before + step;
      const above = lossNow();
      network.weights[at] = before - step;
      const below = lossNow();
      network.weights[at] = before;
      return (above - below) / (2 * step);
    });
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.01);
    for (const [at, difference] of differences.entries()) expect(gradient[at]).toBeCloseTo(difference, 7);
  });

  it('adds up over questions', () => {
    const [[, one], [, other]] = cases as [(typeof cases)[0], (typeof cases)[0]];
    const [apart, together] = [
      new AppraisalGradient(SIZES, randomOf(11)),
      new AppraisalGradient(SIZES, randomOf(11)),
    ];
    apart.learnFrom(one, 1, 1);
    const first = apart.gradient.slice();
    apart.gradient.fill(0);
    apart.learnFrom(other, 1, 1);
    together.learnFrom(one, 1, 1);
    together.learnFrom(other, 1, 1);
    for (const [at, sum] of together.gradient.entries())
      expect(sum).toBeCloseTo((first[at] as number) + (apart.gradient[at] as number), 12);
  });
});

/**
 * Evidence answers when one of its words and its whole agree in sign: neither tells by itself. Inputs are far from zero and of
 * different sizes, and the last of the whole is always the same.
 */
function evidenceOf(random: () => number, right: boolean): TaughtQuestion['evidence'][number] {
  const sign = random() < 0.5 ? 1 : -1;
  const words = Array.from({ length: 1 + Math.floor(random() * 3) }, () => [
    50 + random(),
    0.001 * random(),
    0.1 * random(),
  ]);
  (words[0] as number[])[2] = 3 * sign;
  return { input: { words, whole: [100 + 20 * (right ? sign : -sign), random(), 7] }, right };
}

function questionsOf(seed: number, count: number): TaughtQuestion[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, at) => {
    const answerable = random() < 0.6;
    const place = Math.floor(random() * 3);
    const evidence = [0, 1, 2].map((one) => evidenceOf(random, answerable && one === place));
    return { set: `set ${at % 3}`, answerable, evidence };
  });
}

describe('teaching the appraisal network', () => {
  const taught = teachAppraisal(questionsOf(1, 600), { seeds: [1, 2], batch: 32, epochs: 30 });
  const others = questionsOf(2, 200).map(({ answerable, evidence }) => ({
    answerable,
    scores: evidence.map(({ input, right }) => ({ score: appraise(taught, input), right })),
  }));
  const best = (scores: { score: number; right: boolean }[]): { score: number; right: boolean } =>
    scores.reduce((highest, one) => (one.score > highest.score ? one : highest));

  it('tells questions that have an answer from those that have none', () => {
    const correct = others.filter(({ answerable, scores }) => best(scores).score > 0 === answerable);
    expect(correct.length / others.length).toBeGreaterThan(0.95);
  });

  it('puts the right evidence first', () => {
    const answerable = others.filter((one) => one.answerable);
    const correct = answerable.filter(({ scores }) => best(scores).right);
    expect(correct.length / answerable.length).toBeGreaterThan(0.95);
  });

  it('gives what was always the same no weight', () => {
    const [input] = questionsOf(3, 1).flatMap(({ evidence }) => evidence.map((one) => one.input));
    const { words, whole } = input as AppraisalInput;
    expect(appraise(taught, { words, whole: [...whole.slice(0, 2), 1_000] })).toBe(
      appraise(taught, { words, whole }),
    );
  });

  it('keeps four digits of each weight', () => {
    for (const { word, score } of taught.members)
      for (const weight of [...word.weights.flat(), ...word.biases, ...score.weights.flat()])
        expect(Number(weight.toPrecision(4))).toBe(weight);
  });

  it('makes the same weights of the same seed, and others of another', () => {
    const questions = questionsOf(4, 40);
    const teach = (seed: number): unknown => teachAppraisal(questions, { seeds: [seed], epochs: 2 });
    expect(teach(1)).toEqual(teach(1));
    expect(teach(2)).not.toEqual(teach(1));
  });

  it('counts a question without evidence for nothing', () => {
    const questions = questionsOf(5, 40);
    const teach = (list: TaughtQuestion[]): unknown => teachAppraisal(list, { seeds: [1], epochs: 2 });
    expect(teach([...questions, { set: 'set 1', answerable: true, evidence: [] }])).toEqual(teach(questions));
  });

  it('says so when there is nothing to learn from', () => {
    expect(() => teachAppraisal([{ set: 'one', answerable: true, evidence: [] }])).toThrow(
      /no question has evidence/u,
    );
  });
});
