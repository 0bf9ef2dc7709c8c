import type { Doc } from './bson.js';
import type { MatchContext } from './match.js';

/** What an update operator needs to know about the document at hand. */
export interface UpdateTarget {
  doc: Doc;
  /** True while the document is being made by an upsert. */
  inserting: boolean;
  /** The array position that the filter matched, for the positional `$`; undefined when there is none. */
  positionOf?: (arrayPath: string) => number | undefined;
}

/** What an update is read with. */
export interface UpdateContext extends MatchContext {
  now: Date;
  arrayFilters?: unknown;
}
