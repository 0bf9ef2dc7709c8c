import type { AgentDefinition } from '../definition.js';
import { foldTeam, nextTeamMove } from '../team/team-run.js';
import { foldRun, nextMove, USUAL_LIMITS, type RunLimits, type Step } from './run.js';

export interface ReplayedStep {
  number: number;
  kind: Step['kind'];
  /** False when the loop of today would do something else at this place. */
  same: boolean;
  /** What it would do. */
  expected: string;
}

const MOVES: Record<ReturnType<typeof nextMove>['kind'], Step['kind'][]> = {
  think: ['asked', 'thought', 'instruction'],
  act: ['action', 'observation', 'suspended'],
  wait: ['observation'],
  'change-strategy': ['strategy'],
  verify: ['verified'],
  finish: ['finished'],
  stop: ['stopped'],
  ended: [],
};

/**
 * Plays a past run again from its recorded model and tool results, without asking or using anything, and tells where
 * today's rules of the loop would have gone another way.
 */
export function replayRun(
  steps: readonly Step[],
  agent: AgentDefinition,
  isRead: (tool: string) => boolean,
): ReplayedStep[] {
  const limits: RunLimits = {
    steps: agent.budget.steps,
    costMicroUsd: agent.budget.dollars * 1_000_000,
    ...USUAL_LIMITS,
  };
  return steps.slice(1).map((step, index) => {
    const before = foldRun(steps.slice(0, index + 1));
    const move = nextMove(before, limits, isRead);
    // a person may stop a run, and a model may not answer, at any place
    const isOutside = step.kind === 'stopped' && (step.reason === 'cancelled' || step.reason === 'fault');
    const same = isOutside || MOVES[move.kind].includes(step.kind);
    return { number: step.number, kind: step.kind, same, expected: move.kind };
  });
}

const TEAM_MOVES: Record<ReturnType<typeof nextTeamMove>['kind'], Step['kind'][]> = {
  staff: ['staffed', 'instruction'],
  delegate: ['delegated', 'instruction'],
  // parts are handed out one by one and come back one by one
  advance: ['reported', 'delegated'],
  merge: ['merged', 'instruction'],
  check: ['checked', 'instruction'],
  finish: ['finished'],
  stop: ['stopped'],
  ended: [],
};

/** The same for the run of a team; its parts are runs that are replayed by themselves. */
export function replayTeam(steps: readonly Step[]): ReplayedStep[] {
  return steps.slice(1).map((step, index) => {
    const move = nextTeamMove(foldTeam(steps.slice(0, index + 1)), false);
    const isOutside = step.kind === 'stopped' && ['cancelled', 'fault', 'budget'].includes(step.reason);
    const same = isOutside || TEAM_MOVES[move.kind].includes(step.kind);
    return { number: step.number, kind: step.kind, same, expected: move.kind };
  });
}
