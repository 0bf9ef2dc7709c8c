import { isDocument, type Doc } from './bson.js';
import { compileFilter, isOperators, type MatchContext } from './match.js';
import { isNumericPart, pathParts, valueAt } from './path.js';

type Condition = [path: string, condition: unknown];

/** The conditions of a filter on fields, also those inside `$and` and `$or`. */
function conditions(filter: Doc): Condition[] {
  return Object.entries(filter).flatMap(([name, value]): Condition[] => {
    if ((name === '$and' || name === '$or') && Array.isArray(value))
      return value.filter(isDocument).flatMap(conditions);
    return name.startsWith('$') ? [] : [[name, value]];
  });
}

const isNegation = (condition: unknown): boolean =>
  isOperators(condition) &&
  Object.keys(condition).every((name) => name === '$ne' || name === '$nin' || name === '$not');

/**
 * Which element of an array a filter matched, as the positional `$` means it: the first that satisfies all conditions on the
 * array, else the first that satisfies the last condition.
 */
export function matchedPosition(
  filter: Doc,
  doc: Doc,
  context: MatchContext,
): (arrayPath: string) => number | undefined {
  return (arrayPath) => {
    const list = valueAt(doc, pathParts(arrayPath));
    if (!Array.isArray(list)) return undefined;
    const relevant = conditions(filter).filter(
      ([path, condition]) =>
        (path === arrayPath || path.startsWith(`${arrayPath}.`)) && !isNegation(condition),
    );
    if (relevant.length === 0) return undefined;
    const tests = relevant.map(([path, condition]) => {
      const rest = path.slice(arrayPath.length + 1);
      const [first, ...others] = rest.split('.');
      if (first !== undefined && isNumericPart(first))
        return (_item: unknown, at: number) => at === Number(first) && others.length >= 0;
      const test = compileFilter({ [rest === '' ? 'list' : `list.${rest}`]: condition }, context);
      return (item: unknown) => test({ list: [item] });
    });
    const every = list.findIndex((item, at) => tests.every((test) => test(item, at)));
    if (every >= 0) return every;
    const last = tests.at(-1) as (item: unknown, at: number) => boolean;
    const found = list.findIndex((item, at) => last(item, at));
    return found >= 0 ? found : undefined;
  };
}
