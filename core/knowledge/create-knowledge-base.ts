import type { Answer, Passage } from '../kernel/answer.js';
import type { Clock } from '../kernel/clock.js';
import { describeError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { Logger } from '../kernel/logger.js';
import { LONGEST_REMEMBERED, rememberTexts } from '../guardrails/remembered-texts.js';
import type { AnswerTools } from './answer/answer-tools.js';
import { answerQuestion, judgeReadings } from './answer/answer-question.js';
import type { Judged } from './answer/judge.js';
import { shortenedMeaning } from './answer/question-meaning.js';
import { createAnswerMemory } from './answer/remember-answers.js';
import type { KnowledgeDocument } from './document.js';
import type { FeedbackPrior } from './learning/feedback-prior.js';
import type { StoredDocument } from './document-store.js';
import { extractFacts } from './graph/extract-facts.js';
import { distinctFacts, type Fact } from './graph/fact.js';
import { createKnowledgeGraph } from './graph/knowledge-graph.js';
import type { Encoder } from './encoder/encoder.js';
import { everydayWords } from './encoder/everyday-words.js';
import { HASHING_ENCODER_ID } from './encoder/hashing-encoder.js';
import { MemoryVectorIndex } from './index/memory-vector-index.js';
import { PassageIndex, passageText } from './index/passage-index.js';
import { sentencesOf, withoutBullets } from './index/sentences.js';
import { createSpelling } from './index/spelling.js';
import type { VectorIndex } from './index/vector-index.js';
import { VectorShelf, type VectorStore, type WantedPassage } from './index/vector-shelf.js';
import { openWordVectors, type WordVectors } from './index/word-vectors.js';
import { type Analyser, contentWords, createAnalysers } from './index/words.js';
import type { DocumentHit, KnowledgeBase, PassageHit, SearchOptions } from './knowledge-base.js';
import { readQuestion, type Question } from './retrieve/question.js';
import { readingsOf } from './retrieve/readings.js';
import { rarityIn } from './retrieve/rerank.js';
import type { Candidate } from './retrieve/candidate.js';
import { Retriever } from './retrieve/retriever.js';
import { DEFAULT_STAGES, type Stages } from './retrieve/stages.js';
import { NO_SYNONYMS, type SynonymGroups } from './synonyms/synonym-groups.js';
import { Synonyms } from './synonyms/synonyms.js';

export interface KnowledgeBaseOptions {
  clock: Clock;
  logger: Logger;
  /** Which encoder makes the vectors of a language; the same object for languages that share one. */
  encoderFor: (language: string) => Encoder;
  /** Language of a question (ISO 639-1), or undefined when it cannot be told. */
  detectLanguage: (text: string) => string | undefined;
  synonyms: SynonymGroups;
  /** Where the vectors of one encoder are searched; in this process unless told. */
  vectorIndexFor?: (encoder: Encoder) => VectorIndex;
  /** Keeps vectors between starts. */
  vectorStore?: VectorStore;
  /** False: vectors are made only when `encodeNow` is called. */
  background?: boolean;
  stages?: Partial<Stages>;
  /** What votes on earlier answers are worth by now. */
  prior?: () => FeedbackPrior | undefined;
}

/** Ways through the graph that an answer looks at. */
const WAYS = 200;
/** How often vectors of other encoders that could not be made are tried again before those take over. */
const CHANGE_EVERY_MS = 10_000;

/** The port, and what the command line and the evaluation need beside it. */
export interface FullKnowledgeBase extends KnowledgeBase {
  /** Ids of the passages that a question may want by its words, best first. */
  pool(question: string, size: number): string[];
  /** Makes the vectors of these passages, in this order, until `signal` aborts. */
  encodeNow(passageIds: Iterable<string>, signal?: AbortSignal): Promise<void>;
  /** Begins anew with vectors that could not be made, as while an endpoint did not answer. */
  makeMissing(): void;
  /** Passages that have no vector yet. */
  unencoded(): string[];
  /**
   * Makes the vectors of other encoders beside those that are there, which serve until the others are whole and go then.
   * Vectors that the store keeps from earlier are taken from it; while an endpoint does not answer, what is missing waits.
   */
  changeEncoders(encoderFor: KnowledgeBaseOptions['encoderFor']): void;
  /** Takes these groups in place of those that it was made with. */
  useSynonyms(groups: SynonymGroups): void;
  /** Takes these facts of a document, which a model drew, beside those of the rules; those of passages that are gone do not count. */
  learnFacts(documentId: string, byModel: Fact[]): void;
  /** The ranked passages with their signals. */
  candidates(question: string, options: SearchOptions): Promise<Candidate[]>;
  /** The best evidence with the signs that its confidence is made of. */
  judge(question: string, options: SearchOptions): Promise<Judged | undefined>;
}

/** Makes one tenant's knowledge base: an index in memory, empty until documents are added. */
export async function createKnowledgeBase(options: KnowledgeBaseOptions): Promise<FullKnowledgeBase> {
  const { clock, logger, background = true } = options;
  let { encoderFor } = options;
  const stages = { ...DEFAULT_STAGES, ...options.stages };
  const analyser = createAnalysers();
  const index = new PassageIndex(analyser);
  let everyday: ReadonlySet<string | undefined> | undefined;
  /** Their stems are made at the first question that has a word the documents do not. */
  const isEveryday = (word: string): boolean => {
    const english = analyser('en');
    everyday ??= new Set(everydayWords().map((each) => english.term(each)));
    return everyday.has(english.term(word) ?? word);
  };
  const spelling = createSpelling(
    () => index.writtenWords(),
    (word) => index.frequencyOf(word),
    isEveryday,
  );
  const shelves = new Map<string, VectorShelf>();
  const shelfOf = (encoder: Encoder): VectorShelf => {
    const known = shelves.get(encoder.id);
    if (known) return known;
    const vectors = options.vectorIndexFor?.(encoder) ?? new MemoryVectorIndex(encoder.dimensions);
    const store = options.vectorStore ? { store: options.vectorStore } : {};
    const made = new VectorShelf(encoder, vectors, { ...store, logger, background });
    shelves.set(encoder.id, made);
    return made;
  };
  const shelfFor = (language: string): VectorShelf => shelfOf(encoderFor(language));
  for (const language of ['en', 'de']) await shelfFor(language).load();
  const vectorsReady = async (): Promise<void> => {
    await Promise.all([...shelves.values()].map((shelf) => shelf.ready()));
  };
  const wordEncoder = encoderFor('en');
  const wordVectors = await openWordVectors(wordEncoder, {
    ...(options.vectorStore ? { store: options.vectorStore } : {}),
    logger,
    background,
    after: vectorsReady,
  });
  const wordsOf = (language: string): WordVectors | undefined =>
    encoderFor(language).id === wordEncoder.id ? wordVectors : undefined;
  const wordsIn = (text: string, language: string): string[] =>
    contentWords(text, analyser(language)).map(({ word }) => word);
  /** Those that are compared one by one. */
  const wordsOfPassage = (id: string): string[] => {
    const entry = index.at(index.slotOf(id) ?? -1);
    const language = entry?.owner.document.language ?? '';
    return entry && wordsOf(language) ? wordsIn(passageText(entry.passage), language) : [];
  };
  const retriever = new Retriever(index, shelfFor, () => [...shelves.values()], analyser, options.prior);
  const reader = {
    analyser,
    detectLanguage: options.detectLanguage,
    synonyms: new Synonyms(stages.synonyms ? options.synonyms : NO_SYNONYMS, analyser),
    speaks: (language: string) => index.speaks(language),
    isKnown: (term: string) => index.passageWords.frequency(term) > 0,
    meantWord: (asked: string) => {
      const word = stages.spelling ? spelling.nearest(asked) : undefined;
      const term = word === undefined ? undefined : index.termOf(word);
      return word === undefined || term === undefined ? undefined : { word, term };
    },
  };
  const read = (text: string, { history = [], origin }: Partial<SearchOptions> = {}): Question => ({
    ...readQuestion(text, stages.history ? history : [], reader),
    origin,
  });
  const candidates = async (text: string, search: SearchOptions): Promise<Candidate[]> => {
    const found = await Promise.all(
      readingsOf(read(text, search), search.mayRead).map((reading) =>
        retriever.find(reading.question, reading.mayRead, stages),
      ),
    );
    return found.flat().sort((a, b) => b.score - a.score);
  };
  const holdsAny = (wanted: (document: KnowledgeDocument) => boolean): boolean => {
    for (const { document } of index.allDocuments()) if (wanted(document)) return true;
    return false;
  };
  const graph = createKnowledgeGraph();
  const byModel = new Map<string, Fact[]>();
  const putFacts = (documentId: string, byRules: Fact[]): void => {
    const learnt = (byModel.get(documentId) ?? []).filter(
      ({ passageId }) => index.slotOf(passageId) !== undefined,
    );
    graph.put(documentId, learnt.length > 0 ? distinctFacts([...byRules, ...learnt]) : byRules);
  };
  const readTerms = rememberTexts<string[]>();
  /** The same lines of documents are read for question after question, and their language is what takes long. */
  const termsOf = (text: string): string[] => {
    const known = readTerms.get(analyser, text);
    if (known) return known;
    const terms = analyser(options.detectLanguage(text) ?? 'en').terms(text);
    if (text.length <= LONGEST_REMEMBERED) readTerms.set(analyser, text, terms);
    return terms;
  };
  const answerTools: AnswerTools = {
    find: (asked, mayRead) => {
      wordsOf(asked.language)?.expect(asked.words.map(({ word }) => word));
      return retriever.find(asked, mayRead, stages);
    },
    someHidden: (mayRead) => holdsAny((document) => !mayRead(document)),
    read: (candidate) => retriever.readCandidate(candidate),
    rarity: rarityIn(index),
    rarest: () => index.passageWords.rarest,
    frequency: (term) => index.passageWords.frequency(term),
    termsOf,
    wordNearness: async (language, asked, texts) =>
      wordsOf(language)?.nearness(
        asked,
        texts.map((text) => wordsIn(text, language)),
      ),
    appraises: stages.appraisal,
    meaningOf: async (asked) => {
      const vectors = stages.meaning ? wordsOf(asked.language) : undefined;
      const meant = vectors && (await retriever.meaningOf(asked));
      const spoken = asked.words.map(({ word }) => word);
      return meant && shortenedMeaning(meant, spoken, vectors, (one) => retriever.readCandidate(one));
    },
    ways: (text, mayRead) =>
      graph.query({
        from: text,
        hops: 2,
        limit: WAYS,
        mayRead: (documentId) => {
          const document = index.document(documentId);
          return document !== undefined && mayRead(document);
        },
      }),
    candidateOf: (passageId) => retriever.candidateOf(passageId),
    comparesMeaning: (language) => encoderFor(language).id !== HASHING_ENCODER_ID,
    newId: () => newId(clock.now()),
  };
  let changes = 0;
  let counted = options.prior?.();
  const vectors = (): number => [...shelves.values()].reduce((sum, shelf) => sum + shelf.size, 0);
  const remember = createAnswerMemory({
    state: () => {
      const prior = options.prior?.();
      if (prior !== counted) changes += 1;
      counted = prior;
      return `${changes} ${vectors()}`;
    },
    documents: function* () {
      for (const { document } of index.allDocuments()) yield document;
    },
    newId: answerTools.newId,
  });
  const forget = (ids: string[]): void => {
    for (const shelf of shelves.values()) {
      shelf
        .forget(ids)
        .catch(() => logger.warn({ passages: ids.length }, 'Old vectors could not be removed.'));
    }
  };

  /** Encoders whose vectors are made beside those in use. */
  let coming: KnowledgeBaseOptions['encoderFor'] | undefined;
  const wantComing = (language: string, passages: Passage[]): void => {
    if (coming) shelfOf(coming(language)).want(passages.map((one) => wantedPassage(one, analyser(language))));
  };
  const stopping = new AbortController();
  const change = async (next: KnowledgeBaseOptions['encoderFor']): Promise<void> => {
    const before = [...shelves.values()];
    const spoken = [...index.allDocuments()].map(({ document }) => document.language);
    const fresh = new Set(['en', 'de', ...spoken].map((language) => shelfOf(next(language))));
    for (const shelf of before) fresh.delete(shelf);
    for (const shelf of fresh) await shelf.load();
    coming = next;
    for (const [, { passage, owner }] of index.entries()) wantComing(owner.document.language, [passage]);
    for (;;) {
      for (const shelf of fresh) await shelf.ready();
      if (stopping.signal.aborted) return;
      if ([...fresh].every((shelf) => shelf.missing().length === 0)) break;
      await clock.sleep(CHANGE_EVERY_MS, stopping.signal);
      for (const shelf of fresh) shelf.want([]);
    }
    [encoderFor, coming] = [next, undefined];
    changes += 1;
    const used = new Set(['en', 'de', ...spoken].map(shelfFor));
    for (const shelf of before) {
      if (used.has(shelf)) continue;
      shelves.delete(shelf.encoder.id);
      await shelf.close();
    }
  };
  const changeAfter = async (
    earlier: Promise<void>,
    next: KnowledgeBaseOptions['encoderFor'],
  ): Promise<void> => {
    await earlier;
    await change(next).catch((error: unknown) =>
      logger.error({ error: describeError(error) }, 'Encoders were not changed.'),
    );
  };
  let changing: Promise<void> = Promise.resolve();

  return {
    changeEncoders(next) {
      changing = changeAfter(changing, next);
    },
    add(stored: StoredDocument) {
      changes += 1;
      const { added, removed } = index.put(stored);
      if (stages.graph) putFacts(stored.document.id, stored.passages.flatMap(extractFacts));
      if (removed.length > 0) forget(removed);
      const { language } = stored.document;
      shelfFor(language).want(added.map((passage) => wantedPassage(passage, analyser(language))));
      wordsOf(language)?.want(added.flatMap((passage) => wordsIn(passageText(passage), language)));
      wantComing(language, added);
    },
    remove(documentId) {
      changes += 1;
      graph.remove(documentId);
      byModel.delete(documentId);
      forget(index.remove(documentId));
    },
    useSynonyms(groups) {
      changes += 1;
      if (stages.synonyms) reader.synonyms = new Synonyms(groups, analyser);
    },
    learnFacts(documentId, facts) {
      // Of a document that others took out meanwhile nothing is kept.
      if (!stages.graph || !index.document(documentId)) return;
      changes += 1;
      byModel.set(documentId, facts);
      putFacts(
        documentId,
        graph.factsOf(documentId).filter(({ by }) => by === undefined),
      );
    },
    holdsAny,
    candidates,
    async searchPassages(query, search) {
      const found = await candidates(query, search);
      return found.slice(0, search.k).map(toPassageHit);
    },
    async searchDocuments(query, search) {
      return bestPerDocument(await candidates(query, search)).slice(0, search.k);
    },
    answer: (question, search): Promise<Answer> =>
      remember(question, search, () => {
        search.onSearch?.();
        return answerQuestion(read(question, search), search, answerTools);
      }),
    async judge(question, search) {
      return (await judgeReadings(read(question, search), search.mayRead, answerTools)).found;
    },
    get size() {
      return { ...index.size, vectors: vectors() };
    },
    vectorsReady,
    pool: (question, size) => retriever.lexicalPool(read(question), size),
    async encodeNow(ids, signal) {
      const list = [...ids];
      await Promise.all([...shelves.values()].map((shelf) => shelf.encodeNow(list, signal)));
      await wordVectors?.makeNow(list.flatMap(wordsOfPassage), signal);
    },
    makeMissing: () => {
      for (const shelf of shelves.values()) shelf.want([]);
    },
    unencoded: () => [...shelves.values()].flatMap((shelf) => shelf.missing()),
    async close() {
      stopping.abort();
      await changing;
      // Together: words wait for the vectors of passages, which are not finished any more.
      await Promise.all([wordVectors?.close(), ...[...shelves.values()].map((shelf) => shelf.close())]);
    },
  };
}

/** The encoder reads title and headings before the text, so its sentences stand that much further on. */
function wantedPassage(passage: Passage, analyser: Analyser): WantedPassage {
  const own = withoutBullets(passage.text);
  const text = passageText({ ...passage, text: own });
  const offset = text.length - own.length;
  return {
    id: passage.id,
    text,
    parts: sentencesOf(own).map(({ start, end }) => [start + offset, end + offset]),
    words: () => contentWords(text, analyser).map(({ start, end }) => [start, end]),
  };
}

const toPassageHit = ({ passage, owner, score }: Candidate): PassageHit => ({
  passage,
  document: owner.document,
  score,
});

/** A document is as good as its best passage. */
function bestPerDocument(candidates: Candidate[]): DocumentHit[] {
  const best = new Map<string, DocumentHit>();
  for (const { passage, owner, score } of candidates) {
    if (best.has(owner.document.id)) continue;
    best.set(owner.document.id, { document: owner.document, score, best: passage });
  }
  return [...best.values()];
}
