import type { TicketRepository, Ticket } from '../../core/agents/tools/built-in/ticket.js';
import type { ToolExecution, ToolExecutionRepository } from '../../core/agents/tools/tool-execution.js';

/** Uses of tools in a Map, one for all tenants of a test. */
export function memoryExecutions(
  records = new Map<string, ToolExecution>(),
): (tenantId: string) => ToolExecutionRepository {
  const repository: ToolExecutionRepository = {
    get: (id) => Promise.resolve(structuredClone(records.get(id))),
    begin: (execution) => {
      const known = records.get(execution.id);
      if (known) return Promise.resolve({ kind: 'known', execution: structuredClone(known) });
      records.set(execution.id, { ...execution, attempts: 1 });
      return Promise.resolve({ kind: 'begun' });
    },
    again: (id) => {
      const record = records.get(id);
      if (record) record.attempts += 1;
      return Promise.resolve();
    },
    complete: (id, result, at) => {
      const record = records.get(id);
      if (record && !record.completedAt) Object.assign(record, { result, completedAt: at });
      return Promise.resolve(record?.result ?? result);
    },
  };
  return () => repository;
}

/** Tickets in a list that the test can look at. */
export function memoryTickets(tickets: Ticket[], keys = new Map<string, number>()): TicketRepository {
  const byNumber = (number: number): Ticket | undefined => tickets.find((ticket) => ticket.number === number);
  return {
    create: (key, ticket) => {
      const known = byNumber(keys.get(key) ?? -1);
      if (known) return Promise.resolve(known);
      const number = tickets.length + 1;
      const made: Ticket = {
        ...ticket,
        id: key,
        number,
        state: 'open',
        history: [],
        updatedAt: ticket.createdAt,
      };
      tickets.push(made);
      keys.set(key, number);
      return Promise.resolve(made);
    },
    byNumber: (number) => Promise.resolve(byNumber(number)),
    change: (_key, number, change) => {
      const ticket = byNumber(number);
      if (ticket) Object.assign(ticket, change);
      return Promise.resolve(ticket);
    },
    list: ({ state }) => Promise.resolve(tickets.filter((ticket) => !state || ticket.state === state)),
  };
}
