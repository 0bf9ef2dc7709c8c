import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newSource } from '../../core/knowledge/sources/source-definition.js';
import { createSourceRegistry } from '../../storage/mongo/source-registry.js';
import { startSlack, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { addToSlack, installableApp } from '../support/slack-app.js';
import { slackEvent } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { writeOrganisation } from '../support/teams-people.js';

const words = (message: unknown): string => JSON.stringify(message);

describe('Several files sent in the web chat', () => {
  let running: RunningSteward;
  beforeAll(async () => {
    running = await startSteward({ handbook: false });
  }, 60_000);
  afterAll(() => running.close(), 30_000);

  it('have one card that shows how far they are and becomes their report', async () => {
    const opened = await fetch(`${running.url}/directline/conversations`, { method: 'POST' });
    const { conversationId, token } = (await opened.json()) as { conversationId: string; token: string };
    const headers = { authorization: `Bearer ${token}` };
    const path = `${running.url}/directline/conversations/${conversationId}`;
    const form = new FormData();
    for (const name of ['mon', 'tue', 'wed'])
      form.append(
        'file',
        new Blob([`# ${name}\n\nSoup on ${name}.\n`], { type: 'text/markdown' }),
        `${name}.md`,
      );
    form.append(
      'file',
      new Blob(['---\nclassification: top-hat\n---\n# Odd\n'], { type: 'text/markdown' }),
      'odd.md',
    );
    const sent = await fetch(`${path}/upload?userId=zoe`, { method: 'POST', headers, body: form });
    expect(sent.ok).toBe(true);
    await eventually(async () => {
      const response = await fetch(`${path}/activities`, { headers });
      const { activities } = (await response.json()) as {
        activities: { type: string; from: { role?: string } }[];
      };
      const said = activities.filter(({ type, from }) => from.role === 'bot' && type === 'message');
      expect(words(said)).toContain('I have read 3 files into the knowledge base.');
      expect(words(said)).toContain('I cannot read “odd.md”');
      expect(words(said)).not.toContain('Working on it');
      // The card and the line about the file that was refused.
      expect(said).toHaveLength(2);
    }, 20_000);
  }, 60_000);
});

describe('The sources taken in from Slack', () => {
  const TENANT = 'slack-T0ACME0001';
  const INSTALLER = 'U0MANAGER1';
  const folder = mkdtempSync(join(tmpdir(), 'steward-sources-'));
  let running: RunningSteward;
  let slack: SlackFake;
  beforeAll(async () => {
    for (const place of ['guide', 'plant']) mkdirSync(join(folder, place));
    for (const at of [1, 2, 3])
      writeFileSync(join(folder, 'guide', `${at}.md`), `# Page ${at}\n\nRoom ${at} has a door.\n`);
    writeFileSync(join(folder, 'guide', 'odd.md'), '---\nclassification: top-hat\n---\n# Odd\n');
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-installed' } });
    slack.setUser(INSTALLER, { name: 'Mona Chief', email: 'mona@acme.example' });
    slack.setUser('U0EMPLOYE1', { name: 'Priya Nair', email: 'priya@acme.example' });
    running = await startSteward({
      handbook: false,
      env: { ...installableApp(slack), STEWARD_KNOWLEDGE_FOLDERS: folder },
    });
    await addToSlack(running.url);
    await slack.waitFor(1, (message) => words(message).includes('You are an administrator here'), 15_000);
  }, 90_000);
  afterAll(async () => {
    await running.close();
    await slack.close();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  let counter = 0;
  const say = (user: string, text: string) => {
    counter += 1;
    const ts = `17952299${String(counter).padStart(2, '0')}.000100`;
    const event = slackEvent('event_message_dm', { user, channel: `D${user.slice(1)}`, text, ts });
    return slack.send(`${running.url}/slack/events`, event);
  };

  it('says so when there is none', async () => {
    await say(INSTALLER, 'refresh the sources');
    await slack.waitFor(1, (message) => words(message).includes('There is no source to take in'), 20_000);
  }, 40_000);

  it('end in one card with what came of each, and the refused files', async () => {
    const registry = createSourceRegistry(running.steward.store.database, TENANT);
    const place = { kind: 'folder', path: join(folder, 'guide') };
    await registry.put(newSource({ name: 'Guide', place, collection: 'guide' }, new Date()));
    await registry.put(
      newSource(
        { name: 'Elsewhere', place: { kind: 'folder', path: '/etc' }, collection: 'etc' },
        new Date(),
      ),
    );
    const before = slack.messages.length;
    await say(INSTALLER, 'Quellen aktualisieren');
    await eventually(() => {
      const said = words(slack.messages.slice(before));
      expect(said).toContain('3 added');
      expect(said).toContain('1 refused');
      expect(said).toContain('odd.md');
      expect(said).toContain('nobody could be told who may read it');
      expect(said).toContain('not in one that sources may lie in');
      expect(said).not.toContain('Working on it');
    }, 20_000);
    // What was said at once, and the card.
    expect(slack.messages.slice(before)).toHaveLength(2);
    expect((await running.steward.knowledge.documents(TENANT).list('guide')).length).toBe(3);
    const runs = (await registry.list()).map(({ name, lastRun }) => [name, lastRun?.counts?.added]);
    expect(runs).toContainEqual(['Guide', 3]);
  }, 60_000);

  it('say in a channel that one failed, and not which server or folder was the reason', async () => {
    const event = slackEvent('event_app_mention', {
      user: INSTALLER,
      channel: 'C0GENERAL1',
      text: '<@U0BOTACME1> refresh the sources',
      ts: '1795229999.000200',
    });
    await slack.send(`${running.url}/slack/events`, event);
    await slack.waitFor(1, (message) => words(message).includes('ask me in a personal chat'), 20_000);
    const inChannel = slack.messages.filter(({ channel }) => channel === 'C0GENERAL1');
    expect(words(inChannel)).not.toMatch(/STEWARD_KNOWLEDGE_FOLDERS|odd\.md/);
  }, 60_000);

  it('are not for everybody', async () => {
    await say('U0EMPLOYE1', 'refresh the sources');
    await slack.waitFor(1, (message) => words(message).includes('You may not do this'), 20_000);
  }, 40_000);
});

describe('The knowledge folder taken in from Teams', () => {
  const ADMIN = '3f2c1a6e-0000-4000-8000-000000000004';
  const folder = mkdtempSync(join(tmpdir(), 'steward-folder-'));
  let running: RunningSteward;
  beforeAll(async () => {
    mkdirSync(join(folder, 'docs'));
    writeFileSync(join(folder, 'docs', 'door.md'), '# Door\n\nThe door is green.\n');
    running = await startSteward({
      handbook: false,
      env: { STEWARD_KNOWLEDGE_DIR: join(folder, 'docs'), STEWARD_ORG_FILE: writeOrganisation(folder) },
    });
  }, 60_000);
  afterAll(async () => {
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  it('shows its progress in a card that is rewritten in place', async () => {
    await eventually(() => expect(running.steward.knowledge.size().documents).toBe(1), 20_000);
    writeFileSync(join(folder, 'docs', 'wall.md'), '# Wall\n\nThe wall is white.\n');
    const conversation = { id: 'a:refresh', conversationType: 'personal', tenantId: 'acme' };
    await running.teams({
      type: 'message',
      id: 'm-refresh',
      timestamp: '2026-11-21T09:00:00.000Z',
      channelId: 'msteams',
      from: { id: '29:zoe', name: 'Zoe Martin', aadObjectId: ADMIN },
      recipient: { id: '28:steward', name: 'Steward' },
      conversation,
      channelData: { tenant: { id: 'acme' } },
      text: 'refresh the sources',
    });
    const isCard = ({ activity }: { activity: unknown }): boolean => words(activity).includes('AdaptiveCard');
    const [posted, updated] = await running.connector.waitFor(2, isCard, 20_000);
    expect(posted).toMatchObject({ kind: 'post', conversationId: 'a:refresh' });
    expect(words(posted?.activity)).toContain('Knowledge folder');
    expect(updated).toMatchObject({ kind: 'update', id: posted?.id });
    const isReport = (sent: { activity: unknown }): boolean =>
      words(sent.activity).includes('1 added, 1 unchanged');
    await running.connector.waitFor(1, isReport, 20_000);
    const posts = running.connector.messages().filter((sent) => sent.kind === 'post' && isCard(sent));
    expect(posts).toHaveLength(1);
  }, 60_000);
});
