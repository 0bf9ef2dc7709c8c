import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generate } from 'otplib';
import { z } from 'zod';
import { defineTool } from '../../core/agents/tools/tool.js';
import type { Approval } from '../../core/approvals/approval.js';
import type { CallAnswer } from '../../core/agents/tools/call-tool.js';
import { isTerminal } from '../../core/approvals/approval.js';
import { createApprovalSweeps } from '../../storage/mongo/approval-repository.js';
import { createTicketRepository } from '../../storage/mongo/ticket-repository.js';
import { createPeopleRepository } from '../../storage/mongo/person-repository.js';
import {
  houseCollections,
  houseGround,
  openApprovalHouse,
  type ApprovalHouse,
  type HouseGround,
} from '../fakes/approval-house.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../fakes/temporary-database.js';

const LAPTOP = { item: 'laptop', forWhom: 'Priya', size: '16 inch', costCentre: '4711' };
let temporary: TemporaryDatabase;
let ground: HouseGround;
let first: ApprovalHouse;
let second: ApprovalHouse;
/** Uses of a tool that cannot be repeated safely. */
let launches: string[];

beforeAll(async () => {
  temporary = await openTemporaryDatabase(houseCollections);
});
afterAll(() => temporary.close());

beforeEach(async () => {
  for (const { name } of houseCollections)
    await temporary.database.connection.collection(name).deleteMany({});
  launches = [];
  ground = houseGround();
  ground.tools = [
    defineTool({
      name: 'rocket.launch',
      title: 'Launch',
      description: 'Cannot be repeated.',
      synonyms: ['launch rocket'],
      parameters: z.strictObject({ pad: z.string() }),
      risk: 'write',
      idempotent: false,
      summarise: ({ pad }) => `Launch from ${pad}`,
      execute: (_parameters, { idempotencyKey }) => {
        launches.push(idempotencyKey);
        return Promise.resolve({ ok: true, summary: 'Launched' });
      },
    }),
    defineTool({
      name: 'record.delete',
      title: 'Delete a record',
      description: 'Deletes.',
      synonyms: ['delete record'],
      parameters: z.strictObject({ record: z.string() }),
      risk: 'destructive',
      idempotent: true,
      summarise: ({ record }) => `Delete ${record}`,
      execute: () => Promise.resolve({ ok: true, summary: 'Deleted' }),
    }),
  ];
  first = await openApprovalHouse(temporary.database, ground, 'process-1');
  second = await openApprovalHouse(temporary.database, ground, 'process-2');
});

function waiting(answer: CallAnswer): Approval {
  if (answer.kind !== 'waiting') throw new Error(`not waiting but ${answer.kind}`);
  return answer.approval;
}
async function click(
  house: ApprovalHouse,
  who: string,
  approval: Approval,
  verdict: 'approve' | 'reject' = 'approve',
) {
  return house.service.decide({
    tenantId: 't1',
    approvalId: approval.id,
    person: await house.person(who),
    token: house.service.tokenFor(approval),
    verdict,
    reason: verdict === 'reject' ? 'no' : undefined,
  });
}
const stored = async (id: string): Promise<Approval> => (await first.service.get('t1', id)) as Approval;
const tickets = () => createTicketRepository(temporary.database, 't1').list({});
async function runJobs(house: ApprovalHouse): Promise<void> {
  for (const { tenantId, id } of await createApprovalSweeps(temporary.database).due(ground.clock.now(), 50))
    await house.service.tick(tenantId, id);
}

describe('an approval in the database', () => {
  it('is decided once when two people click at once in two processes, and runs once', async () => {
    const approval = waiting(await first.ask('priya', 'equipment.request', LAPTOP));
    const [a, b] = await Promise.all([
      click(first, 'max', approval),
      click(second, 'tom', approval, 'reject'),
    ]);
    expect([a.ok, b.ok].filter(Boolean)).toHaveLength(1);
    await Promise.all([first.settle(), second.settle()]);
    const end = await stored(approval.id);
    expect(end.state).toBe(a.ok ? 'done' : 'rejected');
    expect(await tickets()).toHaveLength(a.ok ? 1 : 0);
    const messages = await first.relay();
    for (const { copyKey } of end.copies) {
      const last = messages.filter((message) => message.copyKey === copyKey).at(-1);
      expect(last?.content.card?.template).toBe(a.ok ? 'approval-result' : 'approval-decided');
    }
    expect((await first.audit.verify('t1')).faults).toEqual([]);
  });

  it('runs once when one person clicks many times in two processes', async () => {
    const approval = waiting(await first.ask('priya', 'equipment.request', LAPTOP));
    await Promise.all([first, second, first, second, first].map((house) => click(house, 'max', approval)));
    await Promise.all([first.settle(), second.settle()]);
    await Promise.all([first.service.execute('t1', approval.id), second.service.execute('t1', approval.id)]);
    expect(await tickets()).toHaveLength(1);
    expect((await stored(approval.id)).state).toBe('done');
  });

  it('is executed by another process when the first is killed between decision and execution', async () => {
    const approval = waiting(await first.ask('priya', 'equipment.request', LAPTOP));
    await click(first, 'max', approval);
    first.later.length = 0; // killed
    expect(await tickets()).toEqual([]);
    await runJobs(second);
    expect((await stored(approval.id)).state).toBe('done');
    expect(await tickets()).toHaveLength(1);
  });

  it.each([
    ['a minute later', 61_000],
    ['at once when the clock was set back an hour', -3_600_000],
  ])(
    'makes no second ticket when the first process is killed between execution and record, and ends it %s',
    async (_when, ms) => {
      const approval = waiting(await first.ask('priya', 'equipment.request', LAPTOP));
      await click(first, 'max', approval);
      const approvals = first.context.approvals;
      first.context.approvals = (tenantId) => ({
        ...approvals(tenantId),
        replace: (previous, next, effect) =>
          next.state === 'done'
            ? Promise.reject(new Error('killed'))
            : approvals(tenantId).replace(previous, next, effect),
      });
      await expect(first.settle()).rejects.toThrow('killed');
      first.context.approvals = approvals;
      expect(await stored(approval.id)).toMatchObject({ state: 'executing' });
      await runJobs(second);
      expect((await stored(approval.id)).state).toBe('executing'); // the lease still holds
      ground.clock.advance(ms);
      await runJobs(second);
      expect(await stored(approval.id)).toMatchObject({ state: 'done', execution: { attempt: 2 } });
      expect(await tickets()).toHaveLength(1);
    },
  );

  it('hands what cannot be repeated to a person when its record was lost half-way', async () => {
    const approval = waiting(await first.ask('priya', 'rocket.launch', { pad: 'A' }));
    const complete = first.context.tools.run;
    first.context.tools.run = async (call) => {
      // The tool ran, and the process died before the result was written.
      const database = temporary.database.connection.collection('tool_executions');
      const result = await complete(call);
      await database.updateOne({ _id: `t1|${call.key}` } as never, {
        $set: { completedAt: null },
        $unset: { result: '' },
      });
      void result;
      throw new Error('killed');
    };
    const approvals = first.context.approvals;
    first.context.approvals = (tenantId) => ({
      ...approvals(tenantId),
      replace: (previous, next, effect) =>
        next.execution?.outcome
          ? Promise.reject(new Error('killed'))
          : approvals(tenantId).replace(previous, next, effect),
    });
    await click(first, 'max', approval);
    await expect(first.settle()).rejects.toThrow('killed');
    first.context.approvals = approvals;
    ground.clock.advance(61_000);
    await runJobs(second);
    expect(await stored(approval.id)).toMatchObject({
      state: 'failed',
      execution: { outcome: { kind: 'unknown' } },
    });
    expect(launches).toHaveLength(1);
    const asked = (await second.relay()).filter(({ content }) =>
      content.text.includes('Please look whether'),
    );
    expect(asked.map(({ conversation }) => conversation.conversationId)).toEqual(['web-max']);
  });

  it('asks for codes of two people before something is deleted, and takes each code once', async () => {
    const approval = waiting(await first.ask('priya', 'record.delete', { record: '7' }));
    expect(approval.rule).toMatchObject({ name: 'destructive', stepUp: true });
    const code = async (who: string): Promise<string> => {
      const begun = await first.totp.enrol('t1', { id: who, label: who });
      const epoch = (): number => ground.clock.now().getTime() / 1000;
      await first.totp.confirm('t1', who, await generate({ secret: begun?.secret ?? '', epoch: epoch() }));
      ground.clock.advance(30_000);
      return generate({ secret: begun?.secret ?? '', epoch: epoch() });
    };
    const ask = async (who: string, given?: string) =>
      first.service.decide({
        tenantId: 't1',
        approvalId: approval.id,
        person: await first.person(who),
        token: first.service.tokenFor(approval),
        verdict: 'approve',
        code: given,
      });
    expect(await ask('tom')).toMatchObject({ refusal: 'step-up-needed' });
    expect(await ask('tom', '123456')).toMatchObject({ refusal: 'not-enrolled' });
    const toms = await code('tom');
    expect(await ask('tom', toms)).toMatchObject({ ok: true });
    const anas = await code('ana');
    expect(await ask('ana', toms === anas ? '000000' : toms)).toMatchObject({ refusal: 'wrong-code' });
    expect(await ask('ana', anas)).toMatchObject({ ok: true, approval: { state: 'approved' } });
    expect(await runJobs(first)).toBeUndefined();
    expect((await stored(approval.id)).state).toBe('approved'); // a minute to call it off
    ground.clock.advance(60_000);
    await runJobs(second);
    expect((await stored(approval.id)).state).toBe('done');
  });

  it('denies what the policy forbids, also when it is edited in', async () => {
    expect(await first.ask('priya', 'equipment.request', { ...LAPTOP, costUsd: 60_000 })).toMatchObject({
      kind: 'denied',
      ruleId: 'amount-limit',
    });
    const approval = waiting(await first.ask('priya', 'equipment.request', { ...LAPTOP, costUsd: 500 }));
    const edit = async (costUsd: number) =>
      first.service.edit({
        tenantId: 't1',
        approvalId: approval.id,
        person: await first.person('max'),
        token: first.service.tokenFor(await stored(approval.id)),
        parameters: { costUsd },
      });
    expect(await edit(60_000)).toMatchObject({
      refusal: 'denied',
      reason: expect.stringContaining('50,000'),
    });
    expect(await edit(2_000)).toMatchObject({
      ok: true,
      approval: { rule: { name: 'manager-and-finance' } },
    });
    await click(first, 'max', await stored(approval.id));
    expect((await stored(approval.id)).state).toBe('pending'); // finance has to agree as well
    await click(second, 'ana', await stored(approval.id));
    await second.settle();
    expect(await tickets()).toMatchObject([
      { details: { costUsd: 2_000, approvedBy: ['Max Weber', 'Ana Ruiz'] } },
    ]);
  });

  it('expires by the job, and tells an expiry from a refusal', async () => {
    const approval = waiting(await first.ask('priya', 'equipment.request', LAPTOP));
    ground.clock.advance(25 * 3_600_000);
    await runJobs(second);
    expect((await stored(approval.id)).decision).toMatchObject({ outcome: 'expired' });
    expect(await click(first, 'max', approval)).toMatchObject({ refusal: 'already-decided' });
    const messages = await first.relay();
    expect(messages.at(-1)?.content.text).toContain('expired');
  });

  it('asks the administrator when the manager is the requester and nobody else is left', async () => {
    const people = createPeopleRepository(temporary.database, 't1');
    for (const who of ['tom', 'ana']) await people.changeRole(who, 'approver', 'take');
    const approval = waiting(await first.ask('max', 'equipment.request', LAPTOP));
    expect(approval.approvers.map(({ id }) => id)).toEqual(['zoe']);
    expect(await click(first, 'max', approval)).toMatchObject({ refusal: 'own-request' });
    expect(await click(first, 'zoe', approval)).toMatchObject({ ok: true });
  });

  it('does not count an approver who has left, and finds others', async () => {
    const approval = waiting(await first.ask('priya', 'equipment.request', LAPTOP));
    await temporary.database.connection
      .collection('people')
      .updateMany({ _id: { $in: ['t1|max', 't1|tom', 't1|ana'] } } as never, { $set: { active: false } });
    expect(await click(first, 'max', approval)).toMatchObject({ refusal: 'left-company' });
    expect(await click(first, 'zoe', await stored(approval.id))).toMatchObject({ ok: true });
  });

  it('survives a relay that dies and repeats its work: the audit holds each event once', async () => {
    const approval = waiting(await first.ask('priya', 'equipment.request', LAPTOP));
    await click(first, 'max', approval);
    await first.settle();
    await Promise.all([first.relay(), second.relay()]);
    const actions: string[] = [];
    for await (const { event } of first.audit.read('t1', { resource: `approval:${approval.id}` }))
      actions.push(event.action);
    expect(actions.sort()).toEqual(['approval-decide', 'approval-request', 'tool-end', 'tool-start']);
    expect((await first.audit.verify('t1')).faults).toEqual([]);
    expect(isTerminal((await stored(approval.id)).state)).toBe(true);
  });

  it('keeps parameters unreadable in the database', async () => {
    waiting(await first.ask('priya', 'equipment.request', LAPTOP, 'key-1'));
    const record = await temporary.database.connection.collection('approvals').findOne({});
    expect(String(record?.body)).toMatch(/^1\.k1\./);
    const rest = { ...record, effects: undefined };
    expect(JSON.stringify(rest)).not.toContain('4711');
  });
});
