import type { Passage } from '../kernel/answer.js';
import type { JsonObject, JsonValue } from '../kernel/json.js';

/** How strong, and how dear, a model a call needs; the router maps a tier to a provider's model. */
export type ModelTier = 'light' | 'standard' | 'heavy';

export interface ModelToolCall {
  id: string;
  name: string;
  /** As the model wrote them; validated against the tool's schema before anything is done. */
  arguments: JsonObject;
}

export type ModelMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls?: ModelToolCall[] }
  | { role: 'tool'; content: string; toolCallId: string };

export interface ModelTool {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: JsonObject;
}

/** Whom a call is made and charged for. */
export interface CallOrigin {
  tenantId: string;
  personId?: string;
  /** The conversation: its questions, its agents' runs and whatever else is done for it have one budget. */
  sessionId?: string;
  agent?: string;
  /** The channel or group that it is asked in, with a budget of its own by the month. */
  project?: string;
  runId?: string;
  correlationId: string;
  /** What the call is for: `answer`, `route`, `summarise`, `judge`. */
  purpose: string;
  /** `name@version` of the prompt that the messages were made from. */
  prompt?: string;
  /** The same of the shorter prompts that the messages hold besides: what a model is told of a schema, or of a mistake. */
  besides?: string[];
}

/** What a caller knows of a task's difficulty; with it the router picks the tier. */
export interface RouteHints {
  /** What is asked, in the person's words. */
  text: string;
  /** Earlier turns that the answer leans on. */
  historyTurns?: number;
  /** Tools that are likely to be needed. */
  toolsNeeded?: number;
  /** How often an answer to this was found wrong; each raises the tier by one. */
  failedVerifications?: number;
}

export interface ModelRequest {
  messages: ModelMessage[];
  tier: ModelTier;
  origin: CallOrigin;
  tools?: ModelTool[];
  /** JSON Schema that the reply's text has to satisfy. */
  responseSchema?: JsonObject;
  maxOutputTokens?: number;
  temperature?: number;
  signal?: AbortSignal;
  /** What the messages were made from; the offline model answers from these alone. */
  question?: string;
  passages?: Passage[];
  /** Lets the router choose the tier; `tier` is then only what holds while the router observes. */
  route?: RouteHints;
  /** The same request may be answered from an earlier answer. */
  cacheable?: boolean;
  /** Same key, same call: an endpoint that knows such keys charges for it once. */
  callKey?: string;
}

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  /** False when the provider did not say and the tokens were counted here. */
  reported: boolean;
}

export interface ModelResult {
  text: string;
  toolCalls: ModelToolCall[];
  finishReason: 'stop' | 'length' | 'tool-calls' | 'content-filter';
  usage: TokenUsage;
  /** `provider/model` that answered. */
  model: string;
  costMicroUsd: number;
  /** True when an earlier answer to the same request was used; such a call costs nothing. */
  cached?: boolean;
  /** Endpoints that failed before this one answered, in order. */
  fellBackFrom?: string[];
  /** `name@version` of the prompts by which it was told to go on. */
  besides?: string[];
  /** What else the provider said that a caller may want (the offline model's citations). */
  details?: JsonValue;
}

export type ModelEvent = { kind: 'text'; text: string } | { kind: 'end'; result: ModelResult };

/**
 * A model. Behaviour is added by wrapping one Model in another: redact, budget, retry, fall back, record.
 * Faults are `Unavailable` (retryable, with `retryAfterMs` when the provider said so) or `InvalidInput`.
 */
export interface Model {
  readonly name: string;
  generate(request: ModelRequest): Promise<ModelResult>;
  /** Yields text as it comes and then exactly one `end`. */
  stream(request: ModelRequest): AsyncIterable<ModelEvent>;
}

/** How texts are turned into vectors. */
export interface EmbedOptions {
  signal?: AbortSignal;
  /** Whom it is done and charged for, where that is known. */
  origin?: CallOrigin;
  /** Nobody waits for it: a fault that may pass is waited out. */
  isPatient?: boolean;
}

/** Turns texts into vectors. `id` names the encoder and its version; vectors of different ids are not comparable. */
export interface EmbeddingModel {
  readonly id: string;
  readonly dimensions: number;
  embed(texts: string[], options?: EmbedOptions): Promise<Float32Array[]>;
}

/** The same with what it came to. */
export interface EmbeddingEndpoint {
  readonly id: string;
  /** `provider/model`. */
  readonly model: string;
  readonly dimensions: number;
  embed(texts: string[], options?: Omit<EmbedOptions, 'origin'>): Promise<Embedded>;
}

export interface Embedded {
  vectors: Float32Array[];
  usage: TokenUsage;
  costMicroUsd: number;
}
