import mongoose from 'mongoose';
import type { Escalation, EscalationState } from '../../core/approvals/escalation.js';
import type { EscalationRepository, EscalationSweeps } from '../../core/approvals/escalation-service.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import { Defect } from '../../core/kernel/errors.js';
import type { CollectionDefinition, Database } from './database.js';
import { toField, type WithEffects } from './effects.js';
import type { FieldCipher } from './field-cipher.js';

interface EscalationRecord extends WithEffects {
  openKey: string;
  version: number;
  state: EscalationState;
  conversation: string;
  handlerIds: string[];
  createdAt: Date;
  dueAt: Date | null;
  /** The whole escalation, with what was said, sealed. */
  body: string;
}

const schema = new mongoose.Schema<EscalationRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    openKey: { type: String, required: true },
    version: { type: Number, required: true },
    state: { type: String, required: true },
    conversation: String,
    handlerIds: [String],
    createdAt: Date,
    dueAt: { type: Date, default: null },
    body: { type: String, required: true },
    effects: [{ _id: false, id: String, json: String }],
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, openKey: 1 }, { unique: true });
schema.index({ dueAt: 1 });
schema.index({ 'effects.id': 1 });
schema.index({ tenantId: 1, conversation: 1, state: 1 });
schema.index({ tenantId: 1, handlerIds: 1, state: 1 });

export const escalationCollection: CollectionDefinition<EscalationRecord> = { name: 'escalations', schema };

const RUNNING: EscalationState[] = ['open', 'acknowledged', 'answered'];

/** Escalations of one tenant on MongoDB; what was said in the conversation is sealed. */
export function createEscalationRepository(
  database: Database,
  cipher: FieldCipher,
  tenantId: string,
): EscalationRepository {
  const collection = database.collection(escalationCollection, tenantId);
  const contextOf = (id: string): string => `escalations:${tenantId}:${id}`;
  const fieldsOf = (
    escalation: Escalation,
  ): Omit<EscalationRecord, '_id' | 'tenantId' | 'openKey' | 'effects'> => ({
    version: escalation.version,
    state: escalation.state,
    conversation: conversationKey(escalation.origin),
    handlerIds: escalation.handlers.map(({ id }) => id),
    createdAt: escalation.createdAt,
    dueAt: escalation.dueAt ?? null,
    body: cipher.seal(escalation, contextOf(escalation.id)),
  });
  const opened = ({ _id, body }: EscalationRecord): Escalation =>
    cipher.open(body, contextOf(_id)) as Escalation;
  return {
    async insert(escalation, openKey, effect) {
      const record = { _id: escalation.id, openKey, effects: [toField(effect)], ...fieldsOf(escalation) };
      if (await collection.insertIfAbsent(record)) return escalation;
      const first = await collection.findOne({ openKey });
      if (!first) throw new Defect('storage.escalation-lost', 'An escalation id was taken twice.');
      return opened(first);
    },
    async get(id) {
      const found = await collection.findOne({ _id: id });
      return found && opened(found);
    },
    replace: async (previous, next, effect) =>
      (await collection.updateOne(
        { _id: previous.id, version: previous.version },
        { $set: fieldsOf(next), $push: { effects: toField(effect) } },
      )) > 0,
    async openIn(conversation) {
      const found = await collection.findOneInBatch('conversation', conversation, {
        state: { $in: RUNNING },
      });
      return found && opened(found);
    },
    calledTo: async (personId) =>
      (
        await collection.find(
          { handlerIds: personId, state: { $in: RUNNING } },
          { sort: { createdAt: 1 }, limit: 50 },
        )
      ).map(opened),
  };
}

/** Escalations of all tenants whose time has come. */
export function createEscalationSweeps(database: Database): EscalationSweeps {
  return {
    async due(now, limit) {
      const found = await database
        .acrossTenants(escalationCollection)
        .find({ dueAt: { $ne: null, $lte: now } }, ['tenantId'], { sort: { dueAt: 1 }, limit })
        .lean<EscalationRecord[]>()
        .exec();
      return found.map(({ _id, tenantId }) => ({ tenantId, id: _id }));
    },
  };
}
