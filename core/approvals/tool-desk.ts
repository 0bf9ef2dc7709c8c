import type { CallFacts, Risk } from '../governance/policy/decision.js';
import type { ConversationReference } from '../kernel/conversation-reference.js';
import type { JsonObject } from '../kernel/json.js';
import type { OutboundMessage } from '../kernel/outbound-message.js';
import type { ExecutionOutcome, PersonName } from './approval.js';

/** A tool call whose parameters fit the tool's schema. */
export interface CheckedCall {
  tool: { name: string; title: string; risk: Risk; undoable: boolean };
  /** In the tool's own form: defaults filled in, texts trimmed. */
  parameters: JsonObject;
  /** JSON Schema of the parameters. */
  schema: JsonObject;
  /** One line for a person: what will happen. */
  summary: string;
  facts: CallFacts;
}

export type CallCheck =
  | { ok: true; call: CheckedCall }
  /** Parameter name to what to change. */
  | { ok: false; errors: Record<string, string> }
  | { ok: false; unknownTool: true };

/** A call to execute; `key` makes it happen at most once. */
export interface ToolRun {
  key: string;
  tenantId: string;
  tool: string;
  parameters: JsonObject;
  requester: PersonName;
  /** The agent that uses it for the requester, if one does. */
  agent?: string;
  runId?: string;
  origin: ConversationReference;
  /** BCP 47: the language of whoever asked. */
  locale?: string;
  correlationId: string;
  /** Who agreed; empty when nobody had to. */
  approvedBy: PersonName[];
}

/** `messages` are sent with the outcome, in the same write. */
export type ToolRunResult = { outcome: ExecutionOutcome; messages: OutboundMessage[] };

/** Somebody asks for a call now, so that no day in it may be over; without it, only the form of the call is looked at. */
export interface Asked {
  /** IANA name of the zone in which their days are meant. */
  timeZone?: string;
  /** What stood there before it was edited, and may stay. */
  before?: JsonObject;
}

/** The tools as approvals see them. Implemented by `core/agents/tools/tool-desk.ts`. */
export interface ToolDesk {
  check(tool: string, parameters: JsonObject, asked?: Asked): CallCheck;
  /** What only a look outside tells to be wrong with a call that was checked; empty when nothing is. */
  examine(
    tool: string,
    parameters: JsonObject,
    whose: Pick<ToolRun, 'tenantId' | 'origin'>,
  ): Promise<Record<string, string>>;
  /** Never throws for what a tool does. */
  run(call: ToolRun): Promise<ToolRunResult>;
  /** Takes back a finished call, where the tool can. */
  undo(call: ToolRun): Promise<ToolRunResult>;
}
