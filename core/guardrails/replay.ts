import type { PolicyBook } from './policy.js';
import { createInputScreen } from './input-screen.js';
import { createOutputScreen } from './output-screen.js';
import type { InjectionScorer } from './injection/injection-scorer.js';
import type { Canaries } from './output/leaks.js';
import type { Screen, ScreenContext, VerdictOutcome } from './screen.js';
import { hashText } from './verdict-record.js';

/** A text that was screened before, from wherever turns are kept. */
export interface PastText {
  id: string;
  direction: 'input' | 'output';
  text: string;
  context: ScreenContext;
}

/** One text that another policy would treat otherwise. */
export interface ReplayChange {
  id: string;
  direction: 'input' | 'output';
  textHash: string;
  before: VerdictOutcome;
  after: VerdictOutcome;
  score: number;
  rules: string[];
}

export interface ReplaySummary {
  texts: number;
  changed: number;
  before: Record<VerdictOutcome, number>;
  after: Record<VerdictOutcome, number>;
}

export interface ReplayOptions {
  traffic: AsyncIterable<PastText> | Iterable<PastText>;
  current: PolicyBook;
  proposed: PolicyBook;
  scorer: InjectionScorer;
  /** The words planted into a tenant's prompts. */
  canaries?: (tenantId: string) => Canaries;
  /** For the hashes an operator sees instead of the texts. */
  hashKey: string;
  onChange(change: ReplayChange): void;
}

const noOutcomes = (): Record<VerdictOutcome, number> => ({ pass: 0, redact: 0, block: 0, review: 0 });

/** Tries a policy on past texts beside the one in force, and reports every text whose outcome would change. */
export async function replayPolicy({
  traffic,
  current,
  proposed,
  scorer,
  canaries,
  hashKey,
  onChange,
}: ReplayOptions): Promise<ReplaySummary> {
  const screens = (book: PolicyBook): Record<'input' | 'output', Screen> => ({
    input: createInputScreen({ policy: (tenantId) => book.of(tenantId), scorer }),
    output: createOutputScreen({ policy: (tenantId) => book.of(tenantId), canaries }),
  });
  const now = screens(current);
  const then = screens(proposed);
  const summary: ReplaySummary = { texts: 0, changed: 0, before: noOutcomes(), after: noOutcomes() };
  for await (const { id, direction, text, context } of traffic) {
    const before = await now[direction].check(text, context);
    const after = await then[direction].check(text, context);
    summary.texts += 1;
    summary.before[before.outcome] += 1;
    summary.after[after.outcome] += 1;
    if (before.outcome === after.outcome && before.text === after.text) continue;
    summary.changed += 1;
    onChange({
      id,
      direction,
      textHash: hashText(text, hashKey),
      before: before.outcome,
      after: after.outcome,
      score: Math.round(after.score * 1_000) / 1_000,
      rules: after.reasons,
    });
  }
  return summary;
}
