import { afterAll, beforeAll, describe } from '@jest/globals';
import { createDocumentStore, documentStoreDefinitions } from '../../storage/mongo/document-store.js';
import type { CollectionDefinition } from '../../storage/mongo/database.js';
import { type TestDatabase, openTestDatabase } from '../support/test-database.js';
import { documentStoreContract } from './document-store-contract.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase(documentStoreDefinitions as unknown as CollectionDefinition<never>[]);
});
afterAll(() => test?.close());

describe('the document store on MongoDB', () => {
  documentStoreContract(async (tenantId) => createDocumentStore(test.database, tenantId));
});
