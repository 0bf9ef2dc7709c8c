import type { Clock } from '../../kernel/clock.js';
import { Conflict, InvalidInput } from '../../kernel/errors.js';
import type { DocumentAccess, KnowledgeDocument, ParsedDocument } from '../document.js';
import type { DocumentStore, StoredDocument } from '../document-store.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { buildDocument, contentHashOf } from './build-document.js';
import { type ChunkOptions, DEFAULT_CHUNKING } from './chunk.js';
import { type DocumentSource, type ReadFile, type SourceEntry, folderSource } from './document-source.js';
import { type IngestEvent, type IngestLine, type IngestReport, emptyCounts } from './ingest-report.js';
import { DEFAULT_LIMITS, type IngestLimits } from './limits.js';
import { type DocumentParser, createDocumentParser } from './parse-document.js';
import { because, faultName, inEnglish, reason, reasonOf, type Reason } from './reason.js';
import { printablePath } from './text-cleaning.js';

export interface IngestOptions {
  collection: string;
  store: DocumentStore;
  clock: Clock;
  /** Learns of every change as it is stored, so that new documents are found before the ingest ends. */
  index?: Pick<KnowledgeBase, 'add' | 'remove'>;
  /** Readers of documents that name none; everybody of the tenant unless told. */
  defaultAccess?: DocumentAccess;
  chunking?: ChunkOptions;
  limits?: IngestLimits;
  /** Ends the ingest between two files; what was stored stays. */
  signal?: AbortSignal;
  /** Removes documents also when the source lists nothing at all (an unmounted folder looks like that). */
  allowEmpty?: boolean;
}

const STORES_AT_ONCE = 8;

const withNote = (line: IngestLine): IngestLine =>
  line.reasons ? { ...line, note: line.reasons.map(inEnglish).join(' ') } : line;

/** Takes in folders and files: `ingestSource` for each path. */
export async function* ingestPaths(
  options: IngestOptions & { paths: string[] },
): AsyncGenerator<IngestEvent, void> {
  for (const path of options.paths) {
    const source = await folderSource(path, options.limits ?? DEFAULT_LIMITS).catch((error: unknown) => {
      const why = reason('no-such-path', { path: printablePath(path), fault: faultName(error) });
      throw new InvalidInput(...because(why, { cause: error }));
    });
    yield* ingestSource(source, options);
  }
}

/**
 * Takes in what changed: unchanged files are left alone, changed ones get a new version, files that are gone disappear.
 * A bad file is a line in the report and stops nothing; only a fault of the store ends the ingest.
 */
export async function* ingestSource(
  source: DocumentSource,
  options: IngestOptions,
): AsyncGenerator<IngestEvent, void> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const parser = await createDocumentParser(limits);
  try {
    yield* new Ingest(source, options, limits, parser).run();
  } finally {
    await parser.close();
    await source.close?.();
  }
}

class Ingest {
  private readonly report: IngestReport;
  private readonly known = new Map<string, KnowledgeDocument>();
  private readonly hashes = new Map<string, string>();
  private readonly pathsByHash = new Map<string, string>();
  private readonly chunking: ChunkOptions;
  private readonly access: DocumentAccess;
  private done = 0;
  private total = 0;

  constructor(
    private readonly source: DocumentSource,
    private readonly options: IngestOptions,
    private readonly limits: IngestLimits,
    private readonly parser: DocumentParser,
  ) {
    this.chunking = options.chunking ?? DEFAULT_CHUNKING;
    this.access = options.defaultAccess ?? { classification: 'internal' };
    const now = options.clock.now();
    this.report = {
      collection: options.collection,
      counts: emptyCounts(),
      passages: 0,
      lines: [],
      startedAt: now,
      endedAt: now,
    };
  }

  async *run(): AsyncGenerator<IngestEvent, void> {
    const { store, collection, clock, signal } = this.options;
    for (const document of await store.list(collection)) this.known.set(document.path, document);
    const entries: SourceEntry[] = [];
    for await (const entry of this.source.entries()) entries.push(entry);
    this.total = entries.length;
    yield { kind: 'start', total: this.total };

    let working: Promise<IngestLine>[] = [];
    for (const entry of entries) {
      if (signal?.aborted) break;
      const work = this.takeIn(entry);
      // Its failure is told when its turn comes to be waited for; an earlier one may end the run before that.
      work.catch(() => undefined);
      working.push(work);
      if (working.length < STORES_AT_ONCE) continue;
      for (const work of working) yield this.noted(await work);
      working = [];
    }
    for (const work of working) yield this.noted(await work);
    if (!signal?.aborted) for await (const line of this.removeGone(entries)) yield this.noted(line);
    this.report.endedAt = clock.now();
    yield { kind: 'end', report: this.report };
  }

  private noted(line: IngestLine): IngestEvent {
    const shown = withNote({ ...this.withTwin(line), path: printablePath(line.path) });
    this.report.counts[line.outcome] += 1;
    if (shown.note) this.report.lines.push(shown);
    if (line.outcome !== 'removed') this.done += 1;
    return { kind: 'file', line: shown, done: this.done, total: this.total };
  }

  /** Told of the later one in the order of the source, whichever file was read first. */
  private withTwin(line: IngestLine): IngestLine {
    const hash = this.hashes.get(line.path);
    if (hash === undefined) return line;
    const twin = this.pathsByHash.get(hash);
    this.pathsByHash.set(hash, twin ?? line.path);
    const isIn = ['added', 'changed', 'unchanged'].includes(line.outcome);
    if (twin === undefined || twin === line.path || !isIn || line.reasons) return line;
    return { ...line, reasons: [reason('twin', { path: printablePath(twin) })] };
  }

  private async takeIn(entry: SourceEntry): Promise<IngestLine> {
    const { path } = entry;
    if ('ignored' in entry) return { path, outcome: 'ignored', reasons: [entry.ignored] };
    if ('refused' in entry) return { path, outcome: 'refused', reasons: [entry.refused] };
    try {
      return await this.takeInFile(path, entry.read);
    } catch (error) {
      if (error instanceof Conflict) {
        return { path, outcome: 'refused', reasons: [reason('taken-meanwhile')] };
      }
      if (error instanceof InvalidInput) return this.refused(path, reasonOf(error));
      throw error;
    }
  }

  private async takeInFile(
    path: string,
    read: Extract<SourceEntry, { read: unknown }>['read'],
  ): Promise<IngestLine> {
    const before = this.known.get(path);
    if (before?.source && before.source !== this.source.id) {
      return { path, outcome: 'refused', reasons: [reason('other-source', { source: before.source })] };
    }
    const file = await read();
    const contentHash = contentHashOf(file.bytes, this.chunking, this.access);
    this.hashes.set(path, contentHash);
    if (before?.contentHash === contentHash) {
      return { path, outcome: 'unchanged', documentId: before.id };
    }
    if (before?.rolledBackFrom === contentHash) {
      return {
        path,
        outcome: 'unchanged',
        documentId: before.id,
        reasons: [reason('rolled-back')],
      };
    }
    const outcome = await this.parser.parse({ path, bytes: file.bytes });
    if ('ignored' in outcome) {
      return before
        ? this.refused(path, outcome.ignored)
        : { path, outcome: 'ignored', reasons: [outcome.ignored] };
    }
    if ('refused' in outcome) {
      return outcome.withdraw ? this.withdrawn(path, outcome.refused) : this.refused(path, outcome.refused);
    }
    const stored = await this.store(outcome.parsed, path, contentHash, file);
    this.options.index?.add(stored);
    this.report.passages += stored.passages.length;
    return { path, outcome: before ? 'changed' : 'added', documentId: stored.document.id };
  }

  /** Stores the next version; a document that was removed before goes on counting where it ended. */
  private async store(
    parsed: ParsedDocument,
    path: string,
    contentHash: string,
    { modifiedAt, url }: ReadFile,
  ): Promise<StoredDocument> {
    const { collection, clock, store } = this.options;
    const before = this.known.get(path);
    const make = (version: number): StoredDocument =>
      buildDocument(
        parsed,
        {
          collection,
          path,
          contentHash,
          version,
          modifiedAt,
          ingestedAt: clock.now(),
          defaultAccess: this.access,
          source: this.source.id,
          url,
        },
        this.chunking,
        this.limits,
      );
    const first = make((before?.version ?? 0) + 1);
    try {
      await store.put(first);
      return first;
    } catch (error) {
      if (!(error instanceof Conflict) || before || (await store.get(first.document.id))) throw error;
      const [last] = await store.history(first.document.id);
      const next = make((last?.version ?? 0) + 1);
      await store.put(next);
      return next;
    }
  }

  /** A file that is bad now leaves the version that was good in place. */
  private refused(path: string, why: Reason): IngestLine {
    const before = this.known.get(path);
    if (!before) return { path, outcome: 'refused', reasons: [why] };
    return {
      path,
      outcome: 'refused',
      documentId: before.id,
      reasons: [why, reason('version-stays', { version: before.version })],
    };
  }

  private async withdrawn(path: string, why: Reason): Promise<IngestLine> {
    const before = this.known.get(path);
    if (!before) return { path, outcome: 'refused', reasons: [why] };
    await this.remove(before);
    return {
      path,
      outcome: 'refused',
      documentId: before.id,
      reasons: [why, reason('nobody-answered')],
    };
  }

  private async remove(document: KnowledgeDocument): Promise<void> {
    await this.options.store.remove(document.id, this.options.clock.now());
    this.options.index?.remove(document.id);
  }

  private async *removeGone(entries: SourceEntry[]): AsyncGenerator<IngestLine> {
    const listed = new Set(entries.map((entry) => entry.path));
    const gone = [...this.known.values()].filter(
      (document) => document.source === this.source.id && !listed.has(document.path),
    );
    if (!this.source.whole || gone.length === 0) return;
    const doubt = this.doubtAbout(entries, gone.length);
    if (doubt) {
      this.report.lines.push(withNote({ path: '.', outcome: 'ignored', reasons: [doubt] }));
      return;
    }
    for (const document of gone) {
      await this.remove(document);
      yield { path: document.path, outcome: 'removed', documentId: document.id };
    }
  }

  /** Why it is not certain that a document that was not listed is gone. */
  private doubtAbout(entries: SourceEntry[], kept: number): Reason | undefined {
    if (entries.some((entry) => 'incomplete' in entry)) return reason('listing-incomplete', { kept });
    if (entries.length === 0 && !this.options.allowEmpty) return reason('source-empty', { kept });
    return undefined;
  }
}
