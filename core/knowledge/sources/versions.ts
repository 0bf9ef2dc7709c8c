import type { Clock } from '../../kernel/clock.js';
import { Conflict, InvalidInput } from '../../kernel/errors.js';
import type { Passage } from '../../kernel/answer.js';
import type { DocumentAccess, KnowledgeDocument } from '../document.js';
import type { DocumentStore, StoredDocument } from '../document-store.js';

/** One passage of a comparison; passages that changed are a `removed` one followed by an `added` one. */
export interface PassageChange {
  change: 'same' | 'added' | 'removed';
  headings: string[];
  text: string;
}

export interface VersionDiff {
  from: KnowledgeDocument;
  to: KnowledgeDocument;
  changes: PassageChange[];
}

/**
 * Compares two versions passage by passage.
 * @throws InvalidInput when one of them does not exist.
 */
export async function diffVersions(
  store: DocumentStore,
  documentId: string,
  from: number,
  to: number,
): Promise<VersionDiff> {
  const [older, newer] = [await versionOf(store, documentId, from), await versionOf(store, documentId, to)];
  return {
    from: older.document,
    to: newer.document,
    changes: diffPassages(older.passages, newer.passages),
  };
}

async function versionOf(store: DocumentStore, documentId: string, version: number): Promise<StoredDocument> {
  const stored = await store.getVersion(documentId, version);
  if (!stored) {
    throw new InvalidInput('knowledge.no-such-version', `Document ${documentId} has no version ${version}.`, {
      userText: 'error.not-found',
      status: 404,
    });
  }
  return stored;
}

/** Longest common subsequence over equal passages; a passage id stands for its words and headings. */
function diffPassages(older: Passage[], newer: Passage[]): PassageChange[] {
  const common = commonLengths(older, newer);
  const changes: PassageChange[] = [];
  let [left, right] = [0, 0];
  const push = (change: PassageChange['change'], { headings, text }: Passage): void => {
    changes.push({ change, headings, text });
  };
  while (left < older.length || right < newer.length) {
    const [before, after] = [older[left], newer[right]];
    if (before && after && before.id === after.id) {
      push('same', after);
      left += 1;
      right += 1;
    } else if (before && (!after || common(left + 1, right) >= common(left, right + 1))) {
      push('removed', before);
      left += 1;
    } else if (after) {
      push('added', after);
      right += 1;
    }
  }
  return changes;
}

function commonLengths(older: Passage[], newer: Passage[]): (left: number, right: number) => number {
  const width = newer.length + 1;
  const lengths = new Uint16Array((older.length + 1) * width);
  for (let left = older.length - 1; left >= 0; left -= 1) {
    for (let right = newer.length - 1; right >= 0; right -= 1) {
      lengths[left * width + right] =
        older[left]?.id === newer[right]?.id
          ? (lengths[(left + 1) * width + right + 1] ?? 0) + 1
          : Math.max(lengths[(left + 1) * width + right] ?? 0, lengths[left * width + right + 1] ?? 0);
    }
  }
  return (left, right) => lengths[left * width + right] ?? 0;
}

/**
 * Makes an older version the present one, as a new version. The readers of the present version stay: a rollback of words
 * must not open what was closed since. The next ingest leaves the document alone until its source changes again.
 * @throws InvalidInput for an unknown version, Conflict when the document is gone or somebody else changed it meanwhile.
 */
export async function rollback(
  store: DocumentStore,
  documentId: string,
  version: number,
  clock: Clock,
): Promise<StoredDocument> {
  const present = await presentOf(store, documentId);
  const wanted = await versionOf(store, documentId, version);
  const sourceHash = present.document.rolledBackFrom ?? present.document.contentHash;
  const restored: StoredDocument = {
    document: {
      ...wanted.document,
      access: present.document.access,
      version: present.document.version + 1,
      ingestedAt: clock.now(),
      rolledBackFrom: sourceHash,
    },
    passages: wanted.passages,
  };
  if (wanted.document.contentHash === sourceHash) delete restored.document.rolledBackFrom;
  await store.put(restored);
  return restored;
}

/**
 * Opens a document to other readers, or closes it to them, as a new version with the same words.
 * @throws Conflict when the document is gone or somebody else changed it meanwhile.
 */
export async function changeReaders(
  store: DocumentStore,
  documentId: string,
  access: DocumentAccess,
  clock: Clock,
): Promise<StoredDocument> {
  const present = await presentOf(store, documentId);
  const { document, passages } = present;
  const next = { ...document, access, version: document.version + 1, ingestedAt: clock.now() };
  const stored = { document: next, passages };
  await store.put(stored);
  return stored;
}

async function presentOf(store: DocumentStore, documentId: string): Promise<StoredDocument> {
  const present = await store.get(documentId);
  if (present) return present;
  throw new Conflict(
    'knowledge.document-gone',
    `Document ${documentId} is not in the knowledge base any more.`,
  );
}
