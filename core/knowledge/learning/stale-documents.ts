import type { KnowledgeDocument } from '../document.js';
import { plainText } from './plain-text.js';

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

const MAX_LISTED = 15;

/** The message to one owner, as markdown. */
export function staleText(stale: StaleDocument[]): string {
  const lines = stale.slice(0, MAX_LISTED).map(({ document, reason, since, citations }) => {
    const why =
      reason === 'review-due'
        ? `review was due on ${since.toISOString().slice(0, 10)}`
        : 'unchanged for long';
    const used = citations > 0 ? `cited ${citations} times` : 'not cited lately';
    return `- ${plainText(document.title)} (${plainText(`${document.collection}/${document.path}`)}): ${why}, ${used}`;
  });
  const more = stale.length > MAX_LISTED ? [`- and ${stale.length - MAX_LISTED} more`] : [];
  const what = stale.length === 1 ? 'One page' : `${stale.length} pages`;
  return [`${what} should be looked at again:`, '', ...lines, ...more].join('\n');
}
