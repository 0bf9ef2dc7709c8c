import mongoose from 'mongoose';
import type { Run, RunRepository, RunStatus, Step } from '../../core/agents/run/run.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { CollectionDefinition, Database } from './database.js';
import type { FieldCipher } from './field-cipher.js';
import { leaseOver } from './lease-over.js';
import type { TenantRecord } from './tenant-collection.js';

interface RunRecord extends TenantRecord {
  agent: string;
  personId: string;
  origin: ConversationReference;
  locale: string;
  correlationId: string;
  status: RunStatus;
  cancelRequested: boolean;
  createdAt: Date;
  forkedFrom?: { runId: string; step: number };
  team?: Run['team'];
  parentId?: string;
  resolution?: Run['resolution'];
  leaseOwner?: string;
  leaseUntil: Date;
  /** Who says how it ended, so that it is said once. */
  toldBy?: string;
  /** True once a person was called because it stopped. */
  escalated?: boolean;
  /** How often work on it failed for no reason of its own. */
  faults?: number;
}

interface StepRecord extends TenantRecord {
  runId: string;
  number: number;
  kind: string;
  at: Date;
  /** Sealed. */
  body: string;
}

const runSchema = new mongoose.Schema<RunRecord>(
  {
    _id: { type: String, required: true },
    tenantId: { type: String, required: true },
    agent: String,
    personId: String,
    origin: mongoose.Schema.Types.Mixed,
    locale: String,
    correlationId: String,
    status: { type: String, required: true },
    cancelRequested: Boolean,
    createdAt: Date,
    forkedFrom: mongoose.Schema.Types.Mixed,
    team: mongoose.Schema.Types.Mixed,
    parentId: String,
    resolution: String,
    leaseOwner: String,
    leaseUntil: { type: Date, required: true },
    toldBy: String,
    escalated: Boolean,
    faults: Number,
  },
  { versionKey: false },
);
runSchema.index({ status: 1, leaseUntil: 1 });
runSchema.index({ status: 1, createdAt: 1 });
runSchema.index({ tenantId: 1, personId: 1, createdAt: -1 });
runSchema.index({ tenantId: 1, createdAt: -1 });

const stepSchema = new mongoose.Schema<StepRecord>(
  {
    _id: { type: String, required: true },
    tenantId: { type: String, required: true },
    runId: { type: String, required: true },
    number: { type: Number, required: true },
    kind: String,
    at: Date,
    body: { type: String, required: true },
  },
  { versionKey: false },
);
stepSchema.index({ tenantId: 1, runId: 1, number: 1 });

export const runCollection: CollectionDefinition<RunRecord> = { name: 'agent_runs', schema: runSchema };
export const stepCollection: CollectionDefinition<StepRecord> = { name: 'agent_steps', schema: stepSchema };

/** Runs of agents on MongoDB. A step's place in its run is its record's id, so that only one writer gets it. */
export function createRunRepository(
  database: Database,
  cipher: FieldCipher,
  tenantId: string,
): RunRepository {
  const runs = database.collection(runCollection, tenantId);
  const steps = database.collection(stepCollection, tenantId);
  const stepId = (runId: string, number: number): string => `${tenantId}|${runId}|${number}`;
  return {
    create: ({ id, tenantId: _tenant, ...run }, { owner, until }) =>
      runs.insertIfAbsent({
        _id: id,
        ...run,
        status: 'running',
        cancelRequested: false,
        leaseOwner: owner,
        leaseUntil: until,
      }),
    get: async (id) => {
      const record = await runs.findOne({ _id: id });
      return record && toRun(record);
    },
    steps: async (id) =>
      (await steps.find({ runId: id }, { sort: { number: 1 } })).map(({ _id, number, at, body }) => ({
        ...(cipher.open(body, _id) as Step),
        number,
        at,
      })),
    append: (id, { number, at, ...body }) => {
      const _id = stepId(id, number);
      return steps.insertIfAbsent({
        _id,
        runId: id,
        number,
        at,
        kind: body.kind,
        body: cipher.seal(body, _id),
      });
    },
    setStatus: async (id, status) => void (await runs.updateOne({ _id: id }, { $set: { status } })),
    requestCancel: async (id) =>
      (await runs.updateOne(
        { _id: id, status: { $in: ['running', 'suspended'] } },
        { $set: { cancelRequested: true } },
      )) === 1,
    claimTelling: async (id, claimant) =>
      (await runs.updateOne(
        { _id: id, $or: [{ toldBy: { $exists: false } }, { toldBy: claimant }] },
        { $set: { toldBy: claimant } },
      )) === 1,
    lease: async (id, owner, now, until) => {
      const record = await runs.findOneAndUpdate(
        { _id: id, $or: [{ leaseUntil: leaseOver(now) }, { leaseOwner: owner }] },
        { $set: { leaseOwner: owner, leaseUntil: until } },
      );
      return record && toRun(record);
    },
    release: async (id, owner, now) =>
      void (await runs.updateOne({ _id: id, leaseOwner: owner }, { $set: { leaseUntil: now } })),
    countFault: async (id) =>
      (await runs.findOneAndUpdate({ _id: id }, { $inc: { faults: 1 } }))?.faults ?? 0,
    latest: async (limit) =>
      (await runs.find({ parentId: { $exists: false } }, { sort: { createdAt: -1 }, limit })).map(toRun),
    resolve: async (id, resolution) =>
      (await runs.updateOne({ _id: id, resolution: { $exists: false } }, { $set: { resolution } })) === 1,
    ofPerson: async (personId, limit) =>
      (await runs.find({ personId, parentId: { $exists: false } }, { sort: { createdAt: -1 }, limit })).map(
        toRun,
      ),
  };
}

const toRun = ({
  _id,
  leaseOwner: _owner,
  leaseUntil: _until,
  toldBy: _told,
  escalated: _escalated,
  faults: _faults,
  ...run
}: RunRecord): Run => ({
  id: _id,
  ...run,
});

/** Runs of all tenants that nobody works on and that may go on; the one that was not looked at for longest comes first. */
export function createRunSweeps(database: Database) {
  return async (now: Date, limit: number): Promise<{ tenantId: string; id: string }[]> => {
    const records = await database
      .acrossTenants(runCollection)
      .find({
        status: { $in: ['running', 'suspended'] },
        leaseUntil: leaseOver(now),
        parentId: { $exists: false },
      })
      .sort({ leaseUntil: 1 })
      .limit(limit)
      .lean<RunRecord[]>()
      .exec();
    return records.map(({ _id, tenantId }) => ({ tenantId, id: _id }));
  };
}

export interface StoppedRuns {
  /** Runs since a time that stopped and for which nobody was called yet. */
  since(from: Date, limit: number): Promise<{ tenantId: string; id: string }[]>;
  /** Notes that somebody was called, or need not be. */
  settled(tenantId: string, id: string): Promise<void>;
}

/** Runs of all tenants that stopped before their end. */
export function createStoppedRuns(database: Database): StoppedRuns {
  const model = database.acrossTenants(runCollection);
  return {
    async since(from, limit) {
      const records = await model
        .find({ status: 'stopped', createdAt: { $gte: from }, escalated: { $ne: true } })
        .limit(limit)
        .lean<RunRecord[]>()
        .exec();
      return records.map(({ _id, tenantId }) => ({ tenantId, id: _id }));
    },
    settled: async (tenantId, id) =>
      void (await model.updateOne({ _id: id, tenantId }, { $set: { escalated: true } }).exec()),
  };
}
