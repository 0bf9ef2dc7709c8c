/**
 * Serves the built-in store in this process and writes into it with 20 writers until it is killed. Each acknowledged write is told to
 * the parent by a line on stdout: `ok <n>` for document n, `up <n> <v>` for its counter.
 */
import { writeSync } from 'node:fs';
import mongoose from 'mongoose';

const [, , modules, dataDir, from] = process.argv;
const { startEmbeddedStore } = await import(`${modules}/storage/embedded/index.js`);
const { systemClock } = await import(`${modules}/core/kernel/clock.js`);
const { silentLogger } = await import(`${modules}/core/kernel/logger.js`);

const store = await startEmbeddedStore({ dataDir, clock: systemClock, logger: silentLogger });
const client = new mongoose.mongo.MongoClient(store.uri, { maxPoolSize: 20 });
const things = client.db().collection('things');
await things.createIndex({ n: 1 }, { unique: true });
await things.createIndex({ group: 1, v: -1 });
await things.createIndex({ tags: 1 });
await client.db().collection('slots').createIndex({ slot: 1 }, { unique: true });

let next = Number(from);
const say = (text) => writeSync(1, `${text}\n`);

async function write() {
  for (;;) {
    const n = next;
    next += 1;
    if (n % 10 === 0) {
      await things.insertMany([
        { n, group: n % 7, v: 0, tags: ['a', `t${n % 5}`] },
        { n: -n, group: n % 7, v: 0, tags: [] },
      ]);
      say(`ok ${-n}`);
    } else await things.insertOne({ n, group: n % 7, v: 0, tags: [`t${n % 5}`] });
    say(`ok ${n}`);
    await things.updateOne({ n }, { $inc: { v: 1 }, $push: { tags: `u${n % 3}` } });
    say(`up ${n} 1`);
    // All writers want the same slot: one of them may have it.
    await client
      .db()
      .collection('slots')
      .insertOne({ slot: Math.floor(n / 20) })
      .catch((error) => {
        if (error.code !== 11000) throw error;
      });
    if (n % 15 === 0) {
      await things.deleteOne({ n });
      say(`gone ${n}`);
    }
  }
}

say('ready');
await Promise.all(Array.from({ length: 20 }, write));
