import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { compileFilter, type Predicate } from './match.js';
import { isNumericPart } from './path.js';
import { show, typeName } from './types.js';
import { compileModifier, MODIFIERS, type Modifier } from './update-modifiers.js';
import type { UpdateContext, UpdateTarget } from './update-target.js';

export type ApplyUpdate = (target: UpdateTarget) => void;

interface Step {
  parts: string[];
  path: string;
  modifier: Modifier;
}

/** Compiles an operator update (`{$set: …}`): it changes the document in place. */
export function compileUpdate(update: Doc, context: UpdateContext): ApplyUpdate {
  const filters = arrayFilters(context);
  const used = new Set<string>();
  const steps: Step[] = [];
  for (const [operator, changes] of Object.entries(update)) {
    if (!MODIFIERS.has(operator)) {
      throw new StoreError(
        9,
        `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
      );
    }
    if (!isDocument(changes)) {
      throw new StoreError(
        9,
        `Modifiers operate on fields but we found type ${typeName(changes)} instead. For example: {$mod: {<field>: ...}} not {${operator}: ${show(changes)}}`,
      );
    }
    for (const [path, operand] of Object.entries(changes)) {
      for (const modifier of compileModifier(operator, path, operand, context)) {
        const parts = checkedParts(modifier.path);
        noteIdentifiers(parts, modifier.path, filters, used);
        steps.push({ parts, path: modifier.path, modifier });
      }
    }
  }
  for (const identifier of filters.keys()) {
    if (!used.has(identifier)) {
      throw new StoreError(
        9,
        `The array filter for identifier '${identifier}' was not used in the update ${show(update)}`,
      );
    }
  }
  const inOrder = refuseConflicts(steps);
  return (target) => {
    for (const step of inOrder) {
      if (step.modifier.onlyOnInsert && !target.inserting) continue;
      for (const path of step.parts.some((part) => part.startsWith('$'))
        ? concretePaths(step, target, filters)
        : [step.parts]) {
        step.modifier.apply(target.doc, path, target);
      }
    }
  };
}

function checkedParts(path: string): string[] {
  if (path === '') throw new StoreError(56, `An empty update path is not valid.`);
  const parts = path.split('.');
  if (parts.includes('')) {
    throw new StoreError(56, `The update path '${path}' contains an empty field name, which is not allowed.`);
  }
  const dollar = parts.find(
    (part) =>
      part.startsWith('$') &&
      part !== '$' &&
      !part.startsWith('$[') &&
      !['$id', '$ref', '$db'].includes(part),
  );
  if (dollar !== undefined) {
    throw new StoreError(
      52,
      `The dollar ($) prefixed field '${dollar}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  if (parts[0]?.startsWith('$') && !['$id', '$ref', '$db'].includes(parts[0])) {
    throw new StoreError(
      2,
      `Cannot have array filter identifier (i.e. '$[<id>]') element in the first position in path '${path}'`,
    );
  }
  return parts;
}

/** Numeric names compare as numbers, as the server's update tree keeps them. */
function compareParts(left: readonly string[], right: readonly string[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [a, b] = [left[at] as string, right[at] as string];
    if (a === b) continue;
    if (isNumericPart(a) && isNumericPart(b)) return Number(a) - Number(b);
    return a < b ? -1 : 1;
  }
  return left.length - right.length;
}

/** Of two steps, the one that was written later is at fault. */
function refuseConflicts(written: readonly Step[]): Step[] {
  const steps = [...written].sort((left, right) => compareParts(left.parts, right.parts));
  for (let at = 1; at < steps.length; at += 1) {
    const [before, step] = [steps[at - 1] as Step, steps[at] as Step];
    if (before.parts.every((part, index) => part === step.parts[index])) {
      const later = written.indexOf(step) > written.indexOf(before) ? step : before;
      throw new StoreError(
        40,
        `Updating the path '${later.path}' would create a conflict at '${before.path}'`,
      );
    }
  }
  return steps;
}

function arrayFilters({ arrayFilters: given, ...context }: UpdateContext): Map<string, Predicate> {
  const filters = new Map<string, Predicate>();
  if (given === undefined) return filters;
  if (!Array.isArray(given))
    throw new StoreError(
      14,
      "BSON field 'update.updates.arrayFilters' is the wrong type, expected type 'array'",
    );
  for (const filter of given) {
    if (!isDocument(filter)) throw new StoreError(14, 'array filters must be objects');
    const names = identifiersOf(filter);
    if (names.size === 0)
      throw new StoreError(9, 'Cannot use an expression without a top-level field name in arrayFilters');
    if (names.size > 1) {
      const [first, second] = names;
      throw new StoreError(
        9,
        `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${first}' and '${second}'`,
      );
    }
    const [name] = names as unknown as [string];
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
      throw new StoreError(
        2,
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      );
    }
    if (filters.has(name))
      throw new StoreError(9, `Found multiple array filters with the same top-level field name ${name}`);
    const test = compileFilter(filter, context);
    filters.set(name, (item) => test({ [name]: item }));
  }
  return filters;
}

function identifiersOf(filter: Doc): Set<string> {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(filter)) {
    if (name.startsWith('$')) {
      for (const branch of Array.isArray(value) ? value : [])
        if (isDocument(branch)) for (const inner of identifiersOf(branch)) names.add(inner);
    } else names.add(name.split('.')[0] as string);
  }
  return names;
}

function noteIdentifiers(
  parts: string[],
  path: string,
  filters: Map<string, Predicate>,
  used: Set<string>,
): void {
  for (const part of parts) {
    if (!part.startsWith('$[') || part === '$[]') continue;
    const identifier = part.slice(2, -1);
    if (!filters.has(identifier)) {
      throw new StoreError(2, `No array filter found for identifier '${identifier}' in path '${path}'`);
    }
    used.add(identifier);
  }
}

/** Replaces `$`, `$[]` and `$[name]` by the array positions that they stand for in this document. */
function concretePaths(
  { parts, path }: Step,
  target: UpdateTarget,
  filters: Map<string, Predicate>,
): string[][] {
  const found: string[][] = [];
  const follow = (value: unknown, at: number, prefix: string[]): void => {
    const part = parts[at];
    if (part === undefined) return void found.push(prefix);
    if (part === '$') {
      const position = target.positionOf?.(prefix.join('.'));
      if (position === undefined) {
        throw new StoreError(2, 'The positional operator did not find the match needed from the query.');
      }
      return follow(child(value, String(position)), at + 1, [...prefix, String(position)]);
    }
    if (!part.startsWith('$[')) return follow(child(value, part), at + 1, [...prefix, part]);
    if (value === undefined) {
      throw new StoreError(
        2,
        `The path '${prefix.join('.')}' must exist in the document in order to apply array updates.`,
      );
    }
    if (!Array.isArray(value)) {
      throw new StoreError(
        2,
        `Cannot apply array updates to non-array element ${prefix.at(-1)}: ${show(value)}`,
      );
    }
    const test = part === '$[]' ? () => true : (filters.get(part.slice(2, -1)) as Predicate);
    value.forEach((item: unknown, position) => {
      if (test(item)) follow(item, at + 1, [...prefix, String(position)]);
    });
  };
  follow(target.doc, 0, []);
  if (found.length > 1 && path.includes('$[')) found.sort(compareParts);
  return found;
}

function child(value: unknown, part: string): unknown {
  if (Array.isArray(value)) return value[Number(part)];
  return isDocument(value) && Object.hasOwn(value, part) ? value[part] : undefined;
}

/**
 * What an upsert takes from its filter: the equalities at the top, in `$and`, in an `$or` of one branch, and `$in` and `$all` of one.
 */
export function seedFromFilter(filter: Doc): Map<string, unknown> {
  const seed = new Map<string, unknown>();
  const add = (path: string, value: unknown): void => {
    for (const known of seed.keys()) {
      if (known === path || known.startsWith(`${path}.`) || path.startsWith(`${known}.`)) {
        throw new StoreError(
          54,
          `cannot infer query fields to set, ${known === path ? `path '${path}' is matched twice` : `both paths '${path}' and '${known}' are matched`}`,
        );
      }
    }
    seed.set(path, value);
  };
  const collect = (part: Doc): void => {
    for (const [name, value] of Object.entries(part)) {
      if (name === '$and' && Array.isArray(value)) for (const branch of value) collect(branch as Doc);
      else if (name === '$or' && Array.isArray(value) && value.length === 1) collect(value[0] as Doc);
      else if (!name.startsWith('$')) {
        const equal = equalityOf(value);
        if (equal) add(name, equal.value);
      }
    }
  };
  collect(filter);
  return seed;
}

function equalityOf(condition: unknown): { value: unknown } | undefined {
  if (!isDocument(condition)) return isRegexLike(condition) ? undefined : { value: condition };
  const names = Object.keys(condition);
  if (!names[0]?.startsWith('$') || names[0] === '$ref' || names[0] === '$id') return { value: condition };
  if ('$eq' in condition) return { value: condition.$eq };
  if (Array.isArray(condition.$in) && condition.$in.length === 1 && !isRegexLike(condition.$in[0]))
    return { value: condition.$in[0] };
  if (Array.isArray(condition.$all) && condition.$all.length === 1 && !isDocument(condition.$all[0]))
    return { value: condition.$all[0] };
  return undefined;
}

function isRegexLike(value: unknown): boolean {
  return (
    value instanceof RegExp ||
    (typeof value === 'object' &&
      value !== null &&
      (value as { _bsontype?: string })._bsontype === 'BSONRegExp')
  );
}
