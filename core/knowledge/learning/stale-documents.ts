import type { KnowledgeDocument } from '../document.js';

export interface StaleDocument {
  document: KnowledgeDocument;
  /** `review-due`: its date of review has passed; `old`: nobody changed it for long. */
  reason: 'review-due' | 'old';
  since: Date;
  /** How often it was cited lately: what is used and old comes first. */
  citations: number;
}

export interface StaleOptions {
  now: Date;
  /** Days after which a document without a review date counts as old. */
  maxAgeDays: number;
  /** Citations by document id. */
  citations?: Map<string, number>;
}

const DAY_MS = 86_400_000;

/** Documents that somebody should look at again, the most used first. */
export function staleDocuments(
  documents: KnowledgeDocument[],
  { now, maxAgeDays, citations = new Map() }: StaleOptions,
): StaleDocument[] {
  return documents
    .flatMap((document): StaleDocument[] => {
      const used = { document, citations: citations.get(document.id) ?? 0 };
      if (document.reviewBy) {
        return document.reviewBy <= now ? [{ ...used, reason: 'review-due', since: document.reviewBy }] : [];
      }
      const oldSince = new Date(document.updatedAt.getTime() + maxAgeDays * DAY_MS);
      return oldSince <= now ? [{ ...used, reason: 'old', since: oldSince }] : [];
    })
    .sort((a, b) => b.citations - a.citations || a.since.getTime() - b.since.getTime());
}

/** By owner, for one message each; documents that nobody owns go to `fallback`. */
export function staleByOwner(stale: StaleDocument[], fallback: string): Map<string, StaleDocument[]> {
  const owners = new Map<string, StaleDocument[]>();
  for (const one of stale) {
    const owner = one.document.owner ?? fallback;
    owners.set(owner, [...(owners.get(owner) ?? []), one]);
  }
  return owners;
}
