import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Defect } from '../../kernel/errors.js';
import { shippedFile } from '../../kernel/package-root.js';
import type { AppraisalInput } from './inputs.js';

const layerSchema = z.object({
  /** A row for each number that comes out, with the weight of each that goes in. */
  weights: z.array(z.array(z.number())).min(1),
  biases: z.array(z.number()),
});
const memberSchema = z.object({
  /** From the numbers of a word to what stands out in them. */
  word: layerSchema,
  /** From there to what the word says; of these the mean and the highest over all words are taken. */
  sense: layerSchema,
  /** From the whole and what the words say to how they go together. */
  mixed: layerSchema,
  /** From the whole, what the words say, and how they go together, to one score. */
  score: layerSchema,
});
const scaleSchema = z.object({ slope: z.number(), offset: z.number() });
const networkSchema = z.object({
  members: z.array(memberSchema).min(1),
  /** From log odds of network and signs together to the share of right answers (Platt, 1999), one half where the bar is. */
  scale: scaleSchema,
});

type Layer = z.infer<typeof layerSchema>;
/** One network, as it was taught from one beginning. Its weights take inputs as they are: what standardises them is in them. */
export type AppraisalMember = z.infer<typeof memberSchema>;
/** Networks taught from several beginnings, which score together (`tests/evals/knowledge/teach-appraisal.ts`). */
export type AppraisalNetwork = Pick<ScaledNetwork, 'members'>;
export type ScaledNetwork = z.infer<typeof networkSchema>;
export type Scale = z.infer<typeof scaleSchema>;

let loaded: ScaledNetwork | undefined;

/**
 * Reads the shipped network, once.
 * @throws ZodError when the file does not hold a network.
 */
export function loadAppraisalNetwork(): ScaledNetwork {
  loaded ??= networkSchema.parse(
    JSON.parse(readFileSync(shippedFile('core', 'knowledge', 'appraise', 'network.json'), 'utf8')),
  );
  return loaded;
}

/**
 * How likely a piece of evidence answers: log odds, the mean over the networks.
 * @throws Defect when the network was taught with another number of inputs.
 */
export function appraise({ members }: AppraisalNetwork, input: AppraisalInput): number {
  return members.reduce((sum, member) => sum + scoreOf(member, input), 0) / members.length;
}

function scoreOf(member: AppraisalMember, { words, whole }: AppraisalInput): number {
  const { word, sense, mixed, score } = member;
  for (const numbers of words) checkSize('each word', sizeOf(word), numbers);
  checkSize('the whole', sizeOf(mixed) - 2 * sense.biases.length, whole);
  const senses = words.map((numbers) => through(sense, through(word, numbers).map(Math.tanh)));
  const said = [...sense.biases.keys()].map((at) => senses.map((each) => each[at] as number));
  const mean = said.map((each) => each.reduce((sum, value) => sum + value, 0) / Math.max(1, each.length));
  const highest = said.map((each) => (each.length > 0 ? Math.max(...each) : 0));
  const joined = [...whole, ...mean, ...highest];
  return through(score, [...joined, ...through(mixed, joined).map(Math.tanh)])[0] as number;
}

const sizeOf = ({ weights }: Layer): number => (weights[0] as number[]).length;

function through({ weights, biases }: Layer, numbers: number[]): number[] {
  return weights.map((row, at) => {
    let sum = biases[at] as number;
    for (let i = 0; i < row.length; i += 1) sum += (row[i] as number) * (numbers[i] as number);
    return sum;
  });
}

function checkSize(what: string, taught: number, { length }: number[]): void {
  if (length === taught) return;
  throw new Defect(
    'knowledge.appraisal-mismatch',
    `The appraisal network was taught with ${taught} numbers of ${what}; core/knowledge/appraise/inputs.ts gives ${length}. Teach it anew (tests/evals/knowledge/teach-appraisal.ts).`,
  );
}
