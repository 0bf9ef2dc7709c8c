import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { compileExpression, type Variables } from './expression.js';
import { compileFilter, type MatchContext } from './match.js';
import { pathParts } from './path.js';
import { compileProjection } from './project.js';
import { show, typeName } from './types.js';

/** A stage that looks at one document at a time: its successor, or undefined to leave it out. */
export type Change = (doc: Doc) => Doc | undefined;

/** The variables that an expression sees while it looks at `doc`. */
export const scope = (variables: Variables, doc: unknown): Variables => ({
  ...variables,
  ROOT: doc,
  CURRENT: doc,
});

function match(spec: unknown, context: MatchContext): Change {
  if (!isDocument(spec)) throw new StoreError(15959, 'the match filter must be an expression in an object');
  const test = compileFilter(spec, context);
  return (doc) => (test(doc) ? doc : undefined);
}

export function project(spec: unknown, context: MatchContext): Change {
  if (!isDocument(spec)) throw new StoreError(15969, '$project specification must be an object');
  if (Object.keys(spec).length === 0)
    throw new StoreError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  const apply = compileProjection(spec, 'stage', context);
  return (doc) => apply(doc);
}

type Setter = { parts: readonly string[]; evaluate: (variables: Variables) => unknown };

/** `{a: {b: expr}}` sets `a.b`; a path through an array sets it in each element. */
function setters(spec: Doc, context: MatchContext, prefix: readonly string[] = []): Setter[] {
  return Object.entries(spec).flatMap(([name, value]): Setter[] => {
    const parts = [...prefix, ...pathParts(name)];
    if (parts.some((part) => part === '')) throw new StoreError(40353, "FieldPath must not end with a '.'.");
    if (parts.some((part) => part.startsWith('$')))
      throw new StoreError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      );
    const names = isDocument(value) ? Object.keys(value) : [];
    if (isDocument(value) && names.length > 0 && !names.some((key) => key.startsWith('$')))
      return setters(value, context, parts);
    return [{ parts, evaluate: compileExpression(value, context) }];
  });
}

export function setAt(target: unknown, parts: readonly string[], at: number, value: unknown): unknown {
  if (Array.isArray(target)) return target.map((item) => setAt(item, parts, at, value));
  const copy: Doc = isDocument(target) ? { ...target } : {};
  const part = parts[at] as string;
  if (at < parts.length - 1) copy[part] = setAt(copy[part], parts, at + 1, value);
  else if (value === undefined) delete copy[part];
  else copy[part] = value;
  return copy;
}

function addFields(name: string, spec: unknown, context: MatchContext): Change {
  if (!isDocument(spec)) throw new StoreError(40272, `${name} specification stage must be an object`);
  if (Object.keys(spec).length === 0)
    throw new StoreError(40177, `Invalid ${name} :: caused by :: specification must have at least one field`);
  const changes = setters(spec, context);
  return (doc) => {
    const visible = scope(context.variables, doc);
    let result: unknown = doc;
    for (const { parts, evaluate } of changes) result = setAt(result, parts, 0, evaluate(visible));
    return result as Doc;
  };
}

function unset(spec: unknown, context: MatchContext): Change {
  const names = Array.isArray(spec) ? spec : [spec];
  const wanted = '$unset specification must be a string or an array';
  if (typeof spec !== 'string' && !Array.isArray(spec)) throw new StoreError(31002, wanted);
  if (names.length === 0) throw new StoreError(31119, `${wanted} with at least one field`);
  if (names.some((name) => typeof name !== 'string'))
    throw new StoreError(31120, `${wanted} containing only string values`);
  return project(Object.fromEntries(names.map((name) => [name, 0])), context);
}

function replaceRoot(name: string, expression: unknown, context: MatchContext): Change {
  const evaluate = compileExpression(expression, context);
  return (doc) => {
    const result = evaluate(scope(context.variables, doc));
    if (!isDocument(result)) {
      throw new StoreError(
        40228,
        `'${name === '$replaceRoot' ? 'newRoot' : 'replacement document'}' expression must evaluate to an object, but resulting value was: ${result === undefined ? 'MISSING' : show(result)}. Type of resulting value: '${typeName(result)}'.`,
      );
    }
    return result;
  };
}

function redact(spec: unknown, context: MatchContext): Change {
  const evaluate = compileExpression(spec, context);
  const prune = (value: unknown, root: Doc): unknown => {
    if (Array.isArray(value))
      return value.map((item) => prune(item, root)).filter((item) => item !== undefined);
    if (!isDocument(value)) return value;
    const verdict = evaluate({ ...context.variables, ROOT: root, CURRENT: value });
    if (verdict === 'prune') return undefined;
    if (verdict === 'keep') return value;
    if (verdict !== 'descend')
      throw new StoreError(
        17053,
        "$redact's expression should not return anything aside from the variables $$KEEP, $$DESCEND, and $$PRUNE",
      );
    const result: Doc = {};
    for (const [name, field] of Object.entries(value)) {
      const kept = prune(field, root);
      if (kept !== undefined) result[name] = kept;
    }
    return result;
  };
  return (doc) => prune(doc, doc) as Doc | undefined;
}

/** The stages that work document by document. */
export const CHANGES: Record<string, (spec: unknown, context: MatchContext) => Change> = {
  $match: match,
  $project: project,
  $set: (spec, context) => addFields('$set', spec, context),
  $addFields: (spec, context) => addFields('$addFields', spec, context),
  $unset: unset,
  $replaceRoot: (spec, context) => {
    if (!isDocument(spec) || !('newRoot' in spec))
      throw new StoreError(40231, 'no newRoot specified for the $replaceRoot stage');
    return replaceRoot('$replaceRoot', spec.newRoot, context);
  },
  $replaceWith: (spec, context) => replaceRoot('$replaceWith', spec, context),
  $redact: redact,
};

/** Stages that there are, but not of updates; what is neither is unknown. */
const NOT_IN_UPDATES = new Set(
  (
    '$match $redact $group $sort $limit $skip $unwind $lookup $graphLookup $facet $bucket $bucketAuto $count $sortByCount $sample ' +
    '$unionWith $out $merge $documents $collStats $geoNear $indexStats $listLocalSessions $currentOp'
  ).split(' '),
);
const IN_UPDATES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith']);

/** Compiles an update that is written as a pipeline; it makes a new document from the old one. */
export function compilePipelineUpdate(
  pipeline: readonly unknown[],
  context: MatchContext,
): (doc: Doc) => Doc {
  const changes = pipeline.map((stage) => {
    if (!isDocument(stage))
      throw new StoreError(14, "Each element of the 'pipeline' array must be an object");
    const [name] = Object.keys(stage);
    if (name === undefined || Object.keys(stage).length !== 1)
      throw new StoreError(40323, 'A pipeline stage specification object must contain exactly one field.');
    const make = IN_UPDATES.has(name) ? CHANGES[name] : undefined;
    if (!make)
      throw NOT_IN_UPDATES.has(name)
        ? new StoreError(72, `${name} is not allowed to be used within an update`)
        : new StoreError(40324, `Unrecognized pipeline stage name: '${name}'`);
    return make(stage[name], context);
  });
  return (doc) => changes.reduce((current, change) => change(current) as Doc, doc);
}
