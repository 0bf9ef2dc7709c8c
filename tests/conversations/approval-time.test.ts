import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock, type Clock } from '../../core/kernel/clock.js';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

const HOUR_MS = 3_600_000;
/** How far the clock was moved on; waiting takes real time. */
let ahead = 0;
const clock: Clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + ahead) };
let people: TeamsPeople;

beforeAll(async () => {
  people = await startTeamsPeople({ clock });
}, 60_000);
afterAll(() => people.close(), 30_000);

/** A card of a person that has a button, as soon as it is there. */
async function cardOf(who: string, words: string, verb: string): Promise<unknown> {
  let card: unknown;
  await eventually(() => {
    const found = people
      .cardsWith(who, words)
      .filter(({ activity }) => JSON.stringify(activity).includes(verb));
    expect(found.length).toBeGreaterThan(0);
    card = found.at(-1)?.activity;
  }, 10_000);
  return card;
}

describe('time and approvals', () => {
  it('does not count a click after the end, and says that this is no refusal', async () => {
    const button = await people.asked('2001');
    ahead += 25 * HOUR_MS;
    expect(await people.click('max', button('approval.approve'))).toContain('expired');
    await people.everyCopyShows('2001', ['priya', 'max', 'tom'], /This is not a refusal/);
    ahead -= 25 * HOUR_MS; // and when the clock jumps back nothing comes to life again
    expect(await people.click('max', button('approval.approve'))).toContain('expired');
  });

  it('executes what was approved before the process stopped, once, when it runs again', async () => {
    await people.say('priya', 'announce: the canteen opens at eleven');
    const card = await cardOf('max', 'canteen', 'approval.approve');
    expect(await people.click('max', buttonOf(card, 'approval.approve'))).toContain(
      'Until then it can be cancelled',
    );
    const announced = (): unknown[] =>
      people.shown('priya').filter(({ activity }) => String(activity.text).includes('Priya Nair:'));
    await people.restart();
    expect(announced()).toEqual([]);
    ahead += 31_000;
    await eventually(() => expect(announced()).toHaveLength(1), 15_000);
    await people.restart();
    await people.say('priya', 'my requests');
    await eventually(
      () => expect(people.cardsWith('priya', 'Your requests').length).toBeGreaterThan(0),
      10_000,
    );
    expect(announced()).toHaveLength(1);
  }, 60_000);

  it('lets the requester call off what cannot be undone, while there is time', async () => {
    await people.say('tom', 'announce: free cake for everybody');
    const card = await cardOf('max', 'free cake', 'approval.approve');
    await people.click('max', buttonOf(card, 'approval.approve'));
    await people.click(
      'tom',
      buttonOf(await cardOf('tom', 'free cake', 'approval.cancel'), 'approval.cancel'),
    );
    ahead += 60_000;
    await eventually(() => {
      expect(JSON.stringify(people.cardsWith('max', 'free cake').at(-1)?.activity)).toContain('taken back');
    });
    expect(
      people.shown('tom').filter(({ activity }) => String(activity.text).includes('Tom Okafor:')),
    ).toEqual([]);
  });
});

describe('a person who is wanted', () => {
  it('gets the conversation, takes it and answers in the thread', async () => {
    await people.say('priya', 'I want to talk to a person');
    const card = await cardOf('max', 'escalation.ack', 'escalation.ack');
    expect(await people.click('max', buttonOf(card, 'escalation.ack'))).toContain(
      'Max Weber takes care of it',
    );
    expect(await people.click('sam', buttonOf(card, 'escalation.end'))).toContain('not yours');
    await people.click('max', buttonOf(card, 'escalation.answer'), { text: 'Come to room 3.' });
    await eventually(() => {
      expect(people.shown('priya').map(({ activity }) => activity.text)).toContain(
        'Max Weber answers: Come to room 3.',
      );
    });
    await people.click('max', buttonOf(card, 'escalation.end'));
    await eventually(() => {
      expect(people.cardsWith('priya', 'ended by Max Weber').length).toBeGreaterThan(0);
    });
  });
});
