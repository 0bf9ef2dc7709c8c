import { z } from 'zod';
import { TICKET_PRIORITIES, TICKET_STATES, ticketName, type TicketRepository } from './ticket.js';
import { defineTool, type AnyTool } from '../tool.js';
import { requestDeployment } from './deployment-tool.js';
import { ITEM_WORDS, NUMBERS, PLURALS } from './equipment-words.js';
import { noSuchTicket, told, withdraw } from './ticket-answers.js';

const ticketNumber = z
  .union([z.number().int().positive(), z.string()])
  .transform((value) => Number(String(value).replace(/^T-?/i, '')))
  .pipe(z.number('Write the number of the ticket, for example T-12.').int().positive())
  .meta({
    title: 'Ticket',
    type: 'string',
    'x-pattern': '(?:\\bT-?|\\b\\p{L}*ticket(?: number| nummer| nr\\.?| no\\.?| n°)? #?|(?:^|\\s)#)(\\d+)\\b',
  });

const PRIORITY_HINTS = {
  title: 'Priority',
  'x-synonyms': ['priority', 'prio', 'priorität', 'priorité', 'prioridad', '優先度'],
  'x-words': {
    low: ['low priority', 'niedrig', 'niedrige priorität', 'basse', 'faible', 'baja', '低'],
    normal: ['normal priority', 'medium', 'mittel', 'normale', 'moyenne', 'media', '中'],
    high: [
      'high priority',
      'hoch',
      'hohe',
      'hohe priorität',
      'hoher priorität',
      'haute',
      'élevée',
      'alta',
      '高',
    ],
    urgent: [
      'critical',
      'asap',
      'dringend',
      'dringendes',
      'dringende',
      'urgente',
      'kritisch',
      'critique',
      '緊急',
    ],
  },
};
const priority = z.enum(TICKET_PRIORITIES).default('normal').meta(PRIORITY_HINTS);

const STATE_HINTS = {
  title: 'State',
  'x-synonyms': ['state', 'status', 'zustand', 'statut', 'estado'],
  'x-words': {
    open: [
      'reopen',
      'opened',
      'offen',
      'offene',
      'offenen',
      'wieder',
      'rouvre',
      'ouvert',
      'ouverts',
      'abiertos',
      '未完了',
    ],
    'in-progress': [
      'in progress',
      'in work',
      'started',
      'in arbeit',
      'in bearbeitung',
      'en cours',
      'en curso',
      '対応中',
    ],
    closed: [
      'done',
      'resolved',
      'finished',
      'erledigt',
      'geschlossen',
      'geschlossene',
      'geschlossenen',
      'fermés',
      'cerrados',
      '完了',
    ],
  },
};

/** The service desk: tickets and equipment requests, stored by Steward itself. */
export function ticketTools(tickets: (tenantId: string) => TicketRepository): AnyTool[] {
  return [
    createTicket(tickets),
    requestEquipment(tickets),
    requestDeployment(tickets),
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
      'send ticket',
      'create incident',
      'create problem',
      'report problem',
      'report incident',
      'create service request',
      'create support request',
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
        .meta({
          title: 'Description',
          'x-multiline': true,
          'x-long': 'rest',
          'x-synonyms': ['description', 'details', 'beschreibung', 'descripción'],
        }),
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
    undo: (_parameters, done, context) => withdraw(tickets, done, context),
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
      'create laptop',
      'create desktop',
      'create monitor',
      'create phone',
      'create headset',
      'create keyboard',
      'create mouse',
      'create dock',
      'create tablet',
      'create equipment',
    ],
    parameters: z.strictObject({
      item: z.enum(ITEMS, 'Choose what is needed.').meta({
        title: 'Item',
        'x-words': ITEM_WORDS,
      }),
      forWhom: z
        .string('Say for whom it is.')
        .trim()
        .min(2, 'Say for whom it is.')
        .max(120)
        .meta({ title: 'For', 'x-kind': 'person', 'x-self': true }),
      quantity: z
        .number('Write how many, a whole number.')
        .int('Write how many, a whole number.')
        .min(1, 'Write a number from 1 to 100.')
        .max(100, 'Write a number from 1 to 100.')
        .optional()
        .meta({
          title: 'Quantity',
          type: 'integer',
          'x-pattern': `(?<![\\d.,-])\\b(\\d{1,3}|${NUMBERS})\\s*(?:x\\s*)?(?:\\p{L}+ )?(?:${PLURALS})\\b`,
        }),
      size: z
        .string()
        .trim()
        .max(40)
        .optional()
        .meta({
          title: 'Size',
          examples: ['16 inch'],
          'x-synonyms': ['size', 'größe'],
          'x-units': ['inch', 'inches', 'zoll', '"', '″', '”', 'pulgadas', 'pouces', 'インチ'],
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
            'costcenter',
            'cc',
            'kostenstelle',
            'kst',
            'centro de costes',
            'centro de coste',
            'centre de coûts',
            'centre de coût',
            'コストセンター',
          ],
        }),
      neededBy: z.iso
        .date('Write a date.')
        .optional()
        .meta({
          title: 'Needed by',
          format: 'date',
          'x-future': true,
          'x-synonyms': ['by', 'until', 'needed by', 'bis'],
        }),
      costUsd: z
        .number('Write an amount in dollars, 0 to 1,000,000.')
        .min(0, 'Write an amount in dollars, 0 to 1,000,000.')
        .max(1_000_000, 'Write an amount in dollars, 0 to 1,000,000.')
        .optional()
        .meta({
          title: 'Cost in dollars',
          'x-pattern':
            "\\$\\s?(\\d{1,3}(?:[.,'’]\\d{3})+(?:[.,]\\d{1,2})?|\\d+(?:[.,]\\d+)?k?)(?![\\p{L}\\d])",
          'x-synonyms': [
            'cost',
            'costs',
            'price',
            'kosten',
            'kostet',
            'preis',
            'coûte',
            'prix',
            'cuesta',
            'precio',
          ],
          'x-units': ['us dollars', 'us-dollar', 'dollars', 'dollar', 'dólares', 'usd', '$'],
        }),
      reason: z
        .string()
        .trim()
        .max(500)
        .optional()
        .meta({
          title: 'Reason',
          'x-long': 'rest',
          'x-synonyms': ['because', 'reason', 'weil', 'grund', 'parce que', 'porque'],
        }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ item, quantity = 1, forWhom, size, costCentre }) =>
      `${quantity > 1 ? `${quantity} × ` : ''}${item.charAt(0).toUpperCase()}${item.slice(1)}${size ? ` (${size})` : ''} for ${forWhom}, cost centre ${costCentre}`,
    facts: ({ costUsd }) =>
      costUsd === undefined ? {} : { amountMicroUsd: Math.round(costUsd * 1_000_000) },
    async execute(parameters, { tenantId, idempotencyKey, requester, approvedBy, now }) {
      const { item, quantity, forWhom, size, costCentre, neededBy, costUsd, reason } = parameters;
      const details = JSON.parse(
        JSON.stringify({
          item,
          quantity,
          size,
          costCentre,
          neededBy,
          costUsd,
          approvedBy: approvedBy.map(({ name }) => name),
        }),
      );
      const ticket = await tickets(tenantId).create(idempotencyKey, {
        title: `${quantity ? `${quantity} × ` : ''}${item}${size ? ` ${size}` : ''} for ${forWhom}`,
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
    undo: (_parameters, done, context) => withdraw(tickets, done, context),
  });
}

function updateTicket(tickets: (tenantId: string) => TicketRepository): AnyTool {
  return defineTool({
    name: 'ticket.update',
    title: 'Change a ticket',
    description: 'Changes priority, state, title or assignee of a service desk ticket.',
    synonyms: ['update ticket', 'assign ticket', 'reopen ticket'],
    parameters: z.strictObject({
      ticket: ticketNumber,
      title: z
        .string()
        .trim()
        .min(3)
        .max(140)
        .optional()
        .meta({
          title: 'New title',
          'x-long': 'rest',
          // "change the title of ticket 1 to …"
          'x-pattern':
            '(?:title|titel|titre|título)\\s+(?:of|von|vom|des|du|de|del)\\s.*?\\d+\\s+(?:to|in|auf|en|à|a|por)\\s+["“„«]?(.+?)["”“»]?$',
          'x-synonyms': ['title', 'titel', 'titre', 'título'],
        }),
      priority: z.enum(TICKET_PRIORITIES).optional().meta(PRIORITY_HINTS),
      state: z.enum(TICKET_STATES).optional().meta(STATE_HINTS),
      assignee: z
        .string()
        .trim()
        .max(120)
        .optional()
        .meta({
          title: 'Assigned to',
          'x-kind': 'person',
          'x-synonyms': ['assignee', 'assign to', 'assigned to', 'zuweisen an'],
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
    synonyms: ['close ticket'],
    parameters: z.strictObject({
      ticket: ticketNumber,
      resolution: z
        .string()
        .trim()
        .max(1000)
        .default('Done.')
        .meta({
          title: 'Resolution',
          'x-long': 'rest',
          'x-kind': 'body',
          'x-synonyms': [
            ...['resolution', 'solution', 'because', 'resolved by', 'resolved with', 'fixed by', 'solved by'],
            ...[
              'lösung',
              'weil',
              'gelöst durch',
              'erledigt durch',
              'behoben durch',
              'résolution',
              'résolu par',
            ],
            ...['solución', 'resolución', 'porque', 'parce que', 'resuelto con'],
          ],
        }),
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
    synonyms: ['list tickets', 'create list tickets'],
    parameters: z.strictObject({
      state: z.enum(TICKET_STATES).optional().meta(STATE_HINTS),
      mine: z
        .boolean()
        .default(false)
        .meta({
          title: 'Only mine',
          'x-words': { true: ['my', 'mine', 'meine', 'mes', 'mis', 'do i have', 'habe ich', '自分', '私'] },
        }),
      text: z
        .string()
        .trim()
        .max(100)
        .optional()
        .meta({ title: 'Text', 'x-synonyms': ['about', 'mentioning', 'with', 'über', 'sobre'] }),
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
