import { wrongType } from './arguments.js';
import { isDocument, type Doc } from './bson.js';
import type { Collection } from './collection.js';
import { stringOrder } from './collation.js';
import { binaryOrder } from './compare.js';
import type { Engine } from './engine.js';
import { StoreError } from './errors.js';
import { compileSchema } from './json-schema.js';
import { compileFilter, isOperators, type MatchContext } from './match.js';
import { pathParts, valueAt } from './path.js';
import { asWord, typeName } from './types.js';

const context: MatchContext = { order: binaryOrder, variables: {} };
const compiled = new WeakMap<Doc, (doc: Doc) => boolean>();

const MODES = {
  validationLevel: ['off', 'strict', 'moderate'],
  validationAction: ['error', 'warn', 'errorAndLog'],
};

/** Checks what `create` and `collMod` say about validation. */
export function checkValidation(command: string, args: Doc): void {
  if (args.validator !== undefined && !isDocument(args.validator))
    throw wrongType(command, 'validator', args.validator, 'object');
  for (const [name, values] of Object.entries(MODES)) {
    const value = args[name];
    if (value !== undefined && !values.includes(asWord(value)))
      throw new StoreError(
        2,
        `Enumeration value '${asWord(value)}' for field '${command}.${name}' is not a valid value.`,
      );
  }
}

/**
 * Refuses a document that the collection's validator refuses (121, with MongoDB's errInfo). Of the level `moderate`, one that did not
 * pass `before` may be changed.
 */
export function checkDocument(engine: Engine, collection: Collection, doc: Doc, before?: Doc): void {
  const { validator, validationAction, validationLevel, collation } = collection.options;
  if (!isDocument(validator) || validationLevel === 'off' || Object.keys(validator).length === 0) return;
  let test = compiled.get(validator);
  if (!test) {
    test = compileFilter(validator, { ...context, order: stringOrder(collation) });
    compiled.set(validator, test);
  }
  if (test(doc)) return;
  if (validationLevel === 'moderate' && before && !test(before)) return;
  if (validationAction === 'warn') {
    engine.logger.warn(
      { collection: collection.namespace },
      'a document does not pass its collection validator',
    );
    return;
  }
  throw new StoreError(121, 'Document failed validation', {
    errInfo: { failingDocumentId: doc._id, details: explainFailure(validator, doc) },
  });
}

function explainFailure(validator: Doc, doc: Doc): Doc {
  const failing = Object.entries(validator).filter(
    ([name, condition]) => !compileFilter({ [name]: condition }, context)(doc),
  );
  const reasons = failing.map(([name, condition]) => explainOne(name, condition, doc));
  if (reasons.length === 1 && Object.keys(validator).length === 1) return reasons[0] as Doc;
  return { operatorName: '$and', clausesNotSatisfied: reasons.map((details, index) => ({ index, details })) };
}

function explainOne(path: string, condition: unknown, doc: Doc): Doc {
  if (path === '$jsonSchema')
    return { operatorName: path, schemaRulesNotSatisfied: compileSchema(condition)(doc) };
  if (path.startsWith('$'))
    return { operatorName: path, specifiedAs: { [path]: condition }, reason: 'clause was not satisfied' };
  const value = valueAt(doc, pathParts(path));
  const operatorName = isOperators(condition) ? (Object.keys(condition)[0] as string) : '$eq';
  const considered =
    value === undefined
      ? { reason: operatorName === '$exists' ? 'path does not exist' : 'field was missing' }
      : {
          reason:
            operatorName === '$exists'
              ? 'path does exist'
              : operatorName === '$type'
                ? 'type did not match'
                : 'comparison failed',
          consideredValue: value,
        };
  return {
    operatorName,
    specifiedAs: { [path]: condition },
    ...considered,
    ...(operatorName === '$type' && value !== undefined && { consideredType: typeName(value) }),
  };
}
