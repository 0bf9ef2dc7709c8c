import type { z } from 'zod';
import type { ExecutionOutcome, PersonName } from '../../approvals/approval.js';
import type { CallFacts, Risk } from '../../governance/policy/decision.js';
import type { ConversationReference } from '../../kernel/conversation-reference.js';
import type { JsonObject } from '../../kernel/json.js';
import type { OutboundMessage } from '../../kernel/outbound-message.js';

/** On whose behalf and how a tool is used. */
export interface ToolContext {
  /** The same key means the same use: hand it to the other side where that side knows such keys. */
  idempotencyKey: string;
  tenantId: string;
  requester: PersonName;
  /** The agent that uses it for the requester, if one does. */
  agent?: string;
  /** The run that it is a step of. */
  runId?: string;
  approvedBy: PersonName[];
  /** Where it was asked for. */
  origin: ConversationReference;
  /** BCP 47: the language of whoever asked, for what a person reads. */
  locale?: string;
  correlationId: string;
  now: Date;
  /** Aborts when the time for one use is over. */
  signal: AbortSignal;
}

/** What a tool did. Things that go wrong as expected (no such ticket) are answers; faults are thrown. */
export type ToolResult =
  | { ok: true; summary: string; link?: string; data?: JsonObject; messages?: OutboundMessage[] }
  | { ok: false; reason: string };

/** Puts a sentence of ours that leaves Steward into a language. */
export type SaySentence = (english: string, locale: string | undefined) => string;

export const inEnglish: SaySentence = (english) => english;

/** Something Steward can do for a person, with all that is needed to find, check, show, run and undo it. */
export interface Tool<Parameters extends z.ZodObject = z.ZodObject> {
  /** `noun.verb`. */
  name: string;
  title: string;
  /** For models and for people: what it does and when to use it. */
  description: string;
  /** Ways to ask for it, in any language: "open a ticket". Used to find it without a model. */
  synonyms: string[];
  /** Titles and descriptions become labels of forms; `meta` may hold the hints of `read-parameters.ts`. */
  parameters: Parameters;
  risk: Risk;
  /** True when using it twice with the same key has one effect. */
  idempotent: boolean;
  /** One line: what will happen. */
  summarise(parameters: z.output<Parameters>): string;
  /** What policies may want to know. */
  facts?(parameters: z.output<Parameters>): CallFacts;
  /** What only a look outside tells to be wrong, before anybody is asked to approve; parameter name to what to change. */
  examine?(
    parameters: z.output<Parameters>,
    whose: { tenantId: string; origin: ConversationReference },
  ): Promise<Record<string, string>>;
  execute(parameters: z.output<Parameters>, context: ToolContext): Promise<ToolResult>;
  /** Asks the other side what became of an interrupted use; `undefined` when nobody can tell. */
  reconcile?(parameters: z.output<Parameters>, context: ToolContext): Promise<ToolResult | undefined>;
  /** Takes a finished use back. */
  undo?(
    parameters: z.output<Parameters>,
    done: Extract<ExecutionOutcome, { kind: 'done' }>,
    context: ToolContext,
  ): Promise<ToolResult>;
}

/** A tool whose own parameter type is no longer known; only parsed parameters may be handed to it. */
export type AnyTool = Tool;

/** Keeps the parameter type while a tool is written, and forgets it for the registry. */
export function defineTool<Parameters extends z.ZodObject>(tool: Tool<Parameters>): AnyTool {
  return tool as unknown as AnyTool;
}
