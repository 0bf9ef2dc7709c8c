import { Command } from 'commander';
import type { AuditFilter, AuditLog } from '../../core/governance/audit/audit-log.js';
import type { ChainFault } from '../../core/governance/audit/chain.js';
import type { CliContext } from './context.js';

export interface OpenedAudit {
  log: AuditLog;
  close(): Promise<void>;
}

/**
 * `audit verify` and `audit export`. Verifying exits with 1 when any entry was changed, is missing or stands in another
 * place; exporting writes the chain as JSON Lines with its hashes, so that others can verify it.
 * @param open opens the database; called once, when a command runs.
 */
export function auditCommand(context: CliContext, open: () => Promise<OpenedAudit>): Command {
  const audit = new Command('audit').description('Check and export the audit chain');
  audit
    .command('verify')
    .description('Walk every chain and report entries that were changed, are missing or were moved')
    .option('--tenant <id>', 'only this tenant')
    .option('--json', 'one JSON line per tenant')
    .action((flags: { tenant?: string; json?: boolean }) =>
      withLog(open, async (log) => {
        const tenants = flags.tenant ? [flags.tenant] : await log.tenants();
        if (tenants.length === 0) context.progress('Nothing has been audited yet.\n');
        for (const tenantId of tenants) {
          const { entries, faults } = await log.verify(tenantId);
          if (faults.length > 0) context.fail(1);
          if (flags.json) context.emit({ tenantId, entries, intact: faults.length === 0, faults });
          else context.say(sentence(tenantId, entries, faults));
        }
      }),
    );
  audit
    .command('export')
    .description('Write the entries of a tenant as JSON Lines')
    .requiredOption('--tenant <id>', 'whose chain')
    .option('--resource <name>', 'only what was done to it, for example approval:ID')
    .option('--action <name>', 'only one kind of entry, for example approval-decide')
    .option('--actor <id>', 'only what one person, agent or job did')
    .option('--from <instant>', 'from then on, as 2026-11-01T00:00:00Z')
    .option('--until <instant>', 'before then')
    .action((flags: ExportFlags) =>
      withLog(open, async (log) => {
        const filter = filterOf(flags);
        if (!filter) {
          context.progress('An instant is written as 2026-11-01T00:00:00Z.\n');
          return context.fail(2);
        }
        for await (const entry of log.read(flags.tenant, filter)) {
          if (context.signal.aborted) return;
          context.emit(entry);
        }
      }),
    );
  return audit;
}

interface ExportFlags {
  tenant: string;
  resource?: string;
  action?: string;
  actor?: string;
  from?: string;
  until?: string;
}

function filterOf({ resource, action, actor, from, until }: ExportFlags): AuditFilter | undefined {
  const at = (text: string | undefined): Date | undefined =>
    text === undefined ? undefined : new Date(text);
  const filter: AuditFilter = { resource, action, actorId: actor, from: at(from), until: at(until) };
  const isBroken = [filter.from, filter.until].some((time) => time && Number.isNaN(time.getTime()));
  return isBroken ? undefined : filter;
}

async function withLog(
  open: () => Promise<OpenedAudit>,
  work: (log: AuditLog) => Promise<void>,
): Promise<void> {
  const opened = await open();
  try {
    await work(opened.log);
  } finally {
    await opened.close();
  }
}

function sentence(tenantId: string, entries: number, faults: ChainFault[]): string {
  if (faults.length === 0) return `${tenantId}: ${entries} entries, all intact.`;
  const list = faults.slice(0, 20).map((fault) => {
    if (fault.kind === 'missing') return `  ${fault.count} missing from number ${fault.sequence} on`;
    return `  number ${fault.sequence} was ${fault.kind}`;
  });
  return [`${tenantId}: ${entries} entries, ${faults.length} faults:`, ...list].join('\n');
}
