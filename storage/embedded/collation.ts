import { isDocument, type Doc } from './bson.js';
import { binaryOrder, type StringOrder } from './compare.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble, type Numeric } from './numbers.js';
import { asWord, typeName } from './types.js';

const marks = /\p{M}+/gu;
const cache = new Map<string, StringOrder>();

/** What a collation is without being told, as MongoDB lists it; the version is that of its ICU. */
const DEFAULTS = {
  caseLevel: false,
  caseFirst: 'off',
  strength: 3,
  numericOrdering: false,
  alternate: 'non-ignorable',
  maxVariable: 'punct',
  normalization: false,
  backwards: false,
  version: '57.1',
};

/** The words that an option may be, or that it is a boolean. */
const ALLOWED: Record<string, readonly string[] | 'bool' | undefined> = {
  caseLevel: 'bool',
  caseFirst: ['upper', 'lower', 'off'],
  numericOrdering: 'bool',
  alternate: ['non-ignorable', 'shifted'],
  maxVariable: ['punct', 'space'],
  normalization: 'bool',
  backwards: 'bool',
};

/** A collation with everything that it leaves unsaid. */
export const fullCollation = ({ locale, ...given }: Doc): Doc => ({ locale, ...DEFAULTS, ...given });

function checkOptions({ locale: _locale, ...given }: Doc): void {
  for (const [name, value] of Object.entries(given)) {
    if (!(name in DEFAULTS))
      throw new StoreError(40415, `BSON field 'collation.${name}' is an unknown field.`);
    const allowed = ALLOWED[name];
    if (allowed === 'bool' && typeof value !== 'boolean' && !isNumeric(value))
      throw wrongOption(name, value, 'bool');
    if (Array.isArray(allowed) && !allowed.includes(asWord(value)))
      throw new StoreError(
        2,
        `Enumeration value '${asWord(value)}' for field 'collation.${name}' is not a valid value.`,
      );
  }
  if (given.strength !== undefined && !isNumeric(given.strength))
    throw wrongOption('strength', given.strength, 'int');
}

const wrongOption = (name: string, value: unknown, wanted: string): StoreError =>
  new StoreError(
    14,
    `BSON field 'collation.${name}' is the wrong type '${typeName(value)}', expected type '${wanted}'`,
  );

/** The string order of a command's `collation`; the simple locale and none at all compare by code point. */
export function stringOrder(spec: unknown): StringOrder {
  if (spec === undefined || spec === null) return binaryOrder;
  if (!isDocument(spec))
    throw new StoreError(14, "BSON field 'collation' is the wrong type, expected type 'object'");
  if (typeof spec.locale !== 'string') {
    throw new StoreError(40414, "BSON field 'collation.locale' is missing but a required field");
  }
  if (spec.locale === 'simple') return binaryOrder;
  const key = JSON.stringify(spec, (_name, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  const known = cache.get(key);
  if (known) return known;
  checkOptions(spec);
  const order = buildOrder(spec);
  cache.set(key, order);
  return order;
}

function buildOrder(spec: Record<string, unknown>): StringOrder {
  const locale = String(spec.locale).replaceAll('_', '-').split('@')[0] as string;
  const strength = spec.strength === undefined ? 3 : toDouble(spec.strength as Numeric);
  if (!(strength >= 1 && strength <= 5)) {
    throw new StoreError(
      51024,
      `BSON field 'strength' value must be >= 1 and <= 5, actual value '${strength}'`,
    );
  }
  const numericOrdering = spec.numericOrdering === true;
  const upperFirst = spec.caseFirst === 'upper' || spec.caseFirst === 'lower' ? spec.caseFirst : 'false';
  const caseLevel = spec.caseLevel === true;
  const sensitivity =
    strength === 1
      ? caseLevel
        ? 'case'
        : 'base'
      : strength === 2
        ? caseLevel
          ? 'variant'
          : 'accent'
        : 'variant';
  let collator: Intl.Collator;
  try {
    collator = new Intl.Collator(locale, {
      sensitivity,
      numeric: numericOrdering,
      caseFirst: upperFirst,
      ignorePunctuation: spec.alternate === 'shifted',
    });
  } catch {
    throw new StoreError(2, `Field 'locale' is invalid in: { locale: "${String(spec.locale)}" }`);
  }
  const identical = strength === 5;
  const compare = (left: string, right: string): number =>
    Math.sign(collator.compare(left, right)) || (identical ? binaryOrder.compare(left, right) : 0);
  if (numericOrdering || caseLevel || spec.alternate === 'shifted') return { compare };
  const fold = (text: string): string => {
    if (strength >= 3) return text.normalize('NFC');
    const folded = text.toLocaleLowerCase(locale).normalize('NFD');
    return strength === 1 ? folded.replace(marks, '') : folded;
  };
  return { compare, fold };
}
