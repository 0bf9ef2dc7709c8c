import { hostname } from 'node:os';
import { Schema } from 'mongoose';
import type { Clock } from '../../core/kernel/clock.js';
import { newId } from '../../core/kernel/ids.js';
import type { Database } from './database.js';

const BEAT_MS = 2_000;
const DEAD_AFTER_MS = 8_000;
/** As often a process must have been found silent, so that one that could not look for a while kills nobody. */
const SILENT_LOOKS = 3;
/** Records of processes that have been silent for so long are taken away. */
const FORGOTTEN_AFTER_MS = 600_000;

interface ReplicaRecord {
  _id: string;
  tenantId: string;
  host: string;
  pid: number;
  /** When the process began, in ms; tells a process from an earlier one with the same number. */
  began: number;
  /** Grows with each heartbeat. */
  beat: number;
}

const schema = new Schema<ReplicaRecord>(
  { _id: String, tenantId: String, host: String, pid: Number, began: Number, beat: Number },
  { versionKey: false },
);

export const replicaCollection = { name: 'replicas', schema };

/**
 * This process among those that share the store. What a process works on carries its id, which is new at each start
 * and so serves as fencing number; it counts while the process shows a heartbeat. Of a dead one others take over.
 * A process is dead when its heartbeat has stood still for `DEAD_AFTER_MS` of our own running time: instants of two
 * clocks are never compared, so that a clock that is set neither kills the living nor keeps the dead.
 */
export interface Replica {
  readonly id: string;
  /** Ids of all processes with a heartbeat, this one included; at most `BEAT_MS` old, so whoever is missing may live. */
  living(): Promise<string[]>;
  /**
   * Those of the owners that are dead. Who is not known to live is looked up after it was seen as an owner, and a process
   * joins before it owns anything: so one that has just joined is never taken for dead.
   */
  dead(owners: string[]): Promise<string[]>;
  /** False when this process was silent for so long that another may have taken over what it owns. */
  isSure(): boolean;
  close(): Promise<void>;
}

interface Seen {
  beat: number;
  changedAt: number;
  silentLooks: number;
}

/**
 * Joins the processes on this store. Records of dead processes of this machine are taken away at once.
 * @param uptime milliseconds that this process has run; they never go back.
 */
export async function joinReplicas(
  database: Database,
  clock: Clock,
  uptime: () => number = () => performance.now(),
): Promise<Replica> {
  const model = database.acrossTenants<ReplicaRecord>(replicaCollection);
  const id = newId(clock.now());
  const host = hostname();
  const began = Math.round(performance.timeOrigin);
  let seen = new Map<string, Seen>();
  let known: string[] = [id];
  let knownAt = -BEAT_MS;
  let beats = 0;
  let beatAt = uptime();

  const beat = async (): Promise<void> => {
    const at = uptime();
    beats += 1;
    await model.updateOne(
      { _id: id },
      { $set: { tenantId: '*', host, pid: process.pid, began, beat: beats } },
      { upsert: true },
    );
    beatAt = at;
  };
  for (const other of await model.find({ host }).lean()) {
    const isPredecessor = other.pid === process.pid && other.began !== began;
    if (isPredecessor || !isRunning(other.pid)) await model.deleteOne({ _id: other._id });
  }
  await beat();
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS); // a missed beat is made up by the next
  timer.unref();

  const look = async (): Promise<void> => {
    const others = await model.find({ _id: { $ne: id } }).lean();
    const now = uptime();
    const isLater = now - knownAt >= BEAT_MS;
    seen = new Map(others.map(({ _id, beat }) => [_id, seenAgain(seen.get(_id), beat, now, isLater)]));
    const silentFor = ({ changedAt, silentLooks }: Seen): number =>
      silentLooks < SILENT_LOOKS ? 0 : now - changedAt;
    known = [id, ...[...seen].filter(([, of]) => silentFor(of) < DEAD_AFTER_MS).map(([other]) => other)];
    if (isLater) knownAt = now;
    const forgotten = [...seen].filter(([, of]) => silentFor(of) > FORGOTTEN_AFTER_MS);
    for (const [_id, of] of forgotten) await model.deleteOne({ _id, beat: of.beat });
  };

  return {
    id,
    living: async () => {
      if (uptime() - knownAt >= BEAT_MS) await look();
      return known;
    },
    dead: async (owners) => {
      if (owners.every((owner) => known.includes(owner))) return [];
      await look();
      return owners.filter((owner) => !known.includes(owner));
    },
    isSure: () => uptime() - beatAt < DEAD_AFTER_MS - BEAT_MS,
    close: async () => {
      clearInterval(timer);
      await model.deleteOne({ _id: id });
    },
  };
}

function seenAgain(before: Seen | undefined, beat: number, now: number, isLater: boolean): Seen {
  if (before?.beat !== beat) return { beat, changedAt: now, silentLooks: 0 };
  return { ...before, silentLooks: before.silentLooks + (isLater ? 1 : 0) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
