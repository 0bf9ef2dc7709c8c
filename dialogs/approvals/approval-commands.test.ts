import { beforeEach, describe, expect, it } from '@jest/globals';
import { generate } from 'otplib';
import { approvalWorld, chatOf, personOf, type ApprovalWorld } from '../../tests/fakes/approval-world.js';
import { fakeTurn, type FakeTurn, type TurnOptions } from '../../tests/fakes/fake-turn.js';
import { callTool } from '../../core/agents/tools/call-tool.js';
import type { Approval } from '../../core/approvals/approval.js';
import { createApprovalService, type ApprovalService } from '../../core/approvals/service.js';
import type { Delegation, PeopleRepository } from '../../core/governance/identity/people.js';
import { createTotp, type TotpEnrolment } from '../../core/governance/identity/totp.js';
import { createApprovalCards } from '../cards/approval-cards.js';
import { createTexts } from '../texts.js';
import { approvalCommandsDialog } from './approval-commands.js';
import { readApprovalCommand } from './read-command.js';

const texts = createTexts();
/** After "until Friday". */
const FRIDAY_OVER = new Date('2026-11-21');
const DECEMBER = {
  kind: 'delegate',
  to: 'Ana',
  from: new Date('2026-12-01'),
  until: new Date('2026-12-25'),
};
const NOW = new Date('2026-11-18T10:00:00Z'); // a Wednesday
let world: ApprovalWorld;
let service: ApprovalService;
let delegations: Delegation[];
let authenticators: Map<string, TotpEnrolment>;

beforeEach(() => {
  world = approvalWorld([
    personOf('mia'),
    personOf('ada', ['approver']),
    personOf('tom'),
    personOf('zoe', ['admin']),
    personOf('root', ['admin']),
  ]);
  world.context.cards = createApprovalCards(texts);
  service = createApprovalService(world.context);
  delegations = [];
  authenticators = new Map();
  const directory = world.context.directory('t1');
  const standInFor = directory.standInFor.bind(directory);
  directory.standInFor = async (id, at) => {
    const delegation = delegations.find(
      ({ fromId, from, until }) => fromId === id && from <= at && at < until,
    );
    return delegation ? world.people.get(delegation.toId) : standInFor(id, at);
  };
});

async function ask(title: string): Promise<Approval> {
  const answer = await callTool(
    { ...world.context, approvals: service },
    {
      key: title,
      tool: 'ticket.create',
      parameters: { title },
      person: personOf('mia'),
      origin: chatOf('mia'),
      locale: 'en',
      correlationId: 'c1',
    },
  );
  if (answer.kind !== 'waiting') throw new Error(answer.kind);
  return answer.approval;
}

async function says(
  who: string,
  text: string,
  more: TurnOptions = {},
): Promise<FakeTurn & { handled: boolean }> {
  const turn = fakeTurn(world.people.get(who) ?? personOf(who), { text, ...more });
  const roles: PeopleRepository['changeRole'] = (personId, role, change) => {
    const person = world.people.get(personId);
    if (!person) return Promise.resolve(undefined);
    person.roles = change === 'give' ? [...person.roles, role] : person.roles.filter((each) => each !== role);
    return Promise.resolve(person.roles);
  };
  const dialog = approvalCommandsDialog({
    approvals: service,
    directory: world.context.directory,
    people: () => ({ changeRole: roles }) as PeopleRepository,
    delegations: () => ({
      add: (delegation) => Promise.resolve(void delegations.push(delegation)),
      of: () => Promise.resolve(undefined),
      end: (personId) => {
        delegations = delegations.filter(({ fromId }) => fromId !== personId);
        return Promise.resolve(1);
      },
    }),
    totp: createTotp(
      () => ({
        get: (id) => Promise.resolve(authenticators.get(id)),
        save: (enrolment) => Promise.resolve(void authenticators.set(enrolment.personId, enrolment)),
        spendStep: () => Promise.resolve(true),
        spendRecovery: () => Promise.resolve(false),
        noteFailure: () => Promise.resolve(),
        remove: (id) => Promise.resolve(authenticators.delete(id)),
      }),
      world.clock,
      'Steward',
    ),
    texts,
    clock: world.clock,
  });
  const handled = await dialog(turn);
  return Object.assign(turn, { handled });
}
const heard = (turn: FakeTurn): string => turn.replies.map(({ text }) => text).join('\n');

describe('commands about approvals', () => {
  it('shows what waits for me, and not what I have decided', async () => {
    const laptop = await ask('Laptop');
    await ask('Phone');
    expect(heard(await says('ada', 'what waits for me?'))).toMatch(/Laptop(.|\n)*Phone/);
    const person = { id: 'ada', name: 'Ada', active: true };
    await service.decide({
      tenantId: 't1',
      approvalId: laptop.id,
      person,
      token: service.tokenFor(laptop),
      verdict: 'approve',
    });
    await world.settle();
    expect(heard(await says('ada', 'was wartet auf mich'))).not.toContain('Laptop');
    expect(heard(await says('tom', 'waiting'))).toContain('Nothing waits for you.');
  });

  it('shows my requests with their state', async () => {
    await ask('Laptop');
    expect(heard(await says('mia', 'my requests'))).toContain('Laptop" (waiting)');
  });

  it('takes back the request that is named, and asks when several fit', async () => {
    const laptop = await ask('Laptop');
    await ask('Phone');
    expect(heard(await says('mia', 'cancel ticket'))).toContain('Which one');
    await says('mia', 'cancel the laptop request');
    expect(world.store.records.get(laptop.id)?.state).toBe('cancelled');
    expect((await says('tom', 'cancel')).handled).toBe(false);
  });

  it('nudges the approvers, not more than once an hour', async () => {
    await ask('Laptop');
    expect(heard(await says('mia', 'nudge'))).toBe('I have reminded Ada.');
    expect(heard(await says('mia', 'nudge'))).toContain('less than an hour');
    expect(heard(await says('tom', 'nudge'))).toContain('None of your requests');
  });

  it('delegates my approvals until a day, with what waits already, and back', async () => {
    const laptop = await ask('Laptop');
    expect(heard(await says('ada', 'delegate my approvals to Tom until Friday'))).toBe(
      'Until 20 Nov 2026 your approvals go to Tom.',
    );
    expect(delegations).toMatchObject([
      { fromId: 'ada', toId: 'tom', until: new Date('2026-11-21T00:00:00Z') },
    ]);
    expect(world.store.records.get(laptop.id)?.approvers.map(({ id }) => id)).toEqual(['ada', 'tom']);
    expect(heard(await says('ada', 'stop delegating'))).toContain('come to you again');
    expect(delegations).toEqual([]);
    expect(heard(await says('ada', 'delegate my approvals to Nobody until Friday'))).toContain(
      'I do not know',
    );
    expect(heard(await says('ada', 'delegate my approvals to Tom'))).toContain('for example');
  });

  it('delegates my approvals from a day on, and leaves what waits until then with me', async () => {
    const laptop = await ask('Laptop');
    expect(heard(await says('ada', 'delegate my approvals to Tom from Friday until Wednesday'))).toBe(
      'From 20 Nov 2026 until 25 Nov 2026 your approvals go to Tom.',
    );
    expect(delegations).toMatchObject([
      { fromId: 'ada', toId: 'tom', from: new Date('2026-11-20'), until: new Date('2026-11-26') },
    ]);
    expect(world.store.records.get(laptop.id)?.approvers.map(({ id }) => id)).toEqual(['ada']);
    expect(heard(await says('ada', 'stop delegating'))).toContain('come to you again');
    expect(delegations).toEqual([]);
  });

  it('ends a delegation when the day is over where the person is, also when the clocks change that day', async () => {
    const ada = world.people.get('ada');
    if (!ada) throw new Error('ada');
    ada.timeZone = 'Europe/Berlin';
    expect(heard(await says('ada', 'delegate my approvals to Tom until 2027-03-28'))).toContain(
      '28 Mar 2027',
    );
    ada.timeZone = 'America/Los_Angeles';
    expect(heard(await says('ada', 'delegate my approvals to Tom until Friday'))).toContain('20 Nov 2026');
    expect(delegations.map(({ until }) => until.toISOString())).toEqual(['2026-11-21T08:00:00.000Z']);
    expect(
      readApprovalCommand('delegate my approvals to Tom until 2027-03-28', NOW, 'Europe/Berlin'),
    ).toMatchObject({ until: new Date('2027-03-28T22:00:00Z') });
  });

  it('tells who approved, to those concerned', async () => {
    const laptop = await ask('Laptop');
    const person = { id: 'ada', name: 'Ada', active: true };
    await service.decide({
      tenantId: 't1',
      approvalId: laptop.id,
      person,
      token: service.tokenFor(laptop),
      verdict: 'reject',
      reason: 'x',
    });
    expect(heard(await says('mia', 'who approved the Laptop?'))).toMatch(/rejected by Ada at 18 Nov 2026/);
    expect(heard(await says('tom', 'who approved the Laptop?'))).toContain('I find no decision');
    expect(heard(await says('zoe', 'wer hat das Laptop genehmigt'))).toContain('rejected by Ada');
    // However many like it wait, or are others' affair.
    for (let more = 0; more < 7; more += 1) await ask(`Laptop ${more}`);
    expect(heard(await says('mia', 'who approved my Laptop request?'))).toContain('rejected by Ada');
  });

  it('sets up codes in a personal chat with a picture to scan, and gives recovery codes', async () => {
    const shared = { conversation: { ...chatOf('ada'), scope: 'channel' as const } };
    expect(heard(await says('ada', 'set up codes', shared))).toContain('personal chat');
    const begun = await says('ada', 'set up codes');
    expect(JSON.stringify(begun.replies)).toContain('data:image/png;base64,');
    expect(heard(await says('ada', 'code 000000'))).toContain('not right');
    const secret = authenticators.get('ada')?.secret ?? '';
    const code = await generate({ secret, epoch: world.clock.now().getTime() / 1000 });
    expect(heard(await says('ada', `code ${code}`))).toMatch(/- `\w{5}-\w{5}`/);
    expect(heard(await says('ada', 'set up codes'))).toContain('already');
  });

  it('lets only administrators give and take roles, audited', async () => {
    expect(heard(await says('mia', 'give Tom the role approver'))).toContain('Only administrators');
    const given = await says('zoe', 'give Tom the role approver');
    expect(heard(given)).toBe('Tom now has these roles: viewer and approver.');
    expect(given.audits).toMatchObject([
      { action: 'role-give', resource: 'person:tom', after: ['viewer', 'approver'] },
    ]);
    expect(heard(await says('zoe', 'take the role approver from Tom'))).toBe(
      'Tom now has these roles: viewer.',
    );
  });

  it('leaves everything else to others', async () => {
    for (const text of ['How long is parental leave?', 'thanks', 'cancel', 'answer: grey'])
      expect((await says('mia', text)).handled).toBe(false);
  });
});

describe('reading a command', () => {
  it.each([
    [
      'delegate my approvals to Ana Ruiz until 2026-12-24',
      { kind: 'delegate', to: 'Ana Ruiz', until: new Date('2026-12-25') },
    ],
    ['delegate my approvals to Ana from 2026-12-01 until 2026-12-24', DECEMBER],
    ['delegate my approvals from 1 December to 24 December to Ana', DECEMBER],
    ['delegate my approvals to Ana starting 1 December until 24 December', DECEMBER],
    ['Vertretung vom 1.12.2026 bis zum 24.12.2026 an Ana', DECEMBER],
    ['délègue mes approbations à Ana du 1 décembre au 24 décembre', DECEMBER],
    ['delega mis aprobaciones en Ana desde el 1 de diciembre hasta el 24 de diciembre', DECEMBER],
    [
      'delegate my approvals to Ana from Friday until Wednesday',
      { kind: 'delegate', to: 'Ana', from: new Date('2026-11-20'), until: new Date('2026-11-26') },
    ],
    ['Vertretung an Ana bis Freitag', { kind: 'delegate', to: 'Ana', until: new Date('2026-11-21') }],
    ['who approved the laptop for Priya?', { kind: 'who-approved', what: 'laptop for Priya' }],
    [
      'make ana@example.com a manager',
      { kind: 'role', change: 'give', role: 'manager', who: 'ana@example.com' },
    ],
    ['gib Ana die Rolle approver', { kind: 'role', change: 'give', role: 'approver', who: 'Ana' }],
    ['code 123 456', { kind: 'code', code: '123456' }],
    ['answer: the grey one', { kind: 'answer', text: 'the grey one' }],
    ['please delegate my approvals to Tom until Friday', { kind: 'delegate', to: 'Tom', until: FRIDAY_OVER }],
    [
      'could you delegate all my approvals to Ana until Friday?',
      { kind: 'delegate', to: 'Ana', until: FRIDAY_OVER },
    ],
    ['übertrage meine Freigaben bis Freitag an Tom', { kind: 'delegate', to: 'Tom', until: FRIDAY_OVER }],
    ["délègue mes approbations à Tom jusqu'à vendredi", { kind: 'delegate', to: 'Tom', until: FRIDAY_OVER }],
    ['delega mis aprobaciones en Tom hasta el viernes', { kind: 'delegate', to: 'Tom', until: FRIDAY_OVER }],
    ['please remind the approvers of my laptop request', { kind: 'nudge', what: 'my laptop request' }],
    ['can you tell me who approved the laptop?', { kind: 'who-approved', what: 'laptop' }],
    ['who signed off the monitor?', { kind: 'who-approved', what: 'monitor' }],
    ['wer hat den Laptop freigegeben?', { kind: 'who-approved', what: 'Laptop' }],
    ['ziehe den Laptop-Antrag zurück', { kind: 'cancel', what: 'Laptop' }],
    ['could you show me my requests?', { kind: 'my-requests' }],
    ['please', undefined],
    ['could you explain who may approve a laptop?', undefined],
    ['what is the hotel limit', undefined],
  ])('%s', (text, command) => {
    expect(readApprovalCommand(text, NOW)).toEqual(command);
  });
});

describe('a question about a request', () => {
  it('is answered by words, which the asker gets as a message and the requester hears of', async () => {
    const laptop = await ask('Laptop');
    const ada = { id: 'ada', name: 'Ada', active: true };
    await service.note({ tenantId: 't1', approvalId: laptop.id, person: ada, text: 'Which colour?' });
    const turn = await says('mia', 'answer: the grey one');
    expect(heard(turn)).toBe('I have passed your answer on to Ada.');
    expect(turn.posts).toMatchObject([
      { conversation: chatOf('ada'), content: { text: expect.stringContaining('answers: the grey one') } },
    ]);
  });
});

it('a day ends where the person is who names it', () => {
  const until = (timeZone?: string) => readApprovalCommand('delegate to Ana until 2027-01-15', NOW, timeZone);
  expect(until()).toMatchObject({ until: new Date('2027-01-16T00:00:00Z') });
  expect(until('Europe/Berlin')).toMatchObject({ until: new Date('2027-01-15T23:00:00Z') });
  expect(until('America/New_York')).toMatchObject({ until: new Date('2027-01-16T05:00:00Z') });
});

describe('the commands in five languages', () => {
  it.each([
    ['was wartet auf mich?', { kind: 'waiting' }],
    ['is anything waiting for my approval?', { kind: 'waiting' }],
    ['do I have any pending approvals?', { kind: 'waiting' }],
    ['what do I need to approve?', { kind: 'waiting' }],
    ['what did I request?', { kind: 'my-requests' }],
    ['Where are my requests?', { kind: 'my-requests' }],
    ['what is the status of my requests', { kind: 'my-requests' }],
    ['show me my open requests', { kind: 'my-requests' }],
    ['Wie steht es um meine Anträge?', { kind: 'my-requests' }],
    ['¿cómo van mis solicitudes?', { kind: 'my-requests' }],
    ['où en sont mes demandes ?', { kind: 'my-requests' }],
    ['qué me espera?', { kind: 'waiting' }],
    ["qu'est-ce qui m'attend ?", { kind: 'waiting' }],
    ['承認待ちを見せて', { kind: 'waiting' }],
    ['mis solicitudes', { kind: 'my-requests' }],
    ['mes demandes', { kind: 'my-requests' }],
    ['私の申請', { kind: 'my-requests' }],
    ['cancela mi solicitud de portátil', { kind: 'cancel', what: 'portátil' }],
    ["annulez ma demande d'ordinateur", { kind: 'cancel', what: 'ordinateur' }],
    ['ノートパソコンの申請を取り消して', { kind: 'cancel', what: 'ノートパソコン' }],
    ['recuerda a los aprobadores la portátil', { kind: 'nudge', what: 'portátil' }],
    ['relancez les approbateurs pour le portable', { kind: 'nudge', what: 'portable' }],
    ['ノートパソコンの承認者に催促して', { kind: 'nudge', what: 'ノートパソコン' }],
    ['¿quién aprobó el portátil?', { kind: 'who-approved', what: 'portátil' }],
    ['qui a approuvé le portable ?', { kind: 'who-approved', what: 'portable' }],
    ['ノートパソコンは誰が承認した？', { kind: 'who-approved', what: 'ノートパソコン' }],
    ['delega mis aprobaciones a Ana', { kind: 'delegate', to: 'Ana' }],
    ['délègue mes approbations à Ana', { kind: 'delegate', to: 'Ana' }],
    ['私の承認をAnaに委任して', { kind: 'delegate', to: 'Ana' }],
    ['ask Ana to take over the laptop', { kind: 'hand-over', to: 'Ana', what: 'laptop' }],
    ['bitte Ana, den Laptop zu übernehmen', { kind: 'hand-over', to: 'Ana', what: 'Laptop' }],
    ['pide a Ana que se haga cargo del portátil', { kind: 'hand-over', to: 'Ana', what: 'portátil' }],
    ['demande à Ana de prendre le relais', { kind: 'hand-over', to: 'Ana', what: '' }],
    ['Anaに引き継ぎを依頼', { kind: 'hand-over', to: 'Ana', what: '' }],
  ])('understands "%s"', (text, command) => {
    expect(readApprovalCommand(text, NOW)).toEqual(command);
  });
});
