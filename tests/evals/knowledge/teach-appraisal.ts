import type { AppraisalInput } from '../../../core/knowledge/appraise/inputs.js';
import type { AppraisalMember, AppraisalNetwork } from '../../../core/knowledge/appraise/network.js';
import { randomOf } from '../../contracts/mongodb/generator.js';
import {
  AppraisalGradient,
  dropout,
  layerPlaces,
  type InputSizes,
  type LayerPlace,
  type WeighedQuestion,
} from './appraisal-gradient.js';

/** A question with the evidence that was found for it. */
export interface TaughtQuestion {
  /** The questions of one set count together: large sets more than small ones, but not as much more as they are larger. */
  set: string;
  answerable: boolean;
  evidence: { input: AppraisalInput; right: boolean }[];
}

export interface TeachingOptions {
  /** One network is taught for each. */
  seeds?: number[];
  epochs?: number;
  /** Of the first epoch; it falls to nothing along a cosine. */
  rate?: number;
  /** Weights shrink by this share of the rate at each step. */
  decay?: number;
  /** Questions that are learnt from at once. */
  batch?: number;
  /** Share of the numbers between layers that is left out at random. */
  dropped?: number;
  /** How much it counts which evidence is right beside whether any is. */
  listwise?: number;
}

const USUAL: Required<TeachingOptions> = {
  seeds: [1, 2, 3],
  epochs: 30,
  rate: 0.01,
  decay: 0.3,
  batch: 256,
  dropped: 0.3,
  listwise: 1,
};

/** AdamW (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019): how long slopes and their squares are remembered. */
const MOMENTUM = 0.9;
const SQUARES = 0.999;
const TINY = 1e-8;
/** Spread below which an input counts as always the same: nothing is learnt from it, so it gets no weight. */
const NO_SPREAD = 1e-6;
const DIGITS = 4;

/** Mean and spread of each input over what is learnt from. */
interface Scale {
  means: number[];
  spreads: number[];
}

/**
 * Teaches networks how likely evidence answers, from questions of which it is known; questions without evidence are left out.
 * Inputs are standardised meanwhile, and what standardises them is then worked into the first weights, so that the networks take
 * inputs as they are. The same questions and options give the same weights.
 * @throws Error when no question has evidence.
 */
export function teachAppraisal(questions: TaughtQuestion[], options: TeachingOptions = {}): AppraisalNetwork {
  const chosen = { ...USUAL, ...options };
  const learnt = questions.filter(({ evidence }) => evidence.length > 0);
  const inputs = learnt.flatMap(({ evidence }) => evidence.map(({ input }) => input));
  const sizes = {
    word: inputs.find(({ words }) => words.length > 0)?.words[0]?.length ?? 0,
    whole: inputs[0]?.whole.length ?? 0,
  };
  if (sizes.word === 0 || sizes.whole === 0)
    throw new Error('There is nothing to teach with: no question has evidence with words.');
  const word = scaleOf(inputs.flatMap(({ words }) => words));
  const whole = scaleOf(inputs.map((input) => input.whole));
  const weights = weightsOf(learnt);
  const weighed = learnt.map(({ answerable, evidence }, at): WeighedQuestion => ({
    answerable,
    weight: weights[at] as number,
    pieces: evidence.map(({ input, right }) => ({
      words: Float64Array.from(input.words.flatMap((numbers) => standardised(numbers, word))),
      whole: Float64Array.from(standardised(input.whole, whole)),
      right,
    })),
  }));
  return {
    members: chosen.seeds.map((seed) =>
      memberFrom(teachOne(weighed, sizes, randomOf(seed), chosen), sizes, word, whole),
    ),
  };
}

/** Each set, and each side of it, counts by the root of its size; the mean is one. */
function weightsOf(questions: TaughtQuestion[]): number[] {
  const sideOf = ({ set, answerable }: TaughtQuestion): string => `${set} ${answerable}`;
  const counts = new Map<string, number>();
  for (const one of questions) counts.set(sideOf(one), (counts.get(sideOf(one)) ?? 0) + 1);
  const weights = questions.map((one) => 1 / Math.sqrt(counts.get(sideOf(one)) as number));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

function scaleOf(rows: number[][]): Scale {
  const means = columnMeans(rows, (value) => value);
  const squares = columnMeans(rows, (value, at) => (value - (means[at] as number)) ** 2);
  return { means, spreads: squares.map(Math.sqrt) };
}

function columnMeans(rows: number[][], of: (value: number, at: number) => number): number[] {
  const sums = rows[0]?.map(() => 0) ?? [];
  for (const row of rows)
    for (let at = 0; at < sums.length; at += 1)
      sums[at] = (sums[at] as number) + of(row[at] as number, at) / rows.length;
  return sums;
}

const standardised = (numbers: number[], scale: Scale): number[] =>
  numbers.map((value, at) => (value - (scale.means[at] as number)) * steepness(scale, at));

const steepness = ({ spreads }: Scale, at: number): number =>
  (spreads[at] as number) < NO_SPREAD ? 0 : 1 / (spreads[at] as number);

function teachOne(
  questions: WeighedQuestion[],
  sizes: InputSizes,
  random: () => number,
  { epochs, rate, decay, batch, dropped, listwise }: Required<TeachingOptions>,
): Float64Array {
  const network = new AppraisalGradient(sizes, random);
  const keep = dropout(dropped, random);
  const step = createSteps(network, decay);
  const order = [...questions];
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(order, random);
    for (let start = 0; start < order.length; start += batch) {
      const together = order.slice(start, start + batch);
      network.gradient.fill(0);
      for (const question of together) network.learnFrom(question, 1 / together.length, listwise, keep);
      step((rate * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2);
    }
  }
  return network.weights;
}

/** Steps against the gradient, each weight as far as its slopes so far agree. */
function createSteps({ weights, gradient }: AppraisalGradient, decay: number): (rate: number) => void {
  const means = new Float64Array(weights.length);
  const squares = new Float64Array(weights.length);
  let steps = 0;
  return (rate) => {
    steps += 1;
    // both begin at zero, which is made up for
    const [meanShare, squareShare] = [1 - MOMENTUM ** steps, 1 - SQUARES ** steps];
    for (let at = 0; at < weights.length; at += 1) {
      const slope = gradient[at] as number;
      const mean = MOMENTUM * (means[at] as number) + (1 - MOMENTUM) * slope;
      const square = SQUARES * (squares[at] as number) + (1 - SQUARES) * slope * slope;
      means[at] = mean;
      squares[at] = square;
      const towards = mean / meanShare / (Math.sqrt(square / squareShare) + TINY);
      weights[at] = (weights[at] as number) * (1 - rate * decay) - rate * towards;
    }
  };
}

/** Fisher and Yates. */
function shuffle(list: unknown[], random: () => number): void {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other], list[at]];
  }
}

/** The weights of a network as they are stored. */
function memberFrom(weights: Float64Array, sizes: InputSizes, word: Scale, whole: Scale): AppraisalMember {
  const places = layerPlaces(sizes);
  return {
    word: layerFrom(weights, places.word, word),
    sense: layerFrom(weights, places.sense),
    mixed: layerFrom(weights, places.mixed, whole),
    score: layerFrom(weights, places.score, whole),
  };
}

/** @param scale of the first inputs of the layer, where they are standardised; biases make up for what rounding does at the means. */
function layerFrom(
  weights: Float64Array,
  { start, inputs, outputs }: LayerPlace,
  scale: Scale = { means: [], spreads: [] },
): AppraisalMember['word'] {
  const rows = Array.from({ length: outputs }, (_, output) =>
    Array.from(weights.subarray(start + output * inputs, start + (output + 1) * inputs), (weight, at) =>
      rounded(at < scale.means.length ? weight * steepness(scale, at) : weight),
    ),
  );
  return {
    weights: rows,
    biases: rows.map((row, output) =>
      rounded(
        scale.means.reduce(
          (bias, mean, at) => bias - mean * (row[at] as number),
          weights[start + inputs * outputs + output] as number,
        ),
      ),
    ),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));
