import type { ConversationReference } from '../kernel/conversation-reference.js';
import { neverHappens } from '../kernel/errors.js';
import { stillUnreached, type Unreached } from '../governance/identity/reach.js';
import type { ApproverClause } from '../governance/policy/decision.js';
import type { PersonName } from './approval.js';

export const ESCALATION_REASONS = ['wish', 'failures', 'confidence', 'policy', 'budget', 'rule'] as const;
export type EscalationReason = (typeof ESCALATION_REASONS)[number];

/** `open -> acknowledged -> answered -> resumed | ended`; it can be given back and answered at any time before the end. */
export type EscalationState = 'open' | 'acknowledged' | 'answered' | 'resumed' | 'ended';

/** One step of a chain: after so many minutes without anybody taking it, these are told. */
export interface ChainStep {
  afterMinutes: number;
  notify: ApproverClause[];
  /** Addresses that get a signed webhook. */
  webhooks: string[];
  /** Other ways out: `pagerduty`, `telegram:CHAT`, `email:ADDRESS`. */
  also: string[];
}

/** Who is called in which order. An escalation keeps the chain as it was when it began. */
export interface EscalationChain {
  name: string;
  steps: ChainStep[];
  /** How often the whole chain is gone through. */
  rounds: number;
  /** After this long without an answer whoever took it is reminded, and once more later it is open again. */
  answerWithinMinutes: number;
}

/** A conversation that a person takes over, with the state it was in. */
export interface Escalation {
  id: string;
  tenantId: string;
  version: number;
  state: EscalationState;
  reason: EscalationReason;
  /** Who talks to Steward. */
  person: PersonName;
  origin: ConversationReference;
  locale: string;
  conversation: { who: string; text: string; at: Date }[];
  steps: { text: string; state: 'done' | 'active' | 'waiting' | 'failed' | 'skipped'; detail?: string }[];
  costMicroUsd?: number;
  /** A run that waits and can go on. */
  runId?: string;
  chain: EscalationChain;
  /** How many steps of the chain, over all rounds, were done. */
  position: number;
  /** Everybody who was called; all of them may take it. */
  handlers: PersonName[];
  /** Who has it now. */
  holder?: PersonName;
  /** Those of them who have no chat with Steward. */
  unreached?: Unreached[];
  answers: { by: PersonName; text: string; at: Date }[];
  copies: {
    copyKey: string;
    conversation: ConversationReference;
    audience: 'handler' | 'person';
    locale: string;
    timeZone?: string;
  }[];
  createdAt: Date;
  acknowledgedAt?: Date;
  /** True once the holder was reminded. */
  reminded: boolean;
  endedBy?: PersonName;
  correlationId: string;
  dueAt?: Date;
}

export type EscalationCommand =
  | { kind: 'acknowledge'; by: PersonName }
  | { kind: 'give-back'; by: PersonName }
  | { kind: 'answer'; by: PersonName; text: string }
  | { kind: 'resume'; by: PersonName }
  | { kind: 'end'; by: PersonName }
  /** That many of the chain's next steps are done: these people were called. */
  | {
      kind: 'called';
      steps: number;
      handlers: PersonName[];
      copies: Escalation['copies'];
      unreached: Unreached[];
    }
  /** Somebody who was called has got a chat with Steward. */
  | { kind: 'reached'; person: PersonName; copies: Escalation['copies'] }
  /** The person was answered and calls for somebody anew; this one is over. */
  | { kind: 'asked-again'; person: PersonName }
  /** What the person writes while somebody takes care of it. */
  | { kind: 'said'; person: PersonName; text: string }
  | { kind: 'remind' }
  /** Nobody answered although somebody took it: it is open again. */
  | { kind: 'release' }
  /** The run that was resumed goes on. */
  | { kind: 'gone-on' };

export type EscalationRefusal =
  'over' | 'not-called' | 'held-by-other' | 'not-held' | 'nothing-to-resume' | 'not-due';

export type EscalationTransition = { ok: true; next: Escalation } | { ok: false; refusal: EscalationRefusal };

const MINUTE_MS = 60_000;
/** Lines of a conversation that are kept for whoever takes it over. */
export const MOST_LINES = 50;
/** After an answer it goes on as long as they write to each other; an hour of silence ends that. */
const SILENCE_MS = 60 * MINUTE_MS;
const refuse = (refusal: EscalationRefusal): EscalationTransition => ({ ok: false, refusal });

/** Applies a command; pure, like `transition` of approvals. */
export function escalate(escalation: Escalation, command: EscalationCommand, at: Date): EscalationTransition {
  const isGoingOn = escalation.state === 'resumed' && command.kind === 'gone-on';
  if (!isGoingOn && (escalation.state === 'ended' || escalation.state === 'resumed')) return refuse('over');
  if ('by' in command) {
    if (!escalation.handlers.some(({ id }) => id === command.by.id)) return refuse('not-called');
    const isHeld = escalation.holder !== undefined && escalation.holder.id !== command.by.id;
    if (isHeld && command.kind !== 'answer' && command.kind !== 'end') return refuse('held-by-other');
  }
  const to = (change: Partial<Escalation>): EscalationTransition => {
    const next = { ...escalation, ...change, version: escalation.version + 1 };
    return { ok: true, next: { ...next, dueAt: nextCall(next) } };
  };
  switch (command.kind) {
    case 'acknowledge':
      if (escalation.holder) return refuse('held-by-other');
      return to({ state: 'acknowledged', holder: command.by, acknowledgedAt: at, reminded: false });
    case 'give-back':
      return escalation.holder
        ? to({ state: 'open', holder: undefined, acknowledgedAt: undefined })
        : refuse('not-held');
    case 'answer': {
      const answers = [...escalation.answers, { by: command.by, text: command.text, at }];
      return to({ state: 'answered', holder: escalation.holder ?? command.by, answers });
    }
    case 'resume':
      if (!escalation.runId) return refuse('nothing-to-resume');
      return to({ state: 'resumed', holder: command.by });
    case 'end':
      return to({ state: 'ended', endedBy: command.by });
    case 'called':
      return to({
        position: escalation.position + command.steps,
        handlers: [...escalation.handlers, ...fresh(escalation.handlers, command.handlers)],
        copies: [...escalation.copies, ...command.copies],
        unreached: stillUnreached(escalation.unreached, command.unreached),
      });
    case 'reached':
      return to({
        copies: [...escalation.copies, ...command.copies],
        unreached: stillUnreached(escalation.unreached, [], [command.person.id]),
      });
    case 'asked-again':
      return escalation.state === 'answered'
        ? to({ state: 'ended', endedBy: command.person })
        : refuse('not-due');
    case 'said': {
      if (!isTalking(escalation, at)) return refuse('not-held');
      const line = { who: command.person.name, text: command.text, at };
      return to({ conversation: [...escalation.conversation, line].slice(-MOST_LINES) });
    }
    case 'remind':
      return escalation.state === 'acknowledged' && !escalation.reminded
        ? to({ reminded: true })
        : refuse('not-due');
    case 'release':
      return escalation.state === 'acknowledged'
        ? to({ state: 'open', holder: undefined, acknowledgedAt: undefined, reminded: false })
        : refuse('not-due');
    case 'gone-on':
      return isGoingOn && escalation.runId ? to({ runId: undefined }) : refuse('not-due');
    default:
      return neverHappens(command);
  }
}

/** Whether what the person writes is for whoever takes care of it. */
export function isTalking({ state, holder, answers, conversation, person }: Escalation, at: Date): boolean {
  if (!holder) return false;
  if (state === 'acknowledged') return true;
  const said = conversation.filter(({ who }) => who === person.name);
  const last = Math.max(0, ...[answers.at(-1), said.at(-1)].map((line) => line?.at.getTime() ?? 0));
  return state === 'answered' && at.getTime() - last < SILENCE_MS;
}

/** The step of the chain that comes next, or undefined when all rounds are over. */
export function nextStep({ chain, position }: Pick<Escalation, 'chain' | 'position'>): ChainStep | undefined {
  return position < chain.steps.length * chain.rounds
    ? chain.steps[position % chain.steps.length]
    : undefined;
}

/** When a job has to look next: the chain goes on while nobody has it; a holder is reminded, then loses it. */
export function nextCall(escalation: Escalation): Date | undefined {
  const { state, createdAt, acknowledgedAt, chain, reminded, position } = escalation;
  if (state === 'acknowledged' && acknowledgedAt) {
    const minutes = chain.answerWithinMinutes * (reminded ? 2 : 1);
    return new Date(acknowledgedAt.getTime() + minutes * MINUTE_MS);
  }
  // A process may end between the decision to resume and the run's going on: a job does it then.
  if (state === 'resumed') return escalation.runId ? createdAt : undefined;
  if (state !== 'open' || !nextStep(escalation)) return undefined;
  let minutes = 0;
  for (let step = 0; step <= position; step += 1)
    minutes += chain.steps[step % chain.steps.length]?.afterMinutes ?? 0;
  return new Date(createdAt.getTime() + minutes * MINUTE_MS);
}

function fresh(known: PersonName[], added: PersonName[]): PersonName[] {
  return added.filter(
    ({ id }, position) =>
      known.every((each) => each.id !== id) && added.findIndex((other) => other.id === id) === position,
  );
}
