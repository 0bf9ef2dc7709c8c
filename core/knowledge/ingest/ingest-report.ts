import type { Reason } from './reason.js';

export type IngestOutcome = 'added' | 'changed' | 'unchanged' | 'removed' | 'refused' | 'ignored';

/** What happened to one file. */
export interface IngestLine {
  path: string;
  outcome: IngestOutcome;
  /** Why, and what to do, in English; there for everything refused or ignored. */
  note?: string;
  /** The same by its codes, for readers of other languages. */
  reasons?: Reason[];
  documentId?: string;
}

/** The result of an ingest, as it is shown, logged and stored. */
export interface IngestReport {
  collection: string;
  counts: Record<IngestOutcome, number>;
  /** Passages of added and changed documents. */
  passages: number;
  /** Lines that somebody should read: everything refused, ignored or noted. */
  lines: IngestLine[];
  startedAt: Date;
  endedAt: Date;
}

export type IngestEvent =
  | { kind: 'start'; total: number }
  | { kind: 'file'; line: IngestLine; done: number; total: number }
  | { kind: 'end'; report: IngestReport };

export const emptyCounts = (): Record<IngestOutcome, number> => ({
  added: 0,
  changed: 0,
  unchanged: 0,
  removed: 0,
  refused: 0,
  ignored: 0,
});

/** Whether nothing of it could be taken in or, where that is wanted, not everything. */
export function hasFailed({ counts }: Pick<IngestReport, 'counts'>, isStrict: boolean): boolean {
  if (counts.refused === 0) return false;
  return isStrict || counts.added + counts.changed + counts.unchanged === 0;
}

/** `12 added, 1 refused`; outcomes that did not occur are left out. */
export function summary(counts: Record<IngestOutcome, number>): string {
  const parts = Object.entries(counts).filter(([, times]) => times > 0);
  return parts.map(([outcome, times]) => `${times} ${outcome}`).join(', ') || 'nothing to take in';
}
