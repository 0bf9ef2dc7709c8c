import mongoose from 'mongoose';
import { APPROVAL_STATES, type Approval, type ApprovalState } from '../../core/approvals/approval.js';
import type { ApprovalRepository, ApprovalSweeps } from '../../core/approvals/approval-repository.js';
import { Defect } from '../../core/kernel/errors.js';
import { digest } from '../../core/kernel/json.js';
import { LONGEST_LEASE_MS } from '../../core/kernel/lease.js';
import type { CollectionDefinition, Database } from './database.js';
import { toField, type EffectField, type WithEffects } from './effects.js';
import type { FieldCipher } from './field-cipher.js';

interface ApprovalRecord extends WithEffects {
  requestKey: string;
  version: number;
  state: ApprovalState;
  /** Null until somebody decides: the condition of every deciding write. */
  decision: { outcome: string; by: string; at: Date } | null;
  tool: string;
  parametersDigest: string;
  requesterId: string;
  approverIds: string[];
  createdAt: Date;
  expiresAt: Date;
  dueAt: Date | null;
  /** The whole approval, sealed. */
  body: string;
}

const schema = new mongoose.Schema<ApprovalRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    requestKey: { type: String, required: true },
    version: { type: Number, required: true },
    state: { type: String, enum: APPROVAL_STATES, required: true },
    decision: { type: mongoose.Schema.Types.Mixed, default: null },
    tool: String,
    parametersDigest: String,
    requesterId: String,
    approverIds: [String],
    createdAt: Date,
    expiresAt: Date,
    dueAt: { type: Date, default: null },
    body: { type: String, required: true },
    effects: [{ _id: false, id: String, json: String }],
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, requestKey: 1 }, { unique: true });
schema.index({ dueAt: 1 });
// Those that are unfinished are few among all that ever were; jobs look for them every few seconds.
schema.index({ state: 1, tenantId: 1, expiresAt: 1 });
schema.index({ 'effects.id': 1 });
schema.index({ tenantId: 1, approverIds: 1, state: 1, expiresAt: 1 });
schema.index({ tenantId: 1, requesterId: 1, createdAt: -1 });
// Every request asks whether the same one waits already; without this it reads all that the person ever asked for.
schema.index({ tenantId: 1, requesterId: 1, parametersDigest: 1 });
schema.index({ tenantId: 1, createdAt: -1 });

export const approvalCollection: CollectionDefinition<ApprovalRecord> = { name: 'approvals', schema };

const CHANGING = ['version', 'state', 'decision', 'dueAt', 'body'] as const;
type LastingFields = Omit<
  ApprovalRecord,
  '_id' | 'tenantId' | 'requestKey' | 'effects' | (typeof CHANGING)[number]
>;

const UNFINISHED: ApprovalState[] = ['pending', 'approved', 'executing'];
const MOST_SEARCHED = 500;

/** Approvals of one tenant on MongoDB; parameters, notes and copies are sealed. */
export function createApprovalRepository(
  database: Database,
  cipher: FieldCipher,
  tenantId: string,
): ApprovalRepository {
  const collection = database.collection(approvalCollection, tenantId);
  const contextOf = (id: string): string => `approvals:${tenantId}:${id}`;
  const changing = (approval: Approval): Pick<ApprovalRecord, (typeof CHANGING)[number]> => ({
    version: approval.version,
    state: approval.state,
    decision: approval.decision && {
      outcome: approval.decision.outcome,
      by: approval.decision.by.id,
      at: approval.decision.at,
    },
    dueAt: approval.dueAt ?? null,
    body: cipher.seal(approval, contextOf(approval.id)),
  });
  /** Those of the other fields whose part of the approval is another one than before. */
  const lasting = (approval: Approval, before?: Approval): Partial<LastingFields> => ({
    ...(approval.tool !== before?.tool && { tool: approval.tool.name }),
    ...(approval.parameters !== before?.parameters && { parametersDigest: digest(approval.parameters) }),
    ...(approval.requester !== before?.requester && { requesterId: approval.requester.id }),
    ...(approval.approvers !== before?.approvers && { approverIds: approval.approvers.map(({ id }) => id) }),
    ...(approval.createdAt !== before?.createdAt && { createdAt: approval.createdAt }),
    ...(approval.expiresAt !== before?.expiresAt && { expiresAt: approval.expiresAt }),
  });
  const opened = ({ _id, body }: ApprovalRecord): Approval => cipher.open(body, contextOf(_id)) as Approval;

  return {
    async insert(approval, requestKey, effect) {
      const effects: EffectField[] = [toField(effect)];
      const inserted = await collection.insertIfAbsent({
        _id: approval.id,
        requestKey,
        effects,
        ...changing(approval),
        ...(lasting(approval) as LastingFields), // compared with nothing all of them are there
      });
      if (inserted) return approval;
      const first = await collection.findOne({ requestKey });
      if (!first) throw new Defect('storage.approval-lost', 'An approval id was taken twice.');
      return opened(first);
    },
    async get(id) {
      const found = await collection.findOneInBatch('_id', id);
      return found && opened(found);
    },
    async replace(previous, next, effect) {
      const undecided = previous.decision === null ? { decision: null } : {};
      const isEmpty = effect.messages.length + effect.audit.length + effect.notifications.length === 0;
      const matched = await collection.updateOne(
        { _id: previous.id, version: previous.version, ...undecided },
        {
          $set: { ...changing(next), ...lasting(next, previous) },
          ...(!isEmpty && { $push: { effects: toField(effect) } }),
        },
      );
      return matched > 0;
    },
    waitingFor: async (personId, limit = 50) =>
      (
        await collection.find({ approverIds: personId, state: 'pending' }, { sort: { expiresAt: 1 }, limit })
      ).map(opened),
    requestedBy: async (personId, limit = 25) =>
      (await collection.find({ requesterId: personId }, { sort: { createdAt: -1 }, limit })).map(opened),
    pending: async (limit = 1_000) =>
      (await collection.find({ state: 'pending' }, { sort: { expiresAt: 1 }, limit })).map(opened),
    async newest(fits) {
      const records = await collection.find({}, { sort: { createdAt: -1 }, limit: MOST_SEARCHED });
      for (const record of records) {
        const approval = opened(record);
        if (fits(approval)) return approval;
      }
      return undefined;
    },
    async pendingTwin(requesterId, tool, parametersDigest) {
      const found = await collection.findOne({ requesterId, tool, parametersDigest, state: 'pending' });
      return found && opened(found);
    },
  };
}

/** Looks over the approvals of all tenants, for jobs and metrics. */
export function createApprovalSweeps(database: Database): ApprovalSweeps {
  const model = database.acrossTenants(approvalCollection);
  return {
    async due(now, limit) {
      const isDue = { dueAt: { $lte: now } };
      // What ends further ahead than a lease may is so because the clock was set back, or a long time to call it off.
      const isFarAhead = {
        state: { $in: ['approved', 'executing'] as ApprovalState[] },
        dueAt: { $gt: new Date(now.getTime() + LONGEST_LEASE_MS) },
      };
      const ids = (which: object, options: object): Promise<ApprovalRecord[]> =>
        model.find(which, ['tenantId'], options).lean<ApprovalRecord[]>().exec();
      // Asked apart, and the few unfinished ones in any order: else all that wait are read, and they wait for days.
      const [late, farAhead] = await Promise.all([
        ids(isDue, { sort: { dueAt: 1 }, limit }),
        ids(isFarAhead, { limit }),
      ]);
      const found = [...late, ...farAhead].slice(0, limit);
      return found.map(({ _id, tenantId }) => ({ tenantId, id: _id }));
    },
    async health(now, graceMs) {
      const counts = Object.fromEntries(APPROVAL_STATES.map((state) => [state, 0])) as Record<
        ApprovalState,
        number
      >;
      for (const state of APPROVAL_STATES) counts[state] = await model.countDocuments({ state }).exec();
      const late = new Date(now.getTime() - graceMs);
      const forgotten = await model
        .countDocuments({ state: { $in: UNFINISHED }, $or: [{ dueAt: null }, { dueAt: { $lt: late } }] })
        .exec();
      return { counts, forgotten };
    },
    tenantsWithPending: async () => (await model.distinct('tenantId', { state: 'pending' }).exec()).sort(),
  };
}
