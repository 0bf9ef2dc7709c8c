/** Which sentence a person reads when something failed; the texts live in `dialogs/texts`. */
export type UserTextKey =
  | 'error.unexpected'
  | 'error.invalid'
  | 'error.not-permitted'
  | 'error.not-found'
  | 'error.conflict'
  | 'error.busy'
  | 'error.unavailable'
  | 'error.too-large'
  | 'error.budget';

export interface StewardErrorOptions {
  /** A more fitting sentence than the class's own. */
  userText?: UserTextKey;
  cause?: unknown;
  retryable?: boolean;
  status?: number;
  /** How long whoever refused asked us to wait, in milliseconds. */
  retryAfterMs?: number;
  /** What the sentence that stands for `code` is filled with, for readers of other languages; no private text. */
  parameters?: Record<string, string | number>;
  /** The other side never got it: nothing can have happened there. */
  unsent?: boolean;
  /** Whoever runs Steward can mend it (a token, a grant): what has to go out is kept meanwhile. */
  mendable?: boolean;
}

/**
 * A fault. Expected outcomes (a denied tool call, a blocked text, a missing item) are values and never thrown.
 * `code` is `folder.reason`; `message` tells an operator what happened, why, and what to do; it holds no private text.
 */
export class StewardError extends Error {
  readonly userText: UserTextKey;
  readonly retryable: boolean;
  /** The HTTP status that fits when the fault ends a request. */
  readonly status: number;
  readonly retryAfterMs?: number;
  readonly mendable: boolean;
  readonly parameters?: Record<string, string | number>;
  readonly unsent: boolean;

  constructor(
    readonly code: string,
    message: string,
    {
      userText = 'error.unexpected',
      cause,
      retryable = false,
      status = 500,
      retryAfterMs,
      mendable = false,
      parameters,
      unsent = false,
    }: StewardErrorOptions = {},
  ) {
    super(message, { cause });
    this.name = new.target.name;
    this.userText = userText;
    this.retryable = retryable;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.mendable = mendable;
    this.parameters = parameters;
    this.unsent = unsent;
  }
}

/** The caller sent something that cannot be used. */
export class InvalidInput extends StewardError {
  constructor(code: string, message: string, options: StewardErrorOptions = {}) {
    super(code, message, { userText: 'error.invalid', status: 400, ...options });
  }
}

/** The caller is unknown (401) or may not do this (403, the default). */
export class NotPermitted extends StewardError {
  constructor(code: string, message: string, options: StewardErrorOptions = {}) {
    super(code, message, { userText: 'error.not-permitted', status: 403, ...options });
  }
}

/** Somebody else changed the thing first. */
export class Conflict extends StewardError {
  constructor(code: string, message: string, options: StewardErrorOptions = {}) {
    super(code, message, { userText: 'error.conflict', status: 409, ...options });
  }
}

/** Something outside does not answer; trying again later may help. */
export class Unavailable extends StewardError {
  constructor(code: string, message: string, options: StewardErrorOptions = {}) {
    super(code, message, { userText: 'error.unavailable', status: 503, retryable: true, ...options });
  }
}

/** A mistake of ours. */
export class Defect extends StewardError {}

/** The text of whatever was thrown, for a log line. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Ends a `switch` over all kinds of something: a new kind that is not handled does not compile. */
export function neverHappens(kind: never): never {
  throw new Defect('kernel.unhandled-kind', `A kind was not handled: ${JSON.stringify(kind)}`);
}
