import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import { packageRoot } from '../../../core/kernel/package-root.js';
import { whyNot, type UnifiedFile, type UnifiedTest } from './unified-runner.js';
import { unifiedOnStore } from './unified-target.js';

/** MongoDB's own CRUD tests (`crud/tests/unified` of its driver specifications); they are not part of this repository. */
const folder = process.env.MONGODB_CRUD_TESTS ?? join(packageRoot, '..', 'shared', 'data', 'mongodb-crud');
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

const byTheDriver = 'the driver itself gives a null _id a fresh ObjectId before it sends the document';
/** Tests that cannot pass here; storage/embedded/README.md names them too. */
const KNOWN_EXCEPTIONS: Record<string, string> = Object.fromEntries(
  ['insertOne', 'insertMany', 'bulkWrite', 'clientBulkWrite'].map((method) => [
    `create-null-ids.json: inserting _id with type null via ${method}`,
    byTheDriver,
  ]),
);

/** The driver does not send a flag of false here, so its commands are not compared. */
const withComparableEvents = (name: string, test: UnifiedTest): UnifiedTest =>
  name === 'bypassDocumentValidation.json' && test.description.endsWith('bypassDocumentValidation: false')
    ? { ...test, expectEvents: [] }
    : test;

describe("MongoDB's CRUD tests", () => {
  const run = unifiedOnStore();

  if (files.length === 0)
    it.skip('are skipped: set MONGODB_CRUD_TESTS to the folder with their JSON files', () => undefined);

  for (const name of files) {
    const file = JSON.parse(readFileSync(join(folder, name), 'utf8')) as UnifiedFile;
    describe(name, () => {
      for (const test of file.tests) {
        const reason = whyNot(file, test, '8.0.0') ?? KNOWN_EXCEPTIONS[`${name}: ${test.description}`];
        if (reason) it.skip(`${test.description} (${reason})`, () => undefined);
        else it(test.description, () => run(file, withComparableEvents(name, test)));
      }
    });
  }
});
