import { describeError } from '../../kernel/errors.js';
import type { CallOrigin } from '../../gateway/model.js';
import type { Logger } from '../../kernel/logger.js';
import type { DocumentStore } from '../document-store.js';
import type { EncodedText, Encoder, TextWithParts } from '../encoder/encoder.js';
import { SentenceVectors } from './sentence-vectors.js';
import { WordsInContext } from './words-in-context.js';
import { type VectorEntry, type VectorIndex, dot } from './vector-index.js';

/** Where made vectors are kept between starts. */
export type VectorStore = Pick<DocumentStore, 'vectors' | 'putVectors'>;

/** A passage that is to be found by meaning. */
export interface WantedPassage extends Omit<TextWithParts, 'words'> {
  id: string;
  /** The places of its words that say something, found when they are needed. */
  words: () => [start: number, end: number][];
}

/** A question with the places of its words. */
export type AskedText = Required<Pick<TextWithParts, 'text' | 'words'>>;

interface StoredVector {
  passageId: string;
  vector: Float32Array;
}

interface Moments {
  mean: number;
  deviation: number;
}

/** Under which name words in context are kept; another one has them made anew. */
const WORDS_READ = 'words-in-context-1';
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
  private readonly keptWords = new Map<string, Float32Array>();
  /** Passages whose vectors are from before words were read in context; they serve until those of words follow. */
  private readonly lacking = new Map<string, WantedPassage>();
  private readonly sentences = new SentenceVectors();
  private readonly words = new WordsInContext();
  private readonly sample: Float32Array[] = [];
  /** By the vector of a question, with how many vectors the sample was taken from by then. */
  private readonly momentsOf = new WeakMap<Float32Array, Moments & { seen: number }>();
  private readonly questions = new Map<string, Promise<EncodedText>>();
  private unstored: StoredVector[] = [];
  private unstoredParts: StoredVector[] = [];
  private unstoredWords: StoredVector[] = [];
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
    if (!this.readsWords) return;
    for await (const { passageId, vector } of this.options.store.vectors(this.wordsId)) {
      this.keptWords.set(passageId, vector);
    }
  }

  /** Under which name the store keeps the sentences' vectors. */
  private get partsId(): string {
    return `${this.encoder.id}#sentences`;
  }

  private get wordsId(): string {
    return `${this.encoder.id}#${WORDS_READ}`;
  }

  private get readsWords(): boolean {
    return this.encoder.encodeQuestion !== undefined;
  }

  get size(): number {
    return this.have.size;
  }

  has(passageId: string): boolean {
    return this.have.has(passageId);
  }

  /** Whether a passage's vector is still to be made; without a passage, whether any is. */
  lacks(passageId?: string): boolean {
    return passageId === undefined ? this.wanted.size > 0 : this.wanted.has(passageId);
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
      this.lacking.delete(id);
      this.words.delete(id);
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

  /**
   * The vector of a question and those of its words.
   * @param origin whom it is charged to when it has to be made.
   */
  private async encodeQuestion(question: AskedText, origin?: CallOrigin): Promise<EncodedText> {
    const { text, words } = question;
    // the same text may be a follow-up with its earlier question, of which only the later words count
    const key = `${words.length} ${words[0]?.[0]} ${text}`;
    const known = this.questions.get(key);
    if (known) return known;
    const made = this.encoder.encodeQuestion
      ? this.encoder.encodeQuestion({ text, parts: [], words })
      : this.encoder
          .embed([text], { origin })
          .then(([vector]) => ({ vector: vector as Float32Array, parts: new Float32Array() }));
    if (this.questions.size >= QUESTIONS_KEPT)
      this.questions.delete(this.questions.keys().next().value ?? '');
    this.questions.set(key, made);
    made.catch(() => this.questions.delete(key)); // a fault is not remembered
    return made;
  }

  /** The same, or undefined while an endpoint does not answer: then words have to do. */
  async tryQuestion(question: AskedText, origin?: CallOrigin): Promise<EncodedText | undefined> {
    try {
      return await this.encodeQuestion(question, origin);
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

  /** The vector of one sentence of a passage, of about unit length. */
  sentenceVector(passageId: string, sentence: number): Float32Array | undefined {
    return this.sentences.vector(passageId, sentence, this.encoder.dimensions);
  }

  /** How near a passage's words in context come to those of a question, as `tryQuestion` made them. */
  wordsCosine(passageId: string, words: Float32Array): number | undefined {
    return this.words.cosine(passageId, words);
  }

  /** None while the index does not answer. */
  similarities(vector: Float32Array, ids: string[]): Promise<Map<string, number>> {
    return this.index.similarities(vector, ids).catch((error: unknown) => {
      this.warn(error);
      return new Map<string, number>();
    });
  }

  /** Mean and spread of the cosines of a question with all passages, from a sample of them. */
  moments(vector: Float32Array): Moments {
    const known = this.momentsOf.get(vector);
    if (known?.seen === this.seen) return known;
    const made = { ...this.takeMoments(vector), seen: this.seen };
    this.momentsOf.set(vector, made);
    return made;
  }

  private takeMoments(vector: Float32Array): Moments {
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
        if (this.lacking.size > 0 && !this.closed)
          await this.makeWords([...this.lacking.values()].slice(0, IN_FLIGHT));
        if (this.lacking.size === 0 || this.closed) await this.storeMade();
      } while (this.wanted.size + this.lacking.size > 0 && !this.closed);
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
    const encoded = await this.encodeAll(fresh);
    const entries: VectorEntry[] = [];
    const take = (
      id: string,
      { vector, parts, words }: { vector: Float32Array } & Partial<EncodedText>,
    ): void => {
      // A passage that was forgotten meanwhile is no longer wanted.
      if (!this.wanted.has(id)) return;
      entries.push({ id, vector });
      if (parts) this.sentences.set(id, parts);
      if (words) this.words.set(id, words);
    };
    for (const [at, one] of encoded.entries()) {
      const { id } = fresh[at] as WantedPassage;
      this.unstored.push({ passageId: id, vector: one.vector });
      if (one.parts.length > 0) this.unstoredParts.push({ passageId: id, vector: one.parts });
      if (one.words) this.unstoredWords.push({ passageId: id, vector: one.words });
      take(id, one);
    }
    for (const passage of batch) {
      const { id } = passage;
      const vector = this.kept.get(id);
      const [parts, words] = [this.keptParts.get(id), this.keptWords.get(id)];
      if (vector) take(id, { vector, ...(parts ? { parts } : {}), ...(words ? { words } : {}) });
      if (vector && !words && this.readsWords) this.lacking.set(id, passage);
      this.kept.delete(id);
      this.keptParts.delete(id);
      this.keptWords.delete(id);
    }
    await this.index.put(entries);
    for (const { id, vector } of entries) {
      this.wanted.delete(id);
      this.have.add(id);
      this.addToSample(vector);
    }
    if (this.unstored.length >= STORE_EVERY) await this.storeMade();
  }

  /** Words in context of passages whose other vectors are from before. */
  private async makeWords(batch: WantedPassage[]): Promise<void> {
    const encoded = await this.encodeAll(batch);
    for (const [at, { words }] of encoded.entries()) {
      const { id } = batch[at] as WantedPassage;
      // one that was forgotten meanwhile is not among them any more
      if (!this.lacking.delete(id) || !words) continue;
      this.words.set(id, words);
      this.unstoredWords.push({ passageId: id, vector: words });
    }
    if (this.unstoredWords.length >= STORE_EVERY) await this.storeMade();
  }

  private encodeAll(passages: WantedPassage[]): Promise<EncodedText[]> {
    return this.encoder.encodePassages(
      passages.map(({ text, parts, words }) => ({
        text,
        parts,
        ...(this.readsWords ? { words: words() } : {}),
      })),
    );
  }

  private async storeMade(): Promise<void> {
    const [vectors, parts, words] = [this.unstored, this.unstoredParts, this.unstoredWords];
    this.unstored = [];
    this.unstoredParts = [];
    this.unstoredWords = [];
    const { store } = this.options;
    if (vectors.length > 0) await store?.putVectors(this.encoder.id, vectors);
    if (parts.length > 0) await store?.putVectors(this.partsId, parts);
    if (words.length > 0) await store?.putVectors(this.wordsId, words);
  }

  /** Keeps every n-th vector, so that the sample stays even without chance. */
  private addToSample(vector: Float32Array): void {
    if (this.sample.length < SAMPLE) this.sample.push(vector);
    else if (this.seen % Math.ceil(this.seen / SAMPLE) === 0) this.sample[(this.seen * 7) % SAMPLE] = vector;
    this.seen += 1;
  }
}
