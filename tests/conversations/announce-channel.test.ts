import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import type { ChatPeople, Shown } from '../support/chat-people.js';
import { startSlackChat, type SlackChat } from '../support/slack-chat.js';
import { startTeamsChat } from '../support/teams-chat.js';

const MINUTE_MS = 60_000;

/** What a person sees that has the words, once it is there. */
async function shownWith(people: ChatPeople, who: string, words: RegExp): Promise<Shown> {
  let found: Shown | undefined;
  await eventually(() => {
    found = people.shown(who).findLast((each) => words.test(each.words));
    expect(found).toBeDefined();
  }, 30_000);
  return found as Shown;
}

/** Priya asks, her manager approves, and the time to call it off goes by. */
async function announced(people: ChatPeople, where: string, text: string): Promise<void> {
  await people.say('max', 'help');
  await shownWith(people, 'max', /./);
  await people.say('priya', `announce in ${where}: ${text}`);
  const card = await shownWith(people, 'max', new RegExp(`(?=.*${text})(?=.*approval\\.approve)`, 's'));
  await people.press('max', card, 'approval.approve');
  await people.later(MINUTE_MS, { withJobs: true });
}

describe('an announcement in a channel of Slack', () => {
  let people: SlackChat;
  beforeAll(async () => {
    people = await startSlackChat({ handbook: false });
    people.slack.setChannels({ C0GENERAL: 'general', C0RANDOM: 'random' });
  }, 60_000);
  afterAll(() => people.close(), 30_000);

  it('is found by its name without a mark', async () => {
    await announced(people, 'general', 'lunch is ready');
    await eventually(() => {
      const there = people.slack.messages.filter(({ channel }) => channel === 'C0GENERAL');
      expect(JSON.stringify(there)).toContain('lunch is ready');
    }, 30_000);
  }, 90_000);

  it('asks nobody for a channel that is not there, and says so in the form', async () => {
    const before = people.shown('max').length;
    await people.say('priya', 'announce in moon: lunch is ready');
    await shownWith(people, 'priya', /not a member of a channel named moon/);
    expect(people.shown('max').length).toBe(before);
  }, 60_000);
});

describe('an announcement in a channel of Teams', () => {
  let people: ChatPeople;
  let noDocuments: string;
  const postedIn = (conversation: string): string =>
    JSON.stringify(
      people.running.connector.messages().filter(({ conversationId }) => conversationId === conversation),
    );
  const install = async (team: string): Promise<void> => {
    await people.running.teams({
      type: 'installationUpdate',
      action: 'add',
      id: `install-${team}`,
      timestamp: '2026-11-21T00:29:39.525Z',
      channelId: 'msteams',
      from: { id: '29:zoe' },
      recipient: { id: '28:steward', name: 'Steward' },
      conversation: { id: team, isGroup: true, conversationType: 'channel', tenantId: 'acme' },
      channelData: { tenant: { id: 'acme' }, team: { id: team, name: team }, channel: { id: team } },
    });
    await eventually(() => expect(postedIn(team)).toContain('Steward'), 10_000);
  };
  beforeAll(async () => {
    noDocuments = mkdtempSync(join(tmpdir(), 'steward-no-documents-'));
    // The jobs that run below would take in the whole handbook.
    people = await startTeamsChat({ handbook: false, env: { STEWARD_KNOWLEDGE_DIR: noDocuments } });
    people.running.connector.setChannels('19:sun@thread.tacv2', { '19:plans@thread.tacv2': 'Project plans' });
    await install('19:sun@thread.tacv2');
  }, 60_000);
  afterAll(async () => {
    await people.close();
    rmSync(noDocuments, { recursive: true });
  }, 30_000);

  it('is found by its name, also a team’s first one, to which Teams gives no name', async () => {
    await announced(people, 'general', 'lunch is ready');
    await eventually(() => expect(postedIn('19:sun@thread.tacv2')).toContain('lunch is ready'), 30_000);
    await announced(people, '"project plans"', 'the doors are painted');
    await eventually(
      () => expect(postedIn('19:plans@thread.tacv2')).toContain('the doors are painted'),
      30_000,
    );
  }, 90_000);

  it('asks which one is meant where two teams have it', async () => {
    await install('19:moon@thread.tacv2');
    await people.say('priya', 'announce in general: cake at four');
    await shownWith(people, 'priya', /There are several channels named general/);
  }, 60_000);
});
