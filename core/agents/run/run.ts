import type { ConversationReference } from '../../kernel/conversation-reference.js';
import type { JsonObject } from '../../kernel/json.js';
import type { Check } from '../team/checks.js';
import type { Pattern, Staffing } from '../team/pattern.js';

/** A tool call as the agent decided on it. */
export interface PlannedCall {
  id: string;
  tool: string;
  parameters: JsonObject;
}

export type StopReason = 'steps' | 'budget' | 'confidence' | 'failures' | 'rule' | 'cancelled' | 'fault';

/** What a step that is written cost, by whom it was and by which prompts. */
export interface Written {
  model: string;
  costMicroUsd: number;
  /** `name@version` of what a model was asked by. */
  prompt?: string;
  /** The same of what it was told besides: of a schema, a mistake, an empty reply. */
  besides?: string[];
}

/** One entry of a run's log. The log is the run: everything else is a fold over it. */
export type StepBody =
  | {
      kind: 'started';
      goal: string;
      /** What other agents handed over; material, never instructions. */
      context?: string;
      /** What was said before in the conversation, and is known of the person; material as well. */
      memory?: string;
    }
  /** Said later, by a fork: the run goes on with it. */
  | {
      kind: 'instruction';
      text: string;
      /** Who let it go on after it had stopped, and so granted its budget once more. */
      resumedBy?: string;
      /** `name@version` of the prompt that says it, where nobody said anything else. */
      prompt?: string;
    }
  /** A model is about to be asked, under a key of its own. */
  | { kind: 'asked'; key: string }
  | ({ kind: 'thought'; text: string; calls: PlannedCall[]; tokens: number } & Written)
  /** A tool is about to be used; the key makes it happen once. */
  | { kind: 'action'; callId: string; tool: string; parameters: JsonObject; key: string }
  | { kind: 'suspended'; callId: string; tool: string; approvalId: string }
  | { kind: 'observation'; callId: string; tool: string; ok: boolean; text: string; risk: 'read' | 'other' }
  | { kind: 'strategy'; text: string; prompt?: string }
  | { kind: 'verified'; ok: boolean; grounding: number }
  /** A team: who works in which way, and what the result is held to. */
  | ({ kind: 'staffed'; checks: Check[] } & Staffing & Partial<Written>)
  /** A team hands a part to an agent, whose run it is. */
  | { kind: 'delegated'; agent: string; runId: string; goal: string; context?: string }
  | {
      kind: 'reported';
      agent: string;
      runId: string;
      ok: boolean;
      text: string;
      costMicroUsd: number;
      /** Whether a model had a part in it. */
      isByModel: boolean;
      /** What it wrote into the shared context. */
      shared?: { version: number; expiresAt: string };
    }
  | ({ kind: 'merged'; text: string } & Written)
  | ({ kind: 'checked'; ok: boolean; problems: string[] } & Written)
  | { kind: 'finished'; text: string; confidence: number }
  | { kind: 'stopped'; reason: StopReason; text: string };

export type Step = StepBody & { number: number; at: Date };

export type RunStatus = 'running' | 'suspended' | 'finished' | 'stopped';

export interface Run {
  id: string;
  tenantId: string;
  agent: string;
  personId: string;
  origin: ConversationReference;
  locale: string;
  correlationId: string;
  status: RunStatus;
  cancelRequested: boolean;
  createdAt: Date;
  /** The run and the step that this one was forked at. */
  forkedFrom?: { runId: string; step: number };
  /** For a team: the pattern and the agents that a person asked for. */
  team?: { pattern?: Pattern; agents?: string[] };
  /** The team's run that this one is a part of; that one goes on with it and tells its end. */
  parentId?: string;
  /** What a person decided about a fork, or about the run that a fork was put in place of. */
  resolution?: 'merged' | 'discarded' | 'replaced';
}

/** Stands for an agent where a team of them works. */
export const TEAM = 'team';

export type NewRun = Omit<Run, 'status' | 'cancelRequested'>;

/** ms for which a process has a run to itself; renewed while it works. */
export const LEASE_MS = 60_000;

/** Makes a run with the beginning of its log. Repeating it, by the same owner, changes nothing. */
export async function createRun(
  runs: RunRepository,
  run: NewRun,
  steps: readonly StepBody[],
  { owner, now }: { owner: string; now: Date },
): Promise<void> {
  await runs.create(run, { owner, until: new Date(now.getTime() + LEASE_MS) });
  for (const [number, step] of steps.entries()) await runs.append(run.id, { at: now, ...step, number });
}

/** What a run's log amounts to. */
export interface RunState {
  goal: string;
  context?: string;
  memory?: string;
  /** What a fork said is to be different. */
  said?: string;
  /** Observations since the goal, or what a fork said in its place, was last told. */
  found: number;
  length: number;
  costMicroUsd: number;
  /** Calls of the last thought that have no observation yet, in order. */
  open: PlannedCall[];
  /** Keys of actions that were begun. */
  begun: Map<string, string>;
  suspended?: { callId: string; tool: string; approvalId: string };
  /** Text of the last thought, when it calls no tool. */
  proposal?: string;
  isVerified: boolean;
  failuresInARow: number;
  /** Told to go another way since something last worked. */
  hasNewStrategy: boolean;
  failedVerifications: number;
  /** How often its budget holds: once more for each time that a person let it go on. */
  grants: number;
  /** The text that the last failed verification was about. */
  doubted?: string;
  thoughts: number;
  observations: Extract<Step, { kind: 'observation' }>[];
  end?: Extract<Step, { kind: 'finished' | 'stopped' }>;
}

/** Reads a log from its start. */
export function foldRun(steps: readonly Step[]): RunState {
  const state: RunState = {
    goal: '',
    found: 0,
    length: steps.length,
    costMicroUsd: 0,
    open: [],
    begun: new Map(),
    isVerified: false,
    failuresInARow: 0,
    hasNewStrategy: false,
    failedVerifications: 0,
    grants: 1,
    thoughts: 0,
    observations: [],
  };
  for (const step of steps) apply(state, step);
  return state;
}

function apply(state: RunState, step: Step): void {
  switch (step.kind) {
    case 'started':
      state.goal = step.goal;
      state.context = step.context;
      state.memory = step.memory;
      return;
    case 'instruction':
      state.proposal = undefined;
      state.said = step.text;
      state.found = 0;
      state.failuresInARow = 0;
      if (step.resumedBy !== undefined) {
        state.grants += 1;
        state.failedVerifications = 0;
        state.hasNewStrategy = false;
      }
      return;
    case 'thought':
      state.thoughts += 1;
      state.costMicroUsd += step.costMicroUsd;
      state.open = step.calls;
      state.proposal = step.calls.length === 0 && step.text.trim() !== '' ? step.text : undefined;
      state.isVerified = false;
      if (isEmptyThought(step)) state.failuresInARow += 1;
      return;
    case 'action':
      state.begun.set(step.callId, step.key);
      return;
    case 'suspended':
      state.suspended = step;
      return;
    case 'observation':
      state.open = state.open.filter(({ id }) => id !== step.callId);
      if (state.suspended?.callId === step.callId) state.suspended = undefined;
      state.failuresInARow = step.ok ? 0 : state.failuresInARow + 1;
      if (step.ok) state.hasNewStrategy = false;
      state.observations.push(step);
      state.found += 1;
      return;
    case 'staffed':
    case 'merged':
    case 'checked':
    case 'reported':
      state.costMicroUsd += step.costMicroUsd ?? 0;
      return;
    case 'strategy':
      state.hasNewStrategy = true;
      return;
    case 'verified':
      state.isVerified = step.ok;
      if (!step.ok) {
        state.failedVerifications += 1;
        state.doubted = state.proposal;
        state.proposal = undefined;
      }
      return;
    case 'finished':
    case 'stopped':
      state.end = step;
      return;
    default:
  }
}

/** A thought that neither says nor does anything: models at the end of their tokens do that. */
export const isEmptyThought = ({ text, calls }: { text: string; calls: unknown[] }): boolean =>
  calls.length === 0 && text.trim() === '';

export interface RunLimits {
  steps: number;
  costMicroUsd: number;
  failuresInARow: number;
  failedVerifications: number;
  parallelReads: number;
  isCancelled: boolean;
}

/** What holds for every agent; its definition adds the number of steps and the money. */
export const USUAL_LIMITS = {
  failuresInARow: 4,
  failedVerifications: 2,
  parallelReads: 3,
  isCancelled: false,
} as const;

export type Move =
  | { kind: 'think' }
  | { kind: 'act'; calls: PlannedCall[] }
  | { kind: 'wait'; approvalId: string; callId: string; tool: string }
  | { kind: 'change-strategy' }
  | { kind: 'verify'; text: string }
  | { kind: 'finish'; text: string }
  | { kind: 'stop'; reason: StopReason }
  | { kind: 'ended' };

/** Each stop condition is a predicate of its own; the first that holds ends the run. */
const STOPS: [StopReason, (state: RunState, limits: RunLimits) => boolean][] = [
  ['confidence', ({ failedVerifications }, limits) => failedVerifications >= limits.failedVerifications],
  ['steps', ({ length, grants }, { steps }) => length >= steps * grants],
  ['budget', ({ costMicroUsd, grants }, limits) => costMicroUsd >= limits.costMicroUsd * grants],
  ['failures', ({ failuresInARow }, limits) => failuresInARow >= limits.failuresInARow],
];

/** What comes next, from the log alone: the same log leads to the same move on any process. */
export function nextMove(state: RunState, limits: RunLimits, isRead: (tool: string) => boolean): Move {
  if (state.end) return { kind: 'ended' };
  if (limits.isCancelled) return { kind: 'stop', reason: 'cancelled' };
  if (state.suspended) return { ...state.suspended, kind: 'wait' };
  if (state.proposal !== undefined)
    return state.isVerified
      ? { kind: 'finish', text: state.proposal }
      : { kind: 'verify', text: state.proposal };
  const stop = STOPS.find(([, holds]) => holds(state, limits));
  if (stop) return { kind: 'stop', reason: stop[0] };
  const [first] = state.open;
  if (first) {
    const writeAt = state.open.findIndex(({ tool }) => !isRead(tool));
    const reads = writeAt < 0 ? state.open : state.open.slice(0, writeAt);
    return { kind: 'act', calls: reads.length > 0 ? reads.slice(0, limits.parallelReads) : [first] };
  }
  if (state.failuresInARow >= 2 && !state.hasNewStrategy) return { kind: 'change-strategy' };
  return { kind: 'think' };
}

/** Runs and their logs. Implemented by `storage/mongo/run-repository.ts`. */
export interface RunRepository {
  /** A new run is its maker's until the lease ends, so that nobody begins before its log does. @returns false when it is there. */
  create(run: NewRun, lease: { owner: string; until: Date }): Promise<boolean>;
  get(id: string): Promise<Run | undefined>;
  steps(id: string): Promise<Step[]>;
  /** Appends the step of that number. @returns false when somebody else wrote it first. */
  append(id: string, step: Step): Promise<boolean>;
  setStatus(id: string, status: RunStatus): Promise<void>;
  requestCancel(id: string): Promise<boolean>;
  /** Whoever claims it tells how the run ended; the same claimant may claim again. @returns false when it is another's. */
  claimTelling(id: string, claimant: string): Promise<boolean>;
  /** One process works on a run at a time; the same owner may take it again. @returns undefined when another has it. */
  lease(id: string, owner: string, now: Date, until: Date): Promise<Run | undefined>;
  release(id: string, owner: string, now: Date): Promise<void>;
  /** Counts a fault of our own while it was worked on. @returns how many there were. */
  countFault(id: string): Promise<number>;
  /** The newest runs of a person, newest first; parts of a team's run are not among them. */
  ofPerson(personId: string, limit: number): Promise<Run[]>;
  /** The newest runs of the tenant, newest first; parts of a team's run are not among them. */
  latest(limit: number): Promise<Run[]>;
  /** The first decision about a run counts. @returns false when one was taken. */
  resolve(id: string, resolution: NonNullable<Run['resolution']>): Promise<boolean>;
}
