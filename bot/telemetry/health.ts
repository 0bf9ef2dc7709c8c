import type { HttpModule } from '../../core/kernel/http-route.js';

/** One part that Steward needs or uses. */
export interface HealthCheck {
  name: string;
  /** Without a vital part Steward is not ready; without another it answers less well. */
  vital: boolean;
  /** @returns undefined when all is well, else what is wrong, in words for an operator. */
  check(): Promise<string | undefined>;
}

/** How a part stands. */
export interface PartState {
  name: string;
  vital: boolean;
  problem: string | undefined;
}

export interface Health {
  http: HttpModule;
  add(check: HealthCheck): void;
  /** Looks at every part now. */
  states(): Promise<PartState[]>;
  /** From now on `/readyz` says yes when all is well: the start is through, and cannot fail any more. */
  started(): void;
  /** From now on `/readyz` says no, so that no new work is sent here. */
  drain(): void;
}

const CHECK_MS = 2_000;

/** `/healthz`: the process lives. `/readyz`: it can do its work, part by part. */
export function createHealth(): Health {
  const checks: HealthCheck[] = [];
  let phase: 'starting' | 'running' | 'draining' = 'starting';
  const states = (): Promise<PartState[]> =>
    Promise.all(
      checks.map(async ({ name, vital, check }) => ({ name, vital, problem: await within(check()) })),
    );
  return {
    states,
    add: (check) => {
      checks.push(check);
    },
    started: () => {
      if (phase === 'starting') phase = 'running';
    },
    drain: () => {
      phase = 'draining';
    },
    http: {
      routes: [
        {
          method: 'GET',
          path: '/healthz',
          body: 'none',
          handle: () => ({ status: 200, body: { status: 'ok' } }),
        },
        {
          method: 'GET',
          path: '/readyz',
          body: 'none',
          handle: async () => {
            const parts = await states();
            const broken =
              phase !== 'running' || parts.some(({ vital, problem }) => vital && problem !== undefined);
            const degraded = parts.some(({ problem }) => problem !== undefined);
            return {
              status: broken ? 503 : 200,
              body: {
                status: phase !== 'running' ? phase : broken ? 'not-ready' : degraded ? 'degraded' : 'ready',
                parts: parts.map(({ name, problem }) => ({ name, ok: problem === undefined, problem })),
              },
            };
          },
        },
      ],
    },
  };
}

function within(check: Promise<string | undefined>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer'), CHECK_MS);
  });
  return Promise.race([check.catch(() => 'cannot be checked'), late]).finally(() => clearTimeout(timer));
}
