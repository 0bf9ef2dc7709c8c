import { foldTeam } from '../team/team-run.js';
import { foldRun, type Step } from './run.js';

/** Steps at which a log can be forked: nothing is under way there, in an agent's own work or in its team's. */
export function forkPlaces(steps: readonly Step[]): number[] {
  return steps.flatMap((step, index) => {
    const kept = steps.slice(0, index + 1);
    const state = foldRun(kept);
    const isBetween = state.open.length > 0 || step.kind === 'asked' || foldTeam(kept).open.length > 0;
    return isBetween || state.end ? [] : [step.number];
  });
}
