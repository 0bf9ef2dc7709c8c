import { beforeEach, describe, expect, it } from '@jest/globals';
import { chatOf } from '../../../../tests/fakes/approval-world.js';
import { memoryExecutions, memoryTickets } from '../../../../tests/fakes/memory-tools.js';
import { testClock } from '../../../../tests/fakes/test-clock.js';
import type { ToolDesk, ToolRun } from '../../../approvals/tool-desk.js';
import type { JsonObject } from '../../../kernel/json.js';
import { silentLogger } from '../../../kernel/logger.js';
import { noMetrics } from '../../../kernel/telemetry.js';
import { coerceInputs, emptiedInputs } from '../coerce-inputs.js';
import { createRegistry } from '../registry.js';
import { createToolDesk } from '../tool-desk.js';
import { officeTools, type ArticleDraft, type Reminder } from './office-tools.js';
import type { Ticket } from './ticket.js';
import { ticketTools } from './ticket-tools.js';

let desk: ToolDesk;
let tickets: Ticket[];
let reminders: Reminder[];
let drafts: ArticleDraft[];

beforeEach(() => {
  tickets = [];
  reminders = [];
  drafts = [];
  const cut = (list: { id: string }[], id: string): boolean => {
    const at = list.findIndex((each) => each.id === id);
    if (at >= 0) list.splice(at, 1);
    return at >= 0;
  };
  const keys = new Map<string, number>();
  const registry = createRegistry([
    ...ticketTools(() => memoryTickets(tickets, keys)),
    ...officeTools({
      reminders: () => ({
        create: (reminder) => Promise.resolve(void reminders.push(reminder)),
        cancel: (id) => Promise.resolve(cut(reminders, id)),
      }),
      drafts: () => ({
        create: (draft) => Promise.resolve(void drafts.push(draft)),
        remove: (id) => Promise.resolve(cut(drafts, id)),
      }),
      announcements: () => ({ create: () => Promise.resolve() }),
      findChannel: (_tenant, name) =>
        Promise.resolve(
          name === 'general' ? { kind: 'one', conversation: chatOf('general') } : { kind: 'none' },
        ),
    }),
  ]);
  const shared = { clock: testClock(), logger: silentLogger, metrics: noMetrics };
  desk = createToolDesk(registry, { executions: memoryExecutions(), timeoutMs: 1_000, ...shared });
});

function runOf(tool: string, parameters: JsonObject, key = `${tool}-1`): ToolRun {
  const checked = desk.check(tool, parameters);
  if (!checked.ok) throw new Error(JSON.stringify(checked));
  const requester = { id: 'mia', name: 'Mia' };
  return {
    key,
    tenantId: 't1',
    tool,
    parameters: checked.call.parameters,
    requester,
    origin: chatOf('mia'),
    correlationId: 'c',
    approvedBy: [],
  };
}

describe('the service desk', () => {
  it('opens, changes, closes and opens again, and withdraws', async () => {
    const opening = runOf('ticket.create', { title: '  Printer is broken ' });
    expect((await desk.run(opening)).outcome).toMatchObject({
      summary: 'Ticket T-1 is open: Printer is broken',
    });
    await desk.run(runOf('ticket.update', { ticket: 'T-1', priority: 'high', assignee: 'Tom' }));
    expect(tickets[0]).toMatchObject({ priority: 'high', assignee: 'Tom' });
    const closing = runOf('ticket.close', { ticket: 't-1', resolution: 'New toner' });
    await desk.run(closing);
    expect(tickets[0]).toMatchObject({ state: 'closed', resolution: 'New toner' });
    await desk.undo(closing);
    expect(tickets[0]).toMatchObject({ state: 'open' });
    await desk.undo(opening);
    expect(tickets[0]).toMatchObject({ state: 'closed', resolution: 'Withdrawn.' });
  });

  it('uses a key once, and not for other values', async () => {
    const opening = runOf('ticket.create', { title: 'Printer' }, 'key');
    await Promise.all([desk.run(opening), desk.run(opening)]);
    expect(tickets).toHaveLength(1);
    const other = runOf('ticket.create', { title: 'Scanner' }, 'key');
    expect((await desk.run(other)).outcome).toMatchObject({ kind: 'failed' });
    expect(tickets).toHaveLength(1);
  });

  it('says what to change in the parameters, and tells what it costs', () => {
    expect(desk.check('equipment.request', { item: 'yacht', costCentre: 'x', colour: 'red' })).toMatchObject({
      ok: false,
      errors: {
        item: 'Choose what is needed.',
        forWhom: 'Say for whom it is.',
        costCentre: expect.stringContaining('3 to 10'),
      },
    });
    const checked = desk.check('equipment.request', {
      item: 'laptop',
      forWhom: 'Lee',
      costCentre: '4711',
      costUsd: 1999.99,
    });
    expect(checked).toMatchObject({ ok: true, call: { facts: { amountMicroUsd: 1_999_990_000 } } });
    expect(desk.check('ticket.delete', {})).toEqual({ ok: false, unknownTool: true });
    expect(desk.check('__proto__', {})).toEqual({ ok: false, unknownTool: true });
  });

  it('fails plainly for a ticket that is not there', async () => {
    expect((await desk.run(runOf('ticket.close', { ticket: 9 }))).outcome).toMatchObject({
      reason: 'There is no ticket T-9.',
    });
  });
});

describe('office tools', () => {
  it('set a reminder for later, and take it back', async () => {
    const setting = runOf('reminder.create', { text: 'call Bob', at: '2026-11-18T12:00:00Z' });
    await desk.run(setting);
    expect(reminders).toMatchObject([
      { text: 'call Bob', dueAt: new Date('2026-11-18T12:00:00Z'), personId: 'mia' },
    ]);
    expect((await desk.undo(setting)).outcome).toMatchObject({ kind: 'done' });
    expect(reminders).toEqual([]);
    const past = runOf('reminder.create', { text: 'call Bob', at: '2026-11-18T09:00:00Z' }, 'past');
    expect((await desk.run(past)).outcome).toMatchObject({ reason: 'That time is already over.' });
  });

  it('announce where they can, in the name of the person', async () => {
    const { messages } = await desk.run(
      runOf('announcement.post', { text: 'Cake at four', channel: 'general' }),
    );
    expect(messages).toMatchObject([
      { conversation: chatOf('general'), content: { text: '**Mia:** Cake at four' } },
    ]);
    const unknown = await desk.run(
      runOf('announcement.post', { text: 'Cake at four', channel: 'moon' }, 'k2'),
    );
    expect(unknown.outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('moon') });
    expect(unknown.messages).toEqual([]);
  });

  it('keep a draft until somebody removes it', async () => {
    const drafting = runOf('article.draft', { title: 'Parking', markdown: 'Park behind the house.' });
    await desk.run(drafting);
    expect(drafts).toMatchObject([{ title: 'Parking', authorId: 'mia' }]);
    await desk.undo(drafting);
    expect(drafts).toEqual([]);
  });
});

describe('inputs of a card', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      name: { type: 'string' },
      count: { type: 'integer' },
      urgent: { type: 'boolean' },
      tags: { type: 'array' },
      more: { type: 'object' },
    },
  };

  it('become values of the types that the schema names', () => {
    const inputs = {
      name: ' Lee ',
      count: '3',
      urgent: 'true',
      tags: 'a, b',
      more: '{"x":1}',
      other: 'dropped',
      approvalId: 'x',
    };
    expect(coerceInputs(schema, inputs)).toEqual({
      name: 'Lee',
      count: 3,
      urgent: true,
      tags: ['a', 'b'],
      more: { x: 1 },
    });
  });

  it('are left out when empty, and kept as they are when they do not fit', () => {
    expect(coerceInputs(schema, { name: '', count: 'many', urgent: 'perhaps', more: '{' })).toEqual({
      count: 'many',
      urgent: 'perhaps',
      more: '{',
    });
    expect(emptiedInputs(schema, { name: ' ', count: '3', other: '' })).toEqual(['name']);
  });
});
