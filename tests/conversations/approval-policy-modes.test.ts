import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;

beforeAll(async () => {
  people = await startTeamsPeople();
}, 60_000);
afterAll(() => people.close(), 30_000);

describe('the shipped policy', () => {
  it('lets the change advisory board decide on a deployment, which makes a change ticket', async () => {
    const shown = (who: string): string => JSON.stringify(people.cardsWith(who, 'billing').at(-1)?.activity);
    await people.say('priya', 'please request a deployment of billing on 2027-03-01');
    await eventually(() => {
      for (const who of ['tom', 'ana']) expect(shown(who)).toContain('approval.approve');
    });
    expect(people.cardsWith('max', 'billing')).toEqual([]); // her manager, who is not on the board
    const approve = (who: string): Promise<string> =>
      people.click(who, buttonOf(people.cardsWith(who, 'billing').at(-1)?.activity, 'approval.approve'));
    await approve('tom');
    expect(shown('priya')).not.toMatch(/T-\d+/);
    await approve('ana');
    await eventually(() => expect(shown('priya')).toMatch(/Change T-\d+ is agreed/));
  });
});

describe('a policy that only observes', () => {
  it('lets the tool run at once, asks nobody, and logs what it would have decided', async () => {
    await people.restart({ env: { STEWARD_POLICY_MODE: 'observe' } });
    await people.say('priya', 'please raise a laptop request for Priya, 16 inch, cost centre 7301');
    await eventually(() => {
      expect(JSON.stringify(people.shown('priya').at(-1)?.activity)).toMatch(/T-\d+/);
    });
    expect(people.cardsWith('max', '7301')).toEqual([]);
    await people.restart();
    await people.asked('7302'); // and when it enforces again a person decides
  }, 60_000);
});
