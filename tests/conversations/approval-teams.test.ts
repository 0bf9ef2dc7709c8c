import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../storage/mongo/audit-log.js';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;
beforeAll(async () => {
  people = await startTeamsPeople();
}, 60_000);
afterAll(() => people.close(), 30_000);

const say: TeamsPeople['say'] = (...words) => people.say(...words);
const click: TeamsPeople['click'] = (...words) => people.click(...words);
const shown: TeamsPeople['shown'] = (...words) => people.shown(...words);
const cardsWith: TeamsPeople['cardsWith'] = (...words) => people.cardsWith(...words);
const asked: TeamsPeople['asked'] = (...words) => people.asked(...words);
const everyCopyShows: TeamsPeople['everyCopyShows'] = (...words) => people.everyCopyShows(...words);

const tickets = async (costCentre: string): Promise<number> =>
  people.running.steward.store.database.connection
    .collection('tickets')
    .countDocuments({ 'details.costCentre': costCentre });

describe('an approval in Teams', () => {
  it('goes from a sentence to a ticket by one click, and every card shows the result', async () => {
    const button = await asked('1001');
    const answer = await click('max', button('approval.approve'));
    expect(answer).toContain('approved');
    await everyCopyShows('1001', ['priya', 'max', 'tom'], /T-\d+/);
    expect(await tickets('1001')).toBe(1);
  });

  it('leaves nothing to send or to audit behind its click but what the decision itself left', async () => {
    const button = await asked('1019', 'tom', 'ana');
    const { database } = people.running.steward.store;
    const count = (): Promise<number> => database.connection.collection('outcomes').countDocuments({});
    const before = await count();
    await click('tom', button('approval.approve'));
    await everyCopyShows('1019', ['ana', 'tom'], /T-\d+/);
    // Decided, begun, ended.
    expect((await count()) - before).toBe(3);
    await eventually(async () =>
      expect(await database.connection.collection('inbox').countDocuments({ done: false })).toBe(0),
    );
  });

  it('asks with a form for what the sentence did not say', async () => {
    await say('priya', 'please raise a laptop request for Robin');
    let form: unknown;
    await eventually(() => {
      const [found] = cardsWith('priya', 'form.submit');
      expect(found).toBeDefined();
      form = found?.activity;
    });
    const answer = await click('priya', buttonOf(form, 'form.submit'), {
      item: 'laptop',
      forWhom: 'Robin',
      costCentre: '1002',
    });
    expect(answer).toContain('Max Weber');
    await eventually(() => expect(cardsWith('max', 'cost centre 1002').length).toBe(1));
  });

  it('is decided by the first of two people who click at once; the other is told by whom', async () => {
    const button = await asked('1003');
    const [approve, reject] = [button('approval.approve'), button('approval.reject')];
    const answers = await Promise.all([click('max', approve), click('tom', reject, { reason: 'no' })]);
    expect(answers.filter((answer) => answer.includes('Already decided'))).toHaveLength(1);
    const done = answers[1]?.includes('Already decided');
    await everyCopyShows('1003', ['priya', 'max', 'tom'], done ? /T-\d+/ : /rejected/);
    expect(await tickets('1003')).toBe(done ? 1 : 0);
  });

  it('runs once when one person clicks twice and Teams repeats a click', async () => {
    const button = await asked('1004');
    const approve = button('approval.approve');
    await Promise.all([
      click('max', approve),
      click('max', approve),
      click('max', approve, {}, { id: 'same' }),
      click('max', approve, {}, { id: 'same' }),
    ]);
    await everyCopyShows('1004', ['priya', 'max', 'tom'], /T-\d+/);
    expect(await tickets('1004')).toBe(1);
  });

  it('is edited on the card before it is approved', async () => {
    const button = await asked('1005');
    const editor: unknown = JSON.parse(await click('max', button('approval.edit')));
    const save = buttonOf(editor, 'approval.save');
    const wrong = await click('max', save, {
      item: 'laptop',
      forWhom: 'Lee',
      size: '14 inch',
      costCentre: 'x',
    });
    expect(wrong).toContain('a number of 3 to 10 digits');
    await click('max', save, { item: 'laptop', forWhom: 'Lee', size: '14 inch', costCentre: '1005' });
    await everyCopyShows('1005', ['priya', 'max', 'tom'], /14 inch.*T-\d+|T-\d+.*14 inch/);
    const [ticket] = await people.running.steward.store.database.connection
      .collection('tickets')
      .find({ 'details.costCentre': '1005' })
      .toArray();
    expect(ticket).toMatchObject({ details: { size: '14 inch', approvedBy: ['Max Weber'] } });
  });

  it('does not let parameters pass that the policy denies, or that somebody makes up on the card', async () => {
    const button = await asked('1006');
    const save = { verb: 'approval.save', data: button('approval.edit').data };
    const base = { item: 'laptop', forWhom: 'Lee', size: '16 inch', costCentre: '1006' };
    expect(await click('max', save, { ...base, costUsd: '60000' })).toContain('50,000');
    expect(await click('max', save, { ...base, item: 'yacht' })).toContain('Choose what is needed');
    expect(await tickets('1006')).toBe(0);
  });

  it('does not take an edited, made-up or spent token, nor a click by a stranger or by the requester', async () => {
    const button = await asked('1007');
    const { verb, data } = button('approval.approve');
    const token = String(data.token);
    expect(await click('max', { verb, data: { ...data, token: `${token.slice(0, -3)}abc` } })).toContain(
      'out of date',
    );
    expect(await click('max', { verb, data: { ...data, token: '' } })).toContain('out of date');
    expect(await click('sam', { verb, data })).toContain('not yours');
    expect(await click('priya', { verb, data })).toContain('Nobody decides their own request');
    expect(await click('max', { verb, data: { approvalId: '../x', token } })).not.toContain('approved');
    expect(await tickets('1007')).toBe(0);
    await click('max', { verb, data });
    await everyCopyShows('1007', ['priya', 'max', 'tom'], /T-\d+/);
    expect(await click('tom', { verb, data })).toContain('Already decided');
    expect(await tickets('1007')).toBe(1);
  });

  it('is not decided by a link-preview robot or anybody else who opens addresses', async () => {
    const button = await asked('1008');
    const { data } = button('approval.approve');
    const query = new URLSearchParams({
      approvalId: String(data.approvalId),
      token: String(data.token),
      verb: 'approval.approve',
    });
    for (const path of [
      '/',
      '/api/messages',
      `/approvals/${String(data.approvalId)}`,
      '/api/v1/approvals',
      '/directline/conversations',
    ])
      for (const method of ['GET', 'HEAD'])
        await fetch(`${people.running.url}${path}?${query.toString()}`, { method });
    expect(JSON.stringify(cardsWith('max', 'cost centre 1008').at(-1)?.activity)).toContain(
      'approval.approve',
    );
    expect(await tickets('1008')).toBe(0);
  });

  it('decides while the same conversation is busy', async () => {
    const button = await asked('1009');
    const busy = Promise.all([
      say('max', 'How many days of parental leave do I get?'),
      say('max', 'my requests'),
    ]);
    const answer = await click('max', button('approval.approve'));
    expect(answer).toContain('approved');
    await busy;
    await everyCopyShows('1009', ['priya', 'max', 'tom'], /T-\d+/);
  });

  it('passes by a manager who asks for something: others decide', async () => {
    const button = await asked('1010', 'tom', 'max');
    expect(await click('max', button('approval.approve'))).toContain('Nobody decides their own request');
    await click('tom', button('approval.approve'));
    await everyCopyShows('1010', ['max', 'tom'], /T-\d+/);
  });

  it('is taken back by the requester on the card, and approvers see it', async () => {
    await asked('1011', 'tom', 'ana');
    let status: unknown;
    await eventually(() => {
      const [found] = cardsWith('ana', 'cost centre 1011');
      expect(found).toBeDefined();
      status = found?.activity;
    });
    await click('ana', buttonOf(status, 'approval.cancel'));
    await everyCopyShows('1011', ['ana', 'zoe', 'tom'], /taken back/);
  });

  it('opens from the list of what waits as a card that is kept up to date', async () => {
    const { approvalId } = (await asked('1012', 'tom', 'ana'))('approval.approve').data;
    await say('tom', 'what waits for me?');
    let list: unknown;
    await eventually(() => {
      const [found] = shown('tom').filter(({ activity }) =>
        JSON.stringify(activity).includes('Waiting for your decision'),
      );
      expect(found).toBeDefined();
      list = found?.activity;
    });
    const before = cardsWith('tom', 'cost centre 1012').length;
    const open = buttonOf(list, 'approval.refresh', approvalId);
    await click('tom', open);
    await eventually(() => expect(cardsWith('tom', 'cost centre 1012').length).toBe(before + 1));
    const card = cardsWith('tom', 'cost centre 1012').at(-1)?.activity;
    await click('tom', buttonOf(card, 'approval.reject'), { reason: 'not now' });
    await everyCopyShows('1012', ['ana', 'tom', 'zoe'], /rejected/);
  });

  it('leaves an audit that verifies and tells who decided what', async () => {
    const log = createAuditLog(people.running.steward.store.database);
    await eventually(async () => {
      const decisions: string[] = [];
      for await (const { event } of log.read('home', { action: 'approval-decide' }))
        decisions.push(event.actor.id);
      expect(decisions.length).toBeGreaterThanOrEqual(6);
      expect(new Set(decisions)).toEqual(new Set(['max', 'tom']));
    });
    expect((await log.verify('home')).faults).toEqual([]);
  });
});
