import { InvalidInput } from '../../kernel/errors.js';

/** A file that cannot become a document. `message` is the line in the ingest report: what is wrong and what to do. */
export class Unreadable extends InvalidInput {
  constructor(message: string, cause?: unknown) {
    super('knowledge.unreadable', message, { cause });
  }
}

/** A file whose readers cannot be told: an earlier version of it must not stay open to those it may now keep out. */
export class UnclearReaders extends Unreadable {}

/** A file that holds no text at all; nobody has to do anything about it. */
export class NothingInIt extends Unreadable {}
