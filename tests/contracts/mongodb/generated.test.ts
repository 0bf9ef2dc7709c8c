import { afterAll, beforeAll, describe, it } from '@jest/globals';
import mongoose from 'mongoose';
import { runGenerated } from './generator.js';
import { contractTarget, type ContractTarget } from './target.js';

describe('the built-in store on generated documents and queries', () => {
  let target: ContractTarget;
  let client: mongoose.mongo.MongoClient;
  beforeAll(async () => {
    target = await contractTarget();
    client = new mongoose.mongo.MongoClient(target.uri);
  });
  afterAll(async () => {
    await client.close();
    await target.close();
  });

  for (const seed of [1, 2, 3, 4]) {
    it(`agrees with an independent model on 200 cases of seed ${seed}`, () =>
      runGenerated(client.db('generated').collection(`seed-${seed}`), { seed, cases: 200 }));
  }
});
