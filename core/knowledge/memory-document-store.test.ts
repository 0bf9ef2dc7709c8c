import { describe } from '@jest/globals';
import { documentStoreContract } from '../../tests/contracts/document-store-contract.js';
import { createMemoryDocumentStore } from './memory-document-store.js';

describe('the document store in memory', () => {
  documentStoreContract(async () => createMemoryDocumentStore());
});
