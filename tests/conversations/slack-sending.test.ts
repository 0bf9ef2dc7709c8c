import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { OutboundMessage } from '../../core/kernel/outbound-message.js';
import { readFileSync } from 'node:fs';
import { shippedFile } from '../../core/kernel/package-root.js';
import type { JsonObject } from '../../core/kernel/json.js';
import { eventually } from '../support/eventually.js';
import { slackEvent, startSlackHost, type SlackHost } from '../support/slack-host.js';

let sent = 0;
const message = (text: string, more: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: `message-${(sent += 1)}`,
  kind: 'post',
  content: { text },
  conversation: {
    channel: 'slack',
    channelTenantId: 'T0ACME0001',
    conversationId: 'D0EMPDM001',
    scope: 'personal',
    accountId: 'U0EMPLOYE1',
  },
  ...more,
});
const inChannel = (channel: string, thread?: string): OutboundMessage['conversation'] => ({
  channel: 'slack',
  channelTenantId: 'T0ACME0001',
  conversationId: channel,
  scope: 'channel',
  ...(thread ? { threadId: thread } : {}),
});
const answerCard = JSON.parse(
  readFileSync(shippedFile('cards', 'samples', 'answer.json'), 'utf8'),
) as JsonObject;

describe('Messages to Slack', () => {
  let host: SlackHost;
  beforeEach(async () => {
    host = await startSlackHost();
  });
  afterEach(() => host.close());
  const slack = lazily(() => host.slack);
  const port = lazily(() => host.adapter.port);

  it('come with a text for the notification and blocks for the eye, and nobody is mentioned by a text', async () => {
    await port.deliver(
      message('Dear <!channel> and <@U0MANAGER1>, **read** [this](https://example.com) & that'),
    );
    const [posted] = slack.messages;
    const words = JSON.stringify(posted);
    expect(words).not.toContain('<!channel>');
    expect(words).not.toContain('<@U0MANAGER1>');
    expect(words).toContain('<https://example.com|this>');
    expect(posted?.text).not.toBe('');
    expect(slack.complaints).toEqual([]);
  });

  it('mention those who are to be notified, and only them', async () => {
    const mentions = [
      { accountId: 'U0MANAGER1', name: 'Max' },
      { accountId: 'x> <!here', name: '<!here>' },
    ];
    await port.deliver(message('Please look.', { content: { text: 'Please look.', mentions } }));
    expect(slack.messages[0]?.text).toContain('<@U0MANAGER1> @&lt;!here&gt;');
    expect(JSON.stringify(slack.messages[0])).not.toContain('<!here>');
  });

  it('are split when they are too long, the later parts in the thread of the first, and nothing is lost', async () => {
    const words = Array.from({ length: 6_000 }, (_, index) => `word${index}`);
    const { activityId } = await port.deliver(message(words.join(' ')));
    expect(slack.messages.length).toBeGreaterThan(2);
    const all = slack.messages.map(({ blocks }) => JSON.stringify(blocks)).join(' ');
    expect(words.filter((word) => !all.includes(word))).toEqual([]);
    expect(activityId).toBe(`D0EMPDM001:${slack.messages[0]?.ts}`);
    expect(new Set(slack.messages.slice(1).map(({ threadTs }) => threadTs))).toEqual(
      new Set([slack.messages[0]?.ts]),
    );
    expect(slack.complaints).toEqual([]);
  });

  it('go on after the part that failed, without repeating the others', async () => {
    const long = message(Array.from({ length: 6_000 }, (_, index) => `word${index}`).join(' '));
    slack.fail({ method: 'chat.postMessage', status: 503 });
    await expect(port.deliver(long)).rejects.toMatchObject({ retryable: true });
    await port.deliver(long);
    const firsts = slack.messages.filter(({ blocks }) => JSON.stringify(blocks).includes('word0 '));
    expect(firsts).toHaveLength(1);
  });

  it('rewrite what was sent, and are posted anew when that is gone', async () => {
    const { activityId } = await port.deliver(message('before'));
    await port.deliver(message('after', { kind: 'update' }), activityId);
    expect(slack.messages).toHaveLength(1);
    expect(JSON.stringify(slack.messages[0]?.blocks)).toContain('after');
    await port.deliver(message('again', { kind: 'update' }), 'D0EMPDM001:1.000100');
    expect(slack.messages).toHaveLength(2);
  });

  it('reach a person by their id, in direct messages that are opened once', async () => {
    const conversation = { ...message('').conversation, conversationId: 'U0EMPLOYE1' };
    await port.deliver(message('one', { conversation }));
    await port.deliver(message('two', { conversation }));
    expect(slack.messages.map(({ channel }) => channel)).toEqual(['D0EMPLOYE1', 'D0EMPLOYE1']);
    expect(slack.calls.filter(({ method }) => method === 'conversations.open')).toHaveLength(1);
  });

  it('wait as long as Slack asks, while other channels are served', async () => {
    slack.fail({ method: 'chat.postMessage', channel: 'C0BUSY', retryAfter: 30 });
    await expect(port.deliver(message('x', { conversation: inChannel('C0BUSY') }))).rejects.toMatchObject({
      code: 'slack.ratelimited',
      retryable: true,
      retryAfterMs: 30_000,
    });
    const before = slack.calls.length;
    await expect(port.deliver(message('x', { conversation: inChannel('C0BUSY') }))).rejects.toMatchObject({
      retryable: true,
      status: 429,
    });
    expect(slack.calls).toHaveLength(before);
    await port.deliver(message('y', { conversation: inChannel('C0QUIET') }));
    expect(slack.messages.map(({ channel }) => channel)).toEqual(['C0QUIET']);
  });

  it.each([
    ['not_in_channel', 'Invite Steward', false],
    ['channel_not_found', 'gone, or private', false],
    ['is_archived', 'archived', false],
    ['token_revoked', 'Install the app again', true],
    ['missing_scope', 'Install the app again', true],
    ['team_access_not_granted', 'Grant the app access', true],
  ])('end with what to do when Slack says %s', async (error, words, mendable) => {
    slack.fail({ method: 'chat.postMessage', error });
    const attempt = port.deliver(message('x'));
    await expect(attempt).rejects.toMatchObject({
      retryable: false,
      mendable,
      code: `slack.${error.replaceAll('_', '-')}`,
    });
    await expect(attempt).rejects.toThrow(words);
  });

  it('show to one person what concerns only that one, among others', async () => {
    const to = { ...inChannel('C0PROCURE1'), threadId: '1795219300.000100' };
    await port.deliver({ ...message('More for you.', { conversation: to }), onlyFor: 'U0EMPLOYE1' });
    expect(slack.messages).toMatchObject([
      { channel: 'C0PROCURE1', ephemeralFor: 'U0EMPLOYE1', threadTs: '1795219300.000100' },
    ]);
  });

  it('say once why they come in private, when an answer has several messages', async () => {
    const { conversation, ...rest } = message('first');
    const asked = { ...inChannel('C0CLOSED'), extra: { askedBy: 'U0EMPLOYE1' } };
    slack.fail({ method: 'chat.postMessage', channel: 'C0CLOSED', error: 'channel_not_found', times: 2 });
    for (const id of ['turn.0', 'turn.1'])
      await port.deliver({ ...rest, id, conversation: asked, replyToActivityId: 'C0CLOSED:1.2' });
    const told = slack.messages.filter(({ text }) => text?.includes('I may not write there'));
    expect(told).toHaveLength(1);
    expect(slack.messages).toHaveLength(3);
    expect(conversation.scope).toBe('personal');
  });

  it.each([{ status: 500 }, { status: 503 }, { reset: true }, { error: 'internal_error' }])(
    'are to be tried again after %j',
    async (fault) => {
      slack.fail({ method: 'chat.postMessage', ...fault });
      await expect(port.deliver(message('x'))).rejects.toMatchObject({ retryable: true });
    },
  );

  it('are sent in their plain form when a workspace does not know a kind of block', async () => {
    slack.fail({ method: 'chat.postMessage', error: 'invalid_blocks' });
    const content = { text: 'An answer', card: { template: 'answer', data: answerCard } };
    await port.deliver(message('', { content }));
    expect(slack.messages).toHaveLength(1);
    expect(JSON.stringify(slack.messages[0]?.blocks)).not.toContain('context_actions');
  });

  it('answer a command for the asker alone, and in private where Steward may not write', async () => {
    const conversation = {
      ...inChannel('C0PROCURE1'),
      scope: 'personal' as const,
      accountId: 'U0EMPLOYE1',
      extra: { ephemeral: '1' },
    };
    await port.deliver(message('secret', { conversation }));
    expect(slack.messages[0]).toMatchObject({ channel: 'C0PROCURE1', ephemeralFor: 'U0EMPLOYE1' });
    slack.fail({ method: 'chat.postEphemeral', error: 'not_in_channel' });
    await port.deliver(message('secret', { conversation }));
    expect(slack.messages[1]).toMatchObject({ channel: 'D0EMPLOYE1' });
    expect(slack.messages[1]?.ephemeralFor).toBeUndefined();
  });

  it.each(['not_in_channel', 'is_archived', 'restricted_action_read_only_channel'])(
    'reach the asker alone, and say why, where a channel says %s',
    async (error) => {
      const conversation = { ...inChannel('C0CLOSED', '1.000100'), extra: { askedBy: 'U0EMPLOYE1' } };
      slack.fail({ method: 'chat.postMessage', channel: 'C0CLOSED', error });
      const { activityId } = await port.deliver(message('the answer', { conversation }));
      expect(slack.messages.map(({ channel }) => channel)).toEqual(['D0EMPLOYE1', 'D0EMPLOYE1']);
      expect(JSON.stringify(slack.messages[0])).toContain('I may not write there');
      expect(JSON.stringify(slack.messages[1])).toContain('the answer');
      expect(activityId).toBe(`D0EMPLOYE1:${slack.messages[0]?.ts}`);
      expect(host.warnings.map(({ fields }) => fields.reason)).toContain(error);
    },
  );

  it('answer a command without asking Slack for direct messages first', async () => {
    slack.fail({ method: 'conversations.open', error: 'unknown_method' });
    const conversation = {
      ...inChannel('C0PROCURE1'),
      scope: 'personal' as const,
      accountId: 'U0EMPLOYE1',
      extra: { ephemeral: '1' },
    };
    await port.deliver(message('secret', { conversation }));
    expect(slack.messages[0]).toMatchObject({ channel: 'C0PROCURE1', ephemeralFor: 'U0EMPLOYE1' });
  });

  it('are limited to readers that Slack names, over several pages', async () => {
    slack.setMembers(
      'C0BIG',
      Array.from({ length: 1_200 }, (_, index) => `U${index}`),
    );
    expect(await port.readers(inChannel('C0BIG'))).toHaveLength(1_200);
    expect(await port.readers(message('').conversation)).toEqual(['U0EMPLOYE1']);
    slack.fail({ method: 'conversations.members', error: 'channel_not_found' });
    expect(await port.readers(inChannel('C0OTHER'))).toBeUndefined();
  });

  it('bring files that people upload, with the workspace’s token and from Slack alone', async () => {
    const base = slack.apiUrl.replace('/api/', '');
    const { conversation } = message('');
    const fetchFile = (address: string) => host.adapter.fetchFile(conversation, address, 1_000);
    const file = await fetchFile(`${base}/files-pri/T0ACME0001-F1/download/plan.txt`);
    expect(Buffer.from(file).toString()).toBe('the file');
    // A file of a channel that companies share comes without an address.
    expect(Buffer.from(await fetchFile('slack-file:F2')).toString()).toBe('the file');
    for (const address of [
      'https://files.example.com/a',
      'https://slack.com.evil.example/a',
      'file:///etc/passwd',
    ]) {
      await expect(fetchFile(address)).rejects.toMatchObject({
        code: 'slack.foreign-file',
      });
    }
  });

  it('wait for a busy Slack to say who wrote and who reads, instead of answering a stranger', async () => {
    slack.setUser('U0EMPLOYE1', { name: 'Eve', email: 'eve@acme.example' });
    slack.setMembers('C0BIG', ['U1', 'U2']);
    slack.fail({ method: 'users.info', retryAfter: 1 });
    slack.fail({ method: 'conversations.members', status: 503 });
    const { conversation } = message('');
    const [sender, readers] = await Promise.all([
      host.adapter.completeSender({ accountId: 'U0EMPLOYE1' }, conversation),
      port.readers(inChannel('C0BIG')),
    ]);
    expect(sender.email).toBe('eve@acme.example');
    expect(readers).toEqual(['U1', 'U2']);
    slack.fail({ method: 'users.info', retryAfter: 600 });
    await expect(host.adapter.completeSender({ accountId: 'U0OTHER' }, conversation)).rejects.toMatchObject({
      retryable: true,
    });
  });

  it('know who wrote by the confirmed address of the own directory, and never by a guest’s', async () => {
    slack.setUser('U0EMPLOYE1', { name: 'Eve', email: 'Eve@Acme.example' });
    slack.setUser('U0LIAR', { name: 'Ceo', email: 'ceo@acme.example', confirmed: false });
    const { conversation } = message('');
    const complete = host.adapter.completeSender;
    expect(await complete({ accountId: 'U0EMPLOYE1' }, conversation)).toMatchObject({
      name: 'Eve',
      email: 'eve@acme.example',
    });
    expect((await complete({ accountId: 'U0LIAR' }, conversation)).email).toBeUndefined();
    const guest = { accountId: 'T0GLOBEX02:U0PARTNER1' };
    expect(await complete(guest, conversation)).toEqual(guest);
  });
});

/** A stand-in that looks its target up at every use, so that a fresh one serves each test. */
function lazily<Target extends object>(target: () => Target): Target {
  return new Proxy({} as Target, { get: (_empty, name) => Reflect.get(target(), name) as unknown });
}

describe('Replies that grow', () => {
  let host: SlackHost;
  beforeAll(async () => {
    host = await startSlackHost();
  });
  afterAll(() => host.close());

  const inThread = {
    ...message('').conversation,
    conversationId: 'D0AGENT',
    threadId: '1795219337.000100',
  };

  it('are streamed in a thread with only what is new, and end as the whole message', async () => {
    const live = host.adapter.port.startLive(inThread, 'D0AGENT:1795219337.000100');
    live.status('Searching …');
    await host.slack.waitForCalls(1, 'assistant.threads.setStatus');
    live.append('You get ');
    await host.slack.waitForCalls(1, 'chat.startStream');
    live.append('80 days.');
    await host.slack.waitForCalls(1, 'chat.appendStream');
    const receipt = await live.finish(message('You get **80 days**. [1]', { conversation: inThread }));
    const [streamed] = host.slack.messages.filter(({ channel }) => channel === 'D0AGENT');
    expect(receipt).toEqual({ activityId: `D0AGENT:${streamed?.ts}` });
    expect(streamed).toMatchObject({ state: 'stopped', threadTs: '1795219337.000100', edits: 1 });
    expect(host.slack.calls.find(({ method }) => method === 'chat.appendStream')?.args.markdown_text).toBe(
      '80 days.',
    );
    expect(JSON.stringify(streamed?.blocks)).toContain('*80 days*');
  });

  it('name the reader where several read', async () => {
    const conversation = { ...inChannel('C0TEAM', '1795219400.000100'), extra: { askedBy: 'U0EMPLOYE1' } };
    const live = host.adapter.port.startLive(conversation, '');
    live.append('Hello');
    const calls = await host.slack.waitForCalls(2, 'chat.startStream');
    expect(calls.at(-1)?.args).toMatchObject({
      recipient_user_id: 'U0EMPLOYE1',
      recipient_team_id: 'T0ACME0001',
    });
    await live.abandon();
    expect(host.slack.messages.at(-1)?.state).toBe('stopped');
  });

  it('name a reader of a sibling workspace with their own one', async () => {
    const sibling = { ts: '1795219470.000100', team: 'T0SIBLING1', user_team: 'T0SIBLING1' };
    await host.send(slackEvent('event_app_mention', sibling));
    const conversation = host.intake.taken.at(-1)?.conversation;
    expect(conversation).toMatchObject({ channelTenantId: 'T0ACME0001' });
    const live = host.adapter.port.startLive(conversation as ConversationReference, '');
    live.append('Hello');
    await eventually(() =>
      expect(
        host.slack.calls.filter(({ method }) => method === 'chat.startStream').at(-1)?.args,
      ).toMatchObject({
        thread_ts: sibling.ts,
        recipient_team_id: 'T0SIBLING1',
      }),
    );
    await live.abandon();
  });

  it('stop when the person presses Stop', async () => {
    const live = host.adapter.port.startLive({ ...inThread, threadId: '1795219338.000100' }, '');
    live.append('A long story');
    await eventually(() =>
      expect(host.slack.messages.at(-1)).toMatchObject({ text: 'A long story', state: 'streaming' }),
    );
    const { ts } = host.slack.messages.at(-1) as { ts: string };
    await host.send(
      slackEvent('event_agent_session_stopped', { channel: 'D0AGENT', streaming_message_ts: [ts] }),
    );
    expect(live.stopped).toBe(true);
    expect(live.whenStopped?.aborted).toBe(true);
    await host.slack.waitForCalls(1, 'chat.stopStream');
    const receipt = await live.finish(message('A long story … Stopped.'));
    expect(receipt?.activityId).toBe(`D0AGENT:${ts}`);
    expect(host.slack.messages.at(-1)).toMatchObject({ ts, state: 'stopped', edits: 1 });
  });

  it('stop before the first word, by the thread, and give Slack its Stop button back', async () => {
    const thread = '1795219341.000100';
    const live = host.adapter.port.startLive({ ...inThread, threadId: thread }, '');
    live.status('Searching …');
    const sessions = (): unknown[] =>
      host.slack.calls
        .filter(({ method, args }) => method === 'agents.sessions.setStatus' && args.thread_ts === thread)
        .map(({ args }) => args.status);
    await eventually(() => expect(sessions()).toEqual(['processing']));
    await eventually(async () => {
      await host.send(
        slackEvent('event_agent_session_stopped', {
          channel: 'D0AGENT',
          thread_ts: thread,
          streaming_message_ts: [],
        }),
      );
      expect(live.stopped).toBe(true);
    });
    await live.abandon();
    await eventually(() => expect(sessions()).toEqual(['processing', 'active']));
  });

  it('mention nobody while they grow, however the words are cut', async () => {
    const live = host.adapter.port.startLive({ ...inThread, threadId: '1795219342.000100' }, '');
    live.append('Hello <');
    await eventually(() => expect(host.slack.messages.at(-1)).toMatchObject({ text: 'Hello &lt;' }));
    live.append('!channel> <@U0EMPLOYE1>');
    await eventually(() =>
      expect(host.slack.messages.at(-1)?.text).toBe('Hello &lt;!channel> &lt;@U0EMPLOYE1>'),
    );
    await live.abandon();
  });

  it('are taken back where Slack does not let them be completed, so that one answer stands', async () => {
    const live = host.adapter.port.startLive({ ...inThread, threadId: '1795219343.000100' }, '');
    live.append('Half of it');
    await eventually(() => expect(host.slack.messages.at(-1)).toMatchObject({ text: 'Half of it' }));
    host.slack.fail({ method: 'chat.update', error: 'cant_update_message' });
    expect(await live.finish(message('All of it'))).toBeUndefined();
    expect(host.slack.messages.at(-1)).toMatchObject({ state: 'deleted' });
  });

  it('are kept current by updates where Slack does not stream, after one try', async () => {
    host.slack.fail({ method: 'chat.startStream', error: 'missing_scope' });
    const live = host.adapter.port.startLive({ ...inThread, threadId: '1795219339.000100' }, '');
    const before = host.slack.messages.length;
    live.append('Growing');
    await eventually(() => expect(host.slack.messages).toHaveLength(before + 1));
    expect(host.slack.messages.at(-1)).toMatchObject({ state: 'posted' });
    await live.finish(message('Grown.'));
    expect(JSON.stringify(host.slack.messages.at(-1)?.blocks)).toContain('Grown.');
    const starts = host.slack.calls.filter(({ method }) => method === 'chat.startStream').length;
    const next = host.adapter.port.startLive({ ...inThread, threadId: '1795219340.000100' }, '');
    next.append('More');
    await eventually(() => expect(host.slack.messages).toHaveLength(before + 2));
    expect(host.slack.calls.filter(({ method }) => method === 'chat.startStream')).toHaveLength(starts);
    await next.abandon();
  });

  it('show nothing and leave the answer to an ordinary message when nothing was written', async () => {
    const live = host.adapter.port.startLive(message('').conversation, '');
    live.status('Searching …');
    expect(await live.finish(message('Done.'))).toBeUndefined();
  });
});
