import { advanceRun, stopped, type Advanced, type RunDependencies } from '../../core/agents/run/advance.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Effect } from '../../core/kernel/effect.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Run, RunStatus, Step } from '../../core/agents/run/run.js';
import type { JobDefinition } from '../scheduler.js';

export interface AgentJobsDependencies extends RunDependencies {
  /** Runs that nobody works on. */
  due(now: Date, limit: number): Promise<{ tenantId: string; id: string }[]>;
  content(run: Run, status: RunStatus, steps: readonly Step[]): OutboundContent;
  outbox(tenantId: string, effect: Effect): Promise<void>;
  /** Remembers in a run's conversation what is told there. */
  remember(run: Run, text: string): Promise<void>;
  owner: string;
}

const BATCH = 20;
/** Faults of our own before a run is given up. */
const MOST_FAULTS = 3;

/** Goes on with runs whose process died or whose approval was settled, and tells the result where it was asked for. */
export function agentJobs(deps: AgentJobsDependencies): JobDefinition[] {
  const advance = async (tenantId: string, id: string): Promise<Advanced | undefined> => {
    try {
      return await advanceRun(deps, tenantId, id, { owner: `${deps.owner}:${id}` });
    } catch (error) {
      deps.logger.error({ run: id, error: describeError(error) }, 'A run could not go on.');
      const runs = deps.runs(tenantId);
      const run = await runs.get(id);
      if (!run || (await runs.countFault(id)) < MOST_FAULTS) return undefined;
      return stopped(deps, run, await runs.steps(id));
    }
  };
  const goOn = async (tenantId: string, id: string): Promise<void> => {
    const worked = await advance(tenantId, id);
    if (!worked || worked.status === 'suspended' || worked.status === 'running') return;
    if (!(await deps.runs(tenantId).claimTelling(id, 'job'))) return;
    const message = {
      id: `run:${id}:result`,
      conversation: worked.run.origin,
      kind: 'post' as const,
      content: deps.content(worked.run, worked.status, worked.steps),
    };
    await deps.outbox(tenantId, { id: message.id, messages: [message], audit: [], notifications: [] });
    await deps.remember(worked.run, message.content.text);
  };
  return [
    {
      name: 'agent-runs',
      about: 'Goes on with runs of agents whose approval was decided or whose process ended.',
      every: '5 seconds',
      // a process that is killed in here must not keep the others from going on; each run has a lease of its own
      lockMs: 30_000,
      handle: async () => {
        const due = await deps.due(deps.clock.now(), BATCH);
        await Promise.all(
          due.map(({ tenantId, id }) =>
            goOn(tenantId, id).catch((error: unknown) =>
              deps.logger.error({ run: id, error: describeError(error) }, 'A run could not go on.'),
            ),
          ),
        );
      },
    },
  ];
}
