import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createChainVerifier, emptyTip, nextEntry, type AuditEntry, type ChainTip } from './chain.js';

function chainOf(length: number, tenantId = 't1'): AuditEntry[] {
  const entries: AuditEntry[] = [];
  let tip: ChainTip = emptyTip(tenantId);
  for (let position = 0; position < length; position += 1) {
    const event = {
      action: 'approval-decide',
      actor: { kind: 'person' as const, id: `p${position}`, name: 'Ada' },
      resource: `approval:${position}`,
      reason: undefined,
      after: { state: 'approved' },
      correlationId: 'c',
      at: new Date(1_700_000_000_000 + position),
    };
    const entry = nextEntry(tip, { tenantId, batchId: 'b', position, event });
    entries.push(entry);
    tip = entry;
  }
  return entries;
}
function verify(entries: AuditEntry[], tip: ChainTip | undefined) {
  const verifier = createChainVerifier('t1');
  for (const entry of entries) verifier.add(entry);
  return verifier.finish(tip);
}

describe('the audit chain', () => {
  it('holds when nothing was touched, also after a way through JSON', () => {
    const entries = chainOf(20);
    const read = JSON.parse(JSON.stringify(entries)) as AuditEntry[];
    expect(verify(read, entries.at(-1))).toEqual({ entries: 20, faults: [] });
    expect(verify([], undefined).faults).toEqual([]);
  });

  it('finds any entry whose content, hash or place was changed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom('actor', 'after', 'hash', 'batch'),
        (at, what) => {
          const entries = structuredClone(chainOf(10));
          const entry = entries[at] as AuditEntry;
          if (what === 'actor') entry.event.actor = { kind: 'person', id: 'somebody-else', name: 'Ada' };
          if (what === 'after') entry.event.after = { state: 'rejected' };
          if (what === 'hash') entry.hash = 'f'.repeat(64);
          if (what === 'batch') entry.batchId = 'c';
          expect(verify(entries, chainOf(10).at(-1)).faults[0]).toEqual({
            kind: 'changed',
            sequence: at + 1,
          });
        },
      ),
    );
  });

  it('finds missing entries at the start, in the middle and at the end', () => {
    const entries = chainOf(10);
    expect(verify(entries.slice(2), entries.at(-1)).faults[0]).toEqual({
      kind: 'missing',
      sequence: 1,
      count: 2,
    });
    const gap = entries.filter(({ sequence }) => sequence !== 5);
    expect(verify(gap, entries.at(-1)).faults).toEqual([{ kind: 'missing', sequence: 5, count: 1 }]);
    expect(verify(entries.slice(0, 8), entries.at(-1)).faults).toEqual([
      { kind: 'missing', sequence: 9, count: 2 },
    ]);
  });

  it('finds entries that were swapped or sealed anew', () => {
    const entries = chainOf(5);
    const swapped = [entries[0], entries[2], entries[1], entries[3], entries[4]] as AuditEntry[];
    expect(verify(swapped, entries.at(-1)).faults.map(({ kind }) => kind)).toContain('reordered');
    const forged = structuredClone(entries);
    const before = forged[1] as AuditEntry;
    forged[2] = nextEntry(before, { ...(forged[2] as AuditEntry), batchId: 'forged' });
    expect(verify(forged, entries.at(-1)).faults).toEqual([{ kind: 'reordered', sequence: 4 }]);
  });

  it('does not take the chain of one tenant for that of another', () => {
    const other = chainOf(3, 't2');
    expect(verify(other, other.at(-1)).faults).not.toEqual([]);
  });

  it('finds that the last entry was replaced by another one', () => {
    const entries = chainOf(3);
    const forged = nextEntry(entries[1] as AuditEntry, { ...(entries[2] as AuditEntry), batchId: 'x' });
    expect(verify([...entries.slice(0, 2), forged], entries.at(-1)).faults).toEqual([
      { kind: 'changed', sequence: 3 },
    ]);
  });
});
