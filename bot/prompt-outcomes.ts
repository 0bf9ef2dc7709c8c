import type { PromptOptions, PromptOutcome } from '../core/gateway/prompts/registry.js';
import type { Clock } from '../core/kernel/clock.js';
import { describeError } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { PromptOutcomeStore } from '../storage/mongo/prompt-outcomes.js';

export interface PromptOutcomesOptions {
  store(tenantId: string): PromptOutcomeStore;
  metrics: Metrics;
  clock: Clock;
  logger: Logger;
}

export interface PromptOutcomes {
  count: NonNullable<PromptOptions['onOutcome']>;
  /** Writes what was counted since the last time. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const FLUSH_MS = 5_000;

/**
 * Counts what became of replies, for `/metrics` at once and for `steward prompts` in one write per version every few
 * seconds: a figure for comparing versions is not worth a write per call, and a crash may cost the last seconds of it.
 */
export function createPromptOutcomes({
  store,
  metrics,
  clock,
  logger,
}: PromptOutcomesOptions): PromptOutcomes {
  let pending = new Map<string, Map<string, Partial<Record<PromptOutcome, number>>>>();
  let timer: NodeJS.Timeout | undefined;

  const flush = async (): Promise<void> => {
    const counted = pending;
    pending = new Map();
    for (const [tenantId, prompts] of counted)
      for (const [prompt, counts] of prompts)
        await store(tenantId)
          .add(prompt, counts, clock.now())
          .catch((error: unknown) =>
            logger.warn({ prompt, error: describeError(error) }, 'Outcomes of a prompt were not counted.'),
          );
  };
  return {
    count: (id, tenantId, outcome) => {
      const [name = '', version = ''] = id.split('@');
      metrics.count('prompt_outcomes_total', { prompt: name, version, outcome });
      const prompts = pending.get(tenantId) ?? new Map<string, Partial<Record<PromptOutcome, number>>>();
      const counts = prompts.get(id) ?? {};
      pending.set(tenantId, prompts.set(id, { ...counts, [outcome]: (counts[outcome] ?? 0) + 1 }));
      if (timer) return;
      timer = setTimeout(() => {
        timer = undefined;
        void flush();
      }, FLUSH_MS);
      timer.unref();
    },
    flush,
    stop: () => {
      clearTimeout(timer);
      return flush();
    },
  };
}
