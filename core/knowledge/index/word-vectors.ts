import { describeError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { Encoder } from '../encoder/encoder.js';
import { SentenceVectors } from './sentence-vectors.js';
import type { VectorStore } from './vector-shelf.js';

/** Words handed to the encoder at once. */
const BATCH = 32;
/** Words that one question may wait for; what is beyond them counts as strange. */
const AT_ONCE = 60;
const MOST_KEPT = 100_000;
const PLAIN = /^\p{L}{2,30}$/u;

export interface WordVectorsOptions {
  store?: VectorStore;
  logger: Logger;
  /** False: words are made only while a question waits. */
  background: boolean;
  /** Resolves when passages, which are worth more, have their vectors. */
  after: () => Promise<void>;
}

/** The vectors of words that an encoder makes, with those of earlier runs; none of one that cannot compare words. */
export async function openWordVectors(
  encoder: Encoder,
  options: WordVectorsOptions,
): Promise<WordVectors | undefined> {
  if (!encoder.comparesWords) return undefined;
  const opened = new WordVectors(encoder, options);
  await opened.load();
  return opened;
}

/**
 * Vectors of single words: how near a word of a question comes to any word of a sentence. Words of documents are made in
 * the background and kept in the store; one that is still missing is made while a question waits.
 */
export class WordVectors {
  private readonly rows = new SentenceVectors();
  private readonly known = new Set<string>();
  private readonly wanted = new Set<string>();
  /** Words that are made while somebody waits, until they are known. */
  private readonly making = new Map<string, Promise<void>>();
  private working: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly encoder: Encoder,
    private readonly options: WordVectorsOptions,
  ) {}

  /** Reads what was made in earlier runs. */
  async load(): Promise<void> {
    if (!this.options.store) return;
    for await (const { passageId, vector } of this.options.store.vectors(this.storedAs)) {
      this.keep(passageId.slice(passageId.lastIndexOf(':') + 1), vector);
    }
  }

  private get storedAs(): string {
    return `${this.encoder.id}#words`;
  }

  /** Words that questions will be compared with. */
  want(words: Iterable<string>): void {
    if (!this.options.background || this.closed) return;
    for (const word of words) if (!this.known.has(word) && PLAIN.test(word)) this.wanted.add(word);
    if (this.wanted.size > 0) this.working ??= this.work();
  }

  /** Begins with words of a question that are not known, so that the encoder reads them beside it. */
  expect(words: string[]): void {
    this.makeMissing(words).catch(() => undefined); // who compares them is told
  }

  /** For each group of words, the cosine of its nearest one to each word asked for; 1 where that stands there itself. */
  async nearness(asked: string[], groups: string[][]): Promise<number[][]> {
    const standing = groups.map((group) => new Set(group));
    const wanted = new Set(
      standing.flatMap((there) => {
        const open = asked.filter((word) => !there.has(word));
        return open.length === 0 ? [] : [...open, ...there];
      }),
    );
    await this.makeMissing(wanted);
    const compared = asked.map((word) => ({ word, cosineOf: this.comparer(word) }));
    return standing.map((there) =>
      compared.map(({ word, cosineOf }) =>
        there.has(word) ? 1 : Math.max(0, ...Array.from(there, cosineOf)),
      ),
    );
  }

  /** The vectors of words, of about unit length; of each that is beyond what one question may wait for, undefined. */
  async vectorsOf(words: string[]): Promise<(Float32Array | undefined)[]> {
    await this.makeMissing(words);
    return words.map((word) => this.rows.vector(word, 0, this.encoder.dimensions));
  }

  /** Makes the vectors of these words before they are asked for, until `signal` aborts. */
  async makeNow(words: Iterable<string>, signal?: AbortSignal): Promise<void> {
    const missing = [...new Set(words)].filter((word) => !this.known.has(word) && PLAIN.test(word));
    for (let at = 0; at < missing.length && !signal?.aborted; at += BATCH) {
      await this.make(missing.slice(at, at + BATCH), (some) => this.encoder.embed(some));
    }
  }

  /** Resolves when nothing is wanted any more. */
  async ready(): Promise<void> {
    while (this.working) await this.working;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.working;
  }

  /** Compares a word with others, with each once: the words of a sentence are those of its passage, too. */
  private comparer(word: string): (other: string) => number {
    const cosines = new Map<string, number>();
    return (other) => {
      const cosine = cosines.get(other) ?? this.rows.between(word, other) ?? 0;
      cosines.set(other, cosine);
      return cosine;
    };
  }

  /** What a question waits for: those of these words that are not known, as many as it may wait for. */
  private async makeMissing(asked: Iterable<string>): Promise<void> {
    const words = [...new Set(asked)].filter((word) => !this.known.has(word)).slice(0, AT_ONCE);
    const fresh = words.filter((word) => !this.making.has(word));
    const made = this.make(fresh, (missing) => this.encoder.embed(missing)).finally(() => {
      for (const word of fresh) this.making.delete(word);
    });
    for (const word of fresh) this.making.set(word, made);
    await Promise.all([made, ...words.map((word) => this.making.get(word))]);
  }

  private async make(words: string[], encode: (words: string[]) => Promise<Float32Array[]>): Promise<void> {
    const missing = words.filter((word) => !this.known.has(word));
    if (missing.length === 0) return;
    const vectors = await encode(missing);
    for (const [at, word] of missing.entries()) this.keep(word, vectors[at] as Float32Array);
  }

  private keep(word: string, vector: Float32Array): void {
    if (this.known.size >= MOST_KEPT) this.forget();
    this.known.add(word);
    this.rows.set(word, vector);
  }

  /** Those that came first go first. */
  private forget(): void {
    const oldest = this.known.values().next().value;
    if (oldest === undefined) return;
    this.known.delete(oldest);
    this.rows.delete(oldest);
  }

  private async work(): Promise<void> {
    try {
      await this.options.after();
      while (this.wanted.size > 0 && !this.closed) {
        const batch = [...this.wanted].slice(0, BATCH);
        await this.make(batch, (words) => this.makeAndStore(words));
        for (const word of batch) this.wanted.delete(word);
      }
    } catch (error) {
      if (this.closed) return;
      this.options.logger.warn({ error: describeError(error) }, 'Vectors of words are made when asked for.');
    } finally {
      this.working = undefined;
    }
  }

  /** The store keeps the vectors of one document in one record; words that are made together share one. */
  private async makeAndStore(words: string[]): Promise<Float32Array[]> {
    const encoded = await this.encoder.encodePassages(words.map((text) => ({ text, parts: [] })));
    const vectors = encoded.map(({ vector }) => vector);
    await this.options.store?.putVectors(
      this.storedAs,
      words.map((word, at) => ({
        passageId: `words-${words[0]}:${word}`,
        vector: vectors[at] as Float32Array,
      })),
    );
    return vectors;
  }
}
