import type { Clock } from '../../kernel/clock.js';
import { forkPlaces } from './places.js';
import { InvalidInput } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import {
  createRun,
  foldRun,
  type NewRun,
  type Run,
  type RunRepository,
  type RunStatus,
  type Step,
  type StepBody,
} from './run.js';

export interface ForkRequest {
  runId: string;
  /** The last step that is kept; everything after it is done anew. */
  atStep: number;
  /** What is to be different. */
  instruction?: string;
  /** The new run's id; one is made without it. */
  id?: string;
  /** Who goes on with it at once; without it whichever process looks first. */
  owner?: string;
}

/**
 * Makes a run that shares another one's beginning: what was thought and found there is not done again. The keys of tool
 * uses are the new run's own, so what comes after is used anew.
 * @throws InvalidInput when there is no such run or step, or the step lies between a thought and its observations.
 */
export async function forkRun(runs: RunRepository, request: ForkRequest, clock: Clock): Promise<Run> {
  const { runId, atStep, instruction } = request;
  const run = await runs.get(runId);
  if (!run) throw new InvalidInput('agents.no-run', `There is no run ${runId}.`);
  const kept = (await runs.steps(runId)).slice(0, atStep + 1);
  if (kept.length !== atStep + 1 || atStep < 0)
    throw new InvalidInput('agents.no-step', `Run ${runId} has no step ${atStep}.`);
  if (!forkPlaces(kept).includes(atStep)) {
    throw new InvalidInput(
      'agents.fork-place',
      `Run ${runId} cannot be forked at step ${atStep}: choose the start, a verdict or the last observation of a thought.`,
    );
  }
  const now = clock.now();
  const id = request.id ?? newId(now);
  const { status: _status, cancelRequested: _cancel, ...shared } = run;
  const fork: NewRun = { ...shared, id, createdAt: now, forkedFrom: { runId, step: atStep } };
  const said: StepBody[] = instruction ? [{ kind: 'instruction', text: instruction }] : [];
  const owner = request.owner ?? `fork:${id}`;
  await createRun(runs, fork, [...kept, ...said], { owner, now });
  if (!request.owner) await runs.release(id, owner, now);
  return { ...fork, status: 'running', cancelRequested: false };
}

export interface RunSummary {
  id: string;
  agent: string;
  status: RunStatus;
  goal: string;
  steps: number;
  toolUses: number;
  failures: number;
  costMicroUsd: number;
  /** From the first step to the last, without the time in which it waited for a person. */
  durationMs: number;
  /** For an approval, or for somebody to let it go on. */
  waitedMs: number;
  outcome: string;
}

/** What two runs are compared by. */
export function summariseRun(run: Run, steps: readonly Step[]): RunSummary {
  const state = foldRun(steps);
  const allMs = (steps.at(-1)?.at.getTime() ?? 0) - (steps[0]?.at.getTime() ?? 0);
  const waitedMs = waitedIn(steps);
  return {
    id: run.id,
    agent: run.agent,
    status: run.status,
    goal: state.said ?? state.goal,
    steps: steps.length,
    toolUses: state.observations.length,
    failures: state.observations.filter(({ ok }) => !ok).length,
    costMicroUsd: state.costMicroUsd,
    durationMs: allMs - waitedMs,
    waitedMs,
    outcome: state.end?.text ?? '',
  };
}

/** ms between a step after which a person was to act, and the next: a person's time says nothing of the run's. */
function waitedIn(steps: readonly Step[]): number {
  return steps.slice(1).reduce((sum, step, index) => {
    const before = steps[index] as Step;
    const isWait = before.kind === 'suspended' || step.kind === 'instruction';
    return sum + (isWait ? step.at.getTime() - before.at.getTime() : 0);
  }, 0);
}

/**
 * Takes a fork in place of the run it came from, or lets it go; the first decision counts.
 * @returns false when there is no such fork, or it was decided on already.
 */
export async function resolveFork(
  runs: RunRepository,
  forkId: string,
  decision: 'merged' | 'discarded',
): Promise<boolean> {
  const fork = await runs.get(forkId);
  if (!fork?.forkedFrom || !(await runs.resolve(forkId, decision))) return false;
  if (decision === 'merged') await runs.resolve(fork.forkedFrom.runId, 'replaced');
  return true;
}
