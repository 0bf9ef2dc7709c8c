import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeGitHub, type FakeGitHub } from '../fakes/github.js';
import { createMovableClock } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { startMailServer, type MailServer } from '../support/mail-server.js';
import { buttonOf, startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

const clock = createMovableClock();
let mail: MailServer;
let github: FakeGitHub;
let people: TeamsPeople;

beforeAll(async () => {
  mail = await startMailServer();
  github = await startFakeGitHub('gh-token');
  people = await startTeamsPeople({
    clock,
    env: {
      ...mail.env,
      GITHUB_TOKEN: 'gh-token',
      GITHUB_API_URL: github.url,
      GITHUB_REPOSITORY: 'acme/web',
    },
  });
}, 60_000);
afterAll(async () => {
  await people.close();
  await mail.close();
  await github.close();
}, 30_000);

let said = 0;
/** A message of a client that is set to a language. */
const sayIn = (locale: string, who: string, number: number, text: string): Promise<unknown> =>
  people.running.teams({
    type: 'message',
    text,
    id: `said-${(said += 1)}`,
    timestamp: '2026-11-21T09:00:00.000Z',
    channelId: 'msteams',
    locale,
    from: { id: `29:${who}`, name: who, aadObjectId: `3f2c1a6e-0000-4000-8000-00000000000${number}` },
    recipient: { id: '28:steward', name: 'Steward' },
    conversation: { id: `a:${who}`, conversationType: 'personal', tenantId: 'acme' },
    channelData: { tenant: { id: 'acme' } },
  });

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
    await sayIn('en-US', 'max', 1, 'help');
    await people.asked('8603');
    await eventually(() => {
      const [posted] = people.cardsWith('max', 'cost centre 8603');
      expect(JSON.stringify(posted?.activity)).toMatch(AMERICAN);
    });
  });
});

describe('what is written outside for somebody', () => {
  /** Priya asks in German, and Tom, who reads English, approves. */
  async function approved(text: string, words: string): Promise<void> {
    await sayIn('de-DE', 'priya', 0, text);
    await eventually(() => {
      expect(JSON.stringify(people.cardsWith('tom', words).at(-1)?.activity)).toContain('approval.approve');
    }, 15_000);
    const card = people.cardsWith('tom', words).at(-1)?.activity;
    await people.click('tom', buttonOf(card, 'approval.approve'));
    clock.move(120_000); // past the time to call it off
  }

  it('is signed in the language of who asked: a mail', async () => {
    await approved(
      'schick eine E-Mail an ann@example.com mit dem Betreff Freitag, Text: wir treffen uns um zehn',
      'ann@example.com',
    );
    await eventually(() => expect(mail.mails).toHaveLength(1), 30_000);
    expect(mail.mails[0]).toMatch(/Gesendet von Steward f(?:ü|=C3=BC)r Priya Nair/);
  }, 60_000);

  it('is signed in the language of who asked: an issue', async () => {
    await approved('Erstelle ein GitHub-Issue: Der Drucker druckt nicht', 'Drucker druckt nicht');
    await eventually(() => expect(github.issues).toHaveLength(1), 30_000);
    expect(github.issues[0]?.body).toContain('Über Steward gewünscht von Priya Nair.');
  }, 60_000);
});
