import type { JsonObject } from './json.js';

/** A retrieved piece of a document version. */
export interface Passage {
  id: string;
  documentId: string;
  /** Path of the document inside its collection, with `/`. */
  path: string;
  title: string;
  /** Headings above the passage, outermost first, without the title. */
  headings: string[];
  /** The passage's own text, as in the document (Markdown markup removed). */
  text: string;
  /** Place of the passage in its document, from 0. */
  position: number;
}

/** The link of a claim to what supports it. */
export interface Citation {
  /** The number that stands in the text as `[n]`, from 1. */
  number: number;
  passageId: string;
  documentId: string;
  path: string;
  title: string;
  headings: string[];
  /** Exact words of the passage. */
  quote: string;
  /** The line above the quote that belongs to it, word for word: what introduces its list, the head of its table. */
  lead?: string;
}

/** What an agent may return besides text; every part also has a markdown form. */
export type AnswerPart =
  | { kind: 'text'; markdown: string }
  | { kind: 'table'; title?: string; columns: string[]; rows: string[][] }
  | {
      kind: 'chart';
      title: string;
      chart: 'bar' | 'line' | 'pie';
      labels: string[];
      series: { name: string; values: number[] }[];
    }
  | { kind: 'timeline'; title?: string; entries: { at: string; text: string; state?: string }[] }
  | { kind: 'form'; title: string; schema: JsonObject; values?: JsonObject; verb: string };

/** The reply to a question. `answered: false` is an honest "the documents do not say". */
export interface Answer {
  id: string;
  answered: boolean;
  /** Markdown with `[n]` where citation n supports the sentence. */
  text: string;
  parts: AnswerPart[];
  citations: Citation[];
  /** 0 to 1: how likely the answer is right. */
  confidence: number;
  /**
   * Why no answer was given: `not-found` when the documents do not say, `not-permitted` when a document says that this
   * reader may not see (nothing of it is told, not even its name).
   */
  reason?: 'not-found' | 'not-permitted';
  /** Answered in a conversation: further sources that the asker may read alone. Nothing but their number is told. */
  openPrivately?: number;
  /** Two documents say different things; the text shows both, the newer one first. */
  conflict?: boolean;
  /** Why it was quoted although there is a model (it does not answer, its budget is used up), or that it breaks off. */
  note?: 'model-down' | 'model-budget' | 'model-cut';
  /** Nearest documents, for an answer that could not be given; `quote` is what comes nearest in them, word for word. */
  nearest: { documentId: string; path: string; title: string; quote?: string }[];
  /** Which model wrote it; `offline` when it was extracted, `standard-answer` when people fixed it. */
  model: string;
  /** `name@version` of the prompt that a model wrote it from. */
  prompt?: string;
  /** How it came about, for whoever asks. */
  steps?: AnswerStep[];
}

/** A step on the way to an answer, with the ms it took. */
export type AnswerStep =
  | { kind: 'searched'; ms: number; titles: string[] }
  | {
      kind: 'written';
      ms: number;
      model: string;
      prompt: string;
      /** The same of the prompt by which a model went on with what another had begun. */
      besides?: string[];
      tokens: number;
      costMicroUsd: number;
      /** Endpoints that failed before, in order. */
      fellBackFrom: string[];
    }
  | { kind: 'checked'; ms: number; grounding: number };
