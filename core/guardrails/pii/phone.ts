import type * as PhoneNumbers from 'libphonenumber-js';
import type { CountryCode } from 'libphonenumber-js';
import { loadWhenNeeded } from '../../kernel/load-when-needed.js';
import { after, before, digitsOf, type PiiDetector, type PiiMatch } from './detector.js';

const phoneNumbers = loadWhenNeeded(import.meta.url, 'libphonenumber-js') as () => typeof PhoneNumbers;

/** Digits as phone numbers are written, with an optional extension. */
const CANDIDATE =
  /(?<![a-zA-Z\u00c0-\u024f\u0370-\u052f\d./$€£#=_%+(-]|\d[ ,):]|\d\) )(?:\+|00)?\(?\d(?:[ .()/-]{0,3}\d){5,16}(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?![a-zA-Z\u00c0-\u024f\u0370-\u052f\d_%€]|[.,:/]\d|-\d)/giu;

const LABEL_BEFORE =
  /(?:phone|telephone|tel|mobile|mob|cell|fax|desk|direct|office|whatsapp|signal|hotline|telefon|handy|mobil|rufnummer|durchwahl|tel[eé]fono|m[oó]vil|t[eé]l[eé]phone|portable|\b(?:mi|tu|su) n[uú]mero|\bmon num[eé]ro|電話|携帯|连絡先|連絡先)(?: ?(?:number|no|nr|nummer|#)|番号)?\.?['")]{0,2}\s{0,2}(?:is|ist|es|est|は|：|:|=|-|–)?\s{0,3}\(?$/i;
const CALL_BEFORE =
  /\b(?:call|ring|text|dial|phone|reach|contact|sms|message|fax|anrufen|erreichbar|erreichen|ruf|ll[aá]ma(?:r|me|nos)?|appelle[rz]?|joindre|(?:my|his|her|their) (?:number|nr|nummer)|number is|number:|nummer ist)\b[^\n.!?]{0,34}$/i;
const LABEL_AFTER =
  /^\s{0,2}(?:[-–,(]\s{0,2})?(?:office|mobile|fax|cell|home|work|desk|direct|tel|phone|mobil|handy|privat)\b/i;

const NANP =
  /^(?:\+?1[-. ]?|001[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?$/i;
/** Shapes that look like numbers and are something else: dates, times, versions, ranges of years, decimals. */
const NOT_A_PHONE =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|(?:19|20)\d{2}\s?[-–/]\s?(?:19|20)\d{2}|\d{1,3}(?:\.\d{1,3}){3}|\d\.\d+|\d{3}-\d{2}-\d{4})$/;
/** Books and parts carry numbers that look like a phone's. */
const OTHER_NUMBER_BEFORE =
  /\b(?:isbn(?:-1[03])?|issn|ean|part (?:number|no\.?)|(?:case|ticket|order|invoice|article|file|ref(?:erence)?|policy|job|bestell-?|auftrags-?|rechnungs-?|artikel|vorgangs?-?|pedido|factura|commande|facture)(?:number|nummer|nr\.?|no\.?| number| no\.?| nr\.?)?)\s?[:#]?\s?$/i;
const SEPARATED = /\d[ .()/-]{1,3}\d/;

/**
 * Finds phone numbers: international ones by their prefix, North American ones by their form, national ones of
 * `countries` when libphonenumber knows the range, any other digits only where words around say that it is a phone.
 */
export function createPhoneDetector(
  countries: CountryCode[] = ['US', 'GB', 'DE', 'FR', 'ES', 'CH', 'AT', 'JP'],
): PiiDetector {
  const isPhone = (candidate: string, text: string, start: number, end: number): number => {
    const digits = digitsOf(candidate.replace(/(?:x|ext).*$/i, ''));
    if (digits.length < 6 || digits.length > 15 || /^(\d)\1+$/.test(digits) || NOT_A_PHONE.test(candidate))
      return 0;
    const lead = before(text, start, 48);
    if (!candidate.startsWith('+') && OTHER_NUMBER_BEFORE.test(lead)) return 0;
    const labelled = LABEL_BEFORE.test(lead) || LABEL_AFTER.test(after(text, end, 14));
    if (labelled) return 0.95;
    if (/[a-z\]]:$/i.test(lead)) return 0; // a port, a key, an address of the web
    if (candidate.startsWith('+')) return digits.length >= 8 ? 0.95 : 0;
    if (CALL_BEFORE.test(lead) && digits.length >= 7) return 0.9;
    if (NANP.test(candidate)) return 0.85;
    if (digits.length < 9 || !SEPARATED.test(candidate) || !/^(?:00|\(?0)\d?/.test(candidate)) return 0;
    const known = countries.some(
      (country) => phoneNumbers().parsePhoneNumberFromString(candidate, country)?.isValid() === true,
    );
    return known ? 0.75 : 0;
  };

  return {
    name: 'phone',
    mayHold: (text) => /\d(?:[^\p{L}\n]{0,3}\d){5}/u.test(text),
    find(text) {
      const found: PiiMatch[] = [];
      for (const match of text.matchAll(CANDIDATE)) {
        const value = trimmed(match[0]);
        const start = match.index;
        const end = start + value.length;
        const confidence = isPhone(value, text, start, end);
        if (confidence > 0) found.push({ type: 'PHONE_NUMBER', start, end, confidence });
      }
      return found;
    },
  };
}

/** A bracket that opens before the number and closes after it does not belong to it. */
const trimmed = (candidate: string): string =>
  candidate.startsWith('(') && !candidate.includes(')') ? candidate : candidate.replace(/[ .()/-]+$/, '');
