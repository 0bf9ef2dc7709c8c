import type { Clock } from '../../kernel/clock.js';
import type { FullKnowledgeBase } from '../create-knowledge-base.js';
import type { FactStore } from './fact.js';

/** How far clocks of different machines, and a write under way, may be behind. */
const SLACK_MS = 5 * 60_000;

/**
 * Lets a knowledge base learn the facts that a model drew, whichever process had it do so.
 * @returns takes over what is new since the last call; cheap when nothing is.
 */
export function followFacts(
  facts: Pick<FactStore, 'readByModelSince'>,
  base: Pick<FullKnowledgeBase, 'learnFacts'>,
  clock: Clock,
): () => Promise<void> {
  let seenUntil = new Date(0);
  /** What of the last minutes is known already. */
  let seen = new Map<string, number>();
  return async () => {
    const now = clock.now();
    const from = new Date(Math.max(0, seenUntil.getTime() - SLACK_MS));
    const found = new Map<string, number>();
    for await (const { documentId, facts: own, model } of facts.readByModelSince(from)) {
      const at = model?.at.getTime() ?? 0;
      found.set(documentId, at);
      if (seen.get(documentId) === at) continue;
      base.learnFacts(
        documentId,
        own.filter(({ by }) => by !== undefined),
      );
    }
    seen = found;
    seenUntil = now;
  };
}
