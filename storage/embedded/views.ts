import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';

const deepest = 20;

/** A collection as far as views look at it. */
interface Held {
  readonly options: Doc;
  readonly database: string;
}

/** Whether a collection is a view: it holds nothing, its documents are the result of a pipeline over another. */
export const isView = ({ options }: Pick<Held, 'options'>): boolean => typeof options.viewOn === 'string';

/** Refuses to change what is only a view. */
export function refuseView(collection: Held | undefined, namespace: string): void {
  if (collection && isView(collection))
    throw new StoreError(166, `Namespace ${namespace} is a view, not a collection`);
}

/** What a namespace stands for: the collection under all views, and the pipeline that makes the view's documents of it. */
export function resolveView(
  { catalog }: { catalog: { find(namespace: string): Held | undefined } },
  namespace: string,
): { namespace: string; pipeline: Doc[] } {
  let pipeline: Doc[] = [];
  let current = namespace;
  for (let depth = 0; depth < deepest; depth += 1) {
    const collection = catalog.find(current);
    if (!collection || !isView(collection)) return { namespace: current, pipeline };
    pipeline = [...((collection.options.pipeline as Doc[] | undefined) ?? []), ...pipeline];
    current = `${collection.database}.${String(collection.options.viewOn)}`;
  }
  throw new StoreError(165, `View depth too deep or view cycle detected; maximum depth is ${deepest}`);
}

/** Refuses a view that would be made of itself. */
export function checkViewCycle(
  { catalog }: { catalog: { find(namespace: string): Held | undefined } },
  namespace: string,
  viewOn: unknown,
): void {
  const database = namespace.slice(0, namespace.indexOf('.'));
  for (
    let source = viewOn;
    typeof source === 'string';
    source = catalog.find(`${database}.${source}`)?.options.viewOn
  )
    if (`${database}.${source}` === namespace)
      throw new StoreError(5, `View cycle detected: ${namespace} would be made of itself`);
}

/** Checks the definition of a view. */
export function checkView({ viewOn, pipeline }: Doc): void {
  if (viewOn === undefined && pipeline === undefined) return;
  if (typeof viewOn !== 'string' || viewOn === '')
    throw new StoreError(viewOn === undefined ? 72 : 2, "'viewOn' cannot be empty");
  if (pipeline !== undefined && (!Array.isArray(pipeline) || !pipeline.every(isDocument)))
    throw new StoreError(14, "'pipeline' must be an array of objects");
  const stages = (pipeline as Doc[] | undefined) ?? [];
  if (stages.some((stage) => '$out' in stage || '$merge' in stage || '$changeStream' in stage))
    throw new StoreError(167, 'The aggregation stage that writes or watches cannot be part of a view');
}
