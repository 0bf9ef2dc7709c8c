import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { describeError, InvalidInput, StewardError } from '../../core/kernel/errors.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import { ingestPaths } from '../../core/knowledge/ingest/ingest.js';
import {
  hasFailed,
  type IngestEvent,
  type IngestReport,
  summary,
} from '../../core/knowledge/ingest/ingest-report.js';
import type { CliContext } from './context.js';

interface IngestFlags {
  collection: string;
  json?: boolean;
  allowEmpty?: boolean;
  strict?: boolean;
}

export interface OpenedDocuments {
  documents: DocumentStore;
  close(): Promise<void>;
}

/**
 * `ingest PATH…`: takes files and folders into the knowledge base. Exit code 1 when nothing could be taken in, the store
 * failed or, with `--strict`, a file was refused; 2 when a path does not exist.
 * @param open opens the tenant's documents; called once, when the command runs.
 */
export function ingestCommand(context: CliContext, open: () => Promise<OpenedDocuments>): Command {
  return new Command('ingest')
    .description('Take files and folders into the knowledge base; only what changed is read again')
    .argument('<path...>', 'folders or files: Markdown, HTML, TXT, CSV, PDF, DOCX, PPTX, XLSX')
    .option('--collection <name>', 'collection that the documents belong to', collectionNamed, 'main')
    .option('--allow-empty', 'remove all documents of a folder that is empty now')
    .option('--strict', 'exit with 1 when a file was refused')
    .option('--json', 'one JSON line per file and a report at the end')
    .action(async (paths: string[], flags: IngestFlags) => {
      const opened = await open();
      try {
        await run(context, opened.documents, paths, flags);
      } catch (error) {
        if (!(error instanceof StewardError)) throw error;
        context.progress(`${describeError(error)}\n`);
        context.fail(error.status === 400 ? 2 : 1);
      } finally {
        await opened.close();
      }
    });
}

function collectionNamed(value: string): string {
  if (value.trim()) return value.trim();
  throw new InvalidInput('cli.no-collection', '--collection takes a name; main without it.');
}

async function run(
  context: CliContext,
  store: DocumentStore,
  paths: string[],
  { collection, json = false, allowEmpty = false, strict = false }: IngestFlags,
): Promise<void> {
  const { clock, signal } = context;
  const bar = json ? undefined : progressBar();
  try {
    for await (const event of ingestPaths({ paths, collection, store, clock, signal, allowEmpty })) {
      bar?.show(event);
      if (json) emitEvent(context, event);
      if (event.kind !== 'end') continue;
      bar?.stop();
      if (!json) sayReport(context, event.report);
      if (hasFailed(event.report, strict)) context.fail(1);
    }
  } finally {
    bar?.stop();
  }
  if (signal.aborted) {
    context.progress('Stopped; what was taken in so far stays.\n');
    context.fail(1);
  }
}

function emitEvent(context: CliContext, event: IngestEvent): void {
  if (event.kind === 'file') context.emit(event.line);
  if (event.kind === 'end') {
    const { collection, counts, passages, startedAt, endedAt } = event.report;
    context.emit({ report: { collection, counts, passages, ms: endedAt.getTime() - startedAt.getTime() } });
  }
}

function sayReport(context: CliContext, report: IngestReport): void {
  for (const line of report.lines) {
    if (line.note) context.progress(`${line.outcome === 'refused' ? '!' : '·'} ${line.path}: ${line.note}\n`);
  }
  const seconds = (report.endedAt.getTime() - report.startedAt.getTime()) / 1000;
  const passages = report.passages > 0 ? ` (${report.passages} passages)` : '';
  context.say(`${report.collection}: ${summary(report.counts)}${passages} in ${seconds.toFixed(1)} s`);
}

/** A bar on stderr; where stderr is no terminal it stays silent. */
function progressBar(): { show(event: IngestEvent): void; stop(): void } {
  const bar = new SingleBar({
    format: '{bar} {value}/{total} {path}',
    barsize: 30,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
    noTTYOutput: false,
  });
  return {
    show(event) {
      if (event.kind === 'start') bar.start(event.total, 0, { path: '' });
      else if (event.kind === 'file') bar.update(event.done, { path: event.line.path.slice(-50) });
    },
    stop: () => bar.stop(),
  };
}
