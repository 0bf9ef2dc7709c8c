import { Unavailable, type StewardError } from '../kernel/errors.js';
import type { ModelResult } from './model.js';

/**
 * A reply that broke off, or was stopped, after some of its text had come. `partial` is what came and what it cost by our
 * own count: an endpoint charges for it although it never reported it.
 */
export class InterruptedStream extends Unavailable {
  constructor(
    fault: StewardError,
    readonly partial: ModelResult,
  ) {
    super(fault.code, fault.message, {
      cause: fault,
      retryable: fault.retryable,
      userText: fault.userText,
      status: fault.status,
      retryAfterMs: fault.retryAfterMs,
    });
  }
}
