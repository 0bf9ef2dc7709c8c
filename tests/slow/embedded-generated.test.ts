import { afterAll, beforeAll, describe, it } from '@jest/globals';
import mongoose from 'mongoose';
import { runGenerated } from '../contracts/mongodb/generator.js';
import { contractTarget, type ContractTarget } from '../contracts/mongodb/target.js';

/** A failing run names its seed; set GENERATED_SEED to run it again. */
const first = Number(process.env.GENERATED_SEED ?? 1000);
/** Seeds that run side by side, so that one's commits fill another's waits. */
const abreast = 4;

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

  const run = (seed: number): Promise<void> =>
    runGenerated(client.db('generated').collection(`seed-${seed}`), { seed, cases: 1000 });

  for (let seed = first; seed < first + 20; seed += abreast) {
    it(
      `agrees with an independent model on 1,000 cases of each of the seeds ${seed} to ${seed + abreast - 1}`,
      () => Promise.all(Array.from({ length: abreast }, (_, offset) => run(seed + offset))),
      300_000,
    );
  }
});
