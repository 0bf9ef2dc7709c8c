import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock, type Clock } from '../../core/kernel/clock.js';
import { startFakeOpa, type FakeOpa } from '../fakes/opa.js';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

const HOUR_MS = 3_600_000;
/** How far the clock was moved on; waiting takes real time. */
let ahead = 0;
const clock: Clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + ahead) };
let opa: FakeOpa;
let people: TeamsPeople;

beforeAll(async () => {
  opa = await startFakeOpa();
  people = await startTeamsPeople({ clock, env: { OPA_URL: opa.url } });
}, 60_000);
afterAll(async () => {
  await people.close();
  await opa.close();
}, 30_000);

const shown = (who: string, costCentre: string): string =>
  JSON.stringify(people.cardsWith(who, `cost centre ${costCentre}`).at(-1)?.activity);
const ticketsMade = (): number =>
  new Set(JSON.stringify(people.running.connector.messages()).match(/T-\d+/g)).size;

/** Approves while the policy service is away, and waits until both have been told. */
async function approvedInSilence(costCentre: string): Promise<void> {
  const button = await people.asked(costCentre);
  opa.answerWith(503, '{}');
  await people.click('max', button('approval.approve'));
  await bothRead(costCentre, /checks our rules does not answer/);
}

/** The timers run every five seconds. */
const bothRead = (costCentre: string, words: RegExp): Promise<void> =>
  eventually(() => {
    for (const who of ['priya', 'max']) expect(shown(who, costCentre)).toMatch(words);
  }, 20_000);

describe('a policy service that goes away between an approval and its execution', () => {
  it('lets the call wait, also over a restart, and run once when it answers again', async () => {
    await approvedInSilence('8101');
    await people.restart();
    ahead += HOUR_MS;
    const tries = opa.told();
    await eventually(() => expect(opa.told()).toBeGreaterThan(tries), 20_000);
    expect(shown('priya', '8101')).not.toMatch(/T-\d+/);
    opa.recover();
    ahead += HOUR_MS;
    await bothRead('8101', /T-\d+/);
    expect(opa.asked.filter(({ context }) => context.approved).length).toBe(1);
    expect(ticketsMade()).toBe(1);
  }, 60_000);

  it('lets the requester call it off meanwhile', async () => {
    await approvedInSilence('8102');
    await people.click('priya', buttonOf(JSON.parse(shown('priya', '8102')), 'approval.cancel'));
    await bothRead('8102', /taken back/);
    opa.recover();
  }, 60_000);

  it('gives up after a day of silence, says so, and has done nothing', async () => {
    await approvedInSilence('8103');
    ahead += 25 * HOUR_MS;
    await bothRead('8103', /did not answer for a day, so nothing was done/);
    opa.recover();
    expect(opa.asked.filter(({ context }) => context.approved).length).toBe(1);
    expect(ticketsMade()).toBe(1);
  }, 60_000);
});
