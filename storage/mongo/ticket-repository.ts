import mongoose from 'mongoose';
import type { Ticket, TicketRepository } from '../../core/agents/tools/built-in/ticket.js';
import { TICKET_PRIORITIES, TICKET_STATES } from '../../core/agents/tools/built-in/ticket.js';
import { Unavailable } from '../../core/kernel/errors.js';
import { digest } from '../../core/kernel/json.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface TicketRecord extends TenantRecord, Omit<Ticket, 'id'> {
  key: string;
  /** Keys of changes that were made, so that each is made once. */
  changeKeys: string[];
}

const schema = new mongoose.Schema<TicketRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    key: { type: String, required: true },
    number: { type: Number, required: true },
    title: String,
    description: String,
    kind: { type: String, enum: ['incident', 'equipment', 'service', 'change'] },
    priority: { type: String, enum: TICKET_PRIORITIES },
    state: { type: String, enum: TICKET_STATES },
    requester: { _id: false, id: String, name: String },
    forWhom: String,
    assignee: String,
    details: mongoose.Schema.Types.Mixed,
    resolution: String,
    history: [{ _id: false, at: Date, by: String, change: String }],
    changeKeys: [String],
    createdAt: Date,
    updatedAt: Date,
  },
  { versionKey: false, minimize: false },
);
schema.index({ tenantId: 1, key: 1 }, { unique: true });
schema.index({ tenantId: 1, number: 1 }, { unique: true });
schema.index({ tenantId: 1, state: 1, number: -1 });

export const ticketCollection: CollectionDefinition<TicketRecord> = { name: 'tickets', schema };

const ATTEMPTS = 50;
const MOST_AT_ONCE = 100;
const MOST_LISTED = 50;

type NewTicket = Parameters<TicketRepository['create']>[1];

/** A creation that waits for its number. */
interface Creation {
  key: string;
  ticket: NewTicket;
  attempts: number;
  resolve(ticket: Ticket): void;
  reject(error: unknown): void;
}

/** Creations of one tenant in this process: what comes while some are written goes together after them, so that nobody races in vain. */
interface Line {
  waiting: Creation[];
  isBusy: boolean;
  /** The highest number, as far as it is known here; another process may have taken a higher one. */
  lastNumber?: number;
}

const lines = new WeakMap<Database, Map<string, Line>>();

function lineOf(database: Database, tenantId: string): Line {
  const ofDatabase = lines.get(database) ?? new Map<string, Line>();
  lines.set(database, ofDatabase);
  const line = ofDatabase.get(tenantId) ?? { waiting: [], isBusy: false };
  ofDatabase.set(tenantId, line);
  return line;
}

/** Writes what waits, portion by portion; a portion that fails is told to those who asked for it. */
async function workOff(line: Line, write: (portion: Creation[]) => Promise<void>): Promise<void> {
  if (line.isBusy) return;
  line.isBusy = true;
  while (line.waiting.length > 0) {
    const portion = line.waiting.splice(0, MOST_AT_ONCE);
    try {
      await write(portion);
    } catch (error) {
      line.lastNumber = undefined; // how many were stored is not known
      for (const { reject } of portion) reject(error);
    }
  }
  line.isBusy = false;
}

/**
 * Tickets of one tenant on MongoDB. Numbers have no gaps: the next ones are taken by inserting them in their order, again when
 * another process was first.
 */
export function createTicketRepository(database: Database, tenantId: string): TicketRepository {
  const collection = database.collection(ticketCollection, tenantId);
  const line = lineOf(database, tenantId);
  const byKey = (key: string): Promise<TicketRecord | undefined> => collection.findOne({ key });
  const readLastNumber = async (): Promise<number> =>
    (await collection.findOne({}, { sort: { number: -1 }, fields: ['number'] }))?.number ?? 0;
  const recordOf = ({ key, ticket }: Creation, number: number): Omit<TicketRecord, 'tenantId'> => ({
    ...ticket,
    _id: digest({ tenantId, key }).slice(0, 26),
    key,
    number,
    state: 'open',
    history: [{ at: ticket.createdAt, by: ticket.requester.name, change: 'opened' }],
    changeKeys: [],
    updatedAt: ticket.createdAt,
  });
  const create = async (portion: Creation[]): Promise<void> => {
    const last = (line.lastNumber ??= await readLastNumber());
    const records = portion.map((creation, at) => recordOf(creation, last + 1 + at));
    const stored = await collection.insertUntilTaken(records);
    line.lastNumber = last + stored;
    for (const [at, record] of records.slice(0, stored).entries())
      portion[at]?.resolve(toTicket({ ...record, tenantId }));
    const refused = portion[stored];
    if (!refused) return;
    // The same creation came before, or another process took the number.
    const known = await byKey(refused.key);
    line.waiting.unshift(...portion.slice(stored + 1));
    if (known) return refused.resolve(toTicket(known));
    line.lastNumber = undefined;
    refused.attempts += 1;
    if (refused.attempts < ATTEMPTS) line.waiting.unshift(refused);
    else
      refused.reject(
        new Unavailable('storage.tickets-busy', 'Too many tickets are made at once; trying again helps.'),
      );
  };
  return {
    create: (key, ticket) =>
      new Promise((resolve, reject) => {
        line.waiting.push({ key, ticket, attempts: 0, resolve, reject });
        void workOff(line, create);
      }),
    async byNumber(number) {
      const found = await collection.findOne({ number });
      return found && toTicket(found);
    },
    async change(key, number, change, by, at) {
      const text = Object.entries(change)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', ');
      const changed = await collection.findOneAndUpdate(
        { number, changeKeys: { $ne: key } },
        {
          $set: { ...change, updatedAt: at },
          $push: { changeKeys: { $each: [key], $slice: -50 }, history: { at, by, change: text } },
        },
      );
      const ticket = changed ?? (await collection.findOne({ number }));
      return ticket && toTicket(ticket);
    },
    async list({ state, requesterId, text }) {
      const wanted = text?.toLowerCase();
      const found = await collection.find(
        { ...(state && { state }), ...(requesterId && { 'requester.id': requesterId }) },
        { sort: { number: -1 }, limit: wanted ? MOST_LISTED * 10 : MOST_LISTED },
      );
      return found
        .filter(
          ({ title, description }) => !wanted || `${title} ${description}`.toLowerCase().includes(wanted),
        )
        .slice(0, MOST_LISTED)
        .map(toTicket);
    },
  };
}

function toTicket({ _id, tenantId: _tenant, key: _key, changeKeys: _keys, ...ticket }: TicketRecord): Ticket {
  return { id: _id, ...ticket };
}
