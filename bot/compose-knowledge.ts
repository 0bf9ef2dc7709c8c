import type { Clock } from '../core/kernel/clock.js';
import { describeError, Unavailable } from '../core/kernel/errors.js';
import { digest } from '../core/kernel/json.js';
import type { Logger } from '../core/kernel/logger.js';
import { shippedFile } from '../core/kernel/package-root.js';
import { createKnowledgeBase, type FullKnowledgeBase } from '../core/knowledge/create-knowledge-base.js';
import {
  type AnswerVote,
  createFeedbackPrior,
  type FeedbackPrior,
} from '../core/knowledge/learning/feedback-prior.js';
import { createIndexFollower, type IndexFollower } from '../core/knowledge/index-follower.js';
import { followFacts } from '../core/knowledge/graph/follow-facts.js';
import type { FactStore } from '../core/knowledge/graph/fact.js';
import type { DocumentStore } from '../core/knowledge/document-store.js';
import type { VectorIndex } from '../core/knowledge/index/vector-index.js';
import { createOutboundFetch } from '../core/kernel/outbound-fetch.js';
import { createChromaVectorIndex } from '../storage/vectors/chroma-vector-index.js';
import { createHashingEncoder } from '../core/knowledge/encoder/hashing-encoder.js';
import { encoderOf } from '../core/knowledge/encoder/embedding-encoder.js';
import type { Encoder } from '../core/knowledge/encoder/encoder.js';
import type { EmbeddingSource } from './compose-embeddings.js';
import { createSentenceEncoder } from '../core/knowledge/encoder/sentence-encoder.js';
import { createAnalysers, type Analyser } from '../core/knowledge/index/words.js';
import { loadLanguageDetector } from '../core/knowledge/ingest/detect-language.js';
import type { IngestEvent } from '../core/knowledge/ingest/ingest-report.js';
import { ingestPaths } from '../core/knowledge/ingest/ingest.js';
import { shippedSynonyms } from '../core/knowledge/synonyms/shipped-synonyms.js';
import { createTenantSynonyms } from '../core/knowledge/synonyms/tenant-synonyms.js';

export interface KnowledgeRoom {
  /** A tenant's knowledge base; loaded from the store at first use. */
  of(tenantId: string): Promise<FullKnowledgeBase>;
  documents(tenantId: string): DocumentStore;
  /** What a tenant's own intake tells of each document; keeps this process and its follower in step. */
  index(tenantId: string): Promise<IndexFollower['index']>;
  /** ISO 639-1, or undefined when it cannot be told. */
  languageOf(text: string): string | undefined;
  /** How words of a text's language are compared. */
  analyserFor(text: string): Analyser;
  /** Begins to look for what other processes take in. */
  start(): void;
  /** Takes a folder in and tells how far it is; the index learns of each document as it is stored. */
  ingest(
    tenantId: string,
    collection: string,
    paths: string[],
    signal?: AbortSignal,
  ): AsyncIterable<IngestEvent>;
  /** Asks Chroma for a sign of life, where it is configured. @throws Unavailable when there is none. */
  ping(): Promise<void>;
  /** Counts over all tenants that were asked for. */
  size(): { documents: number; passages: number; vectors: number };
  close(): Promise<void>;
}

export interface KnowledgeRoomOptions {
  documents(tenantId: string): DocumentStore;
  /** Facts that a model drew beside the rules; without it there are none. */
  facts?: (tenantId: string) => Pick<FactStore, 'readByModelSince'>;
  /** Votes that were cast on answers since an instant; without it none count. */
  votes?: (tenantId: string, since: Date) => Promise<AnswerVote[]>;
  /** Searches vectors in Chroma instead of in this process. */
  chromaUrl?: string;
  /** Turns texts into vectors in place of the built-in encoders. */
  embedding?: EmbeddingSource;
  /** Folder with a file `TENANT.yaml` of more synonyms for each tenant, which may be edited at any time. */
  synonymsFolder?: string | undefined;
  clock: Clock;
  logger: Logger;
}

interface TenantKnowledge {
  base: FullKnowledgeBase;
  /** Takes over the votes that were cast meanwhile; cheap when called often. */
  countVotes(): Promise<void>;
  /** Takes over the tenant's own synonyms when they were edited. */
  readSynonyms(): Promise<void>;
  follower: IndexFollower;
  /** Takes over facts that a model drew meanwhile. */
  readFacts(): Promise<void>;
  /** Lets the configured endpoint make the vectors, once it has answered; nothing changes while it is the same. */
  useEndpoint(): void;
}

const CATCH_UP_MS = 5_000;
/** How often an endpoint is looked for that may be asked again; how soon it may be is the endpoint's own to say. */
const LOOK_EVERY_MS = 1_000;
/** How often vectors that could not be made are tried again. */
const MISSING_EVERY_MS = 60_000;
/** How often votes are counted anew, and how far back: three of their half-lives. */
const VOTES_EVERY_MS = 5 * 60_000;
const VOTES_MS = 540 * 86_400_000;

export const SAMPLE_HANDBOOK = shippedFile('samples', 'handbook');
export const HANDBOOK_COLLECTION = 'handbook';

type EncoderChoice = (language: string) => Encoder;

/** The sentence encoder for English and hashing for all others, without a network. */
function createBuiltInEncoders(): { choice: EncoderChoice; close(): Promise<void> } {
  const english = createSentenceEncoder();
  const other = createHashingEncoder();
  return {
    choice: (language) => (language === 'en' || language === 'und' ? english : other),
    close: async () => void (await Promise.all([english.close(), other.close()])),
  };
}

/** A tenant's encoder at the configured endpoint, for every language; undefined while that has not answered yet. */
function encoderAtEndpoint(
  source: EmbeddingSource | undefined,
  tenantId: string,
  clock: Clock,
): { id: string; choice: EncoderChoice; settled(): Promise<void> } | undefined {
  const model = source?.of(tenantId);
  if (!model) return undefined;
  const encoder = encoderOf(model, clock);
  return { id: model.id, choice: () => encoder, settled: () => model.settled() };
}

/** One Chroma collection per tenant and encoder: vectors of different encoders cannot be compared. */
function chromaIndex(url: string, tenantId: string, encoderId: string): VectorIndex {
  const { hostname } = new URL(url);
  const fetch = createOutboundFetch((target) => target.hostname === hostname);
  const collection = `steward-${tenantId}-${encoderId}`.replace(/[^a-zA-Z0-9._-]/g, '-').slice(0, 120);
  return createChromaVectorIndex({ url, collection, fetch });
}

/** @throws Unavailable when the server shows no sign of life (https://docs.trychroma.com/reference/chroma-api). */
async function pingChroma(url: string): Promise<void> {
  const { hostname } = new URL(url);
  const fetch = createOutboundFetch((target) => target.hostname === hostname);
  const { status } = await fetch(`${url.replace(/\/+$/, '')}/api/v2/heartbeat`, { maxBytes: 10_000 });
  if (status >= 300) throw new Unavailable('storage.chroma-failed', `Chroma answered with status ${status}.`);
}

/** Joins document stores, encoders and indexes: one knowledge base per tenant. */
export async function createKnowledgeRoom({
  documents,
  facts,
  votes,
  chromaUrl,
  embedding,
  synonymsFolder,
  clock,
  logger,
}: KnowledgeRoomOptions): Promise<KnowledgeRoom> {
  const builtIn = createBuiltInEncoders();
  const booked: (() => Promise<void>)[] = [];
  const detectLanguage = await loadLanguageDetector();
  const synonyms = await shippedSynonyms();
  const analysers = createAnalysers();
  const tenants = new Map<string, Promise<TenantKnowledge>>();
  const loaded: FullKnowledgeBase[] = [];

  const load = async (tenantId: string): Promise<TenantKnowledge> => {
    const store = documents(tenantId);
    let prior: FeedbackPrior | undefined;
    let countedAt = 0;
    let counted = '';
    const countVotes = async (): Promise<void> => {
      const now = clock.now();
      if (!votes || now.getTime() - countedAt < VOTES_EVERY_MS) return;
      countedAt = now.getTime();
      const cast = await votes(tenantId, new Date(countedAt - VOTES_MS));
      // A new prior makes what was answered before be answered anew, so the same votes keep theirs for the day.
      const state = `${now.toISOString().slice(0, 10)} ${digest(cast)}`;
      if (state !== counted) prior = createFeedbackPrior(cast, now);
      counted = state;
    };
    await countVotes();
    const atEndpoint = encoderAtEndpoint(embedding, tenantId, clock);
    if (atEndpoint) booked.push(atEndpoint.settled);
    const base = await createKnowledgeBase({
      prior: () => prior,
      clock,
      logger,
      encoderFor: atEndpoint?.choice ?? builtIn.choice,
      detectLanguage,
      synonyms,
      vectorStore: store,
      ...(chromaUrl
        ? { vectorIndexFor: (encoder: Encoder) => chromaIndex(chromaUrl, tenantId, encoder.id) }
        : {}),
    });
    const ownSynonyms =
      synonymsFolder === undefined
        ? undefined
        : createTenantSynonyms(synonymsFolder, tenantId, synonyms, logger);
    const readSynonyms = async (): Promise<void> => {
      const edited = await ownSynonyms?.();
      if (edited) base.useSynonyms(edited);
    };
    await readSynonyms();
    const follower = createIndexFollower(store, base, clock);
    await follower.load();
    const readFacts = facts ? followFacts(facts(tenantId), base, clock) : () => Promise.resolve();
    await readFacts();
    loaded.push(base);
    let used = atEndpoint?.id;
    const useEndpoint = (): void => {
      const now = encoderAtEndpoint(embedding, tenantId, clock);
      if (!now || now.id === used) return;
      used = now.id;
      booked.push(now.settled);
      base.changeEncoders(now.choice);
    };
    return { base, follower, readFacts, countVotes, readSynonyms, useEndpoint };
  };
  const tenant = (tenantId: string): Promise<TenantKnowledge> => {
    const known = tenants.get(tenantId) ?? load(tenantId);
    tenants.set(tenantId, known);
    known.catch((error: unknown) => {
      tenants.delete(tenantId);
      logger.error({ tenantId, error: describeError(error) }, 'A knowledge base could not be loaded.');
    });
    return known;
  };

  /** Takes over what other processes (a command, another replica) stored or removed. */
  const stopping = new AbortController();
  const keepUp = async (): Promise<void> => {
    let madeAt = performance.now();
    while (!stopping.signal.aborted) {
      const started = performance.now(); // a clock that is set would let this rest for days
      const isTime = started - madeAt >= MISSING_EVERY_MS;
      if (isTime) madeAt = started;
      for (const [tenantId, knowledge] of tenants) {
        try {
          const { base, follower, readFacts, countVotes, readSynonyms } = await knowledge;
          if (isTime) base.makeMissing();
          await follower.follow();
          await readFacts();
          await countVotes();
          await readSynonyms();
        } catch (error) {
          logger.warn(
            { tenantId, error: describeError(error) },
            'What others took in could not be looked at.',
          );
        }
      }
      const tookMs = performance.now() - started;
      await clock.sleep(Math.max(CATCH_UP_MS, 50 * tookMs), stopping.signal);
    }
  };
  let keepingUp: Promise<unknown> = Promise.resolve();

  /** Lets an endpoint make the vectors once it answers that did not at the start, or whose vectors have another length now. */
  const awaitEndpoint = async (): Promise<void> => {
    while (embedding && !stopping.signal.aborted) {
      if (await embedding.look())
        for (const knowledge of tenants.values())
          await knowledge.then(({ useEndpoint }) => useEndpoint()).catch(() => undefined); // it was told of when it failed
      await clock.sleep(LOOK_EVERY_MS, stopping.signal);
    }
  };

  return {
    of: async (tenantId) => (await tenant(tenantId)).base,
    documents,
    index: async (tenantId) => (await tenant(tenantId)).follower.index,
    languageOf: detectLanguage,
    analyserFor: (text) => analysers(detectLanguage(text) ?? 'en'),
    start: () => {
      keepingUp = Promise.all([keepUp(), awaitEndpoint()]);
    },
    async *ingest(tenantId, collection, paths, signal) {
      yield* ingestPaths({
        paths,
        collection,
        store: documents(tenantId),
        index: (await tenant(tenantId)).follower.index,
        clock,
        signal,
      });
    },
    ping: async () => (chromaUrl === undefined ? undefined : pingChroma(chromaUrl)),
    size: () =>
      loaded.reduce(
        (sum, { size }) => ({
          documents: sum.documents + size.documents,
          passages: sum.passages + size.passages,
          vectors: sum.vectors + size.vectors,
        }),
        { documents: 0, passages: 0, vectors: 0 },
      ),
    close: async () => {
      stopping.abort();
      await keepingUp;
      await Promise.all(loaded.map((base) => base.close()));
      await builtIn.close();
      await Promise.all(booked.map((settled) => settled()));
    },
  };
}
