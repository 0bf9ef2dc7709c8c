import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  approvalWorld,
  anyApprover,
  personOf,
  type ApprovalWorld,
} from '../../tests/fakes/approval-world.js';
import { fakeTurn, type FakeTurn, type TurnOptions } from '../../tests/fakes/fake-turn.js';
import type { Approval } from '../../core/approvals/approval.js';
import { createApprovalService, type ApprovalService } from '../../core/approvals/service.js';
import type { JsonObject } from '../../core/kernel/json.js';
import { callTool } from '../../core/agents/tools/call-tool.js';
import { createApprovalCards } from '../cards/approval-cards.js';
import { createTexts } from '../texts.js';
import { handleApprovalAction } from './approval-actions.js';

const texts = createTexts();
let world: ApprovalWorld;
let service: ApprovalService;
let id: string;

beforeEach(async () => {
  world = approvalWorld([
    personOf('mia'),
    personOf('ada', ['approver']),
    personOf('bob', ['approver']),
    personOf('tom'),
    personOf('zoe', ['admin']),
  ]);
  const check = world.context.tools.check;
  world.context.tools.check = (tool, parameters) => {
    const checked = check(tool, parameters);
    const schema: JsonObject = {
      type: 'object',
      properties: { title: { type: 'string', title: 'Title' }, urgent: { type: 'boolean', title: 'Urgent' } },
      required: ['title'],
    };
    return checked.ok ? { ok: true, call: { ...checked.call, schema } } : checked;
  };
  world.context.cards = createApprovalCards(texts);
  service = createApprovalService(world.context);
  const answer = await callTool(
    { ...world.context, approvals: service },
    {
      key: 'k1',
      tool: 'ticket.create',
      parameters: { title: 'Laptop' },
      person: personOf('mia'),
      origin: personOf('mia').conversations[0] as never,
      locale: 'en',
      correlationId: 'c1',
    },
  );
  if (answer.kind !== 'waiting') throw new Error(answer.kind);
  id = answer.approval.id;
});

const approval = (): Approval => world.store.records.get(id) as Approval;
const token = (): string => service.tokenFor(approval());

async function click(
  who: string,
  verb: string,
  data: JsonObject = {},
  more: TurnOptions = {},
): Promise<FakeTurn> {
  const person = world.people.get(who) ?? personOf(who);
  const turn = fakeTurn(person, {
    click: { verb, data: { approvalId: id, token: token(), ...data } },
    ...more,
  });
  expect(
    await handleApprovalAction(turn, {
      approvals: service,
      directory: world.context.directory,
      texts,
      clock: world.clock,
    }),
  ).toBe(true);
  await world.settle();
  return turn;
}
function cardOf(turn: FakeTurn): { template: string | undefined; text: string } {
  const [response] = turn.responses;
  return response?.kind === 'card'
    ? { template: response.content.card?.template, text: response.content.text }
    : { template: undefined, text: response?.kind === 'message' ? response.text : '' };
}

describe('a click on an approval card', () => {
  it('approves and shows the decided card at once; the result follows on every copy', async () => {
    const turn = await click('ada', 'approval.approve');
    expect(cardOf(turn).template).toBe('approval-decided');
    expect(approval().state).toBe('done');
    const last = new Map(
      world.store.effects.flatMap(({ messages }) => messages).map((message) => [message.copyKey, message]),
    );
    for (const { copyKey } of approval().copies)
      expect(last.get(copyKey)?.content.card?.template).toBe('approval-result');
  });

  it('tells the second clicker who decided when, and refreshes their copy', async () => {
    const late = { token: token() };
    await click('ada', 'approval.approve');
    const turn = await click('bob', 'approval.reject', { ...late, reason: 'no' });
    expect(cardOf(turn).text).toMatch(/^Already decided: done, by Ada at/);
    expect(turn.updates[0]?.content.card?.template).toBe('approval-result');
    expect(turn.audits).toMatchObject([{ action: 'approval-refuse', after: { refusal: 'already-decided' } }]);
  });

  it('shows one person who clicks twice the same outcome', async () => {
    const same = { token: token() };
    await click('ada', 'approval.approve', same);
    const again = await click('ada', 'approval.approve', same);
    expect(cardOf(again).template).toBe('approval-result');
    expect(world.runs).toHaveLength(1);
  });

  it('asks for a reason before it rejects', async () => {
    expect((await click('ada', 'approval.reject')).responses).toMatchObject([{ kind: 'field-errors' }]);
    expect(cardOf(await click('ada', 'approval.reject', { reason: 'too dear' })).template).toBe(
      'approval-decided',
    );
    expect(approval().decision).toMatchObject({ outcome: 'rejected', reason: 'too dear' });
  });

  it('opens the parameters as inputs and approves what was edited in one click', async () => {
    expect(cardOf(await click('ada', 'approval.edit')).template).toBe('approval-edit');
    const turn = await click('ada', 'approval.save', { title: 'Phone', urgent: 'true' });
    expect(cardOf(turn).template).toBe('approval-decided');
    expect(world.runs[0]?.parameters).toEqual({ title: 'Phone', urgent: true });
    expect(approval().edits[0]?.changes.map(({ name }) => name)).toEqual(['title', 'urgent']);
  });

  it('keeps the form open with what is wrong when the edit does not fit', async () => {
    const turn = await click('ada', 'approval.save', { title: '' });
    expect(cardOf(turn).template).toBe('approval-edit');
    expect(JSON.stringify(turn.responses)).toContain('Write a title.');
    expect(approval()).toMatchObject({ state: 'pending', revision: 1 });
  });

  it('says why the policy does not allow an edit', async () => {
    const turn = await click('ada', 'approval.save', { title: 'forbidden' });
    expect(cardOf(turn).text).toContain('That is forbidden.');
    expect(approval().state).toBe('pending');
  });

  it('tells a stranger only that the decision is not theirs', async () => {
    const turn = await click('tom', 'approval.approve');
    expect(cardOf(turn).text).toBe('This decision is not yours.');
    expect(JSON.stringify(turn)).not.toContain('Laptop');
    expect(
      cardOf(await click('tom', 'approval.refresh', {}, { kind: 'card-refresh' })).template,
    ).toBeUndefined();
    expect(cardOf(await click('tom', 'approval.edit')).text).toBe('This decision is not yours.');
  });

  it('does not let the requester approve, but lets them take it back', async () => {
    expect(cardOf(await click('mia', 'approval.approve')).text).toBe('Nobody decides their own request.');
    await click('mia', 'approval.cancel');
    expect(approval().state).toBe('cancelled');
  });

  it('refuses a token that was edited, and a request that does not exist', async () => {
    expect(cardOf(await click('ada', 'approval.approve', { token: '1.forged' })).text).toContain(
      'out of date',
    );
    expect(cardOf(await click('ada', 'approval.approve', { approvalId: 'nosuchapproval' })).text).not.toBe(
      '',
    );
    expect(cardOf(await click('ada', 'approval.approve', { approvalId: { $gt: '' } })).text).not.toBe('');
    expect(approval().state).toBe('pending');
  });

  it('gives each reader their own view when a client refreshes a card', async () => {
    expect(cardOf(await click('ada', 'approval.refresh', {}, { kind: 'card-refresh' })).template).toBe(
      'approval-request',
    );
    expect(cardOf(await click('mia', 'approval.refresh', {}, { kind: 'card-refresh' })).template).toBe(
      'approval-status',
    );
  });

  it('hands the decision to a colleague by name', async () => {
    await click('ada', 'approval.delegate', { to: 'Tom' });
    expect(approval().approvers.map(({ id }) => id)).toContain('tom');
    expect(cardOf(await click('tom', 'approval.approve')).template).toBe('approval-decided');
  });

  it('offers everybody who decides to hand over, and hands nothing over to a name that fits several', async () => {
    const shown = await click('ada', 'approval.refresh', {}, { kind: 'card-refresh' });
    expect(shown.responses).toMatchObject([
      { content: { card: { data: { delegate: { title: 'Delegate' } } } } },
    ]);
    world.people.set('tom-2', personOf('tom-2', ['viewer'], { name: 'Tom' }));
    const turn = await click('ada', 'approval.delegate', { to: 'Tom' });
    expect(JSON.stringify(turn.responses)).toContain('Several people are named Tom');
    expect(JSON.stringify((await click('ada', 'approval.delegate', { to: 'Ada' })).responses)).toContain(
      'Ada decides already',
    );
    expect(JSON.stringify((await click('ada', 'approval.delegate', { to: 'Nobody' })).responses)).toContain(
      'I do not know anybody named Nobody',
    );
    expect(approval().approvers.map(({ id }) => id)).not.toContain('tom');
  });

  it('brings a question to the requester', async () => {
    const turn = await click('ada', 'approval.info', { question: 'Which colour?' });
    expect(turn.posts[0]?.content.text).toContain('Ada asks about your request: Which colour?');
    expect(approval().notes).toHaveLength(1);
  });

  it('undoes what can be undone, once', async () => {
    await click('ada', 'approval.approve');
    const turn = await click('mia', 'approval.undo');
    expect(cardOf(turn).text).toContain('undone');
    expect(approval()).toMatchObject({
      tool: { undoable: false },
      execution: { outcome: { summary: 'undone' } },
    });
    expect(cardOf(await click('mia', 'approval.undo')).text).not.toBe('');
  });

  it('asks for a code and takes a right one', async () => {
    world.policy.decide = ({ tool, approved }) =>
      Promise.resolve({
        ruleId: 'r',
        version: 'v1',
        risk: tool.risk,
        reason: '',
        ...(approved
          ? { effect: 'allow' }
          : { effect: 'needs-approval', rule: { ...anyApprover, stepUp: true } }),
      });
    await click('ada', 'approval.save', { title: 'Server' });
    const without = await click('ada', 'approval.approve');
    expect(without.responses).toMatchObject([{ kind: 'field-errors', errors: { code: expect.any(String) } }]);
    await click('ada', 'approval.approve', { code: '123456' });
    expect(approval().state).toBe('done');
  });

  it('rewrites the copy where the channel takes no answer in the request', async () => {
    const turn = await click('ada', 'approval.edit', {}, { expectsResponse: false });
    expect(turn.responses).toEqual([]);
    expect(turn.updates[0]?.content.card?.template).toBe('approval-edit');
  });
});
