import { z } from 'zod';
import {
  TICKET_PRIORITIES,
  TICKET_STATES,
  ticketName,
  type Ticket,
  type TicketRepository,
} from './ticket.js';
import { defineTool, type AnyTool, type ToolResult } from '../tool.js';

const ticketNumber = z
  .union([z.number().int().positive(), z.string()])
  .transform((value) => Number(String(value).replace(/^T-?/i, '')))
  .pipe(z.number('Write the number of the ticket, for example T-12.').int().positive())
  .meta({
    title: 'Ticket',
    type: 'string',
    'x-pattern': '\\bT-?(\\d+)\\b',
    'x-synonyms': ['ticket', 'number', 'nummer'],
  });

const priority = z
  .enum(TICKET_PRIORITIES)
  .default('normal')
  .meta({ title: 'Priority', 'x-synonyms': ['priority', 'priorität'] });

/** The service desk: tickets and equipment requests, stored by Steward itself. */
export function ticketTools(tickets: (tenantId: string) => TicketRepository): AnyTool[] {
  return [
    createTicket(tickets),
    requestEquipment(tickets),
    updateTicket(tickets),
    closeTicket(tickets),
    listTickets(tickets),
  ];
}

function createTicket(tickets: (tenantId: string) => TicketRepository): AnyTool {
  return defineTool({
    name: 'ticket.create',
    title: 'Create a ticket',
    description: 'Opens a service desk ticket for a fault, a question or a piece of work.',
    synonyms: [
      'create ticket',
      'create incident',
      'report problem',
      'report fault',
      'create service request',
      'log issue',
      'ticket erstellen',
      'störung melden',
      'problem melden',
    ],
    parameters: z.strictObject({
      title: z
        .string()
        .trim()
        .min(3, 'Say in a few words what it is about.')
        .max(140)
        .meta({ title: 'Title', 'x-kind': 'main' }),
      description: z
        .string()
        .trim()
        .max(4000)
        .default('')
        .meta({ title: 'Description', 'x-synonyms': ['description', 'beschreibung'] }),
      forWhom: z.string().trim().max(120).optional().meta({ title: 'For', 'x-kind': 'person' }),
      priority,
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ title, forWhom, priority }) =>
      `Ticket "${title}"${forWhom ? ` for ${forWhom}` : ''}, priority ${priority}`,
    async execute({ title, description, forWhom, priority }, { tenantId, idempotencyKey, requester, now }) {
      const ticket = await tickets(tenantId).create(idempotencyKey, {
        title,
        description,
        forWhom,
        priority,
        kind: 'incident',
        requester,
        details: {},
        createdAt: now,
      });
      return told(ticket, `Ticket ${ticketName(ticket)} is open: ${ticket.title}`);
    },
    undo: async (_parameters, { data }, { tenantId, idempotencyKey, requester, now }) => {
      const number = Number(data?.number);
      const change = { state: 'closed' as const, resolution: 'Withdrawn.' };
      const ticket = await tickets(tenantId).change(idempotencyKey, number, change, requester.name, now);
      return ticket ? told(ticket, `Ticket ${ticketName(ticket)} was withdrawn.`) : noSuchTicket(number);
    },
  });
}

const ITEMS = [
  'laptop',
  'desktop',
  'monitor',
  'phone',
  'headset',
  'keyboard',
  'mouse',
  'docking station',
  'tablet',
  'other',
] as const;

function requestEquipment(tickets: (tenantId: string) => TicketRepository): AnyTool {
  return defineTool({
    name: 'equipment.request',
    title: 'Request equipment',
    description: 'Requests a laptop, phone or other equipment for a person, charged to a cost centre.',
    synonyms: [
      ...ITEMS.filter((item) => item !== 'other').map((item) => `create ${item}`),
      'create equipment',
      'create notebook',
      'equipment erstellen',
      'arbeitsmittel erstellen',
      'handy erstellen',
      'bildschirm erstellen',
      'portátil solicitar',
      'ordinateur portable demander',
    ],
    parameters: z.strictObject({
      item: z.enum(ITEMS, 'Choose what is needed.').meta({
        title: 'Item',
        'x-words': {
          laptop: ['notebook', 'portátil', 'ordinateur portable'],
          phone: ['handy', 'mobile', 'smartphone'],
          monitor: ['bildschirm', 'screen'],
        },
      }),
      forWhom: z
        .string('Say for whom it is.')
        .trim()
        .min(2, 'Say for whom it is.')
        .max(120)
        .meta({ title: 'For', 'x-kind': 'person' }),
      size: z
        .string()
        .trim()
        .max(40)
        .optional()
        .meta({
          title: 'Size',
          examples: ['16 inch'],
          'x-synonyms': ['size', 'größe'],
          'x-units': ['inch', 'inches', 'in', 'zoll', '"', '″', 'pulgadas', 'pouces'],
        }),
      costCentre: z
        .string('Write the cost centre, a number of 3 to 10 digits.')
        .trim()
        .regex(/^\d{3,10}$/, 'Write the cost centre, a number of 3 to 10 digits.')
        .meta({
          title: 'Cost centre',
          examples: ['4711'],
          'x-synonyms': [
            'cost centre',
            'cost center',
            'costcentre',
            'kostenstelle',
            'centro de coste',
            'centre de coûts',
          ],
        }),
      neededBy: z.iso
        .date('Write a date.')
        .optional()
        .meta({ title: 'Needed by', format: 'date', 'x-synonyms': ['by', 'until', 'needed by', 'bis'] }),
      costUsd: z
        .number()
        .min(0)
        .max(1_000_000)
        .optional()
        .meta({
          title: 'Cost in dollars',
          'x-synonyms': ['cost', 'price', 'kosten'],
          'x-units': ['dollars', 'dollar', 'usd'],
        }),
      reason: z
        .string()
        .trim()
        .max(500)
        .optional()
        .meta({ title: 'Reason', 'x-synonyms': ['because', 'reason', 'weil'] }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ item, forWhom, size, costCentre }) =>
      `${item.charAt(0).toUpperCase()}${item.slice(1)}${size ? ` (${size})` : ''} for ${forWhom}, cost centre ${costCentre}`,
    facts: ({ costUsd }) =>
      costUsd === undefined ? {} : { amountMicroUsd: Math.round(costUsd * 1_000_000) },
    async execute(parameters, { tenantId, idempotencyKey, requester, approvedBy, now }) {
      const { item, forWhom, size, costCentre, neededBy, costUsd, reason } = parameters;
      const details = JSON.parse(
        JSON.stringify({
          item,
          size,
          costCentre,
          neededBy,
          costUsd,
          approvedBy: approvedBy.map(({ name }) => name),
        }),
      );
      const ticket = await tickets(tenantId).create(idempotencyKey, {
        title: `${item}${size ? ` ${size}` : ''} for ${forWhom}`,
        description: reason ?? '',
        forWhom,
        priority: 'normal',
        kind: 'equipment',
        requester,
        details,
        createdAt: now,
      });
      return told(
        ticket,
        `Ticket ${ticketName(ticket)} orders it: ${ticket.title}, cost centre ${costCentre}`,
      );
    },
    undo: async (_parameters, { data }, { tenantId, idempotencyKey, requester, now }) => {
      const number = Number(data?.number);
      const change = { state: 'closed' as const, resolution: 'Withdrawn.' };
      const ticket = await tickets(tenantId).change(idempotencyKey, number, change, requester.name, now);
      return ticket ? told(ticket, `Ticket ${ticketName(ticket)} was withdrawn.`) : noSuchTicket(number);
    },
  });
}

function updateTicket(tickets: (tenantId: string) => TicketRepository): AnyTool {
  return defineTool({
    name: 'ticket.update',
    title: 'Change a ticket',
    description: 'Changes priority, state, title or assignee of a service desk ticket.',
    synonyms: ['update ticket', 'change ticket', 'assign ticket', 'ticket ändern', 'ticket zuweisen'],
    parameters: z.strictObject({
      ticket: ticketNumber,
      title: z
        .string()
        .trim()
        .min(3)
        .max(140)
        .optional()
        .meta({ title: 'New title', 'x-synonyms': ['title', 'titel'] }),
      priority: z
        .enum(TICKET_PRIORITIES)
        .optional()
        .meta({ title: 'Priority', 'x-synonyms': ['priority', 'priorität'] }),
      state: z
        .enum(TICKET_STATES)
        .optional()
        .meta({ title: 'State', 'x-synonyms': ['state', 'status'] }),
      assignee: z
        .string()
        .trim()
        .max(120)
        .optional()
        .meta({
          title: 'Assigned to',
          'x-kind': 'person',
          'x-synonyms': ['assign to', 'assigned to', 'zuweisen an'],
        }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ ticket, ...change }) =>
      `Change ticket T-${ticket}: ${
        Object.entries(change)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ') || 'nothing'
      }`,
    async execute({ ticket: number, ...change }, { tenantId, idempotencyKey, requester, now }) {
      if (Object.keys(change).length === 0) return { ok: false, reason: 'Say what is to change.' };
      const ticket = await tickets(tenantId).change(idempotencyKey, number, change, requester.name, now);
      return ticket ? told(ticket, `Ticket ${ticketName(ticket)} was changed.`) : noSuchTicket(number);
    },
  });
}

function closeTicket(tickets: (tenantId: string) => TicketRepository): AnyTool {
  return defineTool({
    name: 'ticket.close',
    title: 'Close a ticket',
    description: 'Closes a service desk ticket with a resolution.',
    synonyms: ['close ticket', 'ticket schließen'],
    parameters: z.strictObject({
      ticket: ticketNumber,
      resolution: z
        .string()
        .trim()
        .max(1000)
        .default('Done.')
        .meta({ title: 'Resolution', 'x-synonyms': ['resolution', 'because', 'lösung'] }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ ticket, resolution }) => `Close ticket T-${ticket}: ${resolution}`,
    async execute({ ticket: number, resolution }, { tenantId, idempotencyKey, requester, now }) {
      const change = { state: 'closed' as const, resolution };
      const ticket = await tickets(tenantId).change(idempotencyKey, number, change, requester.name, now);
      return ticket ? told(ticket, `Ticket ${ticketName(ticket)} is closed.`) : noSuchTicket(number);
    },
    undo: async ({ ticket: number }, _done, { tenantId, idempotencyKey, requester, now }) => {
      const ticket = await tickets(tenantId).change(
        idempotencyKey,
        number,
        { state: 'open' },
        requester.name,
        now,
      );
      return ticket ? told(ticket, `Ticket ${ticketName(ticket)} is open again.`) : noSuchTicket(number);
    },
  });
}

function listTickets(tickets: (tenantId: string) => TicketRepository): AnyTool {
  return defineTool({
    name: 'ticket.list',
    title: 'List tickets',
    description: 'Lists service desk tickets, by state or text.',
    synonyms: [
      'list tickets',
      'list my tickets',
      'list open tickets',
      'tickets auflisten',
      'meine tickets auflisten',
    ],
    parameters: z.strictObject({
      state: z
        .enum(TICKET_STATES)
        .optional()
        .meta({ title: 'State', 'x-synonyms': ['state', 'status'] }),
      mine: z
        .boolean()
        .default(false)
        .meta({ title: 'Only mine', 'x-words': { true: ['my', 'mine', 'meine'] } }),
      text: z
        .string()
        .trim()
        .max(100)
        .optional()
        .meta({ title: 'Text', 'x-synonyms': ['about', 'with', 'über'] }),
    }),
    risk: 'read',
    idempotent: true,
    summarise: ({ state }) => `List ${state ?? 'all'} tickets`,
    async execute({ state, mine, text }, { tenantId, requester }) {
      const found = await tickets(tenantId).list({
        state,
        text,
        requesterId: mine ? requester.id : undefined,
      });
      const lines = found.map(
        (ticket) => `- **${ticketName(ticket)}** ${ticket.title} (${ticket.state}, ${ticket.priority})`,
      );
      const summary = found.length === 0 ? 'There are no such tickets.' : lines.join('\n');
      return { ok: true, summary, data: { numbers: found.map(({ number }) => number) } };
    },
  });
}

const told = (ticket: Ticket, summary: string): ToolResult => ({
  ok: true,
  summary,
  data: { ticketId: ticket.id, number: ticket.number },
});

const noSuchTicket = (number: number): ToolResult => ({
  ok: false,
  reason: `There is no ticket T-${number}.`,
});
