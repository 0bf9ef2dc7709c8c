import type { Answer } from '../../kernel/answer.js';
import type { KnowledgeDocument } from '../document.js';
import type { SearchOptions } from '../knowledge-base.js';

const MOST_REMEMBERED = 2_000;
const MOST_READERS = 5_000;

export interface AnswerMemoryOptions {
  /** Changes whenever a document or a vector comes or goes: an answer counts for the state it was made in. */
  state(): string;
  documents(): Iterable<KnowledgeDocument>;
  newId(): string;
}

/** Gives an answer that was made before, or makes it. */
export type AnswerMemory = (
  question: string,
  search: SearchOptions,
  make: () => Promise<Answer>,
) => Promise<Answer>;

/**
 * Remembers answers to questions that come again, for readers who may read the same documents, while the documents stay as
 * they are. Only for searches that name their readers; each answer given has an id of its own.
 */
export function createAnswerMemory({ state, documents, newId }: AnswerMemoryOptions): AnswerMemory {
  const answers = new Map<string, Answer>();
  /** By the readers' name: the documents that are kept from them. */
  const hidden = new Map<string, string>();
  let known = '';

  const refresh = (): string => {
    const now = state();
    if (now !== known) {
      answers.clear();
      hidden.clear();
      known = now;
    }
    return now;
  };
  const hiddenFrom = (readers: string, mayRead: SearchOptions['mayRead']): string => {
    let ids = hidden.get(readers);
    if (ids === undefined) {
      ids = [...documents()]
        .filter((document) => !mayRead(document))
        .map(({ id }) => id)
        .join(' ');
      if (hidden.size >= MOST_READERS) hidden.clear();
      hidden.set(readers, ids);
    }
    return ids;
  };

  return async (question, search, make) => {
    if (search.readers === undefined) return make();
    const before = refresh();
    const key = JSON.stringify([question, search.history ?? [], hiddenFrom(search.readers, search.mayRead)]);
    const remembered = answers.get(key);
    if (remembered) return { ...remembered, id: newId() };
    const answer = await make();
    if (refresh() === before) {
      if (answers.size >= MOST_REMEMBERED) answers.clear();
      answers.set(key, answer);
    }
    return answer;
  };
}
