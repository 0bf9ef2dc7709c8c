import {
  foldRun,
  type Run,
  type RunRepository,
  type Step,
  type StopReason,
} from '../../core/agents/run/run.js';
import type { Escalation, EscalationReason } from '../../core/approvals/escalation.js';
import type { EscalationService } from '../../core/approvals/escalation-service.js';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Person } from '../../core/kernel/person.js';
import type { JobDefinition } from '../scheduler.js';

export interface StoppedRunsDependencies {
  stopped: {
    since(from: Date, limit: number): Promise<{ tenantId: string; id: string }[]>;
    settled(tenantId: string, id: string): Promise<void>;
  };
  runs(tenantId: string): Pick<RunRepository, 'get' | 'steps'>;
  person(tenantId: string, id: string): Promise<Person | undefined>;
  escalations: Pick<EscalationService, 'open'>;
  titleOf(tool: string): string;
  clock: Clock;
  logger: Logger;
}

/** Why a person is called; a run that a person stopped needs none. */
const REASONS: Record<StopReason, EscalationReason | undefined> = {
  steps: 'budget',
  budget: 'budget',
  confidence: 'confidence',
  failures: 'failures',
  rule: 'rule',
  fault: 'failures',
  cancelled: undefined,
};
const BATCH = 20;
const DAY_MS = 86_400_000;
const MOST_STEPS = 20;

/** Calls a person for each run of an agent that stopped before its end, with what it did so far; the person may resume it. */
export function stoppedRunsJob(deps: StoppedRunsDependencies): JobDefinition {
  return {
    name: 'stopped-runs',
    about: 'Calls a person for runs of agents that stopped before their end.',
    every: '5 seconds',
    handle: async () => {
      const from = new Date(deps.clock.now().getTime() - DAY_MS);
      for (const { tenantId, id } of await deps.stopped.since(from, BATCH)) {
        await callFor(deps, tenantId, id).catch((error: unknown) =>
          deps.logger.error(
            { run: id, error: describeError(error) },
            'Nobody could be called for a run; tried again.',
          ),
        );
      }
    },
  };
}

async function callFor(deps: StoppedRunsDependencies, tenantId: string, id: string): Promise<void> {
  const runs = deps.runs(tenantId);
  const run = await runs.get(id);
  const steps = run ? await runs.steps(id) : [];
  const { end, goal, costMicroUsd } = foldRun(steps);
  const reason = end?.kind === 'stopped' ? REASONS[end.reason] : undefined;
  const person = run && reason && (await deps.person(tenantId, run.personId));
  if (run && reason && person && !isPart(run)) {
    await deps.escalations.open({
      tenantId,
      openKey: `run:${id}`,
      reason,
      person: { id: person.id, name: person.name },
      origin: run.origin,
      locale: run.locale,
      conversation: [{ who: person.name, text: goal, at: run.createdAt }],
      steps: steps.flatMap((step) => shown(step, deps.titleOf)).slice(-MOST_STEPS),
      costMicroUsd,
      runId: id,
      correlationId: run.correlationId,
    });
  }
  await deps.stopped.settled(tenantId, id);
}

/** A part of a team's run: the team's own run calls for a person. */
const isPart = (run: Run): boolean => run.parentId !== undefined;

function shown(step: Step, titleOf: (tool: string) => string): Escalation['steps'] {
  if (step.kind === 'observation')
    return [
      { text: titleOf(step.tool), state: step.ok ? 'done' : 'failed', detail: step.text.slice(0, 300) },
    ];
  if (step.kind === 'thought' && step.text.trim() !== '')
    return [{ text: step.text.slice(0, 200), state: 'done' }];
  if (step.kind === 'stopped') return [{ text: step.text.slice(0, 200) || step.reason, state: 'failed' }];
  return [];
}
