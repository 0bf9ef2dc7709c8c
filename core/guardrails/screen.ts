/** Where a text came from; what is not a person's own words has a model of its own and is marked in prompts. */
export type TextOrigin = 'user' | 'document' | 'tool-result' | 'web-page' | 'mail' | 'model';

/** `observe` records what `enforce` would have done and lets the text pass. */
export type ScreenMode = 'enforce' | 'observe';

export type VerdictOutcome = 'pass' | 'redact' | 'block' | 'review';

/** A stretch of the screened text; offsets are UTF-16 code units, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
  type: string;
}

export interface Verdict {
  outcome: VerdictOutcome;
  /** Risk of an attack or of harm, 0 to 1. */
  score: number;
  /** Rule ids, for operators; never shown to the person. */
  reasons: string[];
  /** The text with personal data replaced by placeholders; the text itself when there was none. */
  text: string;
  spans: Span[];
  /** Placeholder to original value, so that a person who may see it gets it back. Never logged. */
  restore: Record<string, string>;
  /** Name and version of the screens that were asked. */
  version: string;
  /** Output only: how well the cited passages support the text, 0 to 1. */
  grounding?: number;
}

export interface ScreenContext {
  tenantId: string;
  origin: TextOrigin;
  /** Output only: the passages the text claims to rest on, and what was asked. */
  passages?: string[];
  /** Output only: what the text quotes word for word where it is nothing but quotes. */
  quotes?: string[];
  question?: string;
}

/** A guardrail over one text. A screen that throws counts as `block` in enforce mode. */
export interface Screen {
  readonly name: string;
  readonly version: string;
  check(text: string, context: ScreenContext): Promise<Verdict> | Verdict;
}
