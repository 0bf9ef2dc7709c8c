import type { Effect, EffectSource, StoredEffect } from '../../core/kernel/effect.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

/** An effect as it stands on its document: JSON, since cards and audits may hold any member names. */
export interface EffectField {
  id: string;
  json: string;
}

/** A record that carries effects; its schema declares `EFFECTS_PATH` and the index on it. */
export interface WithEffects extends TenantRecord {
  effects: EffectField[];
}

/** The JSON of effects as they were stored: their relay reads it a moment later. */
const written = new WeakMap<Effect, string>();

export function toField(effect: Effect): EffectField {
  const json = written.get(effect) ?? JSON.stringify(effect);
  written.set(effect, json);
  return { id: effect.id, json };
}

function fromField({ json }: EffectField): Effect {
  const effect = JSON.parse(json) as Effect;
  return { ...effect, audit: effect.audit.map((event) => ({ ...event, at: new Date(event.at) })) };
}

/** An effect as it would be read back, for a relay that is handed what was just stored. */
export const asRead = (effect: Effect): Effect => fromField(toField(effect));

/** The effects that wait on the documents of a collection, for the relay into the outbox. */
export function createEffectSource<T extends WithEffects>(
  database: Database,
  definition: CollectionDefinition<T>,
): EffectSource {
  const model = database.acrossTenants(definition);
  const stored = (records: { _id: string; tenantId: string; effects: EffectField[] }[]): StoredEffect[] =>
    records.flatMap(({ _id, tenantId, effects }) =>
      effects.map((field) => ({ tenantId, documentId: _id, effect: fromField(field) })),
    );
  return {
    name: definition.name,
    async waiting(limit) {
      const records = await model
        .find({ 'effects.id': { $gt: '' } } as never, ['tenantId', 'effects'], { limit })
        .lean<WithEffects[]>()
        .exec();
      return stored(records);
    },
    async waitingOf(tenantId, documentId) {
      const record = await model
        .findOne({ _id: documentId, tenantId } as never, ['tenantId', 'effects'])
        .lean<WithEffects>()
        .exec();
      return record ? stored([record]) : [];
    },
    async drop(tenantId, documentId, effectIds) {
      const pull = { $pull: { effects: { id: { $in: effectIds } } } };
      await database.batch.update(definition.name, { _id: documentId, tenantId }, pull);
    },
  };
}
