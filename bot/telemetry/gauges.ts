import type { KnowledgeRoom } from '../compose-knowledge.js';
import type { Turns } from '../compose-turns.js';
import type { Scheduler } from '../../jobs/scheduler.js';
import type { PrometheusMetrics } from './metrics.js';

export interface Measured {
  knowledge: Pick<KnowledgeRoom, 'size'>;
  turns: Pick<Turns, 'inbox' | 'outcomes' | 'intake'>;
  scheduler: Pick<Scheduler, 'states'>;
}

/** What stands where, read whenever `/metrics` is asked for. */
export function addGauges(metrics: PrometheusMetrics, { knowledge, turns, scheduler }: Measured): void {
  metrics.onScrape(async () => {
    const { documents, passages, vectors } = knowledge.size();
    metrics.gauge('knowledge_documents', documents);
    metrics.gauge('knowledge_passages', passages);
    metrics.gauge('knowledge_vectors', vectors);
    metrics.gauge('inbox_waiting', await turns.inbox.waiting());
    metrics.gauge('outbox_undelivered', await turns.outcomes.undelivered());
    metrics.gauge('turns_running', turns.intake.load);
    metrics.gauge('turns_put_off', turns.intake.waiting);
    metrics.gauge('turns_set_aside', turns.intake.setAside);
    for (const { name, nextRunAt } of await scheduler.states()) {
      if (nextRunAt) metrics.gauge('job_next_run_seconds', nextRunAt.getTime() / 1000, { job: name });
    }
  });
}
