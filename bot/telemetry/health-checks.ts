import type { Gateway } from '../../core/gateway/create-gateway.js';
import type { PeopleRefresh } from '../../core/governance/identity/refresh-people.js';
import type { Database } from '../../storage/mongo/database.js';
import type { Outcomes } from '../../storage/mongo/outcomes.js';
import type { Replica } from '../../storage/mongo/replicas.js';
import type { Health } from './health.js';
import type { PrometheusMetrics } from './metrics.js';

export interface CheckedParts {
  database: Database;
  replica: Pick<Replica, 'isSure'>;
  outcomes: Pick<Outcomes, 'refused'>;
  intake: { readonly setAside: number };
  /** Says whether anybody can decide. */
  adminProblem(): Promise<string | undefined>;
  /** What channels themselves complain of. */
  channelProblems(): string[];
  /** Where people are read from; undefined where only channels know them. */
  people: Pick<PeopleRefresh, 'problem'> | undefined;
  model: Pick<Gateway, 'health'> | undefined;
  /** Asks Chroma for a sign of life, where it is configured; rejects without one. */
  chroma: (() => Promise<void>) | undefined;
}

/** What `/readyz` and `/metrics` tell of the store, and of what lies outside and can fail by itself. */
export function addHealthChecks(health: Health, metrics: PrometheusMetrics, parts: CheckedParts): void {
  const { database, replica, outcomes, intake, adminProblem, channelProblems, people, model, chroma } = parts;
  metrics.onScrape(async () => {
    for (const { name, problem } of await health.states())
      metrics.gauge('part_ok', problem === undefined ? 1 : 0, { part: name });
  });
  health.add({
    name: 'store',
    vital: true,
    check: async () => {
      await database.connection.db?.command({ ping: 1 });
      return replica.isSure() && !database.batch.refusedLately() ? undefined : 'takes no writes';
    },
  });
  health.add({
    name: 'channels',
    vital: false,
    check: async () => {
      const count = await outcomes.refused();
      const late = count === 0 ? [] : [`${count} messages were not taken yet and are sent again`];
      const { setAside } = intake;
      const kept = setAside === 0 ? [] : [`${setAside} messages are kept and answered when that is mended`];
      return [...channelProblems(), ...late, ...kept].join('; ') || undefined;
    },
  });
  if (people) health.add({ name: 'people', vital: false, check: () => Promise.resolve(people.problem()) });
  health.add({ name: 'administrators', vital: false, check: adminProblem });
  if (model)
    health.add({
      name: 'model',
      vital: false,
      check: () => Promise.resolve(modelProblem(model)),
    });
  if (chroma)
    health.add({
      name: 'chroma',
      vital: false,
      check: () =>
        chroma().then(
          () => undefined,
          () => 'does not answer; passages are found by words only',
        ),
    });
}

/** Questions are answered by quotes as long as an endpoint's last call failed and no other took its place. */
function modelProblem(model: Pick<Gateway, 'health'>): string | undefined {
  const failing = model.health().filter(({ failuresInARow }) => failuresInARow > 0);
  if (failing.length === 0) return undefined;
  return failing
    .map(({ endpoint, tier, lastFault }) => `${endpoint} (${tier}) failed: ${lastFault?.code ?? 'unknown'}`)
    .join('; ');
}
