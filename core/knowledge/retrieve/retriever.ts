import type { KnowledgeDocument } from '../document.js';
import type { FeedbackPrior } from '../learning/feedback-prior.js';
import type { SoftTerm } from '../index/lexical-index.js';
import type { IndexedPassage, PassageIndex } from '../index/passage-index.js';
import type { VectorShelf } from '../index/vector-shelf.js';
import type { Analyser } from '../index/words.js';
import type { Question } from './question.js';
import { createPassageReader, type ReadPassage } from './match.js';
import { type Candidate, NO_SIGNALS } from './candidate.js';
import { feedbackTerms } from './feedback-terms.js';
import { asksForSeveral } from './question-shape.js';
import { rerank } from './rerank.js';
import { compareSentences, compareWords, type QuestionReading } from './question-reading.js';
import { Standard } from './standard.js';
import type { Stages } from './stages.js';
import { behindTheirTwins, diversified } from './variety.js';

/** Weights of the fusion, in standard deviations; found by `npm run eval:knowledge` on handbooks and question sets. */
const MEANING_WEIGHT = 1.2;
const DOCUMENT_WEIGHT = 0.5;
/** How many passages each of words and meaning may bring. */
const POOL = 100;
const RERANKED = 40;
/** How many of the first passages bring those before and after them. */
const WITH_NEIGHBOURS = 10;
/** A passage without a vector gets what its words let expect. */
const EXPECTED_MEANING = 0.3;
/** While vectors are made: a question is compared by meaning once so many of the best by words have theirs. */
const LEADING = 3;

/** Finds candidates by words and by meaning, among the documents that may be read, and ranks them. */
export class Retriever {
  private readonly read: (entry: IndexedPassage) => ReadPassage;
  /** Questions whose leading passages had their vectors, or had them not, when they were read. */
  private readonly leadingKnown = new WeakMap<Question, boolean>();

  constructor(
    private readonly index: PassageIndex,
    private readonly shelfFor: (language: string) => VectorShelf,
    private readonly shelves: () => VectorShelf[],
    analyser: (language: string) => Analyser,
    private readonly prior: () => FeedbackPrior | undefined = () => undefined,
  ) {
    this.read = createPassageReader(analyser);
  }

  async find(
    question: Question,
    mayRead: (document: KnowledgeDocument) => boolean,
    stages: Stages,
  ): Promise<Candidate[]> {
    const readable = remembered(mayRead);
    const readings = stages.meaning ? await this.readings(question) : [];
    const meanings = await this.meanings(readings, readable);
    let fused = await this.fuse(question.terms, readings, meanings, readable, stages);
    if (stages.pseudoFeedback) {
      const more = feedbackTerms(question.terms, fused.ranked, this.index, (one) => this.readCandidate(one));
      const terms = [...question.terms, ...more];
      if (more.length > 0) fused = await this.fuse(terms, readings, meanings, readable, stages);
    }
    const candidates = fused.ranked;
    const best = candidates.slice(0, RERANKED);
    if (stages.neighbours) best.push(...(await fused.score(this.neighboursOf(candidates))));
    compareSentences(readings, best);
    if (stages.wordsInContext) compareWords(readings, best);
    const top = rerank(question, best, this.index, (candidate) => this.readCandidate(candidate));
    // The signals are wanted for answering even when the order is to stay.
    const ranked = stages.rerank
      ? top
      : top.map((one, at) => ({ ...one, score: best[at]?.score ?? 0, scoreOfContext: 0 }));
    const voted = stages.feedback ? this.withVotes(ranked) : ranked;
    const varied = this.varied(question, voted.sort(byScore), stages);
    const isBest = new Set(best.map(({ slot }) => slot));
    return [
      ...varied,
      ...below(
        varied,
        candidates.filter(({ slot }) => !isBest.has(slot)),
      ),
    ];
  }

  /** Candidates by words and by meaning, best first, and how others would be scored beside them. */
  private async fuse(
    terms: SoftTerm[],
    readings: QuestionReading[],
    meanings: Map<number, Meaning>,
    readable: (document: KnowledgeDocument) => boolean,
    stages: Stages,
  ): Promise<Fused> {
    const lexical = this.standardise(terms, 'passages');
    const documents = this.standardise(terms, 'documents');
    const score = async (slots: Set<number>): Promise<Candidate[]> => {
      await this.completeMeanings(readings, slots, meanings);
      return [...slots].flatMap((slot) => {
        const entry = this.index.at(slot);
        if (!entry) return [];
        const byWords = lexical.z(slot);
        const meaning = meanings.get(slot) ?? { z: EXPECTED_MEANING * byWords, cosine: 0 };
        const document = stages.wholeDocument ? documents.z(entry.owner.slot) : 0;
        const byMeaning = stages.meaning ? meaning.z : 0;
        return [
          {
            passage: entry.passage,
            owner: entry.owner,
            slot,
            lexical: byWords,
            meaning: byMeaning,
            cosine: meaning.cosine,
            document,
            score: byWords + MEANING_WEIGHT * byMeaning + DOCUMENT_WEIGHT * document,
            signals: NO_SIGNALS,
          },
        ];
      });
    };
    const found = [...this.bestByWords(lexical, documents, readable, stages), ...meanings.keys()];
    return { ranked: (await score(new Set(found))).sort(byScore), score };
  }

  /** Slots of the passages before and after the first ones that are not looked at anyway; of the same page, so as readable. */
  private neighboursOf(candidates: Candidate[]): Set<number> {
    const looked = new Set(candidates.slice(0, RERANKED).map(({ slot }) => slot));
    const slots = candidates.slice(0, WITH_NEIGHBOURS).flatMap(({ slot, owner: { passageSlots } }) => {
      const at = passageSlots.indexOf(slot);
      return [passageSlots[at - 1], passageSlots[at + 1]];
    });
    return new Set(slots.filter((slot) => slot !== undefined && !looked.has(slot)) as number[]);
  }

  /** What repeats others goes behind them; by the kind of question, what is like others a little, too. */
  private varied({ text }: Question, ranked: Candidate[], stages: Stages): Candidate[] {
    const read = (candidate: Candidate): ReadPassage => this.readCandidate(candidate);
    const once = stages.deduplicate ? behindTheirTwins(ranked, read) : ranked;
    return stages.diversify && asksForSeveral(text) ? diversified(once, read) : once;
  }

  /** What readers thought of a passage lifts or lowers it within the prior's bounds. */
  private withVotes(candidates: Candidate[]): Candidate[] {
    const prior = this.prior();
    if (!prior) return candidates;
    return candidates.map((candidate) => {
      const share = prior.factor(candidate.passage.id) - 1;
      return { ...candidate, score: candidate.score + share * Math.abs(candidate.score) };
    });
  }

  /** A passage that was not searched for, as a candidate without scores. */
  candidateOf(passageId: string): Candidate | undefined {
    const slot = this.index.slotOf(passageId);
    const entry = slot === undefined ? undefined : this.index.at(slot);
    if (!entry || slot === undefined) return undefined;
    const scores = { lexical: 0, meaning: 0, cosine: 0, document: 0, score: 0 };
    return { ...entry, slot, ...scores, signals: NO_SIGNALS };
  }

  /** Sentences and terms of a candidate's passage. */
  readCandidate(candidate: Candidate): ReadPassage {
    return this.read(this.index.at(candidate.slot) ?? candidate);
  }

  /** The passages that words alone would look at, best first: what is worth encoding for a question. */
  lexicalPool(question: Question, size: number): string[] {
    const lexical = this.standardise(question.terms, 'passages');
    const documents = this.standardise(question.terms, 'documents');
    const scored = Array.from(this.index.entries(), ([slot, { passage, owner }]) => ({
      id: passage.id,
      score: lexical.z(slot) + DOCUMENT_WEIGHT * documents.z(owner.slot),
    }));
    return scored
      .sort((a, b) => b.score - a.score)
      .slice(0, size)
      .map(({ id }) => id);
  }

  private standardise(terms: SoftTerm[], kind: 'passages' | 'documents'): Standard {
    const words = kind === 'passages' ? this.index.passageWords : this.index.documentWords;
    return new Standard(words.scores(terms, this.index.slots[kind]), words.size);
  }

  private bestByWords(
    lexical: Standard,
    documents: Standard,
    readable: (document: KnowledgeDocument) => boolean,
    stages: Stages,
  ): number[] {
    const accept = (slot: number): boolean => {
      const entry = this.index.at(slot);
      return entry !== undefined && readable(entry.owner.document);
    };
    // Mostly all may be read, and then only the best need to be asked for.
    const whole = stages.wholeDocument;
    const best = this.firstByWords(lexical, documents, whole, () => true);
    return best.every(accept) ? best : this.firstByWords(lexical, documents, whole, accept);
  }

  private firstByWords(
    lexical: Standard,
    documents: Standard,
    wholeDocument: boolean,
    accept: (slot: number) => boolean,
  ): number[] {
    const best: { slot: number; score: number }[] = [];
    let floor = -Infinity;
    for (let slot = 0; slot < lexical.scores.length; slot += 1) {
      const documentSlot = this.index.documentSlotOf(slot);
      if (!lexical.scores[slot] && !documents.scores[documentSlot]) continue;
      const document = wholeDocument ? documents.z(documentSlot) : 0;
      const score = lexical.z(slot) + DOCUMENT_WEIGHT * document;
      if (score <= floor || !accept(slot)) continue;
      best.push({ slot, score });
      if (best.length < POOL * 2) continue;
      best.sort(byScoreAlone).length = POOL;
      floor = best.at(-1)?.score ?? -Infinity;
    }
    return best
      .sort(byScoreAlone)
      .slice(0, POOL)
      .map(({ slot }) => slot);
  }

  private async meanings(
    readings: QuestionReading[],
    readable: (document: KnowledgeDocument) => boolean,
  ): Promise<Map<number, Meaning>> {
    const found = new Map<number, Meaning>();
    for (const { shelf, vector } of readings) {
      const { mean, deviation } = shelf.moments(vector);
      const accept = (id: string): boolean => {
        const entry = this.entryOf(id);
        return entry !== undefined && readable(entry.owner.document);
      };
      for (const { id, score } of await shelf.search(vector, POOL, accept)) {
        const slot = this.index.slotOf(id);
        if (slot !== undefined) found.set(slot, { cosine: score, z: (score - mean) / deviation });
      }
    }
    return found;
  }

  /** Cosines of the passages that only words brought. */
  private async completeMeanings(
    readings: QuestionReading[],
    slots: Set<number>,
    meanings: Map<number, Meaning>,
  ): Promise<void> {
    const open = [...slots].filter((slot) => !meanings.has(slot));
    for (const { shelf, vector } of readings) {
      const ids = open.flatMap((slot) => this.index.at(slot)?.passage.id ?? []).filter((id) => shelf.has(id));
      const { mean, deviation } = shelf.moments(vector);
      for (const [id, cosine] of await shelf.similarities(vector, ids)) {
        const slot = this.index.slotOf(id);
        if (slot !== undefined) meanings.set(slot, { cosine, z: (cosine - mean) / deviation });
      }
    }
  }

  /** What the question means to the encoder of its language, with that encoder's sentences; as it was read to find passages. */
  async meaningOf(question: Question): Promise<QuestionReading | undefined> {
    return (await this.readings(question))[0];
  }

  /** The question as each encoder reads it that can compare it. */
  private async readings(question: Question): Promise<QuestionReading[]> {
    const words = wordsRead(question).map(({ start, end }): [number, number] => [start, end]);
    const made = [];
    for (const shelf of this.shelvesFor(question)) {
      const read = await shelf.tryQuestion({ text: question.encoded, words }, question.origin);
      if (read) made.push({ shelf, vector: read.vector, words: read.words });
    }
    return made;
  }

  /** Only an encoder that knows the question's language can compare it. */
  private shelvesFor(question: Question): VectorShelf[] {
    const own = this.shelfFor(question.language);
    return this.shelves().filter(
      (shelf) => shelf === own && shelf.size > 0 && this.knowsLeading(question, shelf),
    );
  }

  /** What has a vector already would win over the page that answers and has none yet: words alone decide until then. */
  private knowsLeading(question: Question, shelf: VectorShelf): boolean {
    if (!shelf.lacks()) return true;
    let isKnown = this.leadingKnown.get(question);
    if (isKnown === undefined) {
      const lexical = this.standardise(question.terms, 'passages');
      const documents = this.standardise(question.terms, 'documents');
      const leading = this.firstByWords(lexical, documents, true, () => true).slice(0, LEADING);
      isKnown = leading.every((slot) => !shelf.lacks(this.index.at(slot)?.passage.id ?? ''));
      this.leadingKnown.set(question, isKnown);
    }
    return isKnown;
  }

  private entryOf(id: string): IndexedPassage | undefined {
    const slot = this.index.slotOf(id);
    return slot === undefined ? undefined : this.index.at(slot);
  }
}

/** The question's own words at their places in what the encoder reads, where an earlier question may stand before them. */
function wordsRead({ encoded, text, words }: Question): Question['words'] {
  const before = encoded.length - text.length;
  return words
    .filter(({ end }) => end <= text.length)
    .map((word) => ({ ...word, start: word.start + before, end: word.end + before }));
}

interface Fused {
  ranked: Candidate[];
  score(slots: Set<number>): Promise<Candidate[]>;
}

/** Best first. A difference would be a number in memory for each comparison. */
const byScoreAlone = (a: { score: number }, b: { score: number }): number =>
  a.score === b.score ? 0 : a.score > b.score ? -1 : 1;

interface Meaning {
  z: number;
  cosine: number;
}

const byScore = (a: Candidate, b: Candidate): number =>
  byScoreAlone(a, b) || (a.passage.id < b.passage.id ? -1 : 1);

/** Moves the scores of the rest under those of the best, which are on another scale. */
function below(top: Candidate[], rest: Candidate[]): Candidate[] {
  const floor = (top.at(-1)?.score ?? 0) - (rest[0]?.score ?? 0) - 0.01;
  return rest.map((candidate) => ({ ...candidate, score: candidate.score + floor }));
}

/** Asks the permission once per document within one search. */
function remembered(
  mayRead: (document: KnowledgeDocument) => boolean,
): (document: KnowledgeDocument) => boolean {
  const answers = new Map<string, boolean>();
  return (document) => {
    const known = answers.get(document.id);
    if (known !== undefined) return known;
    const answer = mayRead(document);
    answers.set(document.id, answer);
    return answer;
  };
}
