import mongoose from 'mongoose';
import type { BudgetLine, BudgetState, BudgetStore } from '../../core/gateway/budget.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantCollection, TenantRecord } from './tenant-collection.js';

interface BudgetRecord extends TenantRecord {
  /** Micro-dollars spent. */
  spent: number;
  /** Spent and reserved: what a new call is measured against. */
  committed: number;
  reservations: { id: string; amount: number; at: Date }[];
  expiresAt: Date;
}

const schema = new mongoose.Schema<BudgetRecord>(
  {
    _id: { type: String, required: true },
    tenantId: { type: String, required: true },
    spent: { type: Number, required: true },
    committed: { type: Number, required: true },
    reservations: [{ _id: false, id: String, amount: Number, at: Date }],
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const budgetCollection: CollectionDefinition<BudgetRecord> = { name: 'budgets', schema };

/** A call that did not settle for so long died with its process; what it reserved is let go. */
const STALE_MS = 10 * 60_000;
/** Spending is kept after its period for reports. */
const KEPT_MS = 92 * 86_400_000;

/** Budgets on MongoDB: each reservation and each settlement is one conditional write on the budget's own record. */
export function createBudgetStore(database: Database): BudgetStore {
  const of = (tenantId: string): TenantCollection<BudgetRecord> =>
    database.collection(budgetCollection, tenantId);
  const idOf = (tenantId: string, key: string): string => `${tenantId}|${key}`;

  const dropStale = async (tenantId: string, line: BudgetLine, now: Date): Promise<boolean> => {
    const _id = idOf(tenantId, line.key);
    const before = new Date(now.getTime() - STALE_MS);
    const record = await of(tenantId).findOne({ _id });
    const stale = record?.reservations.filter(({ at }) => at < before) ?? [];
    for (const { id, amount } of stale) {
      await of(tenantId).updateOne(
        { _id, 'reservations.id': id },
        { $pull: { reservations: { id } }, $inc: { committed: -amount } },
      );
    }
    return stale.length > 0;
  };

  const tryReserve: BudgetStore['reserve'] = async (tenantId, line, { id, amount, at }) => {
    const held = await of(tenantId).updateOne(
      { _id: idOf(tenantId, line.key), committed: { $lt: line.limit } },
      { $inc: { committed: amount }, $push: { reservations: { id, amount, at } } },
    );
    return held === 1;
  };

  return {
    async reserve(tenantId, line, call) {
      if (line.limit <= 0) return false;
      if (await tryReserve(tenantId, line, call)) return true;
      const isNew = await of(tenantId).insertIfAbsent({
        _id: idOf(tenantId, line.key),
        spent: 0,
        committed: 0,
        reservations: [],
        expiresAt: new Date(line.until.getTime() + KEPT_MS),
      });
      if (isNew || (await dropStale(tenantId, line, call.at)) || (await hasRoom(tenantId, line)))
        return tryReserve(tenantId, line, call);
      return false;
    },
    async settle(tenantId, line, { id, cost }): Promise<BudgetState> {
      const _id = idOf(tenantId, line.key);
      const reserved = (await of(tenantId).findOne({ _id, 'reservations.id': id }))?.reservations.find(
        (reservation) => reservation.id === id,
      );
      const settled =
        reserved &&
        (await of(tenantId).findOneAndUpdate(
          { _id, 'reservations.id': id },
          {
            $pull: { reservations: { id } },
            $inc: { spent: cost, committed: cost - reserved.amount },
          },
        ));
      if (settled) return { line, spent: settled.spent, added: cost };
      // the reservation was let go as stale: what was spent counts all the same
      const late = await of(tenantId).findOneAndUpdate({ _id }, { $inc: { spent: cost, committed: cost } });
      return { line, spent: late?.spent ?? cost, added: cost };
    },
    spent: async (tenantId, key) => (await of(tenantId).findOne({ _id: idOf(tenantId, key) }))?.spent ?? 0,
  };

  /** Somebody else made the record between our two writes. */
  async function hasRoom(tenantId: string, { key, limit }: BudgetLine): Promise<boolean> {
    const record = await of(tenantId).findOne({ _id: idOf(tenantId, key) });
    return record !== undefined && record.committed < limit;
  }
}
