import mongoose from 'mongoose';
import type { Ticket, TicketRepository } from '../../core/agents/tools/built-in/ticket.js';
import { TICKET_PRIORITIES, TICKET_STATES } from '../../core/agents/tools/built-in/ticket.js';
import { Unavailable } from '../../core/kernel/errors.js';
import { digest } from '../../core/kernel/json.js';
import type { CollectionDefinition, Database } from './database.js';
import { isDuplicateKey, type TenantRecord } from './tenant-collection.js';

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
const MOST_LISTED = 50;

/** Creations of one tenant in this process, one after the other: nobody races for a number in vain. */
interface Line {
  tail: Promise<unknown>;
  /** The highest number, as far as it is known here; another process may have taken a higher one. */
  lastNumber?: number;
}

const lines = new WeakMap<Database, Map<string, Line>>();

/** Runs work after what this tenant's line already holds, whether that succeeds or not. */
function inLine<T>(database: Database, tenantId: string, work: (line: Line) => Promise<T>): Promise<T> {
  const ofDatabase = lines.get(database) ?? new Map<string, Line>();
  lines.set(database, ofDatabase);
  const line = ofDatabase.get(tenantId) ?? { tail: Promise.resolve() };
  ofDatabase.set(tenantId, line);
  const turn = line.tail.then(() => work(line));
  line.tail = turn.catch(() => undefined); // the caller is told; the next in line does not mind
  return turn;
}

/**
 * Tickets of one tenant on MongoDB. Numbers have no gaps: the next one is taken by inserting it, again when another
 * process was first.
 */
export function createTicketRepository(database: Database, tenantId: string): TicketRepository {
  const collection = database.collection(ticketCollection, tenantId);
  const byKey = (key: string): Promise<TicketRecord | undefined> => collection.findOne({ key });
  const readLastNumber = async (): Promise<number> =>
    (await collection.findOne({}, { sort: { number: -1 }, fields: ['number'] }))?.number ?? 0;
  const create = async (
    key: string,
    ticket: Parameters<TicketRepository['create']>[1],
    line: Line,
  ): Promise<Ticket> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      line.lastNumber ??= await readLastNumber();
      const record = {
        ...ticket,
        _id: digest({ tenantId, key }).slice(0, 26),
        key,
        number: line.lastNumber + 1,
        state: 'open' as const,
        history: [{ at: ticket.createdAt, by: ticket.requester.name, change: 'opened' }],
        changeKeys: [],
        updatedAt: ticket.createdAt,
      };
      try {
        await collection.insert(record);
        line.lastNumber = record.number;
        return toTicket({ ...record, tenantId });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      // The same creation came before, or another process took the number.
      const known = await byKey(key);
      if (known) return toTicket(known);
      line.lastNumber = undefined;
    }
    throw new Unavailable('storage.tickets-busy', 'Too many tickets are made at once; trying again helps.');
  };
  return {
    create: (key, ticket) => inLine(database, tenantId, (line) => create(key, ticket, line)),
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
