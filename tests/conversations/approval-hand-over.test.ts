import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;

beforeAll(async () => {
  people = await startTeamsPeople();
}, 60_000);
afterAll(() => people.close(), 30_000);

const newest = (who: string, words: string): unknown => people.cardsWith(who, words).at(-1)?.activity;
const shows = (who: string, words: string, wanted: string): Promise<void> =>
  eventually(() => expect(JSON.stringify(newest(who, words))).toContain(wanted));
const isTold = (who: string, words: string): Promise<void> =>
  eventually(() => expect(JSON.stringify(people.shown(who).at(-1)?.activity)).toContain(words));

describe('a request to hand over', () => {
  it('lets whoever accepts decide, from then on and not before', async () => {
    const button = await people.asked('8101');
    await people.say('max', 'ask Ana Ruiz to take over laptop');
    await shows('ana', '8101', 'Max Weber asks you to decide instead.');
    expect(await people.click('ana', button('approval.approve'))).toContain('not yours');
    const take = buttonOf(newest('ana', '8101'), 'approval.take');
    expect(await people.click('sam', take)).toContain('not yours'); // nobody asked him
    expect(await people.click('ana', take)).toContain('approval.approve');
    await isTold('max', 'Ana Ruiz takes it over');
    await shows('ana', '8101', 'approval.approve');
    await people.click('ana', buttonOf(newest('ana', '8101'), 'approval.approve'));
    await people.everyCopyShows('8101', ['priya', 'max', 'tom', 'ana'], /T-\d+/);
  });

  it('changes nothing when it is declined, and says so to whoever asked', async () => {
    const button = await people.asked('8102');
    await people.say('max', 'ask Sam Stranger to take over laptop');
    await shows('sam', '8102', 'approval.decline');
    await people.click('sam', buttonOf(newest('sam', '8102'), 'approval.decline'));
    await isTold('max', 'Sam Stranger does not take it over');
    expect(await people.click('sam', button('approval.approve'))).toContain('not yours');
    expect(await people.click('max', button('approval.approve'))).toContain('approved');
  });

  it('is made once, never to the requester, and only for what waits for whoever asks', async () => {
    await people.asked('8103');
    await people.say('max', 'ask Priya Nair to take over laptop');
    await isTold('max', 'decides already or was asked before');
    await people.say('sam', 'ask Ana Ruiz to take over laptop');
    await isTold('sam', 'Nothing');
  });
});

describe('a rule that a manager set', () => {
  it('denies what it forbids and calls the manager to the conversation', async () => {
    await people.say(
      'priya',
      'please raise a laptop request for Priya, cost centre 8201, cost 60000 dollars',
    );
    await isTold('max', 'A manager asked to be called in such cases.');
    expect(
      people
        .shown('priya')
        .map(({ activity }) => JSON.stringify(activity))
        .join(),
    ).toContain('above the limit of 50,000 dollars');
    const take = buttonOf(people.shown('max').at(-1)?.activity, 'escalation.ack');
    expect(await people.click('max', take)).toContain('Max Weber takes care of it');
  });
});
