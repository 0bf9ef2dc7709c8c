import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, writeOrganisation, type TeamsPeople } from '../support/teams-people.js';

const HOUR_MS = 3_600_000;
const clock = createMovableClock();
const folder = mkdtempSync(join(tmpdir(), 'steward-org-'));
const file = writeOrganisation(folder);
let people: TeamsPeople;

beforeAll(async () => {
  people = await startTeamsPeople({ clock, env: { STEWARD_ORG_FILE: file } });
}, 60_000);
afterAll(async () => {
  await people.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const tickets = (costCentre: string): Promise<number> =>
  people.running.steward.store.database.connection
    .collection('tickets')
    .countDocuments({ 'details.costCentre': costCentre });
const newestWith = (who: string, words: string): Promise<unknown> => {
  let found: unknown;
  return eventually(() => {
    found = people.cardsWith(who, words).at(-1)?.activity;
    expect(found).toBeDefined();
  }, 10_000).then(() => found);
};

/** Every address in what the channel was sent, and those that a robot might try besides. */
function addressesIn(activities: unknown): string[] {
  const { url } = people.running;
  const found = JSON.stringify(activities).match(/https?:\/\/[^"\\\s]+/g) ?? [];
  const guesses = ['/', '/api/messages', '/approve', '/approvals', '/api/v1/approvals', '/slack/actions'];
  return [
    ...new Set([...found.filter((each) => each.startsWith(url)), ...guesses.map((path) => url + path)]),
  ];
}

describe('an approval in Teams survives', () => {
  it('robots that open every address on its card with what its buttons carry', async () => {
    const button = await people.asked('9001');
    const { verb, data } = button('approval.approve');
    const carried = new URLSearchParams({
      verb,
      approvalId: String(data.approvalId),
      token: String(data.token),
    });
    for (const address of addressesIn(people.shown('max').map(({ activity }) => activity)))
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST'])
        await fetch(`${address}${address.includes('?') ? '&' : '?'}${carried.toString()}`, { method });
    expect(JSON.stringify(await newestWith('max', 'cost centre 9001'))).toContain('approval.approve');
    expect(await tickets('9001')).toBe(0);
    await people.click('max', button('approval.approve'));
    await people.everyCopyShows('9001', ['priya', 'max', 'tom'], /T-\d+/);
  });

  it('an approver who leaves the company: their click counts no more, and another decides', async () => {
    const button = await people.asked('9002', 'tom', 'priya');
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text
        .split('\n')
        .filter((line) => !line.includes('id: tom'))
        .join('\n')
        .replace('people: [tom]', 'people: [max]'),
    );
    await people.restart();
    expect(await people.click('tom', button('approval.approve'))).not.toContain('"approved"');
    expect(await tickets('9002')).toBe(0);
    const card = await newestWith('max', 'cost centre 9002');
    await people.click('max', buttonOf(card, 'approval.approve'));
    await people.everyCopyShows('9002', ['priya', 'max'], /T-\d+/);
    expect(await tickets('9002')).toBe(1);
    writeFileSync(file, text);
    await people.restart();
  }, 90_000);

  it.each([
    ['back an hour', -HOUR_MS],
    ['ahead an hour', HOUR_MS],
  ])(
    'a clock that jumps %s between the decision and its execution: it runs once',
    async (where, ms) => {
      const words = `the lift stands still (${where})`;
      await people.say('priya', `announce: ${words}`);
      await people.click('max', buttonOf(await newestWith('max', words), 'approval.approve'));
      clock.move(ms);
      const announced = (): unknown[] =>
        people
          .shown('priya')
          .filter(({ activity }) => String(activity.text).includes(`Priya Nair:** ${words}`));
      await eventually(() => expect(announced()).toHaveLength(1), 30_000);
      await eventually(async () =>
        expect(JSON.stringify(await newestWith('max', words))).toContain('It was announced'),
      );
      expect(announced()).toHaveLength(1);
      clock.move(-ms);
    },
    60_000,
  );

  it('a conversation that is busy with a long dialog, and a click in the middle of it', async () => {
    const button = await people.asked('9003');
    const talk = Array.from({ length: 8 }, (_, number) =>
      people.say('max', number % 2 ? 'my requests' : `How many days of leave do I get in year ${number}?`),
    );
    const answer = await people.click('max', button('approval.approve'));
    expect(answer).toContain('approved');
    await Promise.all(talk);
    await people.everyCopyShows('9003', ['priya', 'max', 'tom'], /T-\d+/);
    expect(await tickets('9003')).toBe(1);
  });
});

describe('what is typed into a card', () => {
  it('is told to be too long or missing, and lost nothing; other values after the decision are not taken for it', async () => {
    const button = await people.asked('9004');
    const long = 'because '.repeat(2_000);
    expect(await people.click('max', button('approval.reject'), { reason: long })).toContain(
      '1000 characters',
    );
    expect(await people.click('max', button('approval.info'), { question: long })).toContain(
      '1000 characters',
    );
    expect(await people.click('max', button('approval.delegate'), { to: long })).toContain('200 characters');
    expect(await people.click('max', button('approval.delegate'), { to: ' ' })).toContain(
      'Who should decide',
    );
    const save = { verb: 'approval.save', data: button('approval.edit').data };
    const values = { item: 'laptop', forWhom: 'Lee', size: '16 inch', costCentre: '9004' };
    expect(await people.click('max', save, { ...values, reason: long })).toContain('500 characters');
    expect(await people.click('max', save, values)).toContain('approved');
    await people.everyCopyShows('9004', ['priya', 'max', 'tom'], /T-\d+/);
    expect(await people.click('max', save, { ...values, item: 'phone' })).toContain('Already decided');
    expect(await people.click('max', save, values)).not.toContain('Already decided');
    expect(await tickets('9004')).toBe(1);
  });
});

describe('an escalation in Teams', () => {
  it('is taken, given back without a question, taken by another, and shows each on every card', async () => {
    await people.say('priya', 'I want to talk to a person');
    const card = await newestWith('max', 'escalation.ack');
    const toms = await newestWith('tom', 'escalation.ack');
    expect(await people.click('max', buttonOf(card, 'escalation.ack'))).toContain(
      'Max Weber takes care of it',
    );
    const taken = await newestWith('max', 'escalation.unack');
    expect(await people.click('sam', buttonOf(taken, 'escalation.unack'))).toContain('not yours');
    const back = await people.click('max', buttonOf(taken, 'escalation.unack'));
    expect(back).toContain('escalation.ack');
    await eventually(async () =>
      expect(JSON.stringify(await newestWith('priya', 'You asked for a person'))).toContain(
        'nobody has taken it yet',
      ),
    );
    expect(await people.click('tom', buttonOf(toms, 'escalation.ack'))).toContain(
      'Tom Okafor takes care of it',
    );
    await eventually(async () =>
      expect(JSON.stringify(await newestWith('priya', 'You asked for a person'))).toContain('Tom Okafor'),
    );
  });
});
