/** The stages of retrieval and of answering; each can be switched on and off, and `npm run eval:knowledge` shows what each is worth. */
export interface Stages {
  /** Other words for the question's words. */
  synonyms: boolean;
  /** Words misspelt in the question. */
  spelling: boolean;
  /** Cosine of the encoder's vectors. */
  meaning: boolean;
  /** Each word of the question against the words of the best passages, each as it is meant where it stands. */
  wordsInContext: boolean;
  /** How well the whole document fits, beside the passage. */
  wholeDocument: boolean;
  /** Words that the first passages found share, as further words of the question. */
  pseudoFeedback: boolean;
  /** The passages before and after the first ones are looked at as well. */
  neighbours: boolean;
  /** A second look at the best passages: sentences, word pairs, kind of answer. */
  rerank: boolean;
  /** A passage that repeats another page's comes after all others. */
  deduplicate: boolean;
  /** A question for several things gets passages that are unlike each other first. */
  diversify: boolean;
  /** Earlier questions of the conversation. */
  history: boolean;
  /** Votes on earlier answers. */
  feedback: boolean;
  /** Facts of another page that question and evidence lead to. */
  graph: boolean;
  /** The network that compares question and evidence word by word; without it signs of the first evidence tell. */
  appraisal: boolean;
}

/** What is off costs more than it gives on the sets that are measured; see docs/answers.md. */
export const DEFAULT_STAGES: Stages = {
  synonyms: true,
  spelling: true,
  meaning: true,
  wordsInContext: true,
  wholeDocument: true,
  pseudoFeedback: false,
  neighbours: false,
  rerank: true,
  deduplicate: true,
  diversify: true,
  history: true,
  feedback: true,
  graph: true,
  appraisal: true,
};
