import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;
beforeAll(async () => {
  people = await startTeamsPeople();
}, 60_000);
afterAll(() => people.close(), 30_000);

it('a milestone is marked as done by the button of the plan’s card, which then shows it', async () => {
  await people.say('priya', 'plan: Order the boxes by 5 December 2099; move the desks by 12 December 2099');
  let card: unknown;
  await eventually(() => {
    card = people.cardsWith('priya', 'plan.done')[0]?.activity;
    expect(card).toBeDefined();
  });
  const button = buttonOf(card, 'plan.done');
  expect(await people.click('priya', button, { milestone: '2' })).toMatch(/is done|1 of 2 done/);
  await eventually(() => {
    const updates = people.shown('priya').filter(({ kind }) => kind === 'update');
    expect(JSON.stringify(updates.at(-1)?.activity)).toMatch(/1 of 2 done/);
  });

  // a second click of an old card, and clicks that nobody can make on a card, change nothing
  await people.click('priya', button, { milestone: '2' });
  for (const milestone of ['9', '-1', 'two', '']) await people.click('priya', button, { milestone });
  await people.click('sam', button, { milestone: '1' });
  await people.say('priya', 'plan');
  await eventually(() => {
    const cards = people.cardsWith('priya', 'plan.done');
    expect(cards.length).toBeGreaterThan(2);
    expect(JSON.stringify(cards.at(-1)?.activity)).toMatch(/1 of 2 done/);
  });
}, 60_000);
