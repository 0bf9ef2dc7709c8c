import { describeError } from '../../kernel/errors.js';
import type { CallOrigin } from '../../gateway/model.js';
import type { Logger } from '../../kernel/logger.js';
import type { DocumentStore } from '../document-store.js';
import type { Encoder, TextWithParts } from '../encoder/encoder.js';
import { SentenceVectors } from './sentence-vectors.js';
import { type VectorEntry, type VectorIndex, dot } from './vector-index.js';

/** Where made vectors are kept between starts. */
export type VectorStore = Pick<DocumentStore, 'vectors' | 'putVectors'>;

/** A passage that is to be found by meaning. */
export interface WantedPassage extends TextWithParts {
  id: string;
}

interface StoredVector {
  passageId: string;
  vector: Float32Array;
}

const SAMPLE = 256;
const STORE_EVERY = 64;
const QUESTIONS_KEPT = 2_000;
/** Texts handed to the encoder at once; more would only wait in its queue. */
const IN_FLIGHT = 32;

/**
 * The vectors of one encoder: makes missing ones in the background, keeps them in the store, and tells how unusual a
 * cosine is among all passages.
 */
export class VectorShelf {
  private readonly wanted = new Map<string, WantedPassage>();
  private readonly have = new Set<string>();
  /** What was made in earlier runs and is not wanted yet. */
  private readonly kept = new Map<string, Float32Array>();
  private readonly keptParts = new Map<string, Float32Array>();
  private readonly sentences = new SentenceVectors();
  private readonly sample: Float32Array[] = [];
  private readonly questions = new Map<string, Promise<Float32Array>>();
  private unstored: StoredVector[] = [];
  private unstoredParts: StoredVector[] = [];
  private working: Promise<void> | undefined;
  private seen = 0;
  private closed = false;

  constructor(
    readonly encoder: Encoder,
    private readonly index: VectorIndex,
    private readonly options: { store?: VectorStore; logger: Logger; background: boolean },
  ) {}

  /** Reads the vectors that were made in earlier runs; call it before passages are wanted. */
  async load(): Promise<void> {
    if (!this.options.store) return;
    for await (const { passageId, vector } of this.options.store.vectors(this.encoder.id)) {
      this.kept.set(passageId, vector);
    }
    for await (const { passageId, vector } of this.options.store.vectors(this.partsId)) {
      this.keptParts.set(passageId, vector);
    }
  }

  /** Under which name the store keeps the sentences' vectors. */
  private get partsId(): string {
    return `${this.encoder.id}#sentences`;
  }

  get size(): number {
    return this.have.size;
  }

  has(passageId: string): boolean {
    return this.have.has(passageId);
  }

  /** Passages that are to be found by meaning; their vectors follow in the background unless it is switched off. */
  want(passages: WantedPassage[]): void {
    for (const passage of passages) this.wanted.set(passage.id, passage);
    if (this.options.background && this.wanted.size > 0 && !this.closed) this.working ??= this.work();
  }

  async forget(ids: string[]): Promise<void> {
    for (const id of ids) {
      this.wanted.delete(id);
      this.have.delete(id);
      this.sentences.delete(id);
    }
    await this.index.remove(ids);
  }

  /** Makes the vectors of some wanted passages now, in the given order, until `signal` aborts. */
  async encodeNow(ids: Iterable<string>, signal?: AbortSignal): Promise<void> {
    let batch: WantedPassage[] = [];
    for (const id of ids) {
      const wanted = this.wanted.get(id);
      if (wanted) batch.push(wanted);
      if (batch.length < IN_FLIGHT) continue;
      if (signal?.aborted) return;
      await this.make(batch);
      batch = [];
    }
    if (batch.length > 0 && !signal?.aborted) await this.make(batch);
  }

  /** Everything that still has no vector. */
  missing(): string[] {
    return [...this.wanted.keys()];
  }

  /** Resolves when nothing is wanted any more. */
  async ready(): Promise<void> {
    while (this.working) await this.working;
  }

  /** @param origin whom it is charged to when it has to be made. */
  async questionVector(text: string, origin?: CallOrigin): Promise<Float32Array> {
    const known = this.questions.get(text);
    if (known) return known;
    const made = this.encoder.embed([text], { origin }).then(([vector]) => vector as Float32Array);
    if (this.questions.size >= QUESTIONS_KEPT)
      this.questions.delete(this.questions.keys().next().value ?? '');
    this.questions.set(text, made);
    made.catch(() => this.questions.delete(text)); // a fault is not remembered
    return made;
  }

  /** The same, or undefined while an endpoint does not answer: then words have to do. */
  async tryQuestionVector(text: string, origin?: CallOrigin): Promise<Float32Array | undefined> {
    try {
      return await this.questionVector(text, origin);
    } catch (error) {
      this.options.logger.warn(
        { encoder: this.encoder.id, error: describeError(error) },
        'A question is answered by its words only.',
      );
      return undefined;
    }
  }

  /** Nothing while the index does not answer: what is found by words is found all the same. */
  search(
    vector: Float32Array,
    k: number,
    accept: (id: string) => boolean,
  ): Promise<{ id: string; score: number }[]> {
    return this.index
      .search(vector, k, (id) => this.have.has(id) && accept(id))
      .catch((error: unknown) => {
        this.warn(error);
        return [];
      });
  }

  /** Cosine of each sentence of a passage with the question, in order. */
  sentenceCosines(passageId: string, vector: Float32Array): number[] | undefined {
    return this.sentences.cosines(passageId, vector);
  }

  /** None while the index does not answer. */
  similarities(vector: Float32Array, ids: string[]): Promise<Map<string, number>> {
    return this.index.similarities(vector, ids).catch((error: unknown) => {
      this.warn(error);
      return new Map<string, number>();
    });
  }

  /** Mean and spread of the cosines of a question with all passages, from a sample of them. */
  moments(vector: Float32Array): { mean: number; deviation: number } {
    const cosines = this.sample.map((other) => dot(vector, other));
    const mean = cosines.reduce((sum, value) => sum + value, 0) / Math.max(1, cosines.length);
    const variance =
      cosines.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, cosines.length);
    return { mean, deviation: Math.max(Math.sqrt(variance), 0.02) };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.working;
    await this.index.close();
  }

  private async work(): Promise<void> {
    try {
      // what is wanted while the last ones are stored must not wait for somebody to want more
      do {
        while (this.wanted.size > 0 && !this.closed) {
          const batch = [...this.wanted.values()].slice(0, IN_FLIGHT);
          await this.make(batch);
        }
        await this.storeMade();
      } while (this.wanted.size > 0 && !this.closed);
    } catch (error) {
      this.warn(error);
    } finally {
      this.working = undefined;
    }
  }

  private warn(error: unknown): void {
    if (this.closed) return;
    this.options.logger.warn({ error: describeError(error) }, 'Passages are found by words only for now.');
  }

  private async make(batch: WantedPassage[]): Promise<void> {
    const fresh = batch.filter(({ id }) => !this.kept.has(id));
    const encoded = await this.encoder.encodePassages(fresh.map(({ text, parts }) => ({ text, parts })));
    const entries: VectorEntry[] = [];
    const take = (id: string, vector: Float32Array, parts: Float32Array | undefined): void => {
      // A passage that was forgotten meanwhile is no longer wanted.
      if (!this.wanted.has(id)) return;
      entries.push({ id, vector });
      if (parts) this.sentences.set(id, parts);
    };
    for (const [at, { vector, parts }] of encoded.entries()) {
      const { id } = fresh[at] as WantedPassage;
      this.unstored.push({ passageId: id, vector });
      if (parts.length > 0) this.unstoredParts.push({ passageId: id, vector: parts });
      take(id, vector, parts);
    }
    for (const { id } of batch) {
      const vector = this.kept.get(id);
      if (vector) take(id, vector, this.keptParts.get(id));
      this.kept.delete(id);
      this.keptParts.delete(id);
    }
    await this.index.put(entries);
    for (const { id, vector } of entries) {
      this.wanted.delete(id);
      this.have.add(id);
      this.addToSample(vector);
    }
    if (this.unstored.length >= STORE_EVERY) await this.storeMade();
  }

  private async storeMade(): Promise<void> {
    const [vectors, parts] = [this.unstored, this.unstoredParts];
    this.unstored = [];
    this.unstoredParts = [];
    const { store } = this.options;
    if (vectors.length > 0) await store?.putVectors(this.encoder.id, vectors);
    if (parts.length > 0) await store?.putVectors(this.partsId, parts);
  }

  /** Keeps every n-th vector, so that the sample stays even without chance. */
  private addToSample(vector: Float32Array): void {
    if (this.sample.length < SAMPLE) this.sample.push(vector);
    else if (this.seen % Math.ceil(this.seen / SAMPLE) === 0) this.sample[(this.seen * 7) % SAMPLE] = vector;
    this.seen += 1;
  }
}
