import type { Doc } from './bson.js';
import type { Variables } from './expression.js';
import type { MatchContext } from './match.js';
import { breathe } from './scan.js';

/** Documents on their way through a pipeline, in portions small enough to work on without a pause. */
export type Flow = AsyncIterable<Doc[]>;
/** What makes another flow of one. */
export type Stage = (input: Flow) => Flow;

/** What a stage can ask of the engine. */
export interface StageContext extends MatchContext {
  database: string;
  namespace: string;
  /** The documents of another collection, through a pipeline of their own. */
  run(namespace: string, pipeline: Doc[], variables: Variables): Flow;
  /** Replaces or merges into another collection; ends the pipeline. */
  write(kind: '$out' | '$merge', spec: unknown, documents: Doc[]): Promise<void>;
  checkWrite(kind: '$out' | '$merge', spec: unknown): void;
}

/** So many documents are worked on without a pause. */
export const portion = 200;

/** Documents as a flow. */
export async function* portions(documents: Iterable<Doc>): Flow {
  let batch: Doc[] = [];
  for (const doc of documents) {
    batch.push(doc);
    if (batch.length < portion) continue;
    yield batch;
    batch = [];
    await breathe();
  }
  if (batch.length > 0) yield batch;
}

/** All documents of a flow. */
export async function collect(flow: Flow): Promise<Doc[]> {
  const all: Doc[] = [];
  for await (const batch of flow) for (const doc of batch) all.push(doc);
  return all;
}

/** A stage that turns each document into none, one or many. */
export const each = (change: (doc: Doc) => Doc | undefined): Stage =>
  async function* (input) {
    for await (const batch of input) {
      const result: Doc[] = [];
      for (const doc of batch) {
        const changed = change(doc);
        if (changed) result.push(changed);
      }
      if (result.length > 0) yield result;
    }
  };
