import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import type { FactStore } from '../../core/knowledge/graph/fact.js';
import { keepFacts } from '../../core/knowledge/graph/keep-facts.js';
import type { FactReader } from '../../core/knowledge/graph/model-facts.js';
import type { JobDefinition } from '../scheduler.js';

export const GRAPH_JOB = 'knowledge-graph';

/** What the job works on for one tenant. */
export interface TenantGraph {
  documents: Pick<DocumentStore, 'changedSince' | 'get'>;
  facts: FactStore;
  /** Draws facts beside the rules, where that is wanted. */
  reader?: FactReader;
}

export interface GraphJobDependencies {
  tenants(): Promise<string[]>;
  of(tenantId: string): TenantGraph;
  clock: Clock;
  logger: Logger;
}

/** At most this many passages of a tenant are shown to the model in one run, one after the other with a rest between. */
const MOST = 200;
const PAUSE_MS = 500;
/** How far clocks of different machines, and a write under way, may be behind. */
const SLACK_MS = 5 * 60_000;

/** Keeps the facts of every tenant's documents in the store in step with them; nothing waits for it. */
export function graphJob({ tenants, of, clock, logger }: GraphJobDependencies): JobDefinition {
  /** Until when this process knows a tenant's facts to be whole; after a start everything is compared once. */
  const doneUntil = new Map<string, Date>();
  const keep = async (tenantId: string, signal: AbortSignal | undefined): Promise<void> => {
    const { reader, ...stores } = of(tenantId);
    const started = clock.now().getTime();
    const since = doneUntil.get(tenantId);
    const report = await keepFacts({
      ...stores,
      ...(since ? { since } : {}),
      ...(reader ? { model: { reader, most: MOST, pauseMs: PAUSE_MS, logger } } : {}),
      ...(signal ? { signal } : {}),
      clock,
    });
    if (report.isDone) doneUntil.set(tenantId, new Date(started - SLACK_MS));
    else doneUntil.delete(tenantId);
    if (report.drawn + report.removed + report.asked > 0)
      logger.info({ tenantId, ...report }, 'The graph of facts was brought up to date.');
  };
  return {
    name: GRAPH_JOB,
    about: 'Draws the facts of new and changed documents for the graph.',
    every: '10 minutes',
    lockMs: 60 * 60_000,
    handle: async (_data, signal) => {
      for (const tenantId of await tenants()) {
        if (signal?.aborted) return;
        await keep(tenantId, signal).catch((error: unknown) => {
          doneUntil.delete(tenantId);
          logger.error({ tenantId, error: describeError(error) }, 'The facts of a tenant were not drawn.');
        });
      }
    },
  };
}
