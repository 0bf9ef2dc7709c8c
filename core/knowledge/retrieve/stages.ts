/** The stages of retrieval; each can be switched off, and `npm run eval:knowledge` shows what each is worth. */
export interface Stages {
  /** Other words for the question's words. */
  synonyms: boolean;
  /** Words misspelt in the question. */
  spelling: boolean;
  /** Cosine of the encoder's vectors. */
  meaning: boolean;
  /** How well the whole document fits, beside the passage. */
  wholeDocument: boolean;
  /** A second look at the best passages: sentences, word pairs, kind of answer. */
  rerank: boolean;
  /** Earlier questions of the conversation. */
  history: boolean;
  /** Votes on earlier answers. */
  feedback: boolean;
  /** Facts of another page that question and evidence lead to. */
  graph: boolean;
}

export const ALL_STAGES: Stages = {
  synonyms: true,
  spelling: true,
  meaning: true,
  wholeDocument: true,
  rerank: true,
  history: true,
  feedback: true,
  graph: true,
};
