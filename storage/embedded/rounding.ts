import { Decimal128 } from 'bson';
import { doubleValue } from './bson.js';
import { StoreError } from './errors.js';
import { decimalOf, exactly, isNumeric, numberKind, toDouble, type Exact, type Numeric } from './numbers.js';
import { between, numeric, ofNumber, type Operator } from './operator.js';
import { nothing, show } from './types.js';

/** Which whole number one between two becomes: `rest` of `unit` is left over above `below`. */
type Choose = (below: bigint, rest: bigint, unit: bigint) => bigint;

const toEven: Choose = (below, rest, unit) => {
  const twice = rest * 2n;
  if (twice === unit) return below % 2n === 0n ? below : below + 1n;
  return twice > unit ? below + 1n : below;
};
const towardsZero: Choose = (below, rest) => (below < 0n && rest > 0n ? below + 1n : below);
const down: Choose = (below) => below;
const up: Choose = (below, rest) => (rest > 0n ? below + 1n : below);

const MOST_DIGITS = 34;
const ten = (power: number): bigint => 10n ** BigInt(power);

/** A number as a multiple of ten to the `exponent`, by its exact value and not by how it is written. */
function quantize({ coefficient, exponent: from }: Exact, exponent: number, choose: Choose): Exact {
  if (from >= exponent) return { coefficient: coefficient * ten(from - exponent), exponent };
  const unit = ten(exponent - from);
  const rest = ((coefficient % unit) + unit) % unit;
  return { coefficient: choose((coefficient - rest) / unit, rest, unit), exponent };
}

/** Rounds to so many places after the point, and before it when `places` is negative; the kind of number stays. */
function roundAt(value: Numeric, places: number, choose: Choose): Numeric {
  const kind = numberKind(value);
  const exact = exactly(value);
  const isWhole = kind === 'int' || kind === 'long';
  if (!exact || (isWhole && places >= 0)) return value;
  const result = quantize(exact, -places, choose);
  if (kind === 'decimal') return inDecimal(result, value as Decimal128);
  if (kind === 'double') {
    const double = Number(`${result.coefficient}e${result.exponent}`);
    return doubleValue(double === 0 && toDouble(value) < 0 ? -0 : double);
  }
  const whole = result.coefficient * ten(result.exponent);
  return kind === 'long' || BigInt.asIntN(32, whole) !== whole ? whole : Number(whole);
}

const inDecimal = (result: Exact, given: Decimal128): Decimal128 =>
  String(result.coefficient).replace('-', '').length > MOST_DIGITS ? given : decimalOf(result);

function places(name: string, value: unknown): number {
  const given = isNumeric(value) ? toDouble(value) : NaN;
  if (!Number.isInteger(given))
    throw new StoreError(51082, `precision argument to  ${name} must be a integral value`);
  if (given < -20 || given > 100)
    throw new StoreError(
      51083,
      `cannot apply ${name} with precision value ${show(value)} value must be in [-20, 100]`,
    );
  return given;
}

const rounding = (name: string, choose: Choose): Operator =>
  between(1, 2, (args) => {
    const [value, digits] = args;
    if (nothing(value) || (args.length > 1 && nothing(digits))) return null;
    const number = numeric(name, value, 51081);
    return roundAt(number, args.length > 1 ? places(name, digits) : 0, choose);
  });

/** The operators that make numbers whole, or cut them after some places. */
export const ROUNDING_FUNCTIONS: Record<string, Operator> = {
  $ceil: ofNumber('$ceil', (value) => roundAt(value, 0, up)),
  $floor: ofNumber('$floor', (value) => roundAt(value, 0, down)),
  $round: rounding('$round', toEven),
  $trunc: rounding('$trunc', towardsZero),
};
