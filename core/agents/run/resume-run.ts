import type { Clock } from '../../kernel/clock.js';
import { InvalidInput } from '../../kernel/errors.js';
import { createRun, foldRun, type Run, type RunRepository, type Step } from './run.js';

export interface ResumeRequest {
  runId: string;
  /** The person who lets it go on. */
  by: string;
  /** What that person said, or what is told in their name. */
  instruction: string;
  /** `name@version` of the prompt that it is. */
  prompt?: string;
  /** The id of the run that goes on; the same one goes on once. */
  id: string;
}

/**
 * Lets a stopped run go on: a new run with its whole log up to the last finished step, what the person said, and its budget
 * once more. What was thought and used is not done again. Whichever process looks first goes on with it.
 * @throws InvalidInput when there is no such run, or it has not stopped.
 */
export async function resumeRun(runs: RunRepository, request: ResumeRequest, clock: Clock): Promise<Run> {
  const { runId, by, instruction, prompt, id } = request;
  const run = await runs.get(runId);
  const steps = run ? await runs.steps(runId) : [];
  if (!run || foldRun(steps).end?.kind !== 'stopped')
    throw new InvalidInput('agents.not-stopped', `There is no stopped run ${runId}.`);
  const kept = finished(steps);
  const now = clock.now();
  const { status: _status, cancelRequested: _cancel, ...shared } = run;
  const next = { ...shared, id, createdAt: now, forkedFrom: { runId, step: kept.length - 1 } };
  const owner = `resume:${id}`;
  await createRun(
    runs,
    next,
    [...kept, { kind: 'instruction', text: instruction, resumedBy: by, ...(prompt && { prompt }) }],
    {
      owner,
      now,
    },
  );
  await runs.release(id, owner, now);
  return { ...next, status: 'running', cancelRequested: false };
}

/** The longest beginning of a log in which every thought's calls were observed. */
function finished(steps: readonly Step[]): Step[] {
  for (let length = steps.length; length > 1; length -= 1) {
    const kept = steps.slice(0, length);
    const state = foldRun(kept);
    if (state.open.length === 0 && !state.end && !state.suspended && kept.at(-1)?.kind !== 'asked')
      return kept;
  }
  return steps.slice(0, 1);
}
