import { Schema } from 'mongoose';
import type { AuditEvent } from '../../core/kernel/audit-event.js';
import type { OutboundMessage } from '../../core/kernel/outbound-message.js';
import type { Database } from './database.js';
import { waitOver } from './lease-over.js';
import type { Replica } from './replicas.js';

/**
 * What a turn, a decision or a job leads to: the messages that must go out and the events that must be audited, stored
 * in one write. Its `_id` is the turn's id or is made from the deciding document and its version, so that the same work
 * done again changes nothing.
 */
export interface OutcomeRecord {
  _id: string;
  tenantId: string;
  correlationId: string;
  messages: OutboundMessage[];
  audit: AuditEvent[];
  /** Answers as they were before the screen changed them, sealed (`sealWithheld`). */
  withheld?: string;
  createdAt: Date;
  /** True once every message was taken by its channel or given up. */
  delivered: boolean;
  /** True once the events stand in the audit chain. */
  audited: boolean;
  /** The process that delivers it. */
  owner: string;
  /** Not before this instant (back-off). */
  dueAt: Date;
  /** When that wait began: one that begins in the future was begun before the clock was set back, and is over. */
  waitsSince: Date;
  attempts: number;
  /** How many messages, from the first, are done. */
  sent: number;
  /** Why messages were given up. */
  failures: { messageId: string; code: string }[];
}

const schema = new Schema<OutcomeRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    correlationId: String,
    messages: [Schema.Types.Mixed],
    audit: [Schema.Types.Mixed],
    withheld: String,
    createdAt: Date,
    delivered: Boolean,
    audited: Boolean,
    owner: String,
    dueAt: Date,
    waitsSince: Date,
    attempts: Number,
    sent: Number,
    failures: [Schema.Types.Mixed],
  },
  { versionKey: false, minimize: false },
);
schema.index({ delivered: 1, dueAt: 1 }, { partialFilterExpression: { delivered: false } });
schema.index({ audited: 1, _id: 1 }, { partialFilterExpression: { audited: false } });

export const outcomeCollection = { name: 'outcomes', schema };

/** An outcome as it is stored first: nothing sent, nothing audited, to be delivered by `owner` now. */
export function newOutcome(
  id: string,
  tenantId: string,
  { messages, audit, withheld }: Pick<OutcomeRecord, 'messages' | 'audit' | 'withheld'>,
  owner: string,
  now: Date,
): OutcomeRecord {
  return {
    _id: id,
    tenantId,
    correlationId: audit[0]?.correlationId ?? id,
    messages,
    audit,
    ...(withheld === undefined ? {} : { withheld }),
    createdAt: now,
    delivered: messages.length === 0,
    audited: audit.length === 0,
    owner,
    dueAt: now,
    waitsSince: now,
    attempts: 0,
    sent: 0,
    failures: [],
  };
}

/** An outcome to be delivered now. */
export interface DueOutcome extends OutcomeRecord {
  /** It was a dead process's, which may have sent the next message without having noted that. */
  wasLeft: boolean;
}

export interface Outcomes {
  /** Safe on disk when it returns. @returns false when this outcome was stored before: the caller's work is void. */
  add(record: OutcomeRecord): Promise<boolean>;
  /** Notes how far delivery came; written in batches. */
  progress(
    id: string,
    fields: Partial<
      Pick<OutcomeRecord, 'sent' | 'delivered' | 'dueAt' | 'waitsSince' | 'attempts' | 'failures'>
    >,
  ): Promise<void>;
  get(id: string): Promise<OutcomeRecord | undefined>;
  /** Whether an outcome was stored. */
  has(id: string): Promise<boolean>;
  /** Whether `owner` has to deliver it still: another process took it over otherwise, or delivered it. */
  isOwed(id: string, owner?: string): Promise<boolean>;
  /**
   * Undelivered outcomes that are due and belong to this process or to a dead one, now owned by this one; without those
   * that this process is known to deliver just now.
   */
  takeDue(
    replica: Pick<Replica, 'id' | 'living' | 'dead'>,
    now: Date,
    limit: number,
    isBusy: (id: string) => boolean,
  ): Promise<DueOutcome[]>;
  /** Outcomes whose events are not in the audit chain yet, in the order of their ids. */
  unaudited(limit: number): Promise<Pick<OutcomeRecord, '_id' | 'tenantId' | 'audit'>[]>;
  markAudited(ids: string[]): Promise<void>;
  undelivered(): Promise<number>;
  /** How many a channel refused and wait for another try. */
  refused(): Promise<number>;
  /** Deletes what was delivered and audited before an instant. */
  sweep(before: Date): Promise<number>;
}

export function createOutcomes(database: Database): Outcomes {
  const model = database.acrossTenants<OutcomeRecord>(outcomeCollection);
  return {
    add: (record) => database.batch.insert(outcomeCollection.name, { ...record }),
    progress: (id, fields) => database.batch.mark(outcomeCollection.name, id, fields),
    get: async (id) => (await model.findOne({ _id: id }).lean<OutcomeRecord>().exec()) ?? undefined,
    has: async (id) => (await model.exists({ _id: id })) !== null,
    isOwed: async (id, owner) =>
      (await model.exists({ _id: id, delivered: false, ...(owner !== undefined && { owner }) })) !== null,
    takeDue: async ({ id: owner, living, dead }, now, limit, isBusy) => {
      const others = (await living()).filter((id) => id !== owner);
      const due = { delivered: false, ...waitOver(now) };
      const found = await model
        .find({ ...due, owner: { $nin: others } }, { owner: 1 }, { sort: { createdAt: 1, _id: 1 }, limit })
        .lean<{ _id: string; owner: string }[]>();
      const gone = await dead([...new Set(found.map((record) => record.owner))].filter((id) => id !== owner));
      const mine: DueOutcome[] = [];
      for (const record of found) {
        if (isBusy(record._id)) continue;
        const free = { ...due, _id: record._id, owner: { $in: [owner, ...gone] } };
        const taken = await model
          .findOneAndUpdate(free, { $set: { owner } }, { returnDocument: 'before' })
          .lean<OutcomeRecord>();
        if (taken) mine.push({ ...taken, owner, wasLeft: taken.owner !== owner });
      }
      return mine;
    },
    unaudited: (limit) =>
      model
        .find(
          { audited: false, _id: { $exists: true } },
          { tenantId: 1, audit: 1 },
          { sort: { _id: 1 }, limit },
        )
        .lean<Pick<OutcomeRecord, '_id' | 'tenantId' | 'audit'>[]>()
        .exec(),
    markAudited: async (ids) => {
      await model.updateMany({ _id: { $in: ids } }, { $set: { audited: true } });
    },
    undelivered: () => model.countDocuments({ delivered: false }).exec(),
    refused: () => model.countDocuments({ delivered: false, attempts: { $gt: 0 } }).exec(),
    sweep: async (before) =>
      (await model.deleteMany({ delivered: true, audited: true, createdAt: { $lt: before } })).deletedCount,
  };
}
