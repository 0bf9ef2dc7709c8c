import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  approvalWorld,
  anyApprover,
  personOf,
  type ApprovalWorld,
} from '../../tests/fakes/approval-world.js';
import { fakeTurn, type FakeTurn, type TurnOptions } from '../../tests/fakes/fake-turn.js';
import { memoryExecutions, memoryTickets } from '../../tests/fakes/memory-tools.js';
import { officeTools } from '../../core/agents/tools/built-in/office-tools.js';
import { ticketTools } from '../../core/agents/tools/built-in/ticket-tools.js';
import type { Ticket } from '../../core/agents/tools/built-in/ticket.js';
import { createRegistry, type ToolRegistry } from '../../core/agents/tools/registry.js';
import { createToolDesk } from '../../core/agents/tools/tool-desk.js';
import { createApprovalService, type ApprovalService } from '../../core/approvals/service.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Role } from '../../core/kernel/person.js';
import { createApprovalCards } from '../cards/approval-cards.js';
import { createTexts } from '../texts.js';
import { wishContent } from './no-tool.js';
import { requestDialog } from './request-dialog.js';

const texts = createTexts();
let world: ApprovalWorld;
let service: ApprovalService;
let tickets: Ticket[];
let registry: ToolRegistry;
let dialog: ReturnType<typeof requestDialog>;

beforeEach(() => {
  world = approvalWorld([personOf('mia'), personOf('ada', ['approver'])]);
  tickets = [];
  registry = createRegistry(ticketTools(() => memoryTickets(tickets)));
  const { clock, logger, metrics } = world.context;
  world.context.tools = createToolDesk(registry, {
    executions: memoryExecutions(),
    clock,
    logger,
    metrics,
    timeoutMs: 1_000,
  });
  world.context.cards = createApprovalCards(texts);
  world.policy.decide = ({ tool, approved }) => {
    const base = { ruleId: 'r', version: 'v1', risk: tool.risk, reason: 'It writes.' };
    return Promise.resolve(
      tool.risk === 'read' || approved
        ? { ...base, effect: 'allow' }
        : { ...base, effect: 'needs-approval', rule: anyApprover },
    );
  };
  service = createApprovalService(world.context);
  dialog = requestDialog({
    registry,
    tools: world.context.tools,
    policy: world.context.policy,
    approvals: service,
    clock,
    texts,
  });
});

async function turnOf(who: string, options: TurnOptions): Promise<FakeTurn & { handled: boolean }> {
  const turn = fakeTurn(world.people.get(who) ?? personOf(who), options);
  return Object.assign(turn, { handled: await dialog(turn) });
}
const pending = () => [...world.store.records.values()];
const formData = (turn: FakeTurn): { reference: JsonObject; values: JsonObject; errors?: JsonObject } => {
  const content =
    turn.replies[0] ?? (turn.responses[0]?.kind === 'card' ? turn.responses[0].content : undefined);
  expect(content?.card?.template).toBe('form');
  return content?.card?.data as never;
};

describe('asking for something in words', () => {
  it('asks the approvers at once when everything was said', async () => {
    await turnOf('mia', { text: 'please raise a laptop request for Priya, 16 inch, cost centre 4711' });
    expect(pending()).toMatchObject([
      {
        tool: { name: 'equipment.request' },
        parameters: { item: 'laptop', forWhom: 'Priya', size: '16 inch', costCentre: '4711' },
        summary: 'Laptop (16 inch) for Priya, cost centre 4711',
        state: 'pending',
      },
    ]);
    const [approval] = pending();
    const person = { id: 'ada', name: 'Ada', active: true };
    await service.decide({
      tenantId: 't1',
      approvalId: approval?.id ?? '',
      person,
      token: service.tokenFor(approval as never),
      verdict: 'approve',
    });
    await world.settle();
    expect(tickets).toMatchObject([
      { number: 1, title: 'laptop 16 inch for Priya', details: { costCentre: '4711', approvedBy: ['Ada'] } },
    ]);
    expect(pending()[0]?.execution?.outcome).toMatchObject({
      kind: 'done',
      summary: expect.stringContaining('T-1'),
    });
  });

  it('asks with a form for what is missing, filled with what was said', async () => {
    const first = await turnOf('mia', { text: 'please raise a laptop request for Priya' });
    const { reference, values } = formData(first);
    expect(values).toEqual({ item: 'laptop', forWhom: 'Priya' });
    expect(pending()).toEqual([]);
    const inputs = {
      ...reference,
      item: 'laptop',
      forWhom: 'Priya',
      costCentre: '47',
      size: '',
      neededBy: '',
    };
    const wrong = await turnOf('mia', { click: { verb: 'form.submit', data: inputs } });
    expect(formData(wrong).errors).toEqual({
      costCentre: 'Write the cost centre, a number of 3 to 10 digits.',
    });
    const right = { ...inputs, costCentre: '4711' };
    const sent = await turnOf('mia', { click: { verb: 'form.submit', data: right } });
    expect(sent.responses).toMatchObject([
      { kind: 'card', content: { text: expect.stringContaining('I have asked Ada') } },
    ]);
    await turnOf('mia', { click: { verb: 'form.submit', data: right } });
    expect(pending()).toHaveLength(1);
  });

  it('refuses a day that is over at its field, in the reader’s language, from a sentence and from a form', async () => {
    const said = await turnOf('mia', {
      text: 'please raise a laptop request for Priya, cost centre 4711, needed by 2026-11-17',
      locale: 'de',
    });
    const { reference, values, errors } = formData(said);
    const german = 'Dieser Tag ist vorbei. Wählen Sie heute oder einen späteren.';
    expect(errors).toEqual({ neededBy: german });
    const send = (neededBy: string): Promise<FakeTurn> =>
      turnOf('mia', {
        click: { verb: 'form.submit', data: { ...reference, ...values, neededBy } },
        locale: 'de',
      });
    const [again] = (await send('2026-11-17')).responses;
    expect(again).toMatchObject({ errors: { neededBy: german } });
    expect(pending()).toEqual([]);
    await send('2026-11-18');
    expect(pending()).toMatchObject([{ parameters: { neededBy: '2026-11-18' } }]);
  });

  it('shows which day is over also where something is missing', async () => {
    const said = await turnOf('mia', { text: 'I need a laptop for Priya, needed by 2026-11-17' });
    expect(formData(said).errors).toEqual({ neededBy: 'That day is over. Choose today or a later one.' });
  });

  it('lets an approver change something else when the day passed while the request waited', async () => {
    await turnOf('mia', {
      text: 'please raise a laptop request for Priya, cost centre 4711, needed by 2026-11-18',
    });
    const [approval] = pending();
    world.clock.set('2026-11-19T08:00:00Z');
    const edit = (parameters: JsonObject): ReturnType<ApprovalService['edit']> =>
      service.edit({
        tenantId: 't1',
        approvalId: approval?.id ?? '',
        person: { id: 'ada', name: 'Ada', active: true },
        token: service.tokenFor(pending()[0] as never),
        parameters,
      });
    expect(await edit({ neededBy: '2026-11-17' })).toMatchObject({
      refusal: 'invalid',
      errors: { neededBy: 'That day is over. Choose today or a later one.' },
    });
    expect(await edit({ size: '14 inch' })).toMatchObject({ ok: true });
  });

  it('does not let somebody reach another person’s request by its form id', async () => {
    const { reference } = formData(await turnOf('mia', { text: 'I need a laptop' }));
    const data = { ...reference, item: 'laptop', forWhom: 'Mia', costCentre: '4711' };
    await turnOf('mia', { click: { verb: 'form.submit', data } });
    await turnOf('ada', { click: { verb: 'form.submit', data: { ...data, forWhom: 'Ada' } } });
    expect(pending().map(({ requester }) => requester.id)).toEqual(['mia']);
  });

  it('reads without asking anybody', async () => {
    const turn = await turnOf('mia', { text: 'list open tickets' });
    expect(turn.replies[0]?.text).toBe('There are no such tickets.');
    expect(pending()).toEqual([]);
  });

  it('says so when the same request waits already', async () => {
    await turnOf('mia', { text: 'please raise a laptop request for Priya, 16 inch, cost centre 4711' });
    const again = await turnOf('mia', {
      text: 'please raise a laptop request for Priya, 16 inch, cost centre 4711',
    });
    expect(again.replies[0]?.text).toContain('already waits');
    expect(pending()).toHaveLength(1);
  });

  it('opens nothing new when the same turn is repeated after a crash', async () => {
    const text = 'please open a ticket: the printer is broken';
    await turnOf('mia', { text, id: 'turn-x' });
    await turnOf('mia', { text, id: 'turn-x' });
    expect(pending()).toHaveLength(1);
  });

  it('says why the policy does not allow it', async () => {
    world.policy.decide = ({ tool }) =>
      Promise.resolve({
        effect: 'deny',
        ruleId: 'no',
        reason: 'Not on Sundays.',
        version: 'v',
        risk: tool.risk,
      });
    const turn = await turnOf('mia', { text: 'please open a ticket: the printer is broken' });
    expect(turn.replies[0]?.text).toContain('Not on Sundays.');
    expect(turn.audits).toMatchObject([{ action: 'tool-call', after: { outcome: 'denied' } }]);
  });

  it('understands /request and says what it can do when it does not', async () => {
    await turnOf('mia', { text: '/request laptop for Priya, cost centre 4711' });
    expect(pending()).toHaveLength(1);
    expect((await turnOf('mia', { text: '/request a pony' })).replies[0]?.text).toContain('Create a ticket');
  });

  it('opens a ticket’s form with the words of a wish that nothing fits', async () => {
    const offered = (await turnOf('mia', { text: '/request ein Pony', locale: 'de' })).replies[0];
    expect(offered?.text).toContain('Das kann ich nicht selbst');
    expect(offered?.card?.data).toMatchObject({ reference: { text: 'ein Pony' } });
    const data = { text: 'Please water the plants' };
    const { reference, values } = formData(await turnOf('mia', { click: { verb: 'ticket.draft', data } }));
    expect({ reference, values }).toMatchObject({
      reference: { tool: 'ticket.create' },
      values: { title: 'Please water the plants' },
    });
    expect(pending()).toEqual([]);
  });

  it('answers no question and no guest as a wish', () => {
    const answer = { id: 'a1', nearest: [] };
    const content = (text: string, roles: Role[]): unknown => {
      const turn = fakeTurn(personOf('mia', roles), { text });
      return wishContent({ registry, texts }, turn, answer);
    };
    expect(content('Please water the plants', ['viewer'])).toBeDefined();
    expect(content('Who waters the plants?', ['viewer'])).toBeUndefined();
    expect(content('Please water the plants', [])).toBeUndefined();
  });

  it('leaves questions and forms of others alone', async () => {
    expect((await turnOf('mia', { text: 'How do I request a laptop?' })).handled).toBe(false);
    expect((await turnOf('mia', { click: { verb: 'form.submit', data: { other: 1 } } })).handled).toBe(false);
  });
});

describe('a message that should become a knowledge article', () => {
  it('opens a form with the text and its first line as title, and drafts nothing yet', async () => {
    const drafts: string[] = [];
    const { clock } = world.context;
    const nothing = (): never => {
      throw new Error('this tool is not used here');
    };
    const office = createRegistry(
      officeTools({
        reminders: nothing,
        drafts: () => ({
          create: async ({ id }) => void drafts.push(id),
          remove: async () => false,
          list: async () => [],
        }),
        announcements: nothing,
        findChannel: nothing,
      }),
    );
    const turn = fakeTurn(personOf('mia'), {
      click: {
        verb: 'article.draft',
        data: { text: 'How to reset the badge reader\nHold the key for ten seconds.' },
      },
    });
    const deps = {
      tools: world.context.tools,
      policy: world.context.policy,
      approvals: service,
      clock,
      texts,
    };
    expect(await requestDialog({ ...deps, registry: office })(turn)).toBe(true);
    expect(formData(turn).values).toEqual({
      title: 'How to reset the badge reader',
      markdown: 'How to reset the badge reader\nHold the key for ten seconds.',
    });
    expect(drafts).toEqual([]);
  });
});
