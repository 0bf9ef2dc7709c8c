import { z } from 'zod';
import { defineTool, type AnyTool } from '../tool.js';
import { ticketName, type TicketRepository } from './ticket.js';
import { told, withdraw } from './ticket-answers.js';

/** "Deployment of the billing service on …": the name between what is asked for and when. */
const SERVICE =
  '(?:deploy(?:en?|ment)?|rollout|bereitstellung|d[ée]ploi(?:e[rz]?|ement)|desplieg(?:ue|a))s?(?: (?:of|for|von|vom|des|der|de|du|del|für))?(?: (?:the|our|la|le|el|den|dem|der|das))? ' +
  '([\\p{L}\\p{N}][\\p{L}\\p{N}_.-]*(?: [\\p{L}\\p{N}_.-]+){0,3}?)(?:[ -](?:service|dienst)s?)?' +
  '(?= (?:on|for|am|zum|le|el|next|by|please|bitte)\\b|[,;:]|\\.?$)';

/** A change ticket. What changes production is decided by the change advisory board: the shipped policy knows `deployment.*`. */
export function requestDeployment(tickets: (tenantId: string) => TicketRepository): AnyTool {
  return defineTool({
    name: 'deployment.request',
    title: 'Request a deployment',
    description:
      'Requests a change to production; the change advisory board decides, and a change ticket is opened.',
    synonyms: [
      'deploy',
      'schedule deployment',
      'create deployment',
      'create deployment request',
      'create deployment service',
      'create deployment service request',
    ],
    parameters: z.strictObject({
      service: z
        .string('Say which service is to change.')
        .trim()
        .min(2, 'Say which service is to change.')
        .max(140)
        .meta({ title: 'Service', 'x-kind': 'main', 'x-pattern': SERVICE }),
      plannedFor: z.iso.date('Write a date.').meta({
        title: 'Planned for',
        format: 'date',
        'x-future': true,
        'x-synonyms': ['on', 'planned for', 'am', 'le', 'el'],
      }),
      backOut: z
        .string()
        .trim()
        .max(1000)
        .optional()
        .meta({
          title: 'How it is taken back',
          'x-multiline': true,
          'x-long': 'rest',
          'x-synonyms': ['back-out', 'rollback', 'rückweg'],
        }),
    }),
    risk: 'write',
    idempotent: true,
    summarise: ({ service, plannedFor }) => `Deployment of ${service} on ${plannedFor}`,
    async execute({ service, plannedFor, backOut }, context) {
      const { tenantId, idempotencyKey, requester, approvedBy, now } = context;
      const ticket = await tickets(tenantId).create(idempotencyKey, {
        title: `Deployment of ${service} on ${plannedFor}`,
        description: backOut ?? '',
        priority: 'normal',
        kind: 'change',
        requester,
        details: { service, plannedFor, approvedBy: approvedBy.map(({ name }) => name) },
        createdAt: now,
      });
      return told(ticket, `Change ${ticketName(ticket)} is agreed: ${ticket.title}`);
    },
    undo: (_parameters, done, context) => withdraw(tickets, done, context),
  });
}
