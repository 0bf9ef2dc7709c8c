import { Schema } from 'mongoose';
import type { AuditEvent } from '../../core/kernel/audit-event.js';
import type { OutboundMessage } from '../../core/kernel/outbound-message.js';
import type { Database } from './database.js';

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
  createdAt: Date;
  /** True once every message was taken by its channel or given up. */
  delivered: boolean;
  /** True once the events stand in the audit chain. */
  audited: boolean;
  /** The process that delivers it. */
  owner: string;
  /** Not before this instant (back-off). */
  dueAt: Date;
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
    createdAt: Date,
    delivered: Boolean,
    audited: Boolean,
    owner: String,
    dueAt: Date,
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
  { messages, audit }: Pick<OutcomeRecord, 'messages' | 'audit'>,
  owner: string,
  now: Date,
): OutcomeRecord {
  return {
    _id: id,
    tenantId,
    correlationId: audit[0]?.correlationId ?? id,
    messages,
    audit,
    createdAt: now,
    delivered: messages.length === 0,
    audited: audit.length === 0,
    owner,
    dueAt: now,
    attempts: 0,
    sent: 0,
    failures: [],
  };
}

export interface Outcomes {
  /** Safe on disk when it returns. @returns false when this outcome was stored before: the caller's work is void. */
  add(record: OutcomeRecord): Promise<boolean>;
  /** Notes how far delivery came; written in batches. */
  progress(
    id: string,
    fields: Partial<Pick<OutcomeRecord, 'sent' | 'delivered' | 'dueAt' | 'attempts' | 'failures'>>,
  ): Promise<void>;
  /**
   * Undelivered outcomes that are due and have no living owner or this one, now owned by `owner`; without those that
   * this process is known to deliver just now.
   */
  takeDue(
    owner: string,
    living: string[],
    now: Date,
    limit: number,
    isBusy: (id: string) => boolean,
  ): Promise<OutcomeRecord[]>;
  /** Outcomes whose events are not in the audit chain yet, in the order of their ids. */
  unaudited(limit: number, before: Date): Promise<Pick<OutcomeRecord, '_id' | 'tenantId' | 'audit'>[]>;
  markAudited(ids: string[]): Promise<void>;
  undelivered(): Promise<number>;
  /** Deletes what was delivered and audited before an instant. */
  sweep(before: Date): Promise<number>;
}

export function createOutcomes(database: Database): Outcomes {
  const model = database.acrossTenants<OutcomeRecord>(outcomeCollection);
  return {
    add: (record) => database.batch.insert(outcomeCollection.name, { ...record }),
    progress: (id, fields) => database.batch.update(outcomeCollection.name, { _id: id }, { $set: fields }),
    takeDue: async (owner, living, now, limit, isBusy) => {
      const others = living.filter((id) => id !== owner);
      const due = { delivered: false, dueAt: { $lte: now }, owner: { $nin: others } };
      const found = await model
        .find(due, { _id: 1 }, { sort: { createdAt: 1, _id: 1 }, limit })
        .lean<{ _id: string }[]>();
      const mine: OutcomeRecord[] = [];
      for (const record of found) {
        if (isBusy(record._id)) continue;
        const taken = await model
          .findOneAndUpdate({ ...due, _id: record._id }, { $set: { owner } }, { returnDocument: 'after' })
          .lean<OutcomeRecord>();
        if (taken) mine.push(taken);
      }
      return mine;
    },
    unaudited: (limit, before) =>
      model
        .find(
          { audited: false, _id: { $exists: true }, createdAt: { $lte: before } },
          { tenantId: 1, audit: 1 },
          { sort: { _id: 1 }, limit },
        )
        .lean<Pick<OutcomeRecord, '_id' | 'tenantId' | 'audit'>[]>()
        .exec(),
    markAudited: async (ids) => {
      await model.updateMany({ _id: { $in: ids } }, { $set: { audited: true } });
    },
    undelivered: () => model.countDocuments({ delivered: false }).exec(),
    sweep: async (before) =>
      (await model.deleteMany({ delivered: true, audited: true, createdAt: { $lt: before } })).deletedCount,
  };
}
