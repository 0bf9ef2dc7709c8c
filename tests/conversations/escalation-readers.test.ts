import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createStandardAnswerStore } from '../../storage/mongo/standard-answer-store.js';
import { eventually } from '../support/eventually.js';
import { startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;
beforeAll(async () => {
  people = await startTeamsPeople({ handbook: true, env: { STEWARD_RATE_LIMITS: '0' } });
}, 90_000);
afterAll(() => people.close(), 30_000);

/** What a person asks, once its answer is there. */
async function asks(who: string, question: string, answer: string): Promise<void> {
  await people.say(who, question);
  await eventually(() => expect(people.cardsWith(who, answer)).not.toHaveLength(0), 20_000);
}

describe('whoever is called to a conversation', () => {
  it('sees what was asked and answered, but no words of pages that are not for everybody', async () => {
    await createStandardAnswerStore(people.running.steward.store.database, 'home').put({
      id: 'heron',
      phrasings: ['What is the code name of the merger?'],
      answer: 'The merger is called Bluebird.',
      owner: 'max',
      reviewBy: new Date('2099-01-01'),
      access: { classification: 'confidential' },
      enabled: true,
    });
    await asks('max', 'How many days of parental leave do I get?', '80 days');
    await asks('max', 'How high is the budget for salary rises in 2026?', '3.4 %');
    await asks('max', 'What is the code name of the merger?', 'Bluebird');
    await people.say('max', 'I want a person');
    let card = '';
    await eventually(() => {
      card = JSON.stringify(people.cardsWith('tom', 'escalation.ack').at(-1)?.activity ?? '');
      expect(card).toContain('I want a person');
    }, 20_000);
    expect(card).toContain('80 days');
    expect(card).toContain('How high is the budget for salary rises in 2026?');
    expect(card).not.toContain('3.4 %');
    expect(card).not.toContain('Bluebird');
    expect(card.split('an answer from pages that not everybody may read')).toHaveLength(3);
  }, 90_000);
});
