import type { AuditEvent } from '../../kernel/audit-event.js';
import { digest } from '../../kernel/json.js';

/** One link of a tenant's audit chain. `hash` covers everything else, so no member can change unseen. */
export interface AuditEntry {
  tenantId: string;
  /** From 1, without gaps. */
  sequence: number;
  /** The piece of work that caused it, and its place in there. */
  batchId: string;
  position: number;
  event: AuditEvent;
  previousHash: string;
  /** SHA-256, 64 hexadecimal digits. */
  hash: string;
}

/** Where a chain ends: kept apart from the entries, so that cutting off the end is seen. */
export interface ChainTip {
  sequence: number;
  hash: string;
}

/** The tip of a chain without entries; its hash ties the first entry to the tenant. */
export function emptyTip(tenantId: string): ChainTip {
  return { sequence: 0, hash: digest({ chain: 'steward-audit-1', tenantId }) };
}

/** Makes the next entry after `tip`. */
export function nextEntry(
  tip: ChainTip,
  { tenantId, batchId, position, event }: Pick<AuditEntry, 'tenantId' | 'batchId' | 'position' | 'event'>,
): AuditEntry {
  const previousHash = tip.hash;
  const unsealed = { tenantId, batchId, position, event, sequence: tip.sequence + 1, previousHash };
  return { ...unsealed, hash: hashOf(unsealed) };
}

export type ChainFault =
  | { kind: 'changed'; sequence: number }
  | { kind: 'missing'; sequence: number; count: number }
  | { kind: 'reordered'; sequence: number };

/**
 * Checks a chain entry by entry, in the order of their sequence numbers; entries are fed one at a time, so a chain of
 * any length needs no memory.
 */
export function createChainVerifier(tenantId: string): {
  add(entry: AuditEntry): void;
  /** @param tip as stored apart from the entries; entries beyond it are fine, entries short of it are missing. */
  finish(tip: ChainTip | undefined): { entries: number; faults: ChainFault[] };
} {
  const faults: ChainFault[] = [];
  let last = emptyTip(tenantId);
  let entries = 0;
  return {
    add(entry) {
      entries += 1;
      const { hash, ...unsealed } = entry;
      const gap = entry.sequence - last.sequence - 1;
      if (gap > 0) faults.push({ kind: 'missing', sequence: last.sequence + 1, count: gap });
      if (gap < 0) faults.push({ kind: 'reordered', sequence: entry.sequence });
      if (hashOf(unsealed) !== hash) faults.push({ kind: 'changed', sequence: entry.sequence });
      // A sealed entry that follows another one than it did was moved, or the one before was replaced.
      else if (gap === 0 && entry.previousHash !== last.hash)
        faults.push({ kind: 'reordered', sequence: entry.sequence });
      last = { sequence: entry.sequence, hash };
    },
    finish(tip) {
      if (tip && tip.sequence > last.sequence)
        faults.push({ kind: 'missing', sequence: last.sequence + 1, count: tip.sequence - last.sequence });
      else if (tip && tip.sequence === last.sequence && tip.hash !== last.hash && faults.length === 0)
        faults.push({ kind: 'changed', sequence: tip.sequence });
      return { entries, faults };
    },
  };
}

function hashOf(unsealed: Omit<AuditEntry, 'hash'>): string {
  // Through JSON, so that an entry read back from storage or from an export has the hash it had when it was made.
  return digest(JSON.parse(JSON.stringify(unsealed)));
}
