import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { eventually } from '../support/eventually.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;
let endpoint: FakeOpenAi;

beforeAll(async () => {
  endpoint = await startFakeOpenAi();
  people = await startTeamsPeople({ env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k' } });
}, 60_000);
afterAll(async () => {
  await people.close();
  await endpoint.close();
}, 30_000);

const texts = (who: string): string => JSON.stringify(people.shown(who).map(({ activity }) => activity));

describe('a run of an agent that stopped', () => {
  it('calls a person with what it did, and goes on when that person says so', async () => {
    // Until a person has said something, the model says nothing at all, again and again.
    const reply = (call: (typeof endpoint.calls)[number]): { text: string } => ({
      text: JSON.stringify(call.body.messages).includes('Ask the facilities team.')
        ? 'The facilities team repairs it.'
        : ' ',
    });
    endpoint.script(...Array.from({ length: 40 }, () => reply));
    await people.say('priya', 'agent concierge: find out who repairs the coffee machine');
    let card: unknown;
    await eventually(() => {
      const found = people.cardsWith('max', 'escalation.resume').at(-1);
      expect(found).toBeDefined();
      card = found?.activity;
    }, 30_000);
    expect(JSON.stringify(card)).toContain('find out who repairs the coffee machine');

    await people.click('max', buttonOf(card, 'escalation.answer'), { text: 'Ask the facilities team.' });
    await people.click('max', buttonOf(card, 'escalation.resume'));
    await eventually(() => expect(texts('priya')).toContain('The facilities team repairs it.'), 30_000);
    // Clicked again, nothing goes on a second time.
    expect(await people.click('max', buttonOf(card, 'escalation.resume'))).not.toContain('escalation.resume');
  }, 90_000);
});
