import mongoose from 'mongoose';
import type { AuditBatch, AuditFilter, AuditLog } from '../../core/governance/audit/audit-log.js';
import {
  createChainVerifier,
  emptyTip,
  nextEntry,
  type AuditEntry,
  type ChainTip,
} from '../../core/governance/audit/chain.js';
import type { AuditEvent } from '../../core/kernel/audit-event.js';
import { Unavailable } from '../../core/kernel/errors.js';
import type { CollectionDefinition, Database } from './database.js';
import { isDuplicateKey } from './tenant-collection.js';

interface AuditRecord {
  _id: string;
  tenantId: string;
  sequence: number;
  batchId: string;
  position: number;
  /** JSON: the very text that was hashed, so that no driver or schema can change a value on the way. */
  event: string;
  action: string;
  resource: string;
  actorId: string;
  at: Date;
  previousHash: string;
  hash: string;
}

interface TipRecord {
  _id: string;
  tenantId: string;
  sequence: number;
  hash: string;
}

const entrySchema = new mongoose.Schema<AuditRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    sequence: { type: Number, required: true },
    batchId: { type: String, required: true },
    position: { type: Number, required: true },
    event: { type: String, required: true },
    action: String,
    resource: String,
    actorId: String,
    at: Date,
    previousHash: { type: String, required: true },
    hash: { type: String, required: true },
  },
  { versionKey: false },
);
entrySchema.index({ tenantId: 1, sequence: 1 }, { unique: true });
entrySchema.index({ tenantId: 1, batchId: 1, position: 1 }, { unique: true });
entrySchema.index({ tenantId: 1, resource: 1, sequence: 1 });

const tipSchema = new mongoose.Schema<TipRecord>(
  { _id: String, tenantId: { type: String, required: true }, sequence: Number, hash: String },
  { versionKey: false },
);

export const auditEntries: CollectionDefinition<AuditRecord> = { name: 'audit_entries', schema: entrySchema };
export const auditTips: CollectionDefinition<TipRecord> = { name: 'audit_tips', schema: tipSchema };

const ATTEMPTS = 25;

/**
 * The audit chains on MongoDB. Two processes that append at once cannot fork a chain: a sequence number exists once,
 * and the one that comes second reads the new end and appends after it.
 */
export function createAuditLog(database: Database): AuditLog {
  const entriesOf = (tenantId: string) => database.collection(auditEntries, tenantId);
  const tipsOf = (tenantId: string) => database.collection(auditTips, tenantId);

  const endOf = async (tenantId: string): Promise<ChainTip> =>
    (await entriesOf(tenantId).findOne({}, { sort: { sequence: -1 }, fields: ['sequence', 'hash'] })) ??
    emptyTip(tenantId);

  const placesTaken = async (tenantId: string, batches: AuditBatch[]): Promise<Set<string>> => {
    const batchIds = batches.map(({ id }) => id);
    const there = await entriesOf(tenantId).find(
      { batchId: { $in: batchIds } },
      { fields: ['batchId', 'position'] },
    );
    return new Set(there.map(({ batchId, position }) => `${batchId}|${position}`));
  };

  const tryAppend = async (tenantId: string, batches: AuditBatch[]): Promise<void> => {
    const taken = await placesTaken(tenantId, batches);
    let tip = await endOf(tenantId);
    const records: Omit<AuditRecord, 'tenantId'>[] = [];
    for (const { id: batchId, events } of batches) {
      for (const [position, event] of events.entries()) {
        if (taken.has(`${batchId}|${position}`)) continue;
        const entry = nextEntry(tip, { tenantId, batchId, position, event });
        records.push(toRecord(entry));
        tip = entry;
      }
    }
    if (records.length === 0) return;
    await entriesOf(tenantId).insertMany(records);
    await moveTip(tenantId, tip);
  };

  const moveTip = async (tenantId: string, tip: ChainTip): Promise<void> => {
    const tips = tipsOf(tenantId);
    const moved = await tips.updateOne(
      { _id: tenantId, sequence: { $lt: tip.sequence } },
      { $set: { sequence: tip.sequence, hash: tip.hash } },
    );
    if (moved === 0) await tips.insertIfAbsent({ _id: tenantId, sequence: tip.sequence, hash: tip.hash });
  };

  const running = new Map<string, Promise<void>>();
  const append = async (tenantId: string, batches: AuditBatch[]): Promise<void> => {
    const filled = batches.filter(({ events }) => events.length > 0);
    if (filled.length === 0) return;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        return await tryAppend(tenantId, filled);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
    throw new Unavailable(
      'storage.audit-busy',
      'Too many processes append to one audit chain; trying again helps.',
    );
  };

  async function* read(tenantId: string, filter: AuditFilter = {}): AsyncIterable<AuditEntry> {
    const { resource, action, actorId, from, until } = filter;
    const wanted = {
      ...(resource && { resource }),
      ...(action && { action }),
      ...(actorId && { actorId }),
      ...((from ?? until) && { at: { ...(from && { $gte: from }), ...(until && { $lt: until }) } }),
    };
    for await (const record of entriesOf(tenantId).cursor(wanted, { sort: { sequence: 1 } }))
      yield toEntry(record);
  }

  return {
    read,
    append(tenantId, batches) {
      // One after the other in this process, so that only other processes can be in the way.
      const turn = (running.get(tenantId) ?? Promise.resolve()).then(() => append(tenantId, batches));
      const settled = turn.catch(() => undefined);
      running.set(tenantId, settled);
      void settled.then(() => running.get(tenantId) === settled && running.delete(tenantId));
      return turn;
    },
    async verify(tenantId) {
      const verifier = createChainVerifier(tenantId);
      const tip = await tipsOf(tenantId).findOne({ _id: tenantId });
      for await (const entry of read(tenantId)) verifier.add(entry);
      return verifier.finish(tip && { sequence: tip.sequence, hash: tip.hash });
    },
    async tenants() {
      const tips = await database.acrossTenants(auditTips).find({}, ['tenantId']).lean<TipRecord[]>().exec();
      return tips.map(({ tenantId }) => tenantId).sort();
    },
  };
}

function toRecord(entry: AuditEntry): Omit<AuditRecord, 'tenantId'> {
  const { tenantId, sequence, batchId, position, event, previousHash, hash } = entry;
  return {
    _id: `${tenantId}:${sequence}`,
    sequence,
    batchId,
    position,
    event: JSON.stringify(event),
    action: event.action,
    resource: event.resource,
    actorId: event.actor.id,
    at: event.at,
    previousHash,
    hash,
  };
}

/** The readable members are copies for queries: one that differs from the hashed text counts as a changed entry. */
function toEntry(record: AuditRecord): AuditEntry {
  const { tenantId, sequence, batchId, position, previousHash, hash } = record;
  const parsed = parseEvent(record.event);
  const agrees =
    parsed.action === record.action &&
    parsed.resource === record.resource &&
    parsed.actor.id === record.actorId &&
    parsed.at.getTime() === record.at.getTime();
  const event = agrees ? parsed : UNREADABLE;
  return { tenantId, sequence, batchId, position, event, previousHash, hash };
}

function parseEvent(text: string): AuditEvent {
  try {
    const event = JSON.parse(text) as AuditEvent;
    return { ...event, at: new Date(event.at) };
  } catch {
    return UNREADABLE;
  }
}

/** Stands for an event that cannot be read any more; its hash fits nothing. */
const UNREADABLE: AuditEvent = {
  action: 'unreadable',
  actor: { kind: 'system', id: 'unreadable' },
  resource: 'unreadable',
  correlationId: '',
  at: new Date(0),
};
