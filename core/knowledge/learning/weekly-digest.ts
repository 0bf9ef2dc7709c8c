import { createAnalysers } from '../index/words.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import {
  type GapDigest,
  type GapOwner,
  type OpenQuestion,
  clusterQuestions,
  digestsFor,
} from './question-gaps.js';

/** Documents looked at for one that somebody owns. */
const NEAREST = 5;

/**
 * What each owner is to be told of the questions that stayed open. The nearest documents are searched without regard to readers,
 * since a letter names a document only to its owner and to whoever may read it.
 * @param fallbackOwner gets what is near to no document that anybody owns.
 */
export async function weeklyDigests({
  questions,
  knowledge,
  detectLanguage,
  fallbackOwner,
}: {
  questions: OpenQuestion[];
  knowledge: Pick<KnowledgeBase, 'searchDocuments'>;
  detectLanguage: (text: string) => string | undefined;
  fallbackOwner: string;
}): Promise<GapDigest[]> {
  const analysers = createAnalysers();
  const gaps = clusterQuestions(questions, (question) => analysers(detectLanguage(question) ?? 'en'));
  const ownerOf = async (question: string): Promise<GapOwner | undefined> => {
    const hits = await knowledge.searchDocuments(question, { k: NEAREST, mayRead: () => true });
    const owned = hits.find(({ document }) => document.owner !== undefined);
    if (!owned?.document.owner) return undefined;
    const { id, path, title, access, owner } = owned.document;
    return { owner, nearest: { documentId: id, path, title, access } };
  };
  return digestsFor(gaps, ownerOf, fallbackOwner);
}
