import { describe, expect, it } from '@jest/globals';
import type { AuditLog } from '../../core/governance/audit/audit-log.js';
import {
  createChainVerifier,
  emptyTip,
  nextEntry,
  type AuditEntry,
} from '../../core/governance/audit/chain.js';
import { auditCommand } from './audit.js';
import type { CliContext } from './context.js';

function chainOf(length: number): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let position = 0; position < length; position += 1) {
    const event = {
      action: 'tool-call',
      actor: { kind: 'person' as const, id: 'p1', name: 'Ada' },
      resource: 'ticket:1',
      correlationId: 'c',
      at: new Date(1_700_000_000_000),
    };
    entries.push(
      nextEntry(entries.at(-1) ?? emptyTip('home'), { tenantId: 'home', batchId: 'b', position, event }),
    );
  }
  return entries;
}

async function run(entries: AuditEntry[], ...words: string[]) {
  const said: string[] = [];
  const emitted: object[] = [];
  let code = 0;
  let isClosed = false;
  const tip = chainOf(3).at(-1);
  const log: AuditLog = {
    append: () => Promise.resolve(),
    tenants: () => Promise.resolve(['home']),
    verify: (tenantId) => {
      const verifier = createChainVerifier(tenantId);
      for (const entry of entries) verifier.add(entry);
      return Promise.resolve(verifier.finish(tip));
    },
    async *read(_tenantId, { action } = {}) {
      for (const entry of entries)
        if (!action || entry.event.action === action) yield await Promise.resolve(entry);
    },
  };
  const context = {
    say: (text: string) => void said.push(text),
    emit: (value: object) => void emitted.push(value),
    progress: () => undefined,
    fail: (given: number) => (code = given),
    signal: new AbortController().signal,
  } as unknown as CliContext;
  const close = (): Promise<void> => Promise.resolve(void (isClosed = true));
  await auditCommand(context, () => Promise.resolve({ log, close })).parseAsync(['node', 'audit', ...words]);
  return { said: said.join('\n'), emitted, code, isClosed };
}

describe('the audit command', () => {
  it('says that a chain is intact and closes what it opened', async () => {
    expect(await run(chainOf(3), 'verify')).toMatchObject({
      said: 'home: 3 entries, all intact.',
      code: 0,
      isClosed: true,
    });
  });

  it('fails and names the entries that were touched', async () => {
    const [first, , third] = chainOf(3);
    const cut = await run([first as AuditEntry, third as AuditEntry], 'verify', '--json');
    expect(cut).toMatchObject({
      code: 1,
      emitted: [{ intact: false, faults: [{ kind: 'missing', sequence: 2, count: 1 }] }],
    });
    const changed = chainOf(3);
    (changed[1] as AuditEntry).event.resource = 'ticket:9';
    expect((await run(changed, 'verify')).said).toContain('number 2 was changed');
  });

  it('exports entries that somebody else can verify', async () => {
    const { emitted } = await run(chainOf(3), 'export', '--tenant', 'home');
    const verifier = createChainVerifier('home');
    for (const entry of JSON.parse(JSON.stringify(emitted)) as AuditEntry[]) verifier.add(entry);
    expect(verifier.finish(chainOf(3).at(-1))).toEqual({ entries: 3, faults: [] });
    expect((await run(chainOf(3), 'export', '--tenant', 'home', '--action', 'none')).emitted).toEqual([]);
    expect((await run(chainOf(3), 'export', '--tenant', 'home', '--from', 'yesterday')).code).toBe(2);
  });
});
