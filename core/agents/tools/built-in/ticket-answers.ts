import type { JsonObject } from '../../../kernel/json.js';
import type { ToolContext, ToolResult } from '../tool.js';
import { ticketName, type Ticket, type TicketRepository } from './ticket.js';

/** Closes the ticket that a finished use opened. */
export async function withdraw(
  tickets: (tenantId: string) => TicketRepository,
  { data }: { data?: JsonObject },
  { tenantId, idempotencyKey, requester, now }: ToolContext,
): Promise<ToolResult> {
  const number = Number(data?.number);
  const change = { state: 'closed' as const, resolution: 'Withdrawn.' };
  const ticket = await tickets(tenantId).change(idempotencyKey, number, change, requester.name, now);
  return ticket ? told(ticket, `Ticket ${ticketName(ticket)} was withdrawn.`) : noSuchTicket(number);
}

/** A ticket that was opened or changed, as a tool answers it. */
export const told = (ticket: Ticket, summary: string): ToolResult => ({
  ok: true,
  summary,
  data: { ticketId: ticket.id, number: ticket.number },
});

export const noSuchTicket = (number: number): ToolResult => ({
  ok: false,
  reason: `There is no ticket T-${number}.`,
});
