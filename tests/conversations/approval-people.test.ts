import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;

beforeAll(async () => {
  people = await startTeamsPeople();
}, 60_000);
afterAll(() => people.close(), 30_000);

const hears = (who: string, words: string): Promise<void> =>
  eventually(() => {
    expect(JSON.stringify(people.shown(who).at(-1)?.activity)).toContain(words);
  }, 10_000);

describe('roles by command', () => {
  it('never take the role from the last administrator, and do when there is another', async () => {
    await people.say('zoe', 'take the role admin from Zoe');
    await hears('zoe', 'Zoe Martin is the only administrator');
    await people.say('zoe', 'give Ana the role admin');
    await hears('zoe', 'Ana Ruiz now has these roles: viewer and admin');
    await people.say('zoe', 'take the role admin from Zoe');
    await hears('zoe', 'Zoe Martin now has these roles: viewer');
    await people.say('zoe', 'give Sam the role admin');
    await hears('zoe', 'Only administrators');
  });
});
