import { afterAll, beforeAll, describe, it } from '@jest/globals';
import mongoose from 'mongoose';
import { runGenerated } from '../contracts/mongodb/generator.js';
import { contractTarget, type ContractTarget } from '../contracts/mongodb/target.js';

/** A failing run names its seed; set GENERATED_SEED to run it again. */
const first = Number(process.env.GENERATED_SEED ?? 1000);

describe('the built-in store on 20,000 generated cases', () => {
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

  for (let round = 0; round < 20; round += 1) {
    it(
      `agrees with an independent model on 1,000 cases of seed ${first + round}`,
      () =>
        runGenerated(client.db('generated').collection(`seed-${first + round}`), {
          seed: first + round,
          cases: 1000,
        }),
      300_000,
    );
  }
});
