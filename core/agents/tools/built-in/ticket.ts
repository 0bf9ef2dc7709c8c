import type { JsonObject } from '../../../kernel/json.js';
import type { PersonName } from '../../../approvals/approval.js';

export const TICKET_STATES = ['open', 'in-progress', 'closed'] as const;
export const TICKET_PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;

/** A service desk ticket, kept in Steward's own database. */
export interface Ticket {
  id: string;
  /** Counts from 1 in each tenant; people say "T-12". */
  number: number;
  title: string;
  description: string;
  kind: 'incident' | 'equipment' | 'service' | 'change';
  priority: (typeof TICKET_PRIORITIES)[number];
  state: (typeof TICKET_STATES)[number];
  requester: PersonName;
  /** For whom it is, when that is somebody else. */
  forWhom?: string;
  assignee?: string;
  /** What belongs to the kind: size, cost centre. */
  details: JsonObject;
  resolution?: string;
  history: { at: Date; by: string; change: string }[];
  createdAt: Date;
  updatedAt: Date;
}

export interface TicketFilter {
  state?: Ticket['state'];
  requesterId?: string;
  text?: string;
}

/** Tickets of one tenant. Implemented by `storage/mongo/ticket-repository.ts`. */
export interface TicketRepository {
  /** Makes a ticket under an idempotency key; the same key gives the same ticket. */
  create(
    key: string,
    ticket: Omit<Ticket, 'id' | 'number' | 'history' | 'updatedAt' | 'state'>,
  ): Promise<Ticket>;
  byNumber(number: number): Promise<Ticket | undefined>;
  /** Changes a ticket once per key. @returns undefined when there is none. */
  change(
    key: string,
    number: number,
    change: Partial<Pick<Ticket, 'title' | 'description' | 'priority' | 'state' | 'assignee' | 'resolution'>>,
    by: string,
    at: Date,
  ): Promise<Ticket | undefined>;
  /** Newest first, at most 50. */
  list(filter: TicketFilter): Promise<Ticket[]>;
}

/** What people call a ticket. */
export const ticketName = ({ number }: Pick<Ticket, 'number'>): string => `T-${number}`;
