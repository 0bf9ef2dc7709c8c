import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../tests/fakes/temporary-database.js';
import { chatOf } from '../../tests/fakes/approval-world.js';
import type { AuditEvent } from '../../core/kernel/audit-event.js';
import { auditEntries, auditTips, createAuditLog } from './audit-log.js';
import { createDecisionLog, decisionLogCollection } from './decision-log-repository.js';
import { createDelegationRepository, delegationCollection } from './delegation-repository.js';
import { createFieldCipher } from './field-cipher.js';
import { createNotificationRepository, notificationCollection } from './notification-repository.js';
import { createPeopleRepository, personCollection, scheduleCollection } from './person-repository.js';
import { createReminderRepository, createReminderSweeps, reminderCollection } from './reminder-repository.js';
import { createEffectSource } from './effects.js';
import { createTicketRepository, ticketCollection } from './ticket-repository.js';
import { createToolExecutionRepository, toolExecutionCollection } from './tool-execution-repository.js';
import { createTotpRepository, totpCollection } from './totp-repository.js';

const NOW = new Date('2026-11-18T10:00:00Z');
const cipher = createFieldCipher([{ id: 'k1', key: randomBytes(32) }]);
let temporary: TemporaryDatabase;

beforeAll(async () => {
  temporary = await openTemporaryDatabase([
    auditEntries,
    auditTips,
    decisionLogCollection,
    delegationCollection,
    notificationCollection,
    personCollection,
    scheduleCollection,
    reminderCollection,
    ticketCollection,
    toolExecutionCollection,
    totpCollection,
  ]);
});
afterAll(() => temporary.close());

const event = (number: number): AuditEvent => ({
  action: 'tool-call',
  actor: { kind: 'person', id: `p${number}`, name: 'Ada' },
  resource: `ticket:${number}`,
  after: { 'a.b': 1, $set: number },
  correlationId: 'c',
  at: new Date(NOW.getTime() + number),
});

describe('the audit log', () => {
  it('appends batches once and verifies', async () => {
    const log = createAuditLog(temporary.database);
    const batches = [0, 1, 2].map((batch) => ({
      id: `b${batch}`,
      events: [event(batch * 2), event(batch * 2 + 1)],
    }));
    await log.append('t-once', batches);
    await log.append('t-once', [batches[1] as never, { id: 'b3', events: [event(9)] }]);
    expect(await log.verify('t-once')).toEqual({ entries: 7, faults: [] });
    const read = [];
    for await (const entry of log.read('t-once', { resource: 'ticket:3' })) read.push(entry);
    expect(read).toMatchObject([{ sequence: 4, event: { after: { 'a.b': 1, $set: 3 }, at: event(3).at } }]);
  });

  it('grows one chain when several processes append at once', async () => {
    const one = createAuditLog(temporary.database);
    const two = createAuditLog(await temporary.connectAgain());
    const batches = Array.from({ length: 12 }, (_, number) => ({
      id: `p${number}`,
      events: [event(number), event(number)],
    }));
    await Promise.all(
      batches.map((batch, number) => (number % 2 === 0 ? one : two).append('t-many', [batch])),
    );
    expect(await one.verify('t-many')).toEqual({ entries: 24, faults: [] });
  });

  it('completes a batch of which a process wrote only a part', async () => {
    const log = createAuditLog(temporary.database);
    await log.append('t-part', [{ id: 'b', events: [event(1)] }]);
    await log.append('t-part', [{ id: 'b', events: [event(1), event(2)] }]);
    expect(await log.verify('t-part')).toEqual({ entries: 2, faults: [] });
  });

  it('finds entries that were changed, taken out or cut off in the database', async () => {
    const log = createAuditLog(temporary.database);
    const entries = temporary.database.connection.collection(auditEntries.name);
    for (const tenant of ['t-changed', 't-actor', 't-missing', 't-cut'])
      await log.append(tenant, [{ id: 'b', events: [1, 2, 3, 4].map(event) }]);
    const second = await entries.findOne({ tenantId: 't-changed', sequence: 2 });
    await entries.updateOne(
      { tenantId: 't-changed', sequence: 2 },
      { $set: { event: String(second?.event).replace('p2', 'p9'), actorId: 'p9' } },
    );
    expect((await log.verify('t-changed')).faults[0]).toEqual({ kind: 'changed', sequence: 2 });
    await entries.updateOne({ tenantId: 't-actor', sequence: 3 }, { $set: { actorId: 'p9' } });
    expect((await log.verify('t-actor')).faults[0]).toEqual({ kind: 'changed', sequence: 3 });
    await entries.deleteOne({ tenantId: 't-missing', sequence: 2 });
    expect((await log.verify('t-missing')).faults[0]).toEqual({ kind: 'missing', sequence: 2, count: 1 });
    await entries.deleteOne({ tenantId: 't-cut', sequence: 4 });
    expect((await log.verify('t-cut')).faults[0]).toEqual({ kind: 'missing', sequence: 4, count: 1 });
    expect(await log.tenants()).toEqual(expect.arrayContaining(['t-cut', 't-once']));
  });
});

describe('people', () => {
  const entry = { roles: ['viewer' as const], groups: ['eng'], accounts: [], absences: [], active: true };

  it('are replaced by their directory, which takes nothing that was given by command', async () => {
    const people = createPeopleRepository(temporary.database, 'p1', ['ROOT@example.com']);
    const ana = { ...entry, id: 'ana', name: 'Ana Ruiz', email: 'Ana@example.com', managerId: 'max' };
    const max = { ...entry, id: 'max', name: 'Max', email: 'root@example.com' };
    expect(await people.replaceAll('file', [ana, max])).toEqual({ changed: 2, left: 0 });
    expect(await people.replaceAll('file', [ana, max])).toEqual({ changed: 0, left: 0 });
    expect(await people.changeRole('ana', 'approver', 'give')).toEqual(['viewer', 'approver']);
    expect(await people.replaceAll('file', [{ ...ana, name: 'Ana R. Ruiz' }])).toEqual({
      changed: 1,
      left: 1,
    });
    expect(await people.get('ana')).toMatchObject({
      name: 'Ana R. Ruiz',
      roles: ['viewer', 'approver'],
      managerId: 'max',
    });
    expect(await people.get('max')).toMatchObject({ active: false });
    expect((await people.search('ruiz ana')).map(({ id }) => id)).toEqual(['ana']);
    expect((await people.search('ANA@example.com')).map(({ id }) => id)).toEqual(['ana']);
    expect((await people.byGroup('eng')).map(({ id }) => id)).toEqual(['ana']);
    expect(await people.changeRole('nobody', 'admin', 'give')).toBeUndefined();
  });

  it('finds who has a role from the directory, by command or both, each once and by name', async () => {
    const people = createPeopleRepository(temporary.database, 'p9');
    await people.replaceAll('file', [
      { ...entry, id: 'zoe', name: 'Zoe', email: 'zoe@example.com', accounts: [], roles: ['approver'] },
      { ...entry, id: 'ben', name: 'Ben', email: 'ben@example.com', accounts: [], roles: ['viewer'] },
      { ...entry, id: 'eve', name: 'Eve', email: 'eve@example.com', accounts: [], roles: ['approver'] },
      { ...entry, id: 'gus', name: 'Gus', email: 'gus@example.com', accounts: [], roles: ['approver'] },
    ]);
    await people.changeRole('ben', 'approver', 'give');
    await people.changeRole('zoe', 'approver', 'give');
    await people.changeRole('eve', 'approver', 'take');
    expect((await people.byRole('approver')).map(({ name }) => name)).toEqual(['Ben', 'Gus', 'Zoe']);
    expect(await people.byRole('admin')).toEqual([]);
  });

  it('knows the appointed administrators', async () => {
    const people = createPeopleRepository(temporary.database, 'p2', ['root@example.com']);
    await people.replaceAll('file', [{ ...entry, id: 'max', name: 'Max', email: 'root@example.com' }]);
    expect((await people.byRole('admin')).map(({ id }) => id)).toEqual(['max']);
  });

  it('name appointed administrators who never wrote, once, until the directory knows them', async () => {
    const people = createPeopleRepository(temporary.database, 'p8', ['Root@example.com', 'U0ROOT']);
    const [one, ...others] = await people.byRole('admin');
    expect(others).toEqual([]);
    expect(one).toMatchObject({ name: 'root@example.com', email: 'root@example.com', accounts: [] });
    const account = { channel: 'slack' as const, accountId: 'U1', strength: 'email' as const };
    await people.linkAccount(one?.id ?? '', account);
    await people.changeRole(one?.id ?? '', 'developer', 'give');
    await people.replaceAll('file', [{ ...entry, id: 'max', name: 'Max', email: 'root@example.com' }]);
    const after = await people.byRole('admin');
    expect(after.map(({ id, name }) => [id, name])).toEqual([['max', 'Max']]);
    expect(await people.byAccount('slack', 'U1')).toMatchObject({
      id: 'max',
      roles: ['viewer', 'developer', 'admin'],
    });
  });

  it('are met in a channel once, and keep their account when the directory learns of them', async () => {
    const people = createPeopleRepository(temporary.database, 'p3');
    const account = { channel: 'slack' as const, accountId: 'U1', strength: 'asserted' as const };
    const made = await Promise.all(
      ['x1', 'x2'].map((id) => people.createFromChannel({ id, name: 'Bo', account })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    await people.rememberConversation(made[0]?.id ?? '', chatOf('bo', 'slack'));
    await people.replaceAll('file', [
      { ...entry, id: 'bo', name: 'Bo', accounts: [{ ...account, strength: 'verified' }] },
    ]);
    expect(await people.byAccount('slack', 'U1')).toMatchObject({
      id: 'bo',
      conversations: [chatOf('bo', 'slack')],
    });
  });

  it('are no guests any more once the channel calls them members', async () => {
    const people = createPeopleRepository(temporary.database, 'p5');
    const account = { channel: 'teams' as const, accountId: '29:gus', strength: 'verified' as const };
    const { id } = await people.createFromChannel({
      id: 'gus',
      name: 'Gus',
      account: { ...account, guest: true },
    });
    expect((await people.byAccount('teams', '29:gus'))?.accounts).toEqual([{ ...account, guest: true }]);
    await people.becameMember(id, { ...account, guest: true });
    expect((await people.byAccount('teams', '29:gus'))?.accounts).toEqual([account]);
  });

  it('are reached where they wrote last, once for each channel', async () => {
    const people = createPeopleRepository(temporary.database, 'p4');
    await people.replaceAll('file', [{ ...entry, id: 'ana', name: 'Ana' }]);
    for (const channel of ['web', 'slack', 'web'] as const)
      await people.rememberConversation('ana', chatOf('ana', channel));
    expect((await people.get('ana'))?.conversations.map(({ channel }) => channel)).toEqual(['web', 'slack']);
  });

  it('of one tenant are not those of another', async () => {
    expect(await createPeopleRepository(temporary.database, 'p5').search('ana')).toEqual([]);
    expect(await createPeopleRepository(temporary.database, 'p5').get('ana')).toBeUndefined();
  });

  it('take turns on call', async () => {
    const people = createPeopleRepository(temporary.database, 'p6');
    const schedule = { name: 'desk', personIds: ['a', 'b'], startsAt: NOW, turnHours: 24 };
    await people.replaceSchedules([schedule, { ...schedule, name: 'old' }]);
    await people.replaceSchedules([schedule]);
    expect(await people.schedules()).toEqual([schedule]);
  });
});

describe('tickets', () => {
  const ticket = {
    title: 'Printer',
    description: '',
    kind: 'incident' as const,
    priority: 'normal' as const,
    requester: { id: 'mia', name: 'Mia' },
    details: { costCentre: '4711' },
    createdAt: NOW,
  };

  it('get numbers without gaps when many are made at once, and one for each key', async () => {
    const tickets = createTicketRepository(temporary.database, 'k1');
    const keys = ['a', 'b', 'c', 'd', 'a', 'b'];
    const made = await Promise.all(keys.map((key) => tickets.create(key, ticket)));
    expect([...new Set(made.map(({ number }) => number))].sort((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect(made[0]?.number).toBe(made[4]?.number);
    expect((await createTicketRepository(temporary.database, 'k2').create('a', ticket)).number).toBe(1);
  });

  it('are all made when many more come at once than one number is tried for', async () => {
    const keys = Array.from({ length: 80 }, (_, number) => `many-${number}`);
    const made = await Promise.all(
      keys.map((key) => createTicketRepository(temporary.database, 'k4').create(key, ticket)),
    );
    expect(made.map(({ number }) => number).sort((a, b) => a - b)).toEqual(keys.map((_, index) => index + 1));
  });

  it('get the next numbers after one that another process took meanwhile', async () => {
    const tickets = createTicketRepository(temporary.database, 'k5');
    await tickets.create('a', ticket);
    const others = temporary.database.collection(ticketCollection, 'k5');
    const record = { ...ticket, state: 'open' as const, history: [], changeKeys: [], updatedAt: NOW };
    await others.insert({ ...record, _id: 'k5-other', key: 'other', number: 2 });
    const made = await Promise.all(['b', 'c', 'other', 'd'].map((key) => tickets.create(key, ticket)));
    expect(made.map(({ number }) => number)).toEqual([3, 4, 2, 5]);
  });

  it('are changed once for each key, with their history', async () => {
    const tickets = createTicketRepository(temporary.database, 'k3');
    await tickets.create('a', ticket);
    for (let time = 0; time < 2; time += 1) await tickets.change('c1', 1, { state: 'closed' }, 'Ada', NOW);
    expect(await tickets.byNumber(1)).toMatchObject({
      state: 'closed',
      history: [{ change: 'opened' }, { by: 'Ada' }],
    });
    expect(await tickets.change('c2', 9, { state: 'closed' }, 'Ada', NOW)).toBeUndefined();
    expect(await tickets.list({ state: 'open' })).toEqual([]);
    expect(await tickets.list({ text: 'print', requesterId: 'mia' })).toHaveLength(1);
  });
});

describe('uses of tools', () => {
  it('are begun once; the first result stands', async () => {
    const executions = createToolExecutionRepository(temporary.database, cipher, 'e1');
    const begin = { id: 'k', tool: 'ticket.create', parametersDigest: 'd', startedAt: NOW };
    const begun = await Promise.all([
      executions.begin(begin),
      executions.begin(begin),
      executions.begin(begin),
    ]);
    expect(begun.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    await executions.again('k');
    const done = (summary: string) => ({ outcome: { kind: 'done' as const, summary }, messages: [] });
    expect(await executions.complete('k', done('first'), NOW)).toEqual(done('first'));
    expect(await executions.complete('k', done('second'), NOW)).toEqual(done('first'));
    expect(await executions.get('k')).toMatchObject({ attempts: 2, result: done('first') });
    expect(await createToolExecutionRepository(temporary.database, cipher, 'e2').get('k')).toBeUndefined();
  });
});

describe('authenticators', () => {
  it('spend each step and each recovery code once, and keep the secret sealed', async () => {
    const totp = createTotpRepository(temporary.database, cipher, 'a1');
    await totp.save({
      personId: 'ada',
      secret: 'GEZDGNBV',
      confirmed: true,
      lastStep: 5,
      recovery: ['h1'],
      failures: 0,
    });
    const spent = await Promise.all([6, 6, 5].map((step) => totp.spendStep('ada', step)));
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await Promise.all(['h1', 'h1'].map((hash) => totp.spendRecovery('ada', hash)))).toContain(false);
    await totp.noteFailure('ada', undefined);
    await totp.noteFailure('ada', NOW);
    expect(await totp.get('ada')).toMatchObject({
      secret: 'GEZDGNBV',
      recovery: [],
      failures: 0,
      lockedUntil: NOW,
    });
    const raw = await temporary.database.connection.collection(totpCollection.name).findOne({});
    expect(JSON.stringify(raw)).not.toContain('GEZDGNBV');
  });
});

describe('reminders, drafts, delegations, notifications and the decision log', () => {
  it('gives a due reminder once, with its message waiting for the relay', async () => {
    const reminders = createReminderRepository(temporary.database, 'r1');
    const reminder = {
      personId: 'mia',
      text: 'call Bob',
      conversation: chatOf('mia'),
      dueAt: NOW,
      createdAt: NOW,
    };
    await reminders.create({ id: 'r1', ...reminder });
    await reminders.create({ id: 'r1', ...reminder });
    await reminders.create({ id: 'r2', ...reminder });
    expect(await reminders.cancel('r2')).toBe(true);
    const effectOf = (due: { id: string; text: string }) => ({
      id: `reminder:${due.id}`,
      messages: [
        { id: due.id, conversation: chatOf('mia'), kind: 'post' as const, content: { text: due.text } },
      ],
      audit: [],
      notifications: [],
    });
    const sweeps = createReminderSweeps(temporary.database);
    expect(await sweeps.give(NOW, 10, effectOf)).toEqual([{ tenantId: 'r1', id: 'r1' }]);
    expect(await sweeps.give(NOW, 10, effectOf)).toEqual([]);
    const source = createEffectSource(temporary.database, reminderCollection);
    expect(await source.waiting(10)).toMatchObject([
      { documentId: 'r1', effect: { messages: [{ content: { text: 'call Bob' } }] } },
    ]);
    expect(await source.waitingOf('other', 'r1')).toEqual([]);
    await source.drop('r1', 'r1', ['reminder:r1']);
    expect(await source.waiting(10)).toEqual([]);
    expect(await reminders.cancel('r1')).toBe(false);
  });

  it('lets a person take their own reminder back and set it again, while its time is to come', async () => {
    const reminders = createReminderRepository(temporary.database, 'r2');
    const later = new Date(NOW.getTime() + 60_000);
    const reminder = { personId: 'mia', text: 'call Bob', conversation: chatOf('mia'), createdAt: NOW };
    await reminders.create({ id: 'own', ...reminder, dueAt: later });
    expect(await reminders.cancelOwn('own', 'ada')).toBeUndefined();
    expect(await reminders.restore('own', 'mia', NOW)).toBeUndefined();
    expect(await reminders.cancelOwn('own', 'mia')).toMatchObject({ id: 'own', state: 'cancelled' });
    expect(await reminders.pendingOf('mia')).toEqual([]);
    expect(await reminders.restore('own', 'mia', later)).toBeUndefined();
    expect(await reminders.restore('own', 'mia', NOW)).toMatchObject({ state: 'pending' });
    expect(await createReminderRepository(temporary.database, 'r3').cancelOwn('own', 'mia')).toBeUndefined();
    expect(await reminders.pendingOf('mia')).toMatchObject([{ id: 'own' }]);
  });

  it('knows the delegation that holds', async () => {
    const delegations = createDelegationRepository(temporary.database, 'g1');
    const until = new Date(NOW.getTime() + 1000);
    await delegations.add({ id: 'd1', fromId: 'ada', toId: 'tom', from: NOW, until });
    expect(await delegations.of('ada', NOW)).toMatchObject({ toId: 'tom' });
    expect(await delegations.of('ada', until)).toBeUndefined();
    expect(await delegations.end('ada', NOW)).toBe(1);
    expect(await delegations.of('ada', NOW)).toBeUndefined();
  });

  it('leases a notification to one sender, and gives it back when it failed', async () => {
    const notifications = createNotificationRepository(temporary.database);
    const order = {
      id: 'n1',
      by: 'webhook' as const,
      to: 'https://x',
      subject: 's',
      text: 't',
      data: { 'a.b': 1 },
    };
    await notifications.accept('n', [order], NOW);
    await notifications.accept('n', [order], NOW);
    const later = new Date(NOW.getTime() + 60_000);
    const taken = await Promise.all([notifications.take(NOW, later, 5), notifications.take(NOW, later, 5)]);
    expect(taken.flat()).toMatchObject([{ id: 'n1', data: { 'a.b': 1 } }]);
    const [notification] = taken.flat();
    await notifications.failed(notification as never, { since: NOW, dueAt: NOW }, 'busy');
    expect(await notifications.take(NOW, later, 5)).toMatchObject([{ attempts: 1, lastError: 'busy' }]);
    expect(await notifications.health(new Date(later.getTime() + 1_001), 1_000)).toMatchObject({
      overdue: 1,
    });
    await notifications.sent(notification as never);
    expect(await notifications.health(NOW, 0)).toEqual({ waiting: 0, sent: 1, 'given-up': 0, overdue: 0 });
  });

  it('waits with a notification as long as it was put off, but not as long as a clock was set back', async () => {
    const notifications = createNotificationRepository(temporary.database);
    const order = { id: 'n2', by: 'webhook' as const, to: 'https://x', subject: 's', text: 't', data: {} };
    const after = (ms: number): Date => new Date(NOW.getTime() + ms);
    await notifications.accept('n', [order], NOW);
    const [notification] = await notifications.take(NOW, after(60_000), 5);
    await notifications.failed(notification as never, { since: NOW, dueAt: after(7_200_000) }, 'busy');
    expect(await notifications.take(after(3_600_000), after(3_660_000), 5)).toEqual([]);
    const setBack = after(-3_600_000);
    expect(await notifications.take(setBack, after(-3_540_000), 5)).toMatchObject([{ id: 'n2' }]);
    await notifications.sent(notification as never);
  });

  it('records policy decisions', async () => {
    const log = createDecisionLog(temporary.database);
    const entry = {
      personId: 'mia',
      tool: 'x',
      risk: 'write',
      effect: 'deny' as const,
      ruleId: 'r',
      version: 'v',
      approved: false,
      at: NOW,
    };
    await log.record({ tenantId: 'l1', ...entry });
    expect(await log.latest('l1', 5)).toMatchObject([entry]);
    expect(await log.latest('l2', 5)).toEqual([]);
  });
});

describe('sealed fields', () => {
  it('open with their key in their place only, also after the key was changed', () => {
    const old = { id: 'old', key: randomBytes(32) };
    const sealed = createFieldCipher([old]).seal({ at: NOW, $odd: { 'a.b': [1] } }, 'approvals:t1:1');
    const next = createFieldCipher([{ id: 'new', key: randomBytes(32) }, old]);
    expect(next.open(sealed, 'approvals:t1:1')).toEqual({ at: NOW, $odd: { 'a.b': [1] } });
    expect(() => next.open(sealed, 'approvals:t1:2')).toThrow(/changed outside/);
    expect(() =>
      createFieldCipher([{ id: 'new', key: randomBytes(32) }]).open(sealed, 'approvals:t1:1'),
    ).toThrow(/key/);
  });
});
