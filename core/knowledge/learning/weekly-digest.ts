import { createAnalysers } from '../index/words.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import {
  type GapDigest,
  type GapOwner,
  type OpenQuestion,
  clusterQuestions,
  digestText,
  digestsFor,
} from './question-gaps.js';

export interface OwnerDigest extends GapDigest {
  /** Markdown, ready to send. */
  text: string;
}

/** Documents looked at for one that somebody owns. */
const NEAREST = 5;

/**
 * What each owner is told of the questions that stayed open. The nearest documents are searched without regard to readers,
 * since only a document's own owner hears of it.
 * @param fallbackOwner gets what is near to no document that anybody owns.
 */
export async function weeklyDigests({
  questions,
  knowledge,
  detectLanguage,
  fallbackOwner,
  from,
  to,
}: {
  questions: OpenQuestion[];
  knowledge: Pick<KnowledgeBase, 'searchDocuments'>;
  detectLanguage: (text: string) => string | undefined;
  fallbackOwner: string;
  from: Date;
  to: Date;
}): Promise<OwnerDigest[]> {
  const analysers = createAnalysers();
  const gaps = clusterQuestions(questions, (question) => analysers(detectLanguage(question) ?? 'en'));
  const ownerOf = async (question: string): Promise<GapOwner | undefined> => {
    const hits = await knowledge.searchDocuments(question, { k: NEAREST, mayRead: () => true });
    const owned = hits.find(({ document }) => document.owner !== undefined);
    if (!owned?.document.owner) return undefined;
    const { id, path, title, owner } = owned.document;
    return { owner, nearest: { documentId: id, path, title } };
  };
  const digests = await digestsFor(gaps, ownerOf, fallbackOwner);
  return digests.map((digest) => ({ ...digest, text: digestText(digest, from, to) }));
}
