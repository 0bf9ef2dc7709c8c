import { describeError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { type FactExtractor, extractFacts } from './extract-facts.js';
import { factsOf } from './draw-facts.js';
import type { FactStore } from './fact.js';
import type { KnowledgeGraph } from './knowledge-graph.js';

type Index = Pick<KnowledgeBase, 'add' | 'remove'>;

/** Tells several indexes of each document; use it as an ingest's `index`. */
export function fanOut(...indexes: Index[]): Index {
  return {
    add: (stored) => {
      for (const index of indexes) index.add(stored);
    },
    remove: (documentId) => {
      for (const index of indexes) index.remove(documentId);
    },
  };
}

/**
 * The graph as an index of the ingest. Facts are drawn and stored behind it, in order; what fails is drawn again by
 * `syncGraph` at the next start.
 */
export function createGraphIndex({
  graph,
  facts,
  logger,
  extract = extractFacts,
}: {
  graph: KnowledgeGraph;
  facts: FactStore;
  logger: Logger;
  extract?: FactExtractor;
}): Index & { idle(): Promise<void> } {
  let queue: Promise<void> = Promise.resolve();
  const later = (documentId: string, work: () => Promise<void>): void => {
    queue = queue.then(work).catch((error: unknown) => {
      logger.warn(
        { documentId, reason: describeError(error) },
        'The facts of a document could not be stored.',
      );
    });
  };
  return {
    add({ document, passages }) {
      later(document.id, async () => {
        const own = await factsOf(passages, extract);
        graph.put(document.id, own);
        await facts.put(document.id, own);
      });
    },
    remove(documentId) {
      graph.remove(documentId);
      later(documentId, async () => {
        graph.remove(documentId);
        await facts.remove(documentId);
      });
    },
    idle: () => queue,
  };
}
