import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

let people: TeamsPeople;

beforeAll(async () => {
  people = await startTeamsPeople();
}, 60_000);
afterAll(() => people.close(), 30_000);

const BRITISH = /\d{1,2} [A-Z][a-z]{2} 20\d\d, \d\d:\d\d/;
const AMERICAN = /[A-Z][a-z]{2} \d{1,2}, 20\d\d, \d{1,2}:\d\d\s?[AP]M/u;

describe('the dates on a card', () => {
  it('are written after a click as they were before it, though the client tells a region only then', async () => {
    const button = await people.asked('8601');
    const [posted] = people.cardsWith('max', 'cost centre 8601');
    expect(JSON.stringify(posted?.activity)).toMatch(BRITISH);
    const question = { question: 'Which colour?' };
    const clicked = await people.click('max', button('approval.info'), question, { locale: 'en-US' });
    expect(clicked).toMatch(BRITISH);
    expect(clicked).not.toMatch(AMERICAN);
    await people.everyCopyShows('8601', ['max'], BRITISH);
  });

  it('follow a person who reads another language from then on', async () => {
    const button = await people.asked('8602');
    const question = { question: 'Welche Farbe?' };
    expect(await people.click('max', button('approval.info'), question, { locale: 'de-DE' })).toContain(
      'Genehmig',
    );
  });

  it('are in the form of a client that told its region before the card was posted', async () => {
    await people.running.teams({
      type: 'message',
      text: 'help',
      id: 'from-america',
      timestamp: '2026-11-21T09:00:00.000Z',
      channelId: 'msteams',
      locale: 'en-US',
      from: { id: '29:max', name: 'max', aadObjectId: '3f2c1a6e-0000-4000-8000-000000000001' },
      recipient: { id: '28:steward', name: 'Steward' },
      conversation: { id: 'a:max', conversationType: 'personal', tenantId: 'acme' },
      channelData: { tenant: { id: 'acme' } },
    });
    await people.asked('8603');
    await eventually(() => {
      const [posted] = people.cardsWith('max', 'cost centre 8603');
      expect(JSON.stringify(posted?.activity)).toMatch(AMERICAN);
    });
  });
});
