import type { AuditEvent } from '../../core/kernel/audit-event.js';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Outcomes } from '../../storage/mongo/outcomes.js';

const POLL_MS = 1_000;
const MOST_AT_ONCE = 200;

/** Appends a batch of events to one tenant's chain; the same `batchId` again changes nothing. */
export type AppendAudit = (
  tenantId: string,
  batches: { batchId: string; events: AuditEvent[] }[],
) => Promise<void>;

export interface AuditRelay {
  start(): void;
  /** Moves what is left and stops. */
  stop(): Promise<void>;
  /** Moves everything that stands in outcomes now. */
  flush(): Promise<void>;
}

/** Moves audit events from outcomes into the tenants' chains, many at a time, oldest first. */
export function createAuditRelay(
  outcomes: Outcomes,
  append: AppendAudit,
  clock: Clock,
  logger: Logger,
): AuditRelay {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let turnOfRelay: Promise<void> = Promise.resolve();

  const move = async (): Promise<void> => {
    for (;;) {
      const waiting = await outcomes.unaudited(MOST_AT_ONCE);
      if (waiting.length === 0) return;
      for (const tenantId of new Set(waiting.map((record) => record.tenantId))) {
        const records = waiting.filter((record) => record.tenantId === tenantId);
        await append(
          tenantId,
          records.map((record) => ({ batchId: record._id, events: record.audit })),
        );
        await outcomes.markAudited(records.map((record) => record._id));
      }
      // What has come meanwhile waits for company: to go on for each few costs more than all turns that make them.
      if (waiting.length < MOST_AT_ONCE) return;
    }
  };
  const flush = (): Promise<void> => {
    turnOfRelay = turnOfRelay.then(move, move);
    return turnOfRelay;
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(POLL_MS, stopping.signal);
      await flush().catch((error: unknown) =>
        logger.warn({ error: describeError(error) }, 'Audit events wait to enter the chain.'),
      );
    }
  };

  return {
    start: () => {
      running = loop();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
    flush,
  };
}
