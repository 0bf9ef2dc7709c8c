import mongoose from 'mongoose';
import type { InboxRecord } from '../../storage/mongo/inbox.js';

type Db = NonNullable<mongoose.Connection['db']>;

interface Promised {
  approved: Set<string>;
  requested: string[];
}

export interface StoreReport {
  broken: string[];
  /** How many are kept. */
  votes: number;
  /** The turn of a message, by the channel's id of it. */
  turnOf(activityId: string): string | undefined;
}

/** How much there is still to do: turns, deliveries, audit events, and what was approved and is not carried out. */
export async function openWork(uri: string): Promise<number> {
  const client = new mongoose.mongo.MongoClient(uri);
  try {
    const db = client.db();
    const counts = await Promise.all([
      db.collection('inbox').countDocuments({ done: false }),
      db.collection('outcomes').countDocuments({ delivered: false }),
      db.collection('outcomes').countDocuments({ audited: false }),
      db.collection('approvals').countDocuments({ state: { $in: ['approved', 'executing'] } }),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  } finally {
    await client.close();
  }
}

/**
 * Compares what stands in the store after everything was stopped with what was promised.
 * @param leftDead processes that were killed and nobody started again.
 */
export async function readStore(
  uri: string,
  { approved, requested }: Promised,
  leftDead: number,
): Promise<StoreReport> {
  const client = new mongoose.mongo.MongoClient(uri);
  const broken: string[] = [];
  try {
    const db = client.db();
    const none = async (collection: string, filter: object, what: string): Promise<void> => {
      const found = await db
        .collection(collection)
        .find(filter, { projection: { messages: 0, audit: 0, activity: 0, body: 0 } })
        .limit(3)
        .toArray();
      if (found.length > 0) broken.push(`${what}: ${JSON.stringify(found).slice(0, 600)}`);
    };
    const now = new Date();
    await none('inbox', { done: false }, 'messages have no turn');
    await none('outcomes', { delivered: false }, 'outcomes are not delivered');
    await none('outcomes', { audited: false }, 'outcomes are not audited');
    await none('outcomes', { 'failures.0': { $exists: true } }, 'messages were given up');
    await none('tool_executions', { completedAt: null }, 'uses of tools have no end');
    const processes = await db.collection('replicas').countDocuments({});
    if (processes > leftDead) broken.push(`${processes} processes still count as living`);
    await none('conversation-owners', {}, 'conversations are still owned');
    await none('agent_runs', { status: 'running', leaseUntil: { $gt: now } }, 'runs are still leased');
    await none('jobs', { lockedAt: { $ne: null } }, 'jobs are locked');
    await none('jobs', { nextRunAt: { $lt: new Date(now.getTime() - 120_000) } }, 'jobs did not run');
    await none('jobs', { failedAt: { $ne: null }, failCount: { $gt: 0 } }, 'jobs failed');
    await none('approvals', { state: { $in: ['approved', 'executing'] } }, 'decided, not carried out');
    await none('approvals', { state: { $in: ['rejected', 'expired', 'failed'] } }, 'not what was decided');
    broken.push(...(await approvalFaults(db, approved, requested)));
    const votes = await db.collection('answers').countDocuments({ 'votes.rating': 'up' });
    for (const { name } of await db.listCollections().toArray()) {
      const { valid, errors } = (await db.command({ validate: name })) as {
        valid: boolean;
        errors: string[];
      };
      if (!valid) broken.push(`${name}: ${errors.slice(0, 3).join(', ')}`);
    }
    const turns = new Map<string, string>();
    for await (const { _id, activity } of db.collection<InboxRecord>('inbox').find({}))
      turns.set(activity.activityId, _id);
    return { broken, votes, turnOf: (activityId) => turns.get(activityId) };
  } finally {
    await client.close();
  }
}

/** Each request has one approval, one decision in the audit, and one ticket. */
async function approvalFaults(db: Db, approved: Set<string>, requested: string[]): Promise<string[]> {
  const faults: string[] = [];
  const done = await db.collection('approvals').countDocuments({ state: 'done' });
  if (done !== approved.size) faults.push(`${approved.size} approvals were acknowledged, ${done} are done`);
  const all = await db.collection('approvals').countDocuments({});
  if (all !== requested.length) faults.push(`${requested.length} requests have ${all} approvals`);
  const decided = await db
    .collection('audit_entries')
    .aggregate<{
      _id: string;
      n: number;
    }>([{ $match: { action: 'approval-decide' } }, { $group: { _id: '$resource', n: { $sum: 1 } } }])
    .toArray();
  if (decided.length !== all) faults.push(`${all} approvals have ${decided.length} decisions in the audit`);
  for (const { _id, n } of decided) if (n !== 1) faults.push(`${_id} was decided ${n} times`);
  const tickets = await db.collection('tickets').find({}).toArray();
  const centres = tickets.map(({ details }) => (details as { costCentre: string }).costCentre).sort();
  if (JSON.stringify(centres) !== JSON.stringify([...requested].sort()))
    faults.push(`${requested.length} requests led to ${centres.length} tickets`);
  return faults;
}
