import { isDocument } from './bson.js';
import { binaryOrder, type StringOrder } from './compare.js';
import { StoreError } from './errors.js';
import { toDouble, type Numeric } from './numbers.js';

const marks = /\p{M}+/gu;
const cache = new Map<string, StringOrder>();

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
