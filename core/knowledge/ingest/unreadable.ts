import { InvalidInput } from '../../kernel/errors.js';
import { because, type Reason } from './reason.js';

/** A file that cannot become a document, and why. */
export class Unreadable extends InvalidInput {
  constructor(why: Reason, cause?: unknown) {
    super(...because(why, { cause }));
  }
}

/** A file whose readers cannot be told: an earlier version of it must not stay open to those it may now keep out. */
export class UnclearReaders extends Unreadable {}

/** A file that holds no text at all; nobody has to do anything about it. */
export class NothingInIt extends Unreadable {}
