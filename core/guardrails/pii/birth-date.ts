import { before, type PiiDetector, type PiiMatch } from './detector.js';

const MONTH =
  '(?:Jan(?:uary|uar)?|Feb(?:ruary|ruar)?|M(?:ar(?:ch)?|ärz)|Apr(?:il)?|Ma[yi]|Jun[ei]?|Jul[yi]?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)\\.?';
const DATE = new RegExp(
  `(?<![\\d/.-])(?:\\d{1,2}[/.-]\\d{1,2}[/.-](?:\\d{4}|\\d{2})|\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}|\\d{1,2}(?:st|nd|rd|th|\\.)? ${MONTH},? \\d{4}|${MONTH} \\d{1,2}(?:st|nd|rd|th)?,? \\d{4})(?![\\d/]|[.-]\\d)`,
  'giu',
);
const BIRTH =
  /(?:date of birth|birth ?date|birthday|dob|d\.o\.b|born|geboren|geburtsdatum|geburtstag|nacimiento|naci[óo]|née?\b|naissance|生年月日|誕生日)[^\n]{0,32}$/i;

/** Dates of birth; other dates are nobody's secret. Reported as DATE_TIME, the name that other tools use. */
export const birthDateDetector: PiiDetector = {
  name: 'birth-date',
  mayHold: (text) => /birth|born|dob|d\.o\.b|geb|naci|née?|naiss|生年|誕生/i.test(text),
  find(text) {
    const found: PiiMatch[] = [];
    for (const match of text.matchAll(DATE)) {
      if (!BIRTH.test(before(text, match.index, 60))) continue;
      found.push({
        type: 'DATE_TIME',
        start: match.index,
        end: match.index + match[0].length,
        confidence: 0.9,
      });
    }
    return found;
  },
};
