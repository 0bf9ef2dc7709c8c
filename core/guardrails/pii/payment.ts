import { before, digitsOf, mod97, passesLuhn, type PiiDetector, type PiiMatch } from './detector.js';

/** Digits with single spaces or hyphens between, or four by four with dots, 12 to 19 of them, not part of a longer number or word. */
const CARD = /(?<![\p{L}\d.,/$€£#_-])(?:\d{4}(?:\.\d{4}){3}|\d(?:[ -]?\d){11,18})(?![\d_]|[.,]\d|-?\p{L})/gu;

/** Issuer ranges: [pattern of the digits, lengths] (public issuer identification ranges). */
const ISSUERS: [RegExp, number[]][] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^3(?:0[0-5]|[689])/, [14, 16, 19]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:2131|1800)/, [15]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50[0-9]|5[6-8]|6304|6390|67)/, [12, 13, 14, 15, 16, 17, 18, 19]],
];
const CARD_CONTEXT =
  /\b(?:card|cc|visa|master ?card|amex|maestro|discover|kreditkarte|karte|kartennummer|tarjeta|carte|pan|credit|debit|cvv|カード)\b[^\n]{0,40}$|カード[^\n]{0,12}$/i;

function findCards(text: string): PiiMatch[] {
  const found: PiiMatch[] = [];
  for (const match of text.matchAll(CARD)) {
    const digits = digitsOf(match[0]);
    if (/^(\d)\1+$/.test(digits)) continue;
    const issued = ISSUERS.some(
      ([pattern, lengths]) => pattern.test(digits) && lengths.includes(digits.length),
    );
    const context = CARD_CONTEXT.test(before(text, match.index, 60));
    const grouped = /^\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}$|^3\d{3}[ -]\d{6}[ -]\d{4,5}$/.test(match[0]);
    const checked = passesLuhn(digits);
    const maestro = /^(?:5[06-8]|6)/.test(digits) && digits.length !== 16;
    if (
      (checked && issued && (!maestro || context)) ||
      (checked && context) ||
      (issued && context && grouped)
    ) {
      found.push({
        type: 'CREDIT_CARD',
        start: match.index,
        end: match.index + match[0].length,
        confidence: checked && issued ? 0.95 : 0.85,
      });
    }
  }
  return found;
}

/** Length of an IBAN by country (ISO 13616 registry). */
const IBAN_LENGTHS: Record<string, number> = {
  AD: 24,
  AE: 23,
  AL: 28,
  AT: 20,
  AZ: 28,
  BA: 20,
  BE: 16,
  BG: 22,
  BH: 22,
  BR: 29,
  BY: 28,
  CH: 21,
  CR: 22,
  CY: 28,
  CZ: 24,
  DE: 22,
  DK: 18,
  DO: 28,
  EE: 20,
  EG: 29,
  ES: 24,
  FI: 18,
  FO: 18,
  FR: 27,
  GB: 22,
  GE: 22,
  GI: 23,
  GL: 18,
  GR: 27,
  GT: 28,
  HR: 21,
  HU: 28,
  IE: 22,
  IL: 23,
  IQ: 23,
  IS: 26,
  IT: 27,
  JO: 30,
  KW: 30,
  KZ: 20,
  LB: 28,
  LC: 32,
  LI: 21,
  LT: 20,
  LU: 20,
  LV: 21,
  LY: 25,
  MC: 27,
  MD: 24,
  ME: 22,
  MK: 19,
  MR: 27,
  MT: 31,
  MU: 30,
  NL: 18,
  NO: 15,
  PK: 24,
  PL: 28,
  PS: 29,
  PT: 25,
  QA: 29,
  RO: 24,
  RS: 22,
  SA: 24,
  SC: 31,
  SE: 24,
  SI: 19,
  SK: 24,
  SM: 27,
  ST: 25,
  SV: 28,
  TL: 23,
  TN: 24,
  TR: 26,
  UA: 29,
  VA: 22,
  VG: 24,
  XK: 20,
};
const IBAN = /(?<![\p{L}\p{N}])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}/giu;

function findIbans(text: string): PiiMatch[] {
  const found: PiiMatch[] = [];
  for (const match of text.matchAll(IBAN)) {
    const length = IBAN_LENGTHS[match[0].slice(0, 2).toUpperCase()];
    const end = length === undefined ? undefined : endAfter(match[0], length);
    if (end === undefined || /[\p{L}\p{N}]/u.test(text.charAt(match.index + end))) continue;
    const compact = match[0].slice(0, end).replaceAll(/[ -]/g, '');
    const valid = mod97(compact.slice(4) + compact.slice(0, 4)) === 1;
    const named = /\biban\b[^\n]{0,20}$/i.test(before(text, match.index));
    if (valid || (named && /\d{6}/.test(compact))) {
      found.push({
        type: 'IBAN_CODE',
        start: match.index,
        end: match.index + end,
        confidence: valid ? 0.99 : 0.8,
      });
    }
  }
  return found;
}

const SWIFT = /(?<![\p{L}\p{N}])[A-Z]{4}[A-Z]{2}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?(?![\p{L}\p{N}])/gu;
const SWIFT_CONTEXT = /\b(?:bic|swift)\b[^\n]{0,20}$/i;

/** Bank codes (ISO 9362), which look like words in capitals and so need the word before them. */
const findSwiftCodes = (text: string): PiiMatch[] =>
  Array.from(text.matchAll(SWIFT))
    .filter((match) => SWIFT_CONTEXT.test(before(text, match.index)))
    .map((match) => ({
      type: 'SWIFT_CODE',
      start: match.index,
      end: match.index + match[0].length,
      confidence: 0.85,
    }));

/** Where the n-th letter or digit of a spaced text ends. */
function endAfter(text: string, count: number): number | undefined {
  let seen = 0;
  for (let position = 0; position < text.length; position += 1) {
    if (/[a-z0-9]/i.test(text.charAt(position))) seen += 1;
    if (seen === count) return position + 1;
  }
  return undefined;
}

export const paymentDetector: PiiDetector = {
  name: 'payment',
  mayHold: (text) => /\d(?:[ .-]?[A-Z0-9]){10}|\b(?:bic|swift)\b/i.test(text),
  find: (text) => [...findCards(text), ...findIbans(text), ...findSwiftCodes(text)],
};
