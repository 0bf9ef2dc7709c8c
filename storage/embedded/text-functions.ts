import { asText } from './conversions.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble } from './numbers.js';
import { between, byParts, fixed, type Operator } from './operator.js';
import { compileRegex } from './regex.js';
import { regexParts } from './compare.js';
import { nothing, typeName } from './types.js';

const INT_LIMIT = 2 ** 31;

/** Characters as MongoDB counts them. */
// oxlint-disable-next-line typescript/no-misused-spread -- it counts code points
const codePoints = (text: string): string[] => [...text];

/** A text, or undefined for null and missing. */
function textOr(value: unknown, refuse: (type: string) => StoreError): string | undefined {
  if (nothing(value)) return undefined;
  if (typeof value !== 'string') throw refuse(typeName(value));
  return value;
}

function split([text, separator]: unknown[]): string[] | null {
  const whole = textOr(
    text,
    (type) =>
      new StoreError(
        40085,
        `$split requires an expression that evaluates to a string as a first argument, found: ${type}`,
      ),
  );
  const by = textOr(
    separator,
    (type) =>
      new StoreError(
        40086,
        `$split requires an expression that evaluates to a string as a second argument, found: ${type}`,
      ),
  );
  if (whole === undefined || by === undefined) return null;
  if (by === '') throw new StoreError(40087, '$split requires a non-empty separator');
  return whole.split(by);
}

/** What is trimmed when no characters are named. */
const SPACE = '\0\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a';

function trim(name: string, start: boolean, end: boolean): Operator {
  return byParts(name, { object: 50696, unknown: 50694 }, { input: 50695 }, ['chars'], ({ input, chars }) => {
    const text = textOr(
      input,
      (type) => new StoreError(50699, `${name} requires its input to be a string, got ${type}`),
    );
    if (chars === null) return null;
    const given = textOr(
      chars,
      (type) => new StoreError(50700, `${name} requires 'chars' to be a string, got ${type}`),
    );
    if (text === undefined) return null;
    const taken = new Set(codePoints(given ?? SPACE));
    const points = codePoints(text);
    let [from, to] = [0, points.length];
    while (start && from < to && taken.has(points[from] as string)) from += 1;
    while (end && to > from && taken.has(points[to - 1] as string)) to -= 1;
    return points.slice(from, to).join('');
  });
}

interface Found {
  match: string;
  idx: number;
  captures: (string | null)[];
}

/** The matches of a regular expression one by one, with their place in code points. */
function* matches(text: string, regex: RegExp): Generator<Found> {
  const all = new RegExp(regex.source, `${regex.flags.replace('g', '')}g`);
  let [at, points] = [0, 0];
  for (const found of text.matchAll(all)) {
    points += codePoints(text.slice(at, found.index)).length;
    at = found.index;
    yield { match: found[0], idx: points, captures: found.slice(1).map((part) => part ?? null) };
  }
}

function regexOf(name: string, regex: unknown, options: unknown): RegExp | undefined {
  const own =
    typeof regex === 'string' || nothing(regex) ? { pattern: regex, options: '' } : regexParts(regex);
  if (!nothing(regex) && (own === undefined || typeof own.pattern !== 'string'))
    throw new StoreError(
      51105,
      `${name} needs 'regex' to be of type string or regex, found ${typeName(regex)}`,
    );
  if (!nothing(options) && typeof options !== 'string')
    throw new StoreError(51106, `${name} needs 'options' to be of type string, found ${typeName(options)}`);
  if (typeof own.pattern !== 'string') return undefined;
  if (typeof options === 'string' && own.options !== '')
    throw new StoreError(
      51107,
      `${name}: found regex option(s) specified in both 'regex' and 'option' fields`,
    );
  try {
    return compileRegex(own.pattern, typeof options === 'string' ? options : own.options);
  } catch (error) {
    if (error instanceof StoreError && error.code === 51091)
      throw new StoreError(51111, `Invalid Regex in ${name}: ${error.message}`);
    throw error;
  }
}

function searching(name: string, none: unknown, find: (text: string, regex: RegExp) => unknown): Operator {
  return byParts(
    name,
    { object: 51103, unknown: 31024 },
    { input: 31022, regex: 31023 },
    ['options'],
    ({ input, regex, options }) => {
      const text = textOr(
        input,
        (type) => new StoreError(51104, `${name} needs 'input' to be of type string, found ${type}`),
      );
      const compiled = regexOf(name, regex, options);
      return text === undefined || !compiled ? none : find(text, compiled);
    },
  );
}

function replacing(name: string, replace: (text: string, find: string, by: string) => string): Operator {
  const needed = { input: 51749, find: 51748, replacement: 51747 };
  const types: Record<string, number> = { input: 51746, find: 51745, replacement: 51744 };
  return byParts(name, { object: 51751, unknown: 51750 }, needed, [], (parts) => {
    const [input, find, by] = Object.keys(needed).map((part) =>
      textOr(
        parts[part],
        (type) =>
          new StoreError(
            types[part] as number,
            `${name} requires that '${part}' be a string, found: ${type}`,
          ),
      ),
    );
    return input === undefined || find === undefined || by === undefined ? null : replace(input, find, by);
  });
}

function place(
  name: string,
  what: string,
  value: unknown,
  codes: [type: number, whole: number, sign: number],
): number {
  if (!isNumeric(value))
    throw new StoreError(
      codes[0],
      `${name}: ${what} must be a numeric type (is BSON type ${typeName(value)})`,
    );
  const number = toDouble(value);
  if (!Number.isInteger(number) || Math.abs(number) >= INT_LIMIT)
    throw new StoreError(
      codes[1],
      `${name}: ${what} cannot be represented as a 32-bit integral value: ${number}`,
    );
  if (number < 0) throw new StoreError(codes[2], `${name}: ${what} must be a nonnegative integer.`);
  return number;
}

function indexOfBytes([text, part, from, to]: unknown[]): number | null {
  const whole = textOr(
    text,
    (type) => new StoreError(40091, `$indexOfBytes requires a string as the first argument, found: ${type}`),
  );
  if (whole === undefined) return null;
  if (typeof part !== 'string')
    throw new StoreError(
      40092,
      `$indexOfBytes requires a string as the second argument, found: ${typeName(part)}`,
    );
  const bytes = Buffer.from(whole);
  const start = nothing(from) ? 0 : place('$indexOfBytes', 'starting index', from, [40096, 40096, 40097]);
  const end = nothing(to) ? bytes.length : place('$indexOfBytes', 'ending index', to, [40096, 40096, 40097]);
  if (start > bytes.length || end < start) return -1;
  return bytes.subarray(0, end).indexOf(part, start);
}

/** Operators on texts. */
export const TEXT_FUNCTIONS: Record<string, Operator> = {
  $split: fixed(2, split),
  $trim: trim('$trim', true, true),
  $ltrim: trim('$ltrim', true, false),
  $rtrim: trim('$rtrim', false, true),
  $regexMatch: searching('$regexMatch', false, (text, regex) => !matches(text, regex).next().done),
  $regexFind: searching('$regexFind', null, (text, regex) => {
    const first = matches(text, regex).next();
    return first.done ? null : first.value;
  }),
  $regexFindAll: searching('$regexFindAll', [], (text, regex) => [...matches(text, regex)]),
  $replaceOne: replacing('$replaceOne', (text, find, by) => text.replace(find, () => by)),
  $replaceAll: replacing('$replaceAll', (text, find, by) => text.replaceAll(find, () => by)),
  $strcasecmp: fixed(2, ([left, right]) => {
    const [a, b] = [asText('$strcasecmp', left).toUpperCase(), asText('$strcasecmp', right).toUpperCase()];
    return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }),
  $substrCP: fixed(3, ([text, from, length]) => {
    const points = codePoints(asText('$substrCP', text));
    const start = place('$substrCP', 'starting index', from, [34450, 34451, 34455]);
    const count = place('$substrCP', 'length', length, [34452, 34453, 34454]);
    return points.slice(start, start + count).join('');
  }),
  $strLenBytes: fixed(1, ([text]) => {
    if (typeof text !== 'string')
      throw new StoreError(34473, `$strLenBytes requires a string argument, found: ${typeName(text)}`);
    return Buffer.byteLength(text);
  }),
  $indexOfBytes: between(2, 4, indexOfBytes),
};
