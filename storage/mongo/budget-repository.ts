import mongoose from 'mongoose';
import type { BudgetLine, BudgetStore, Reservation } from '../../core/gateway/budget.js';
import { costCollection } from './cost-repository.js';
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

/** A call that did not settle for so long died with its process. */
const STALE_MS = 10 * 60_000;
/** Spending is kept after its period for reports. */
const KEPT_MS = 92 * 86_400_000;

/**
 * Budgets on MongoDB. Reservations and settlements are conditional upserts on the budget's own record: where the condition
 * does not hold, the taken id says so. So all lines of a call, and all calls of a moment, go in one command.
 */
export function createBudgetStore(database: Database): BudgetStore {
  const of = (tenantId: string): TenantCollection<BudgetRecord> =>
    database.collection(budgetCollection, tenantId);
  const idOf = (tenantId: string, key: string): string => `${tenantId}|${key}`;

  /** What a dead process reserved is given back, but for what its call is known to have cost. */
  const dropStale = async (tenantId: string, line: BudgetLine, now: Date): Promise<void> => {
    const _id = idOf(tenantId, line.key);
    const before = new Date(now.getTime() - STALE_MS);
    const record = await of(tenantId).findOne({ _id });
    const stale = record?.reservations.filter(({ at }) => at < before) ?? [];
    if (stale.length === 0) return;
    const calls = await database
      .collection(costCollection, tenantId)
      .find({ _id: { $in: stale.map(({ id }) => id) } }, { fields: ['costMicroUsd'] });
    const costs = new Map(calls.map((call) => [call._id, call.costMicroUsd]));
    await Promise.all(
      stale.map(({ id, amount, at }) =>
        replaceReservation(tenantId, line, { id, amount, at, cost: costs.get(id) ?? 0 }),
      ),
    );
  };

  const tryReserve = (
    tenantId: string,
    line: BudgetLine,
    { id, amount, at }: Reservation,
  ): Promise<boolean> =>
    of(tenantId).upsertInBatch(
      { _id: idOf(tenantId, line.key), committed: { $lt: line.limit } },
      {
        $inc: { committed: amount },
        $push: { reservations: { id, amount, at } },
        $setOnInsert: { spent: 0, expiresAt: new Date(line.until.getTime() + KEPT_MS) },
      },
    );

  /** A line that refuses may do so for what a dead process holds, or because another process made it just now. */
  const reserveLine = async (tenantId: string, line: BudgetLine, call: Reservation): Promise<boolean> => {
    if (line.limit <= 0) return false;
    if (await tryReserve(tenantId, line, call)) return true;
    await dropStale(tenantId, line, call.at);
    return tryReserve(tenantId, line, call);
  };

  /** @returns false when the reservation is not there any more. */
  const replaceReservation = (
    tenantId: string,
    line: BudgetLine,
    { id, amount, cost }: Reservation & { cost: number },
  ): Promise<boolean> =>
    of(tenantId).upsertInBatch(
      { _id: idOf(tenantId, line.key), reservations: { $elemMatch: { id } } },
      { $pull: { reservations: { id } }, $inc: { spent: cost, committed: cost - amount } },
    );

  const settle: BudgetStore['settle'] = async (tenantId, lines, call) => {
    await Promise.all(
      lines.map(async (line) => {
        if (await replaceReservation(tenantId, line, call)) return;
        // the reservation was let go as stale: what was spent counts all the same
        const { cost } = call;
        await of(tenantId).updateOne(
          { _id: idOf(tenantId, line.key) },
          { $inc: { spent: cost, committed: cost } },
        );
      }),
    );
    const records = await of(tenantId).find(
      { _id: { $in: lines.map(({ key }) => idOf(tenantId, key)) } },
      { fields: ['spent'] },
    );
    const spent = new Map(records.map((record) => [record._id, record.spent]));
    return lines.map((line) => ({ line, spent: spent.get(idOf(tenantId, line.key)) ?? 0 }));
  };

  return {
    settle,
    async reserve(tenantId, lines, call) {
      const admitted = await Promise.all(lines.map((line) => reserveLine(tenantId, line, call)));
      const usedUp = lines.find((_line, index) => !admitted[index]);
      if (!usedUp) return undefined;
      const held = lines.filter((_line, index) => admitted[index]);
      if (held.length > 0) await settle(tenantId, held, { ...call, cost: 0 });
      return usedUp;
    },
    spent: async (tenantId, key) => (await of(tenantId).findOne({ _id: idOf(tenantId, key) }))?.spent ?? 0,
  };
}
