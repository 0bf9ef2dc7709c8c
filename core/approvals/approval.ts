import type { Unreached } from '../governance/identity/reach.js';
import type { ConversationReference } from '../kernel/conversation-reference.js';
import type { JsonObject, JsonValue } from '../kernel/json.js';
import type { Actor, BindingStrength } from '../kernel/person.js';
import type { ApprovalRule, Risk } from '../governance/policy/decision.js';

/** `pending -> approved | rejected | expired | cancelled | superseded`; approved -> `executing -> done | failed`. */
export const APPROVAL_STATES = [
  'pending',
  'approved',
  'executing',
  'done',
  'failed',
  'rejected',
  'expired',
  'cancelled',
  'superseded',
] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

export interface PersonName {
  id: string;
  name: string;
  /** How surely the account with which they acted was theirs; kept with what they did. */
  strength?: BindingStrength;
}

/** Whoever acted, as it is kept with what they did. */
export const nameOf = ({ id, name, strength }: PersonName): PersonName => ({
  id,
  name,
  ...(strength ? { strength } : {}),
});

/** Somebody who may decide, and which lines of the rule they satisfy. */
export interface Approver extends PersonName {
  /** Places in `rule.who`. */
  clauses: number[];
  /** `rule`: by the rule itself; the others stand in for `forId`. */
  via: 'rule' | 'delegated' | 'away' | 'escalated';
  forId?: string;
  /** They stand in only as long as the other's delegation or absence lasts. */
  whileAway?: true;
}

export interface Vote {
  by: PersonName;
  verdict: 'approve' | 'reject';
  /** The revision of the parameters that the person saw. */
  revision: number;
  /** True when a code from an authenticator was given. */
  steppedUp: boolean;
  reason?: string;
  at: Date;
}

export interface Edit {
  by: PersonName;
  at: Date;
  fromDigest: string;
  toDigest: string;
  changes: { name: string; before: JsonValue; after: JsonValue }[];
}

/** An approver (or, for one who is away, the out-of-office rule) asked somebody to decide instead; nothing changes until they accept. */
export interface HandOver {
  by: PersonName;
  to: PersonName;
  state: 'asked' | 'accepted' | 'declined';
  at: Date;
}

export interface Note {
  by: PersonName;
  kind: 'question' | 'answer';
  text: string;
  at: Date;
}

/** One card about the approval, somewhere. `copyKey` finds it again. */
export interface ApprovalCopy {
  copyKey: string;
  conversation: ConversationReference;
  /** `approver` copies have buttons, the others show the state. */
  audience: 'approver' | 'requester';
  /** For whom it was posted; absent where several people read it. */
  personId?: string;
  locale: string;
  /** IANA name, where it is known. */
  timeZone?: string;
}

export interface Decision {
  outcome: 'approved' | 'rejected' | 'expired' | 'cancelled' | 'superseded';
  by: Actor;
  reason?: string;
  at: Date;
}

export interface Execution {
  /** Fencing number: only the latest attempt may record its outcome. */
  attempt: number;
  leaseUntil: Date;
  owner: string;
  outcome?: ExecutionOutcome;
  finishedAt?: Date;
  /** What was done was taken back. */
  undone?: boolean;
}

/** `unknown`: it was interrupted and cannot be asked for; a person has to look before anybody tries again. */
export type ExecutionOutcome =
  | { kind: 'done'; summary: string; link?: string; data?: JsonObject }
  | { kind: 'failed'; reason: string; mayRetry: boolean }
  | { kind: 'unknown'; reason: string };

/** When something is to happen while the request is pending; a member that is past or absent has been done. */
export interface ApprovalTimers {
  remindAt?: Date;
  escalateAt?: Date;
  /** Whom the reminder at `remindAt` is for; everybody who has not decided without it. */
  remind?: string[];
  /** When the requester last asked for a reminder; past by nature. */
  nudgedAt?: Date;
}

/** A person's decision on one tool call, with all that it needs to be shown, decided, executed and proved. */
export interface Approval {
  id: string;
  tenantId: string;
  /** Counts changes; every write is conditional on it. */
  version: number;
  state: ApprovalState;
  tool: { name: string; title: string; risk: Risk; undoable: boolean };
  /** Validated and in canonical form. */
  parameters: JsonObject;
  /** JSON Schema of the parameters. */
  schema: JsonObject;
  summary: string;
  /** Why a person has to decide, for the person. */
  reason: string;
  policy: { ruleId: string; version: string };
  costMicroUsd?: number;
  /** The arguments come from text that nobody vouches for. */
  untrusted: boolean;
  requester: PersonName;
  /** Name of the agent that proposed the call for the requester. */
  agent?: string;
  /** Where it was asked for; the result is told there. */
  origin: ConversationReference;
  /** Lets a run go on when the matter is settled. */
  runId?: string;
  correlationId: string;
  rule: ApprovalRule;
  approvers: Approver[];
  votes: Vote[];
  edits: Edit[];
  notes: Note[];
  /** Absent where nobody was ever asked. */
  handOvers?: HandOver[];
  /** Counts edits; votes on an earlier revision do not count. */
  revision: number;
  /** Over tenant, tool, parameters, requester, policy version and expiry. */
  digest: string;
  /** Random, new with each revision; a token is bound to it. */
  nonce: string;
  copies: ApprovalCopy[];
  /** Those who may decide and have no chat with Steward. */
  unreached?: Unreached[];
  createdAt: Date;
  expiresAt: Date;
  timers: ApprovalTimers;
  /** The next moment at which a job has to look; absent when nothing is left to do. */
  dueAt?: Date;
  decision: Decision | null;
  /** Approved calls wait until then, and can be called off. */
  executeAt?: Date;
  execution?: Execution;
  /** The policy did not answer when it was to be executed: since when it waits for that, and when that is given up. */
  putOff?: { since: Date; giveUpAt: Date };
}

export const TERMINAL_STATES: readonly ApprovalState[] = [
  'done',
  'failed',
  'rejected',
  'expired',
  'cancelled',
  'superseded',
];

export const isTerminal = (state: ApprovalState): boolean => TERMINAL_STATES.includes(state);
