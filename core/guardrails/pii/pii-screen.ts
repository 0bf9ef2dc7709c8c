import type { CountryCode } from 'libphonenumber-js';
import { foldText, unfold } from '../fold-text.js';
import type { Span } from '../screen.js';
import { birthDateDetector } from './birth-date.js';
import type { PiiDetector, PiiMatch } from './detector.js';
import { emailDetector } from './email.js';
import { Intervals } from '../intervals.js';
import { identityDetector } from './identity.js';
import { networkDetector } from './network.js';
import { paymentDetector } from './payment.js';
import { personDetector } from './person.js';
import { createPhoneDetector } from './phone.js';
import { addressDetector } from './place.js';
import { plainPasswordDetector } from './plain-password.js';
import { secretDetector } from './secrets.js';

/** A tenant's own pattern, such as a customer number. */
export interface CustomPattern {
  /** Type name, upper case with underscores: `CUSTOMER_NUMBER`. */
  type: string;
  pattern: RegExp;
}

export interface PiiOptions {
  /** Types to leave alone. */
  ignore?: readonly string[];
  custom?: readonly CustomPattern[];
  /** Countries whose national phone formats are expected. */
  countries?: CountryCode[];
  minimumConfidence?: number;
}

/** What was found and what a text looks like without it. */
export interface Redaction {
  text: string;
  spans: Span[];
  /** Placeholder to original. */
  restore: Record<string, string>;
}

/** Finds personal data and secrets, and replaces them by placeholders that can be turned back. */
export interface PiiScreen {
  find(text: string): Span[];
  redact(text: string): Redaction;
}

/** Ours, as they stand in redacted text: `[EMAIL_ADDRESS_1]`. */
export const PLACEHOLDER = /\[[A-Z][A-Z0-9_]{1,40}_\d{1,6}\]/g;

const PASSES = 8;

/** Makes the screen; detectors are chosen once. */
export function createPiiScreen({
  ignore = [],
  custom = [],
  countries,
  minimumConfidence = 0.5,
}: PiiOptions = {}): PiiScreen {
  const ignored = new Set(ignore);
  const detectors: PiiDetector[] = [
    emailDetector,
    paymentDetector,
    identityDetector,
    networkDetector,
    secretDetector,
    plainPasswordDetector,
    createPhoneDetector(countries),
    birthDateDetector,
    addressDetector,
    personDetector,
    ...custom.map(customDetector),
  ];

  const search = (text: string): PiiMatch[] =>
    withoutOverlap(
      detectors
        .filter((detector) => detector.mayHold(text))
        .flatMap((detector) => detector.find(text))
        .filter((match) => match.confidence >= minimumConfidence && !ignored.has(match.type)),
    );

  const find = (text: string): Span[] => {
    const folded = foldText(text);
    let masked = folded.text.replaceAll(PLACEHOLDER, (placeholder) => blank(placeholder.length));
    const found: PiiMatch[] = [];
    // what a surer match hid may show once that is out of sight; without this a second pass would find more
    for (let pass = 0; pass < PASSES; pass += 1) {
      const matches = search(masked);
      if (matches.length === 0) break;
      found.push(...matches);
      masked = maskOut(masked, matches);
    }
    return found
      .sort((a, b) => a.start - b.start)
      .map(({ type, start, end }) => ({ type, ...unfold(folded, start, end) }));
  };

  return {
    find,
    redact(text) {
      const spans = find(text);
      return replace(text, spans);
    },
  };
}

/** A stretch that no pattern and no search for context words can look into or across. */
const blank = (length: number): string =>
  length < 3 ? '\n'.repeat(length) : `\n${'\u0001'.repeat(length - 2)}\n`;

function maskOut(text: string, matches: readonly PiiMatch[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of matches) {
    masked += text.slice(at, start) + blank(end - start);
    at = end;
  }
  return masked + text.slice(at);
}

const customDetector = ({ type, pattern }: CustomPattern): PiiDetector => ({
  name: `custom-${type.toLowerCase()}`,
  mayHold: () => true,
  find: (text) =>
    Array.from(
      text.matchAll(new RegExp(pattern.source, [...new Set(`${pattern.flags}g`)].join(''))),
      (match) => ({
        type,
        start: match.index,
        end: match.index + match[0].length,
        confidence: 1,
      }),
    ).filter(({ start, end }) => end > start),
});

/** Of overlapping matches the surer stays, then the longer. */
function withoutOverlap(matches: PiiMatch[]): PiiMatch[] {
  const ranked = [...matches].sort(
    (a, b) => b.confidence - a.confidence || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const kept = new Intervals<PiiMatch>();
  for (const match of ranked) kept.add(match);
  return kept.list();
}

/** The same value gets the same placeholder; numbers go on after those the text already has. */
function replace(text: string, spans: Span[]): Redaction {
  const taken = new Set(text.match(PLACEHOLDER) ?? []);
  const counters = new Map<string, number>();
  const known = new Map<string, string>();
  const restore: Record<string, string> = {};
  let redacted = '';
  let at = 0;
  for (const { start, end, type } of spans) {
    const value = text.slice(start, end);
    const key = `${type}\n${value}`;
    let placeholder = known.get(key);
    while (placeholder === undefined) {
      const number = (counters.get(type) ?? 0) + 1;
      counters.set(type, number);
      const candidate = `[${type}_${number}]`;
      if (!taken.has(candidate)) placeholder = candidate;
    }
    known.set(key, placeholder);
    restore[placeholder] = value;
    redacted += text.slice(at, start) + placeholder;
    at = end;
  }
  return { text: redacted + text.slice(at), spans, restore };
}

/**
 * Puts the originals back into a text for a person who may see them; placeholders that are not known stay.
 * Values are inserted in one pass, so that a value that looks like a placeholder is not replaced again.
 */
export function restorePlaceholders(text: string, restore: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (placeholder) =>
    Object.hasOwn(restore, placeholder) ? (restore[placeholder] ?? placeholder) : placeholder,
  );
}
