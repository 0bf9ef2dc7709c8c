import type { JsonObject } from '../../kernel/json.js';
import type { Role } from '../../kernel/person.js';

/** From the most harmless on. */
export const RISKS = ['read', 'write', 'destructive'] as const;
export type Risk = (typeof RISKS)[number];

/** Who can satisfy one line of a rule. */
export type ApproverClause =
  | { kind: 'manager' }
  | { kind: 'role'; role: Role }
  | { kind: 'group'; group: string }
  | { kind: 'person'; person: string }
  | { kind: 'on-call'; schedule: string };

/**
 * Who has to agree. `any`: one person of any clause; `all`: every clause by a different person; `quorum`: `count`
 * different persons of any clause. The requester never counts, whatever the clauses say (four eyes).
 */
export interface ApprovalRule {
  name: string;
  who: ApproverClause[];
  need: { kind: 'any' } | { kind: 'all' } | { kind: 'quorum'; count: number };
  /** Approving asks for a code from the approver's authenticator. */
  stepUp: boolean;
  /**
   * Deciding takes an account that is surely the person's: bound by the company's directory or by a link with proof. An
   * account that merely has the same mail address is asked to be linked first.
   */
  verifiedAccount?: boolean;
  /** Seconds between the approval and the execution, in which it can still be called off. */
  undoSeconds: number;
  /** Until when a decision must have been made. */
  expiresAfterHours: number;
}

/** One tool call to be judged. All that a rule may look at is here; nothing is fetched while deciding. */
export interface PolicyRequest {
  /** Tenant of the data that the call touches; normally the person's own. */
  tenantId: string;
  person: { id: string; tenantId: string; roles: readonly Role[]; groups: readonly string[] };
  /** Name of the agent that proposed the call, if one did. */
  agent?: string;
  tool: { name: string; risk: Risk };
  parameters: JsonObject;
  facts: CallFacts;
  /** True when a person has agreed: asked again right before the execution. */
  approved: boolean;
  /** UTC. */
  at: Date;
}

/** What a tool says of a call so that rules need not know its parameters. */
export interface CallFacts {
  amountMicroUsd?: number;
  /** Hosts that the call would reach, besides the tool's own service. */
  hosts?: string[];
  /** Mail addresses that would get something. */
  recipients?: string[];
  /** The arguments come from text that nobody vouches for: a document, a mail, a web page, a tool's result. */
  untrusted?: boolean;
}

export type PolicyEffect = 'allow' | 'needs-approval' | 'deny';

/** A policy's answer. `rule` is there when and only when the effect is `needs-approval`. */
export interface PolicyDecision {
  effect: PolicyEffect;
  /** Ids of the rules that decided; `default` when none spoke. */
  ruleId: string;
  /** For the person, one sentence. */
  reason: string;
  /** Which text of the policy decided. */
  version: string;
  risk: Risk;
  rule?: ApprovalRule;
  /** The rule that denied wants a person to be called. */
  callsPerson?: boolean;
  /** Nobody judged: the policy could not be asked, and may be able to answer later. */
  unanswered?: true;
}

/** Who may use which tool how. Never throws: whatever goes wrong is a denial. */
export interface Policy {
  readonly name: string;
  decide(request: PolicyRequest): Promise<PolicyDecision>;
}

/** The next higher tier, for calls whose arguments nobody vouches for. */
export function raiseRisk(risk: Risk): Risk {
  return RISKS[Math.min(RISKS.indexOf(risk) + 1, RISKS.length - 1)] as Risk;
}
