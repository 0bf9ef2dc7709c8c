import type { Clock } from '../../kernel/clock.js';
import { InvalidInput, StewardError, describeError } from '../../kernel/errors.js';
import type { OutboundFetch } from '../../kernel/outbound-fetch.js';
import type { DocumentStore } from '../document-store.js';
import { type DocumentSource, folderSource } from '../ingest/document-source.js';
import { ingestSource } from '../ingest/ingest.js';
import type { IngestEvent, IngestReport } from '../ingest/ingest-report.js';
import { DEFAULT_LIMITS, type IngestLimits } from '../ingest/limits.js';
import { because, faultName, reason } from '../ingest/reason.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { gitAuthorization } from './git-authorization.js';
import { gitSource } from './git-source.js';
import type { Resolve } from './guarded-fetch.js';
import {
  type KnowledgeSource,
  type SourceRegistry,
  type SourceRun,
  dueSources,
  nextRun,
} from './source-definition.js';
import { webSource } from './web-source.js';

export interface SourceTools {
  store: DocumentStore;
  index?: Pick<KnowledgeBase, 'add' | 'remove'>;
  clock: Clock;
  /** Made by `createGuardedFetch`. */
  fetch: OutboundFetch;
  /** Hosts that Git may clone from. */
  gitHosts: string[];
  /** Made by `createAddressCheck`: where such a host leads. */
  gitAddresses?: Resolve;
  /** Tokens for private repositories, by host. */
  gitTokens?: Record<string, string>;
  /** Folders on this machine that sources may lie in; a folder outside of them is refused. */
  folders: string[];
  limits?: IngestLimits;
  signal?: AbortSignal;
}

/** What sources may reach, which the configuration tells. */
export type SourceReach = Pick<SourceTools, 'fetch' | 'gitHosts' | 'gitAddresses' | 'gitTokens' | 'folders'>;

/**
 * Opens the documents that a source definition stands for.
 * @throws InvalidInput when the place is not allowed or not there, Unavailable when it does not answer.
 */
export async function openSource(
  { id, place }: KnowledgeSource,
  tools: SourceTools,
): Promise<DocumentSource> {
  const limits = tools.limits ?? DEFAULT_LIMITS;
  if (place.kind === 'folder') return openFolder(id, place.path, tools.folders, limits);
  if (place.kind === 'git') {
    return gitSource(id, {
      ...place,
      hosts: tools.gitHosts,
      addressesOf: tools.gitAddresses,
      limits,
      authorization: gitAuthorization(place.url, tools.gitTokens),
    });
  }
  const { fetch, clock, signal } = tools;
  return webSource(id, { ...place, fetch, clock, limits, signal });
}

async function openFolder(
  id: string,
  path: string,
  allowed: string[],
  limits: IngestLimits,
): Promise<DocumentSource> {
  const opened = await folderSource(path, limits).catch((error: unknown) => {
    const why = reason('no-such-path', { path, fault: faultName(error) });
    throw new InvalidInput(...because(why, { cause: error }));
  });
  const real = opened.id.slice('folder:'.length);
  if (!allowed.some((folder) => real === folder || real.startsWith(`${folder}/`))) {
    throw new InvalidInput(...because(reason('folder-not-allowed')));
  }
  return { ...opened, id };
}

/** Takes in one source now; progress comes as events, a fault of the source itself is thrown. */
export async function* runSource(
  source: KnowledgeSource,
  tools: SourceTools,
): AsyncGenerator<IngestEvent, void> {
  yield* ingestSource(await openSource(source, tools), {
    collection: source.collection,
    store: tools.store,
    clock: tools.clock,
    defaultAccess: source.access,
    ...(tools.index ? { index: tools.index } : {}),
    ...(tools.limits ? { limits: tools.limits } : {}),
    ...(tools.signal ? { signal: tools.signal } : {}),
  });
}

const KEPT_LINES = 100;

/**
 * Takes in every source that is due, one after the other; called by a job every few minutes.
 * @returns the runs made, by source id; a source that fails is one of them and stops no other.
 */
export async function runDueSources(
  registry: SourceRegistry,
  tools: SourceTools,
): Promise<Map<string, SourceRun>> {
  const runs = new Map<string, SourceRun>();
  for (const source of dueSources(await registry.list(), tools.clock.now())) {
    if (tools.signal?.aborted) break;
    const mine = await registry.claim(source, nextRun(source.schedule, tools.clock.now()));
    if (!mine) continue;
    const run = await recorded(source, tools);
    await registry.finish(source.id, run);
    runs.set(source.id, run);
  }
  return runs;
}

async function recorded(source: KnowledgeSource, tools: SourceTools): Promise<SourceRun> {
  const startedAt = tools.clock.now();
  let report: IngestReport | undefined;
  try {
    for await (const event of runSource(source, tools)) if (event.kind === 'end') report = event.report;
    return endedRun(startedAt, tools.clock, report);
  } catch (error) {
    return brokenRun(startedAt, tools.clock, error);
  }
}

/** Takes in one source now, like `runSource`, and keeps with the source how it ended. */
export async function* runRecorded(
  registry: Pick<SourceRegistry, 'finish'>,
  source: KnowledgeSource,
  tools: SourceTools,
): AsyncGenerator<IngestEvent, void> {
  const startedAt = tools.clock.now();
  try {
    for await (const event of runSource(source, tools)) {
      if (event.kind === 'end')
        await registry.finish(source.id, endedRun(startedAt, tools.clock, event.report));
      yield event;
    }
  } catch (error) {
    await registry.finish(source.id, brokenRun(startedAt, tools.clock, error));
    throw error;
  }
}

const endedRun = (startedAt: Date, clock: Clock, report: IngestReport | undefined): SourceRun => ({
  startedAt,
  endedAt: clock.now(),
  ...(report ? { counts: report.counts, lines: report.lines.slice(0, KEPT_LINES) } : {}),
});

function brokenRun(startedAt: Date, clock: Clock, error: unknown): SourceRun {
  const fault = error instanceof StewardError ? error.message : `It failed: ${describeError(error)}`;
  return { startedAt, endedAt: clock.now(), fault };
}
