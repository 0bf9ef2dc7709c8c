import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../kernel/logger.js';
import type { Encoder } from '../encoder/encoder.js';
import { createMemoryDocumentStore } from '../memory-document-store.js';
import { openWordVectors, type WordVectors, type WordVectorsOptions } from './word-vectors.js';

/** Words of the same meaning point the same way. */
const MEANINGS: Record<string, number> = { doctor: 0, physician: 0, holiday: 1, vacation: 1, crane: 2 };

function countingEncoder(): { encoder: Encoder; encoded: string[] } {
  const encoded: string[] = [];
  const vectorOf = (word: string): Float32Array => {
    encoded.push(word);
    const vector = new Float32Array(4);
    vector[MEANINGS[word] ?? 3] = 1;
    return vector;
  };
  const encoder: Encoder = {
    id: 'meanings',
    dimensions: 4,
    comparesWords: true,
    embed: (words) => Promise.resolve(words.map(vectorOf)),
    encodePassages: (texts) =>
      Promise.resolve(texts.map(({ text }) => ({ vector: vectorOf(text), parts: new Float32Array() }))),
    close: () => Promise.resolve(),
  };
  return { encoder, encoded };
}

const open: WordVectors[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((words) => words.close()));
});

async function wordVectors(
  encoder: Encoder,
  options: Partial<WordVectorsOptions> = {},
): Promise<WordVectors> {
  const opened = await openWordVectors(encoder, {
    logger: silentLogger,
    background: true,
    after: () => Promise.resolve(),
    ...options,
  });
  if (!opened) throw new Error('This encoder compares words.');
  open.push(opened);
  return opened;
}

describe('Vectors of words', () => {
  it('tell how near each word of a question comes to a word of a sentence', async () => {
    const words = await wordVectors(countingEncoder().encoder);
    const [sentence, heading] = await words.nearness(
      ['vacation', 'physician', 'crane'],
      [['vacation', 'doctor', 'note'], ['crane']],
    );
    expect(sentence?.[0]).toBe(1);
    expect(sentence?.[1]).toBeCloseTo(1);
    expect(sentence?.[2]).toBeCloseTo(0);
    expect(heading?.[2]).toBe(1);
  });

  it('are made once, and for nothing when every word stands there itself', async () => {
    const { encoder, encoded } = countingEncoder();
    const words = await wordVectors(encoder);
    await words.nearness(['holiday'], [['holiday', 'crane']]);
    expect(encoded).toEqual([]);
    await words.nearness(['holiday'], [['vacation']]);
    await words.nearness(['holiday'], [['vacation']]);
    expect(encoded).toEqual(['holiday', 'vacation']);
  });

  it('are made for the words that are missing, however many are known', async () => {
    const { encoder, encoded } = countingEncoder();
    const words = await wordVectors(encoder);
    const known = Array.from(
      { length: 100 },
      (_, at) => `word${String.fromCodePoint(97 + Math.floor(at / 10), 97 + (at % 10))}`,
    );
    for (const word of known) await words.nearness([word], [['doctor']]);
    expect(await words.nearness(['physician'], [[...known, 'crane']])).toEqual([[0]]);
    expect(encoded).toContain('crane');
  });

  it('that a question has are begun when it comes, and made once for all that wait for them', async () => {
    const { encoder, encoded } = countingEncoder();
    const words = await wordVectors(encoder);
    words.expect(['crane', 'crane', 'physician']);
    const near = await Promise.all([
      words.nearness(['crane', 'physician'], [['doctor']]),
      words.nearness(['physician'], [['doctor']]),
    ]);
    expect(near).toEqual([[[0, 1]], [[1]]]);
    expect(encoded.sort()).toEqual(['crane', 'doctor', 'physician']);
  });

  it('that could not be made are made by the next who needs them', async () => {
    const { encoder } = countingEncoder();
    let isDown = true;
    const embed: Encoder['embed'] = (texts) =>
      isDown ? Promise.reject(new Error('down')) : encoder.embed(texts);
    const words = await wordVectors({ ...encoder, embed });
    words.expect(['physician']);
    await expect(words.nearness(['physician'], [['doctor']])).rejects.toThrow('down');
    isDown = false;
    expect(await words.nearness(['physician'], [['doctor']])).toEqual([[1]]);
  });

  it('of documents are made in the background and kept for the next start', async () => {
    const store = createMemoryDocumentStore();
    const first = countingEncoder();
    const before = await wordVectors(first.encoder, { store });
    before.want(['doctor', 'crane', '2026', 'x']);
    await before.ready();
    expect(first.encoded).toEqual(['doctor', 'crane']);

    const second = countingEncoder();
    const after = await wordVectors(second.encoder, { store });
    expect(await after.nearness(['crane'], [['doctor']])).toEqual([[0]]);
    expect(second.encoded).toEqual([]);
  });

  it('can be made before a question waits for them', async () => {
    const { encoder, encoded } = countingEncoder();
    const words = await wordVectors(encoder, { background: false });
    await words.makeNow(['doctor', 'crane', 'doctor', '2026']);
    expect(await words.nearness(['crane'], [['doctor']])).toEqual([[0]]);
    expect(encoded).toEqual(['doctor', 'crane']);
    await words.makeNow(['holiday'], AbortSignal.abort());
    expect(encoded).not.toContain('holiday');
  });

  it('are not made by an encoder that reads only texts', async () => {
    const { encoder } = countingEncoder();
    const { comparesWords: _, ...textsOnly } = encoder;
    expect(
      await openWordVectors(textsOnly, {
        logger: silentLogger,
        background: true,
        after: () => Promise.resolve(),
      }),
    ).toBeUndefined();
  });
});
