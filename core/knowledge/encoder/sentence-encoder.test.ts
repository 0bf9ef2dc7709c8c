import { afterAll, describe, expect, it } from '@jest/globals';
import { dot } from '../index/vector-index.js';
import { createHashingEncoder } from './hashing-encoder.js';
import { createSentenceEncoder } from './sentence-encoder.js';

describe('The sentence encoder', () => {
  const encoder = createSentenceEncoder();
  afterAll(() => encoder.close());

  it('puts what means the same closer together than what does not', async () => {
    const [question, near, far] = await encoder.embed([
      'How many days off do I get?',
      'Employees have 28 vacation days a year.',
      'The spindle runs in oil.',
    ]);
    const [a, b, c] = [question, near, far] as [Float32Array, Float32Array, Float32Array];
    expect(a).toHaveLength(encoder.dimensions);
    expect(dot(a, a)).toBeCloseTo(1, 4);
    expect(dot(a, b)).toBeGreaterThan(dot(a, c) + 0.1);
  });

  it('lets its thread end when there is nothing to do, and starts it again for the next text', async () => {
    const resting = createSentenceEncoder({ restAfterMs: 1 });
    const [before] = await resting.embed(['How many days off do I get?']);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [again] = await resting.embed(['How many days off do I get?']);
    await resting.close();
    expect([...(again as Float32Array)]).toEqual([...(before as Float32Array)]);
  });

  it('gives each sentence of a passage a vector of its own beside that of the whole', async () => {
    const text = 'You get 80 days. The oil is changed weekly.';
    const [encoded] = await encoder.encodePassages([
      {
        text,
        parts: [
          [0, 16],
          [17, text.length],
        ],
      },
    ]);
    const [whole] = await encoder.embed([text]);
    const size = encoder.dimensions;
    expect(dot(encoded?.vector as Float32Array, whole as Float32Array)).toBeCloseTo(1, 4);
    expect(encoded?.parts).toHaveLength(2 * size);
    const [oil] = await encoder.embed(['When is the oil changed?']);
    const parts = encoded?.parts as Float32Array;
    expect(dot(oil as Float32Array, parts, size)).toBeGreaterThan(dot(oil as Float32Array, parts, 0));
  });

  it('reads the words of a question in the light of the others, in short vectors of unit length', async () => {
    const size = 64;
    const read = async (text: string, word: string): Promise<Float32Array> => {
      const start = text.indexOf(word);
      const encoded = await encoder.encodeQuestion?.({
        text,
        parts: [],
        words: [[start, start + word.length]],
      });
      expect(encoded?.vector).toHaveLength(encoder.dimensions);
      expect(encoded?.words).toHaveLength(size);
      return encoded?.words as Float32Array;
    };
    const left = await read('How many days of leave do I get?', 'leave');
    const holiday = await read('Employees take their annual holiday in summer.', 'holiday');
    const went = await read('They leave the building by the back door.', 'leave');
    expect(dot(left, left)).toBeCloseTo(1, 4);
    expect(dot(left, went)).toBeLessThan(0.99);
    expect(dot(left, holiday)).toBeGreaterThan(dot(went, holiday));
  });

  it('leaves out words that stand beyond what it reads', async () => {
    const text = 'Work is done. '.repeat(80);
    const [encoded] = await encoder.encodePassages([
      {
        text,
        parts: [],
        words: [
          [0, 4],
          [text.length - 10, text.length - 2],
        ],
      },
    ]);
    expect(encoded?.words).toHaveLength(64);
  });

  it('copes with texts that hold no word', async () => {
    const vectors = await encoder.embed(['', '   ', '!!!', '育児休暇']);
    for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true);
  });

  it('reads the beginning of a text of any length, and is not held up by the rest', async () => {
    const beginning = 'How many days of parental leave do I get? '.repeat(60);
    const [short, long] = await encoder.embed([
      beginning,
      beginning + 'The oil is changed weekly. '.repeat(20_000),
    ]);
    expect(long).toEqual(short);
  });

  it('reads texts that come together as it reads each by itself', async () => {
    const long = 'Employees have 28 vacation days a year. '.repeat(12);
    const texts = [
      'vacation',
      '',
      'How many days off do I get?',
      long,
      'physician',
      '育児休暇',
      `${long}.`,
      'oil',
    ];
    const together = await encoder.embed(texts);
    for (const [at, text] of texts.entries())
      expect([(await encoder.embed([text]))[0]]).toEqual([together[at]]);
  });

  it('finds the words of a text at the same pieces, whatever letters stand before them', async () => {
    const read = async (before: string): Promise<Float32Array> => {
      const text = `${before} leave`;
      const encoded = await encoder.encodeQuestion?.({
        text,
        parts: [],
        words: [[text.length - 5, text.length]],
      });
      return encoded?.words as Float32Array;
    };
    const plain = await read('How much annual');
    for (const before of ['Hów much annual', 'How much ﬁne annual', 'How 日本 annual 😀']) {
      expect(await read(before)).toHaveLength(64);
      expect(dot(plain, await read(before))).toBeGreaterThan(0.5);
    }
  });

  it('does not encode what nobody waits for any more', async () => {
    const [given, kept] = await Promise.allSettled([
      encoder.embed(['leave'], { signal: AbortSignal.abort(new Error('gave up')) }),
      encoder.embed(['leave']),
    ]);
    expect(given).toMatchObject({ status: 'rejected', reason: { message: 'gave up' } });
    expect(kept).toMatchObject({ status: 'fulfilled' });
  });

  it('refuses work after it was closed', async () => {
    const closed = createSentenceEncoder();
    await closed.close();
    await expect(closed.embed(['leave'])).rejects.toMatchObject({ code: 'knowledge.encoder-closed' });
  });
});

describe('The hashing encoder', () => {
  it('finds inflected and compounded words of any language', async () => {
    const [asked, near, far] = await createHashingEncoder().embed([
      'Urlaubstage',
      'Der Urlaub',
      'Die Maschine',
    ]);
    const [a, b, c] = [asked, near, far] as [Float32Array, Float32Array, Float32Array];
    expect(dot(a, a)).toBeCloseTo(1, 5);
    expect(dot(a, b)).toBeGreaterThan(dot(a, c));
  });
});
