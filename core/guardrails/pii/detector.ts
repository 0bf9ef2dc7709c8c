/** Something personal or secret in a text; offsets are UTF-16 units of the text that was searched. */
export interface PiiMatch {
  type: string;
  start: number;
  end: number;
  /** 0 to 1; of two matches that overlap, the surer one stays. */
  confidence: number;
}

/** Finds one family of personal data. Detectors are pure and independent of each other. */
export interface PiiDetector {
  name: string;
  /** Cheap test that spares the search on texts that cannot hold any. */
  mayHold(text: string): boolean;
  find(text: string): PiiMatch[];
}

/** Scripts that set no blanks between words. */
export const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

export const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');

/** The text before a place, for context words; at most `reach` characters. */
export const before = (text: string, start: number, reach = 40): string =>
  text.slice(Math.max(0, start - reach), start);

/** The text after a place. */
export const after = (text: string, end: number, reach = 24): string => text.slice(end, end + reach);

/** Check digit of payment cards and some identity numbers (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let position = 0; position < digits.length; position += 1) {
    let digit = Number(digits[digits.length - 1 - position]);
    if (position % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** Remainder by 97 of a number of any length, letters standing for 10 to 35 (ISO 7064, as IBAN uses it). */
export function mod97(text: string): number {
  let rest = 0;
  for (const character of text.toUpperCase()) {
    const value = Number.parseInt(character, 36);
    if (Number.isNaN(value)) return -1;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}
