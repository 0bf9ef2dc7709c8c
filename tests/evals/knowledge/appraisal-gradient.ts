/** How many numbers go into the network: of a word, and of a question and evidence as wholes. */
export interface InputSizes {
  word: number;
  whole: number;
}

/** A piece of evidence as the network is taught with it. */
export interface TaughtPiece {
  /** The numbers of its words, one word after the other. */
  words: Float64Array;
  whole: Float64Array;
  right: boolean;
}

export interface WeighedQuestion {
  answerable: boolean;
  weight: number;
  /** At least one. */
  pieces: TaughtPiece[];
}

/** Where a layer's weights begin among all, row after row; its biases follow them. */
export interface LayerPlace {
  start: number;
  inputs: number;
  outputs: number;
}

/** How many numbers come out of the layers: of a word, of what it says, and of how all goes together. */
const HIDDEN = 16;
const SENSES = 6;
const MIXED = 8;
/** How much more it counts which evidence is right than whether any is. */
const ORDER_WEIGHT = 2;

export type LayerPlaces = Record<'word' | 'sense' | 'mixed' | 'score', LayerPlace>;

/** The layers of `core/knowledge/appraise/network.ts`, one after the other in one row of numbers. */
export function layerPlaces({ word, whole }: InputSizes): LayerPlaces {
  const joined = whole + 2 * SENSES;
  let start = 0;
  const layer = (inputs: number, outputs: number): LayerPlace => {
    const place = { start, inputs, outputs };
    start += (inputs + 1) * outputs;
    return place;
  };
  return {
    word: layer(word, HIDDEN),
    sense: layer(HIDDEN, SENSES),
    mixed: layer(joined, MIXED),
    score: layer(joined + MIXED, 1),
  };
}

/** Decides what a number is multiplied with in a pass while the network is taught. */
export type Dropout = () => number;
const keepAll: Dropout = () => 1;

/** Leaves out a share of the numbers and makes the others larger, so that their sum stays (Srivastava et al., 2014). */
export const dropout =
  (share: number, random: () => number): Dropout =>
  () =>
    random() < share ? 0 : 1 / (1 - share);

/** What a pass over one piece leaves for the way back. */
interface Trace {
  /** Of each word, with how steep each number was there. */
  hidden: Float64Array;
  hiddenSteepness: Float64Array;
  /** The whole, the mean and the highest of what the words say, and how they go together. */
  joined: Float64Array;
  mixedSteepness: Float64Array;
  /** The word that says most of each sense. */
  highest: Int32Array;
}

/** One network while it is taught: its scores and, written out by hand, the gradient of its loss. */
export class AppraisalGradient {
  readonly weights: Float64Array;
  /** Grows with each question until it is emptied. */
  readonly gradient: Float64Array;
  private readonly layers: LayerPlaces;
  private readonly traces: Trace[] = [];
  private readonly score = new Float64Array(1);
  private readonly senses = new Float64Array(SENSES);
  private readonly mixed = new Float64Array(MIXED);
  private readonly hiddenSlopes = new Float64Array(HIDDEN);
  private readonly joinedSlopes: Float64Array;

  /** Begins with small weights, the smaller the more inputs they have. */
  constructor(
    private readonly sizes: InputSizes,
    random: () => number,
  ) {
    this.layers = layerPlaces(sizes);
    const { word, sense, mixed, score } = this.layers;
    this.weights = new Float64Array(score.start + score.inputs + 1);
    this.gradient = new Float64Array(this.weights.length);
    this.joinedSlopes = new Float64Array(score.inputs);
    const begin = (start: number, count: number, inputs: number): void => {
      for (let at = start; at < start + count; at += 1)
        this.weights[at] = (2 * random() - 1) / Math.sqrt(inputs);
    };
    for (const { start, inputs, outputs } of [word, sense, mixed])
      begin(start, (inputs + 1) * outputs, inputs);
    // three parts side by side make up the score, and each begins as if it were alone
    begin(score.start, sizes.whole, sizes.whole);
    begin(score.start + sizes.whole, 2 * SENSES, 2 * SENSES);
    begin(score.start + mixed.inputs, MIXED + 1, MIXED);
  }

  /** The score of each piece of a question. */
  scores({ pieces }: WeighedQuestion, keep: Dropout = keepAll): number[] {
    return pieces.map((piece, at) => this.forward(piece, this.traceFor(at, piece), keep));
  }

  /**
   * Adds the gradient of one question's loss: cross-entropy of the best score with whether there is an answer, and, where there
   * is one, of the pieces' scores with which are right (listwise: Cao et al., Learning to Rank, 2007).
   * @param share of the question in its batch.
   * @param listwise how much the second part counts.
   * @returns its part of the loss.
   */
  learnFrom(question: WeighedQuestion, share: number, listwise: number, keep: Dropout = keepAll): number {
    const { pieces, answerable } = question;
    const factor = question.weight * share;
    const scores = this.scores(question, keep);
    const top = Math.max(...scores);
    const best = scores.indexOf(top);
    let loss = Math.max(0, top) + Math.log1p(Math.exp(-Math.abs(top))) - (answerable ? top : 0);
    const slopes = scores.map((_, at) => (at === best ? 1 / (1 + Math.exp(-top)) - Number(answerable) : 0));
    const right = scores.filter((_, at) => pieces[at]?.right);
    if (answerable && right.length > 0) {
      const [all, mass] = [logOfMass(scores), logOfMass(right)];
      loss += ORDER_WEIGHT * listwise * (all - mass);
      for (const [at, score] of scores.entries()) {
        const wanted = pieces[at]?.right ? Math.exp(score - mass) : 0;
        slopes[at] = (slopes[at] as number) + ORDER_WEIGHT * listwise * (Math.exp(score - all) - wanted);
      }
    }
    for (const [at, piece] of pieces.entries()) {
      const slope = (slopes[at] as number) * factor;
      if (slope !== 0) this.backward(piece, this.traces[at] as Trace, slope);
    }
    return loss * factor;
  }

  private traceFor(at: number, { words }: TaughtPiece): Trace {
    const space = (words.length / this.sizes.word) * HIDDEN;
    const known = this.traces[at];
    if (known && known.hidden.length >= space) return known;
    const made: Trace = {
      hidden: new Float64Array(space),
      hiddenSteepness: new Float64Array(space),
      joined: new Float64Array(this.layers.score.inputs),
      mixedSteepness: new Float64Array(MIXED),
      highest: new Int32Array(SENSES),
    };
    this.traces[at] = made;
    return made;
  }

  private forward({ words, whole }: TaughtPiece, trace: Trace, keep: Dropout): number {
    const { hidden, hiddenSteepness, joined, mixedSteepness, highest } = trace;
    const { layers, senses, mixed } = this;
    const size = this.sizes.word;
    const count = words.length / size;
    const mean = whole.length;
    const most = mean + SENSES;
    joined.set(whole);
    joined.fill(0, mean);
    if (count > 0) joined.fill(-Infinity, most, most + SENSES);
    for (let word = 0; word < count; word += 1) {
      const row = word * HIDDEN;
      this.through(layers.word, words, word * size, hidden, row);
      bend(hidden, hiddenSteepness, row, HIDDEN, keep);
      this.through(layers.sense, hidden, row, senses, 0);
      for (let at = 0; at < SENSES; at += 1) {
        const sense = senses[at] as number;
        joined[mean + at] = (joined[mean + at] as number) + sense / count;
        if (sense <= (joined[most + at] as number)) continue;
        joined[most + at] = sense;
        highest[at] = word;
      }
    }
    this.through(layers.mixed, joined, 0, mixed, 0);
    bend(mixed, mixedSteepness, 0, MIXED, keep);
    joined.set(mixed, layers.mixed.inputs);
    this.through(layers.score, joined, 0, this.score, 0);
    return this.score[0] as number;
  }

  private backward({ words, whole }: TaughtPiece, trace: Trace, slope: number): void {
    const { hidden, hiddenSteepness, joined, mixedSteepness, highest } = trace;
    const { layers, senses, mixed, hiddenSlopes, joinedSlopes } = this;
    const size = this.sizes.word;
    const count = words.length / size;
    const mean = whole.length;
    const most = mean + SENSES;
    this.score[0] = slope;
    joinedSlopes.fill(0);
    this.back(layers.score, this.score, joined, 0, joinedSlopes);
    for (let at = 0; at < MIXED; at += 1)
      mixed[at] = (joinedSlopes[layers.mixed.inputs + at] as number) * (mixedSteepness[at] as number);
    this.back(layers.mixed, mixed, joined, 0, joinedSlopes);
    for (let word = 0; word < count; word += 1) {
      const row = word * HIDDEN;
      for (let at = 0; at < SENSES; at += 1) {
        const ofHighest = highest[at] === word ? (joinedSlopes[most + at] as number) : 0;
        senses[at] = (joinedSlopes[mean + at] as number) / count + ofHighest;
      }
      hiddenSlopes.fill(0);
      this.back(layers.sense, senses, hidden, row, hiddenSlopes);
      for (let at = 0; at < HIDDEN; at += 1)
        hiddenSlopes[at] = (hiddenSlopes[at] as number) * (hiddenSteepness[row + at] as number);
      this.back(layers.word, hiddenSlopes, words, word * size);
    }
  }

  /** What comes out of a layer. */
  private through(
    { start, inputs, outputs }: LayerPlace,
    from: Float64Array,
    first: number,
    to: Float64Array,
    at: number,
  ): void {
    const { weights } = this;
    let weight = start;
    for (let output = 0; output < outputs; output += 1) {
      let sum = weights[start + inputs * outputs + output] as number;
      for (let input = first; input < first + inputs; input += 1, weight += 1)
        sum += (weights[weight] as number) * (from[input] as number);
      to[at + output] = sum;
    }
  }

  /** Adds the gradient of a layer by the slopes of what came out, and those of what went in when they are wanted. */
  private back(
    { start, inputs, outputs }: LayerPlace,
    slopes: Float64Array,
    from: Float64Array,
    first: number,
    ofInputs?: Float64Array,
  ): void {
    const { weights, gradient } = this;
    for (let output = 0; output < outputs; output += 1) {
      const slope = slopes[output] as number;
      if (slope === 0) continue;
      const row = start + inputs * output;
      const bias = start + inputs * outputs + output;
      gradient[bias] = (gradient[bias] as number) + slope;
      for (let input = 0; input < inputs; input += 1)
        gradient[row + input] = (gradient[row + input] as number) + slope * (from[first + input] as number);
      if (!ofInputs) continue;
      for (let input = 0; input < inputs; input += 1)
        ofInputs[input] = (ofInputs[input] as number) + slope * (weights[row + input] as number);
    }
  }
}

/** Bends sums into numbers between -1 and 1, drops some, and remembers how steep the others are. */
function bend(
  values: Float64Array,
  steepness: Float64Array,
  start: number,
  count: number,
  keep: Dropout,
): void {
  for (let at = start; at < start + count; at += 1) {
    const bent = Math.tanh(values[at] as number);
    const kept = keep();
    values[at] = bent * kept;
    steepness[at] = (1 - bent * bent) * kept;
  }
}

function logOfMass(scores: number[]): number {
  const top = Math.max(...scores);
  return top + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0));
}
