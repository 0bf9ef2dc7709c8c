import { createHmac } from 'node:crypto';
import type { Verdict, VerdictOutcome } from './screen.js';

/** What an operator may know of a verdict: rule, score, version and a hash, never the text. */
export interface VerdictRecord {
  outcome: VerdictOutcome;
  score: number;
  rules: string[];
  version: string;
  /** 32 hexadecimal digits; the same text under the same key has the same hash. */
  textHash: string;
  grounding?: number;
}

/**
 * Keyed, because short texts could be guessed from a plain hash.
 * @param key a secret of the installation
 */
export const hashText = (text: string, key: string): string =>
  createHmac('sha256', key).update(text).digest('hex').slice(0, 32);

/** The record of a verdict for audit and logs. */
export function recordVerdict(verdict: Verdict, text: string, key: string): VerdictRecord {
  return {
    outcome: verdict.outcome,
    score: Math.round(verdict.score * 1_000) / 1_000,
    rules: verdict.reasons,
    version: verdict.version,
    textHash: hashText(text, key),
    ...(verdict.grounding === undefined ? {} : { grounding: Math.round(verdict.grounding * 1_000) / 1_000 }),
  };
}
