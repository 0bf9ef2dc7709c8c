import { afterAll, beforeAll } from '@jest/globals';
import mongoose from 'mongoose';
import { contractTarget, type ContractTarget } from './target.js';
import { runUnified, type MongoClient, type UnifiedFile, type UnifiedTest } from './unified-runner.js';

/** For the tests of one `describe`: runs a unified test on a store of its own, beside which a second client looks on. */
export function unifiedOnStore(): (file: UnifiedFile, test: UnifiedTest) => Promise<void> {
  let target: ContractTarget;
  let observer: MongoClient;
  beforeAll(async () => {
    target = await contractTarget();
    observer = new mongoose.mongo.MongoClient(target.uri);
  });
  afterAll(async () => {
    await observer.close();
    await target.close();
  });
  return (file, test) => runUnified(target.uri, observer, file, test);
}
