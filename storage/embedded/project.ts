import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { compileExpression, knowsExpression, type Evaluate, type Variables } from './expression.js';
import { compileElement, type MatchContext } from './match.js';
import { isNumeric, toDouble } from './numbers.js';
import { isNumericPart } from './path.js';
import { typeName } from './types.js';

export type Project = (doc: Doc, position?: (arrayPath: string) => number | undefined) => Doc;

interface Node {
  /** Fields in the order they are written. */
  children: Map<string, Node>;
  rule?: Rule;
}

type Rule =
  | { kind: 'include' }
  | { kind: 'exclude' }
  | { kind: 'compute'; evaluate: Evaluate }
  | { kind: 'change'; change: (value: unknown) => unknown };

const newNode = (): Node => ({ children: new Map() });

/** Where a projection stands: `find` knows `$slice`, `$elemMatch` and the positional `$`. */
export type ProjectionKind = 'find' | 'stage';

/** Compiles a projection of `find`, `findAndModify` or `$project`. */
export function compileProjection(spec: Doc, kind: ProjectionKind, context: MatchContext): Project {
  const root = newNode();
  let mode: 'include' | 'exclude' | undefined;
  let positional: string | undefined;
  const idSpec: { value?: boolean } = {};
  // Without another field to tell, `$elemMatch` leaves out the rest, and `$slice` does not.
  let choosing = false;
  const settle = (wanted: 'include' | 'exclude', path: string): void => {
    if (mode !== undefined && mode !== wanted) {
      throw new StoreError(
        wanted === 'include' ? 31253 : 31254,
        `Cannot do ${wanted === 'include' ? 'inclusion' : 'exclusion'} on field ${path} in ${mode === 'include' ? 'inclusion' : 'exclusion'} projection`,
      );
    }
    mode = wanted;
  };
  const read = (path: string, value: unknown): void => {
    if (path === '') throw new StoreError(40352, 'FieldPath cannot be constructed with empty string');
    if (path.split('.').includes(''))
      throw new StoreError(40353, "FieldPath must not be empty or end with a '.'.");
    if (kind === 'find' && path.endsWith('.$')) {
      if (positional !== undefined)
        throw new StoreError(31276, 'Cannot specify more than one positional projection per query.');
      if (value === false || (isNumeric(value) && toDouble(value) === 0))
        throw new StoreError(31395, 'positional projection cannot be used with exclusion');
      positional = path.slice(0, -2);
      settle('include', path);
      return place(root, positional, { kind: 'include' });
    }
    if (path.startsWith('$') || path.includes('.$'))
      throw new StoreError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      );
    if (typeof value === 'boolean' || isNumeric(value)) {
      const include = value === true || (isNumeric(value) && toDouble(value) !== 0);
      if (path === '_id') idSpec.value = include;
      else {
        settle(include ? 'include' : 'exclude', path);
        place(root, path, { kind: include ? 'include' : 'exclude' });
      }
      return;
    }
    if (isDocument(value) && kind === 'find' && '$slice' in value && isFindSlice(value.$slice)) {
      return place(root, path, { kind: 'change', change: sliceOf(value.$slice) });
    }
    if (isDocument(value) && kind === 'find' && '$elemMatch' in value) {
      if (path.includes('.'))
        throw new StoreError(31275, 'Cannot use $elemMatch projection on a nested field');
      const test = compileElement(value.$elemMatch, context);
      choosing = true;
      return place(root, path, { kind: 'change', change: (list) => firstMatch(list, test) });
    }
    if (isDocument(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$')) {
      for (const [name, inner] of Object.entries(value)) read(`${path}.${name}`, inner);
      return;
    }
    if (isDocument(value) && Object.keys(value).length === 0)
      throw new StoreError(51270, 'An empty sub-projection is not a valid value. Found empty object at path');
    const [operator] = isDocument(value) ? Object.keys(value) : [];
    if (operator !== undefined && !knowsExpression(operator))
      throw new StoreError(31325, `Unknown expression ${operator}`);
    // `{score: {$meta: …}}` alone adds a field to the whole document.
    if (kind === 'find' && isDocument(value) && '$meta' in value)
      return place(root, path, { kind: 'compute', evaluate: compileExpression(value, context) });
    if (mode === 'exclude')
      throw new StoreError(31252, `Cannot use an expression ${path} in an exclusion projection`);
    mode = 'include';
    place(root, path, { kind: 'compute', evaluate: compileExpression(value, context) });
  };
  for (const [path, value] of Object.entries(spec)) read(path, value);
  return assemble(
    root,
    mode ?? (choosing ? 'include' : undefined),
    idSpec.value,
    positional,
    context.variables,
  );
}

function assemble(
  root: Node,
  settled: 'include' | 'exclude' | undefined,
  id: boolean | undefined,
  positional: string | undefined,
  variables: Variables,
): Project {
  const mode = settled ?? (id === true && root.children.size === 0 ? 'include' : 'exclude');
  if (mode === 'include') {
    if (id !== false && !root.children.has('_id')) place(root, '_id', { kind: 'include' });
  } else if (id === false) place(root, '_id', { kind: 'exclude' });
  const computes = hasComputed(root);
  return (doc, position) => {
    const scope = { ...variables, ROOT: doc, CURRENT: doc };
    const result = mode === 'include' ? included(doc, root, scope) : excluded(doc, root, scope);
    if (mode === 'exclude' && computes) computeInto(result, root, scope);
    const matched = positional === undefined ? undefined : position?.(positional);
    if (positional !== undefined) keepMatched(result, positional, matched);
    return result;
  };
}

function place(root: Node, path: string, rule: Rule): void {
  let node = root;
  for (const part of path.split('.')) {
    if (node.rule) throw new StoreError(31249, `Path collision at ${path}`);
    let next = node.children.get(part);
    if (!next) {
      next = newNode();
      node.children.set(part, next);
    }
    node = next;
  }
  if (node.rule || node.children.size > 0) throw new StoreError(31250, `Path collision at ${path}`);
  node.rule = rule;
}

/** Kept fields stand in the document's order with `_id` first; computed ones follow in the order they are written. */
function included(doc: Doc, node: Node, scope: Variables): Doc {
  const result: Doc = {};
  const idNode = node.children.get('_id');
  if (idNode && Object.hasOwn(doc, '_id') && idNode.rule?.kind !== 'compute')
    includeField(result, '_id', doc._id, idNode, scope);
  for (const name of Object.keys(doc)) {
    const child = node.children.get(name);
    if (child && !(name === '_id' && '_id' in result)) includeField(result, name, doc[name], child, scope);
  }
  return computeInto(result, node, scope);
}

function includeField(result: Doc, name: string, value: unknown, child: Node, scope: Variables): void {
  if (!child.rule) {
    const kept = includedValue(value, child, scope);
    if (kept !== undefined) result[name] = kept;
    return;
  }
  if (child.rule.kind === 'include') result[name] = value;
  if (child.rule.kind === 'change') {
    const changed = child.rule.change(value);
    if (changed !== undefined) result[name] = changed;
  }
}

function includedValue(value: unknown, node: Node, scope: Variables): unknown {
  if (isDocument(value)) return included(value, node, scope);
  if (Array.isArray(value))
    return value.map((item) => includedValue(item, node, scope)).filter((item) => item !== undefined);
  return hasComputed(node) ? computeInto({}, node, scope) : undefined;
}

const hasComputed = (node: Node): boolean =>
  node.rule?.kind === 'compute' || [...node.children.values()].some(hasComputed);

function computeInto(result: Doc, node: Node, scope: Variables): Doc {
  for (const [name, child] of node.children) {
    if (child.rule?.kind === 'compute') {
      const value = child.rule.evaluate(scope);
      if (value !== undefined) result[name] = value;
      else delete result[name];
    } else if (!child.rule && hasComputed(child) && !(name in result)) {
      result[name] = computeInto({}, child, scope);
    }
  }
  return result;
}

function excluded(doc: Doc, node: Node, scope: Variables): Doc {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const child = node.children.get(name);
    if (!child) result[name] = doc[name];
    else if (!child.rule) result[name] = excludedValue(doc[name], child, scope);
    else if (child.rule.kind === 'change') {
      const changed = child.rule.change(doc[name]);
      if (changed !== undefined) result[name] = changed;
    } else if (child.rule.kind === 'include') result[name] = doc[name];
  }
  return result;
}

function excludedValue(value: unknown, node: Node, scope: Variables): unknown {
  if (isDocument(value)) return excluded(value, node, scope);
  if (Array.isArray(value)) return value.map((item) => excludedValue(item, node, scope));
  return value;
}

function isFindSlice(operand: unknown): boolean {
  return isNumeric(operand) || (Array.isArray(operand) && operand.length === 2 && operand.every(isNumeric));
}

function sliceOf(operand: unknown): (value: unknown) => unknown {
  const [first, second] = (Array.isArray(operand) ? operand : [operand]).map((item) =>
    toDouble(item as number),
  );
  return (value) => {
    if (!Array.isArray(value)) return value;
    if (second === undefined) return (first as number) < 0 ? value.slice(first) : value.slice(0, first);
    if (second <= 0)
      throw new StoreError(
        28724,
        `First argument to $slice must be an array, but is of type: ${typeName(operand)}`,
      );
    const start = (first as number) < 0 ? Math.max(0, value.length + (first as number)) : (first as number);
    return value.slice(start, start + second);
  };
}

function firstMatch(list: unknown, test: (item: unknown) => boolean): unknown {
  if (!Array.isArray(list)) return undefined;
  const found = list.find(test);
  return found === undefined ? undefined : [found];
}

function keepMatched(result: Doc, path: string, matched: number | undefined): void {
  let holder: unknown = result;
  const parts = path.split('.');
  for (const part of parts.slice(0, -1)) {
    holder =
      Array.isArray(holder) && isNumericPart(part)
        ? holder[Number(part)]
        : isDocument(holder)
          ? holder[part]
          : undefined;
  }
  const last = parts.at(-1) as string;
  if (!isDocument(holder) || !Array.isArray(holder[last])) return;
  if (matched === undefined) {
    throw new StoreError(
      51246,
      "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
    );
  }
  holder[last] = [(holder[last] as unknown[])[matched]];
}
