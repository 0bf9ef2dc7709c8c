import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Clock } from '../../core/kernel/clock.js';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import { hasFailed, summary } from '../../core/knowledge/ingest/ingest-report.js';
import { runRecorded, type SourceReach } from '../../core/knowledge/sources/run-source.js';
import {
  newSource,
  type KnowledgeSource,
  type SourceRegistry,
  type SourceRun,
} from '../../core/knowledge/sources/source-definition.js';
import type { CliContext } from './context.js';
import { workWith } from './work-with.js';

export interface OpenedSources {
  registry: SourceRegistry;
  documents: DocumentStore;
  reach: SourceReach;
  close(): Promise<void>;
}

interface AddFlags {
  folder?: string;
  git?: string;
  ref?: string;
  web?: string[];
  depth?: string;
  collection?: string;
  classification?: string;
  schedule?: string;
}

/**
 * `source add|list|run|remove`. Exit code 2 for a source that cannot be used or does not exist, 1 when it failed or everything in it
 * was refused.
 * @param open opens the tenant's sources; called once, when a command runs.
 */
export function sourceCommand(context: CliContext, open: () => Promise<OpenedSources>): Command {
  const work = workWith(context, open);
  const command = new Command('source').description('Folders, web pages and Git repositories that are read');
  command
    .command('add')
    .description('Add a source; with a schedule the server takes it in when its time has come')
    .argument('<name>', 'how people call it')
    .option('--folder <path>', 'a folder on this machine')
    .option('--git <url>', 'a Git repository')
    .option('--ref <name>', 'branch or tag of the repository')
    .option('--web <url...>', 'pages of a site')
    .option('--depth <number>', 'links to follow from the pages')
    .option('--collection <name>', 'collection that the documents belong to')
    .option(
      '--classification <name>',
      'of documents that name none: public, internal, confidential, restricted',
    )
    .option('--schedule <cron>', 'five fields, in UTC, as "0 3 * * *"')
    .action((name: string, flags: AddFlags) =>
      work(async ({ registry }) => {
        const source = newSource(inputOf(name, flags), context.clock.now());
        await registry.put(source);
        context.say(`${source.id}  ${source.name}`);
      }),
    );
  command
    .command('list')
    .description('Show the sources, when they are due and how the last run ended')
    .option('--json', 'one JSON line per source')
    .action(({ json }: { json?: boolean }) =>
      work(async ({ registry }) => {
        for (const source of await registry.list()) {
          if (json) context.emit(source);
          else context.say(lineOf(source));
        }
      }),
    );
  command
    .command('run')
    .description('Take a source in now')
    .argument('<id>')
    .action((id: string) => work((opened) => runNow(context, opened, id)));
  command
    .command('remove')
    .description('Forget a source; its documents stay unless told')
    .argument('<id>')
    .option('--documents', 'remove the documents that it brought')
    .action((id: string, { documents }: { documents?: boolean }) =>
      work(async (opened) => {
        const source = await sourceOf(opened, id);
        await opened.registry.remove(id);
        const removed = documents ? await removeBrought(opened, id, context.clock) : 0;
        context.say(`${source.name} was removed, with ${removed} documents.`);
      }),
    );
  return command;
}

/** The server, whose working folder is another one, reads the folder later; so its path is kept whole. */
function inputOf(name: string, flags: AddFlags): object {
  const { folder, git, ref, web, depth, collection, classification, schedule } = flags;
  const places = [
    ...(folder ? [{ kind: 'folder', path: resolve(folder) }] : []),
    ...(git ? [{ kind: 'git', url: git, ref }] : []),
    ...(web ? [{ kind: 'web', urls: web, ...(depth ? { depth: Number(depth) } : {}) }] : []),
  ];
  if (places.length !== 1) {
    throw new InvalidInput('cli.one-place', 'Name one place: --folder, --git or --web.');
  }
  const access = classification ? { classification } : undefined;
  return { name, place: places[0], collection, access, schedule };
}

function lineOf({ id, name, collection, place, nextRunAt, lastRun }: KnowledgeSource): string {
  const due = nextRunAt ? `due ${nextRunAt.toISOString()}` : 'no schedule';
  return [id, name, `${place.kind} → ${collection}`, due, endOf(lastRun)].join('  ');
}

function endOf(run: SourceRun | undefined): string {
  if (!run) return 'never run';
  return run.fault ?? (run.counts ? summary(run.counts) : 'stopped');
}

async function sourceOf({ registry }: OpenedSources, id: string): Promise<KnowledgeSource> {
  const source = await registry.get(id);
  if (!source) throw new InvalidInput('cli.no-such-source', `There is no source ${id}. See: source list`);
  return source;
}

async function runNow(context: CliContext, opened: OpenedSources, id: string): Promise<void> {
  const source = await sourceOf(opened, id);
  const { clock, signal } = context;
  const tools = { ...opened.reach, store: opened.documents, clock, signal };
  for await (const event of runRecorded(opened.registry, source, tools)) {
    if (event.kind === 'file') {
      const { outcome, path, note } = event.line;
      context.progress(`${outcome} ${path}${note === undefined ? '' : `: ${note}`}\n`);
    }
    if (event.kind !== 'end') continue;
    context.say(`${source.name}: ${summary(event.report.counts)}`);
    if (hasFailed(event.report, false)) context.fail(1);
  }
}

async function removeBrought({ documents }: OpenedSources, id: string, clock: Clock): Promise<number> {
  const brought = (await documents.list()).filter(({ source }) => source === id);
  for (const { id: documentId } of brought) await documents.remove(documentId, clock.now());
  return brought.length;
}
