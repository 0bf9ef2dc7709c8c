import { before, digitsOf, mod97, passesLuhn, type PiiDetector, type PiiMatch } from './detector.js';

/** A number that a state gives to a person, recognised by form, check digit and the words before it. */
interface IdentityRule {
  type: string;
  pattern: RegExp;
  /** Words that have to stand before it; absent where the form alone is enough. */
  context?: ContextWords;
  valid?: (value: string) => boolean;
  confidence: number;
}

interface ContextWords {
  /** Right before the number. */
  near: RegExp;
  /** Anywhere: spares the search of most rules on most texts. */
  anywhere: RegExp;
}

const word = (words: string): ContextWords => ({
  near: new RegExp(`(?:${words})[^\\n]{0,24}$`, 'iu'),
  anywhere: new RegExp(words, 'iu'),
});

const weighted = (digits: string, weights: number[]): number =>
  weights.reduce((sum, weight, position) => sum + weight * Number(digits[position]), 0);

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';
const spanishLetter = (value: string): boolean => {
  const number = Number(
    digitsOf(value.toUpperCase().replace(/^X/, '0').replace(/^Y/, '1').replace(/^Z/, '2')),
  );
  return SPANISH_LETTERS[number % 23] === value.toUpperCase().at(-1);
};

/** German tax id: ISO 7064 MOD 11,10. */
const germanTaxId = (value: string): boolean => {
  const digits = digitsOf(value);
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (2 * sum) % 11;
  }
  return (11 - product) % 10 === Number(digits[10]);
};

/** French NIR: 97 minus the number modulo 97 is the key; Corsica's 2A and 2B count as 19 and 18. */
const frenchNir = (value: string): boolean => {
  const compact = value.replaceAll(/[ .]/g, '').toUpperCase().replace('2A', '19').replace('2B', '18');
  return /^\d{15}$/.test(compact) && 97 - (mod97(compact.slice(0, 13)) % 97) === Number(compact.slice(13));
};

const italianCode = (value: string): boolean => {
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  const code = value.toUpperCase();
  let sum = 0;
  for (let position = 0; position < 15; position += 1) {
    const character = code.charAt(position);
    const number = /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 65;
    sum += position % 2 === 0 ? (odd[number] ?? 0) : number;
  }
  return code.charCodeAt(15) - 65 === sum % 26;
};

const swissAhv = (value: string): boolean => {
  const digits = digitsOf(value);
  return (10 - (weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10)) % 10 === Number(digits[12]);
};

const dutchBsn = (value: string): boolean =>
  weighted(digitsOf(value), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;

const brazilianCpf = (value: string): boolean => {
  const digits = digitsOf(value);
  if (/^(\d)\1+$/.test(digits)) return false;
  const check = (count: number): number => {
    const weights = Array.from({ length: count }, (_, position) => count + 1 - position);
    return ((weighted(digits, weights) * 10) % 11) % 10;
  };
  return check(9) === Number(digits[9]) && check(10) === Number(digits[10]);
};

const japaneseMyNumber = (value: string): boolean => {
  const digits = digitsOf(value);
  const rest = weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === Number(digits[11]);
};

const australianTfn = (value: string): boolean =>
  weighted(digitsOf(value), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;

const canadianSin = (value: string): boolean => passesLuhn(digitsOf(value)) && !/^[08]/.test(value);

const nhsNumber = (value: string): boolean => {
  const digits = digitsOf(value);
  const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return (check === 11 ? 0 : check) === Number(digits[9]) && check !== 10;
};

const polishPesel = (value: string): boolean => {
  const rest = weighted(value, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10;
  return (10 - rest) % 10 === Number(value[10]);
};

const swedishNumber = (value: string): boolean => passesLuhn(digitsOf(value).slice(-10));

/** Finnish code: the number of birth date and serial modulo 31 picks the last sign. */
const finnishCode = (value: string): boolean =>
  '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(value.slice(0, 6) + value.slice(7, 10)) % 31] ===
  value.at(-1)?.toUpperCase();

const portugueseNif = (value: string): boolean => {
  const rest = 11 - (weighted(value, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return (rest > 9 ? 0 : rest) === Number(value[8]);
};

const belgianNumber = (value: string): boolean => {
  const digits = digitsOf(value);
  const key = Number(digits.slice(9));
  return [digits.slice(0, 9), `2${digits.slice(0, 9)}`].some((body) => 97 - (Number(body) % 97) === key);
};

const singaporeNric = (value: string): boolean => {
  const code = value.toUpperCase();
  const sum = weighted(code.slice(1, 8), [2, 7, 6, 5, 4, 3, 2]) + (/[TG]/.test(code[0] ?? '') ? 4 : 0);
  return (/[ST]/.test(code[0] ?? '') ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK')[sum % 11] === code[8];
};

const koreanNumber = (value: string): boolean => {
  const digits = digitsOf(value);
  return (11 - (weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === Number(digits[12]);
};

/** Chinese resident number: ISO 7064 MOD 11-2. */
const chineseNumber = (value: string): boolean =>
  '10X98765432'[weighted(value, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] ===
  value.at(-1)?.toUpperCase();

/** Verhoeff's check over the dihedral group, as Aadhaar numbers carry it. */
const indianAadhaar = (value: string): boolean => {
  const turn = (digit: number, times: number): number => {
    const cycle = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let turned = digit;
    for (let count = 0; count < times % 8; count += 1) turned = cycle[turned] ?? 0;
    return turned;
  };
  const join = (left: number, right: number): number =>
    left < 5
      ? right < 5
        ? (left + right) % 5
        : 5 + ((left + right - 5) % 5)
      : right < 5
        ? 5 + ((left - 5 - right + 5) % 5)
        : (left - right + 5) % 5;
  const digits = Array.from(digitsOf(value), Number).reverse();
  return digits.reduce((check, digit, position) => join(check, turn(digit, position)), 0) === 0;
};

const australianAbn = (value: string): boolean => {
  const digits = digitsOf(value);
  return (weighted(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0;
};

const australianMedicare = (value: string): boolean => {
  const digits = digitsOf(value);
  return weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]);
};

const SSN_WORDS = 'ssn|social(?: security)?(?: number| no)?|soc\\.? sec';
const PASSPORT_WORDS = 'passport|reisepass|passnummer|pasaporte|passeport|パスポート|旅券';
const TAX_WORDS = 'tax|steuer|tin|itin|fiscal|impuesto|imp[oô]t';

const RULES: IdentityRule[] = [
  {
    type: 'US_SSN',
    pattern: /(?<![\d\p{L}-])(?!000|666)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\dA-Za-z-])/gu,
    confidence: 0.9,
  },
  { type: 'US_SSN', pattern: /(?<![\d-])\d{9}(?![\d-])/g, context: word(SSN_WORDS), confidence: 0.85 },
  {
    type: 'US_ITIN',
    pattern: /(?<![\d-])9\d{2}-?[5-9]\d-?\d{4}(?![\d-])/g,
    context: word('itin|taxpayer'),
    confidence: 0.92,
  },
  {
    type: 'US_DRIVER_LICENSE',
    pattern:
      /(?<![\p{L}\p{N}-])(?=[a-z]{0,3}-?\d)[a-z]{0,3}\d(?:[ -]?\d){3,14}[a-z]{0,2}(?![\p{L}\p{N}-])/giu,
    context: word(
      "driver'?s?'? ?licen[cs]e|driving licen[cs]e|\\bdl(?: number| no|#)|führerschein|permis de conduire|carn[eé] de conducir|licen[cs]e number",
    ),
    confidence: 0.93,
  },
  {
    type: 'UK_DRIVER_LICENSE',
    pattern: /(?<![\p{L}\p{N}])[A-Z]{2,5}9{0,3}\d[0156]\d[0-3]\d{2}[A-Z9]{2}\d[A-Z]{2}(?![\p{L}\p{N}])/giu,
    confidence: 0.9,
  },
  {
    type: 'PASSPORT',
    pattern: /(?<![\p{L}\p{N}])(?:[a-z]{0,3}\d{6,9}[a-z]?|\d{2}[a-z]{2}\d{5})(?![\p{L}\p{N}])/giu,
    context: word(PASSPORT_WORDS),
    confidence: 0.92,
  },
  {
    type: 'PASSPORT',
    pattern:
      /(?<![\p{L}\p{N}])(?=[CFGHJKLMNPRTVWXYZ0-9]{0,8}\d)[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8}(?![\p{L}\p{N}])/gu,
    context: word(PASSPORT_WORDS),
    confidence: 0.92,
  },
  {
    type: 'UK_NINO',
    pattern:
      /(?<![\p{L}\p{N}])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\p{L}\p{N}])/giu,
    confidence: 0.85,
  },
  {
    type: 'UK_NINO',
    pattern: /(?<![\p{L}\p{N}])[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d](?![\p{L}\p{N}])/giu,
    context: word('ni number|nino|national insurance'),
    confidence: 0.85,
  },
  {
    type: 'UK_NHS',
    pattern: /(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)/g,
    context: word('nhs'),
    valid: nhsNumber,
    confidence: 0.92,
  },
  {
    type: 'DE_TAX_ID',
    pattern: /(?<!\d)[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?!\d)/g,
    context: word(`${TAX_WORDS}|idnr|identifikationsnummer`),
    valid: germanTaxId,
    confidence: 0.92,
  },
  {
    type: 'DE_SOCIAL_SECURITY',
    pattern:
      /(?<![\p{L}\p{N}])\d{2} ?(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2} ?[A-Z] ?\d{3}(?![\p{L}\p{N}])/giu,
    context: word('sozialversicherung|rentenversicherung|sv-?nummer|svnr|versicherungsnummer'),
    confidence: 0.9,
  },
  {
    type: 'DE_ID_CARD',
    pattern: /(?<![\p{L}\p{N}])[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}\d?(?![\p{L}\p{N}])/gu,
    context: word('personalausweis|ausweisnummer|id card'),
    confidence: 0.88,
  },
  {
    type: 'ES_NIF',
    pattern: /(?<![\p{L}\p{N}])(?:\d{8}|[XYZ]\d{7})-?[A-Z](?![\p{L}\p{N}])/giu,
    valid: spanishLetter,
    confidence: 0.88,
  },
  {
    type: 'FR_NIR',
    pattern: /(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)/gi,
    valid: frenchNir,
    confidence: 0.93,
  },
  {
    type: 'IT_FISCAL_CODE',
    pattern: /(?<![\p{L}\p{N}])[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![\p{L}\p{N}])/giu,
    valid: italianCode,
    confidence: 0.95,
  },
  { type: 'CH_AHV', pattern: /(?<!\d)756\.?\d{4}\.?\d{4}\.?\d{2}(?!\d)/g, valid: swissAhv, confidence: 0.95 },
  {
    type: 'NL_BSN',
    pattern: /(?<!\d)\d{9}(?!\d)/g,
    context: word('bsn|burgerservicenummer'),
    valid: dutchBsn,
    confidence: 0.9,
  },
  {
    type: 'BR_CPF',
    pattern: /(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g,
    valid: brazilianCpf,
    confidence: 0.95,
  },
  {
    type: 'BR_CPF',
    pattern: /(?<![\d-])\d{11}(?![\d-])/g,
    context: word('\\bcpf\\b|cadastro de pessoas'),
    valid: brazilianCpf,
    confidence: 0.95,
  },
  {
    type: 'JP_MY_NUMBER',
    pattern: /(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)/g,
    context: word('my ?number|マイナンバー|個人番号'),
    valid: japaneseMyNumber,
    confidence: 0.93,
  },
  {
    type: 'AU_TFN',
    pattern: /(?<!\d)\d{3} ?\d{3} ?\d{3}(?!\d)/g,
    context: word('tfn|tax file'),
    valid: australianTfn,
    confidence: 0.92,
  },
  {
    type: 'CA_SIN',
    pattern: /(?<![\d-])\d{3}[ -]\d{3}[ -]\d{3}(?![\d-])/g,
    context: word('\\bsin\\b|social insurance'),
    valid: canadianSin,
    confidence: 0.96,
  },
  {
    type: 'IN_PAN',
    pattern: /(?<![\p{L}\p{N}])[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z](?![\p{L}\p{N}])/gu,
    context: word('pan|permanent account|tax'),
    confidence: 0.9,
  },
  {
    type: 'IN_AADHAAR',
    pattern: /(?<![\d-])[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}(?![\d-])/g,
    context: word('aadhaar|aadhar|uidai'),
    valid: indianAadhaar,
    confidence: 0.93,
  },
  {
    type: 'PL_PESEL',
    pattern: /(?<!\d)\d{11}(?!\d)/g,
    context: word('pesel'),
    valid: polishPesel,
    confidence: 0.95,
  },
  {
    type: 'SE_PERSONNUMMER',
    pattern: /(?<![\d-])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]?\d{4}(?![\d-])/g,
    context: word('person(?:al )?(?:nummer|number)|personnr|swedish id'),
    valid: swedishNumber,
    confidence: 0.95,
  },
  {
    type: 'FI_PERSONAL_IDENTITY_CODE',
    pattern:
      /(?<![\p{L}\p{N}])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[-+A]\d{3}[0-9A-FHJ-NPR-Y](?![\p{L}\p{N}])/giu,
    valid: finnishCode,
    confidence: 0.9,
  },
  {
    type: 'DK_CPR',
    pattern: /(?<![\d-])(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-?\d{4}(?![\d-])/g,
    context: word('cpr|personnummer'),
    confidence: 0.93,
  },
  {
    type: 'PT_NIF',
    pattern: /(?<!\d)[1235689]\d{8}(?!\d)/g,
    context: word('nif|contribuinte'),
    valid: portugueseNif,
    confidence: 0.92,
  },
  {
    type: 'BE_NATIONAL_NUMBER',
    pattern: /(?<!\d)\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\d)/g,
    valid: belgianNumber,
    confidence: 0.95,
  },
  {
    type: 'SG_NRIC_FIN',
    pattern: /(?<![\p{L}\p{N}])[STFG]\d{7}[A-Z](?![\p{L}\p{N}])/giu,
    valid: singaporeNric,
    confidence: 0.9,
  },
  {
    type: 'KR_RRN',
    pattern: /(?<![\d-])\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-?[1-8]\d{6}(?![\d-])/g,
    context: word('rrn|resident|주민'),
    valid: koreanNumber,
    confidence: 0.95,
  },
  {
    type: 'CN_RESIDENT_ID',
    pattern:
      /(?<![\dA-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?![\dA-Za-z])/gi,
    valid: chineseNumber,
    confidence: 0.96,
  },
  {
    type: 'MX_CURP',
    pattern: /(?<![\p{L}\p{N}])[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d(?![\p{L}\p{N}])/gu,
    confidence: 0.95,
  },
  {
    type: 'AU_ABN',
    pattern: /(?<!\d)\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\d)/g,
    context: word('\\babn\\b|australian business number'),
    valid: australianAbn,
    confidence: 0.93,
  },
  {
    type: 'AU_MEDICARE',
    pattern: /(?<!\d)[2-6]\d{3} ?\d{5} ?\d(?!\d)/g,
    context: word('medicare'),
    valid: australianMedicare,
    confidence: 0.93,
  },
  {
    type: 'US_EIN',
    pattern: /(?<![\d-])\d{2}-\d{7}(?![\d-])/g,
    context: word('\\bein\\b|employer id(?:entification)?|federal tax'),
    confidence: 0.94,
  },
  {
    type: 'TAX_ID',
    pattern: /(?<![\p{L}\p{N}])(?=[\w/ -]{0,12}\d{3})[A-Z]{0,3}-?\d[\d/ -]{5,14}\d(?![\p{L}\p{N}])/giu,
    context: word(
      'tax (?:id|number|no)|steuernummer|steuer-?id|vat (?:id|number)|ust-?id(?:nr)?|num[eé]ro fiscal|nif',
    ),
    confidence: 0.7,
  },
  {
    type: 'TAX_ID',
    pattern: /(?<![\d-])\d{5} ?\d{5}K?(?![\d-])/g,
    context: word('\\butr\\b|unique taxpayer reference'),
    confidence: 0.92,
  },
  {
    type: 'VAT_ID',
    pattern:
      /(?<![\p{L}\p{N}])(?:DE\d{9}|ATU\d{8}|BE0\d{9}|DK\d{8}|ESX?\d{7,8}[A-Z]?|FI\d{8}|FR\w{2}\d{9}|GB\d{9}|IE\d{7}[A-Z]{1,2}|IT\d{11}|NL\d{9}B\d{2}|PL\d{10}|SE\d{12})(?![\p{L}\p{N}])/gu,
    context: word('vat|ust|umsatzsteuer|iva|tva'),
    confidence: 0.9,
  },
  {
    type: 'ZIP_CODE',
    pattern:
      /(?<![\p{L}\p{N}-])(?:\d{5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?![\p{L}\p{N}-])/gu,
    context: word(
      'zip(?: ?code)?(?: is|:)?|postal code|postcode|postleitzahl|plz|c[oó]digo postal|code postal',
    ),
    confidence: 0.8,
  },
];

export const identityDetector: PiiDetector = {
  name: 'identity',
  mayHold: (text) => /\d/.test(text),
  find(text) {
    const found: PiiMatch[] = [];
    for (const { type, pattern, context, valid, confidence } of RULES) {
      if (context && !context.anywhere.test(text)) continue;
      for (const match of text.matchAll(pattern)) {
        if (context && !context.near.test(before(text, match.index, 60))) continue;
        if (valid && !valid(match[0])) continue;
        found.push({ type, start: match.index, end: match.index + match[0].length, confidence });
      }
    }
    return found;
  },
};
