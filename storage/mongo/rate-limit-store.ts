import mongoose from 'mongoose';
import {
  takeToken,
  withoutToken,
  type RateLimitStore,
  type RateTake,
  type TakenTokens,
} from '../../core/guardrails/rate-limits.js';
import { Unavailable } from '../../core/kernel/errors.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantCollection, TenantRecord } from './tenant-collection.js';

interface RateRecord extends TenantRecord {
  /** Raised by every write: of two writers who read the same, one fails and reads again. */
  revision: number;
  taken: [number, number][];
  expiresAt: Date;
}

const schema = new mongoose.Schema<RateRecord>(
  {
    _id: { type: String, required: true },
    tenantId: { type: String, required: true },
    revision: { type: Number, required: true },
    taken: { type: mongoose.Schema.Types.Mixed, required: true },
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const rateLimitCollection: CollectionDefinition<RateRecord> = { name: 'rate_limits', schema };

/** Writers of other processes that may come between before the counter is taken for stuck. */
const ATTEMPTS = 200;

/**
 * Counts tokens in the shared store by compare-and-swap: exact with any number of processes. Callers of one process
 * queue per subject, so that only processes compete.
 */
export function createMongoRateLimitStore(database: Database): RateLimitStore {
  const queues = new Map<string, Promise<unknown>>();

  const inTurn = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(key) ?? Promise.resolve()).then(work, work);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (queues.get(key) === settled) queues.delete(key);
      });
    queues.set(key, settled);
    return turn;
  };

  /** Applies `change` to the tokens of a subject; `change` answers what to store, or undefined to leave it. */
  const update = async <T>(
    collection: TenantCollection<RateRecord>,
    id: string,
    change: (taken: TakenTokens) => { store?: TakenTokens; expiresAt?: Date; answer: T },
  ): Promise<T> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const record = await collection.findOne({ _id: id });
      const { store, expiresAt, answer } = change(record?.taken ?? []);
      if (!store) return answer;
      const taken = store.map(([at, count]): [number, number] => [at, count]);
      const expiry = expiresAt ?? record?.expiresAt ?? new Date(0);
      const written = record
        ? await collection.updateOne(
            { _id: id, revision: record.revision },
            { $set: { taken, expiresAt: expiry, revision: record.revision + 1 } },
          )
        : Number(await collection.insertIfAbsent({ _id: id, revision: 1, taken, expiresAt: expiry }));
      if (written === 1) return answer;
    }
    throw new Unavailable(
      'storage.rate-limit-contention',
      'A rate counter could not be written: too many writers at once.',
    );
  };

  return {
    take(tenantId, subject, rules, now) {
      const collection = database.collection(rateLimitCollection, tenantId);
      const id = `${tenantId}:${subject}`;
      const longest = Math.max(...rules.map(({ windowMs }) => windowMs));
      return inTurn(id, () =>
        update<RateTake>(collection, id, (taken) => {
          const result = takeToken(taken, rules, now.getTime());
          if (!result.allowed) {
            return {
              answer: { allowed: false, retryAt: new Date(result.retryAt), rule: result.rule },
            };
          }
          return {
            store: result.taken,
            expiresAt: new Date(result.at + longest),
            answer: { allowed: true, token: { subject, at: result.at } },
          };
        }),
      );
    },
    async giveBack(tenantId, { subject, at }) {
      const collection = database.collection(rateLimitCollection, tenantId);
      const id = `${tenantId}:${subject}`;
      await inTurn(id, () =>
        update(collection, id, (taken) => ({ store: withoutToken(taken, at), answer: undefined })),
      );
    },
  };
}
