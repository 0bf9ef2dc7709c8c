import { hostname } from 'node:os';
import { Schema } from 'mongoose';
import type { Clock } from '../../core/kernel/clock.js';
import { newId } from '../../core/kernel/ids.js';
import type { Database } from './database.js';

const BEAT_MS = 2_000;
const DEAD_AFTER_MS = 8_000;

interface ReplicaRecord {
  _id: string;
  tenantId: string;
  host: string;
  pid: number;
  /** When the process began, in ms; tells a process from an earlier one with the same number. */
  began: number;
  aliveUntil: Date;
}

const schema = new Schema<ReplicaRecord>(
  { _id: String, tenantId: String, host: String, pid: Number, began: Number, aliveUntil: Date },
  { versionKey: false },
);

export const replicaCollection = { name: 'replicas', schema };

/**
 * This process among those that share the store. What a process works on carries its id, which is new at each start
 * and so serves as fencing number; it counts while the process shows a heartbeat. Of a dead one others take over.
 */
export interface Replica {
  readonly id: string;
  /** Ids of all processes with a heartbeat, this one included; at most `BEAT_MS` old. */
  living(): Promise<string[]>;
  close(): Promise<void>;
}

/** Joins the processes on this store. Records of dead processes of this machine are taken away at once. */
export async function joinReplicas(database: Database, clock: Clock): Promise<Replica> {
  const model = database.acrossTenants(replicaCollection);
  const id = newId(clock.now());
  const host = hostname();
  const began = Math.round(performance.timeOrigin);
  let known: string[] = [id];
  let knownAt = 0;

  const beat = async (): Promise<void> => {
    const aliveUntil = new Date(clock.now().getTime() + DEAD_AFTER_MS);
    await model.updateOne(
      { _id: id },
      { $set: { tenantId: '*', host, pid: process.pid, began, aliveUntil } },
      { upsert: true },
    );
  };
  for (const other of await model.find({ host }).lean()) {
    const isPredecessor = other.pid === process.pid && other.began !== began;
    if (isPredecessor || !isRunning(other.pid)) await model.deleteOne({ _id: other._id });
  }
  await beat();
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS); // a missed beat is made up by the next
  timer.unref();

  return {
    id,
    living: async () => {
      const now = clock.now().getTime();
      if (now - knownAt >= BEAT_MS) {
        const alive = await model.find({ aliveUntil: { $gt: clock.now() } }).lean();
        known = [...new Set([id, ...alive.map((replica) => replica._id)])];
        knownAt = now;
      }
      return known;
    },
    close: async () => {
      clearInterval(timer);
      await model.deleteOne({ _id: id });
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
