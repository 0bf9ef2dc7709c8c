import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWebSite, type WebSite } from '../fakes/web-site.js';
import { emailOf, organisationFile } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { startSlackChat, type SlackChat } from '../support/slack-chat.js';
import { slackEvent } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { teamsActivity } from '../support/teams-activity.js';
import { buttonOf } from '../support/teams-people.js';

const MENUS: Record<string, string> = {
  'montag.md': '# Montag\n\nOn Monday the canteen serves nettle soup.\n',
  'mardi.md': '# Mardi\n\nOn Tuesday the canteen serves quince tart.\n',
  '水曜日.md': '# Wednesday\n\nOn Wednesday the canteen serves plum dumplings.\n',
};
/** Refused: a program under the name of a text. */
const PROGRAM = '\u007fELF\u0002\u0001\u0001\u0000\u0000\u0000';
const FILES = { ...MENUS, 'tool.md': PROGRAM };

describe('Several files sent in Teams', () => {
  let running: RunningSteward;
  let site: WebSite;
  const organisation = organisationFile();
  beforeAll(async () => {
    site = await startWebSite(
      Object.fromEntries(
        Object.entries(FILES).map(([name, body]) => [
          `/download/${encodeURIComponent(name)}?tempauth=x`,
          { type: 'application/octet-stream', body },
        ]),
      ),
    );
    running = await startSteward({
      handbook: false,
      env: {
        STEWARD_ORG_FILE: organisation.path,
        STEWARD_KNOWLEDGE_HOSTS: '127.0.0.1',
        STEWARD_KNOWLEDGE_PRIVATE_HOSTS: '127.0.0.1',
      },
    });
  }, 60_000);
  afterAll(async () => {
    await running.close();
    await site.close();
    organisation.remove();
  }, 30_000);

  let counter = 0;
  const send = (who: string, more: Record<string, unknown>): Promise<unknown> =>
    running.teams(teamsActivity(who, { type: 'message', id: `upload-${(counter += 1)}`, ...more }));
  const info = (name: string) => ({
    contentType: 'application/vnd.microsoft.teams.file.download.info',
    name,
    content: {
      downloadUrl: `${site.origin}/download/${encodeURIComponent(name)}?tempauth=x`,
      uniqueId: name,
      fileType: 'md',
    },
  });
  const sentTo = (who: string) =>
    running.connector.messages().filter(({ conversationId }) => conversationId === `a:${who}`);

  it('have one card, which names what was read, with the buttons for all of them', async () => {
    await send('zoe', { text: '', attachments: Object.keys(FILES).map(info) });
    await eventually(() => {
      const seen = JSON.stringify(sentTo('zoe').map(({ activity }) => activity));
      expect(seen).toContain('I have read 3 files into the knowledge base.');
      expect(seen).toContain('I cannot read “tool.md”');
    }, 20_000);
    const states = sentTo('zoe').filter(
      ({ activity }) => !JSON.stringify(activity).includes('I cannot read'),
    );
    // One message, however often it was rewritten.
    expect(new Set(states.map(({ id }) => id)).size).toBe(1);
    const { data } = buttonOf(states.at(-1)?.activity, 'file.remove');
    expect(data.names).toEqual(Object.keys(MENUS));
    await send('zoe', { text: 'What does the canteen serve on Wednesday?' });
    await eventually(() => expect(JSON.stringify(sentTo('zoe'))).toContain('plum dumplings'), 20_000);
  }, 60_000);

  it('are fetched from nowhere but where Teams keeps files and the lists allow', async () => {
    for (const downloadUrl of [
      'http://169.254.169.254/latest/meta-data',
      'file:///etc/passwd',
      'http://localhost:1/x',
    ]) {
      const before = sentTo('zoe').length;
      const attachment = { ...info('montag.md'), name: 'stolen.md' };
      await send('zoe', {
        text: '',
        attachments: [{ ...attachment, content: { ...attachment.content, downloadUrl } }],
      });
      await eventually(() => {
        const said = JSON.stringify(sentTo('zoe').slice(before));
        expect(said).toContain('I could not fetch the file.');
        expect(said).not.toContain(downloadUrl);
      }, 20_000);
    }
  }, 60_000);
});

describe('Several files sent in Slack', () => {
  let chat: SlackChat;
  beforeAll(async () => {
    chat = await startSlackChat({ handbook: false });
    chat.slack.setUser('U0ZOE', { name: 'zoe', email: emailOf('zoe') });
  }, 60_000);
  afterAll(() => chat.close(), 30_000);

  it('have one message, which names what was read, with the buttons for all of them', async () => {
    const files = Object.entries(FILES).map(([name, body]) => chat.slack.upload(name, body));
    await chat.say('zoe', 'help');
    await eventually(() => expect(chat.shown('zoe').length).toBeGreaterThan(0), 20_000);
    const ts = '1795219400.000100';
    const event = slackEvent('event_file_share', {
      channel: 'D0ZOE',
      user: 'U0ZOE',
      text: '',
      ts,
      event_ts: ts,
      files,
    });
    const reply = await chat.slack.send(`${chat.running.url}/slack/events`, event);
    expect(reply.status).toBe(200);
    await eventually(() => {
      const seen = chat
        .shown('zoe')
        .map(({ words }) => words)
        .join('\n');
      expect(seen).toContain('I have read 3 files into the knowledge base.');
      expect(seen).toContain('I cannot read “tool.md”');
    }, 20_000);
    const cards = chat.shown('zoe').filter(({ words }) => /file\.remove|Working on it/.test(words));
    expect(cards).toHaveLength(1);
    const [card] = cards;
    if (card) await chat.press('zoe', card, 'file.remove');
    await eventually(() =>
      expect(
        chat
          .shown('zoe')
          .map(({ words }) => words)
          .join(),
      ).toContain('out of the knowledge base'),
    );
    await eventually(async () =>
      expect(await chat.running.steward.knowledge.documents('home').list('uploads')).toEqual([]),
    );
  }, 60_000);
});
