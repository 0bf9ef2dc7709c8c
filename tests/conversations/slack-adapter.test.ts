import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activity } from '../../core/kernel/activity.js';
import { Unavailable } from '../../core/kernel/errors.js';
import { slackEvent, slackFixture, startSlackHost, type SlackHost } from '../support/slack-host.js';

describe('Slack events that come in over HTTP', () => {
  let host: SlackHost;
  beforeAll(async () => {
    host = await startSlackHost();
  });
  afterAll(() => host.close());

  const take = async (body: Parameters<SlackHost['send']>[0]): Promise<Activity> => {
    const before = host.intake.taken.length;
    const { status } = await host.send(body);
    expect(status).toBe(200);
    expect(host.intake.taken).toHaveLength(before + 1);
    return host.intake.taken.at(-1) as Activity;
  };
  const ignored = async (body: Parameters<SlackHost['send']>[0]): Promise<void> => {
    const before = host.intake.taken.length;
    expect((await host.send(body)).status).toBe(200);
    expect(host.intake.taken).toHaveLength(before);
  };

  it('turns a direct message into an addressed activity', async () => {
    expect(await take(slackEvent('event_message_dm'))).toMatchObject({
      kind: 'message',
      dedupeKey: 'T0ACME0001|D0EMPDM001|U0EMPLOYE1|1795219201.000100',
      activityId: 'D0EMPDM001:1795219201.000100',
      text: 'How many days of parental leave do I get?',
      from: { accountId: 'U0EMPLOYE1' },
      conversation: {
        channel: 'slack',
        channelTenantId: 'T0ACME0001',
        conversationId: 'D0EMPDM001',
        scope: 'personal',
        botId: 'U0BOTACME1',
        accountId: 'U0EMPLOYE1',
      },
      addressed: true,
      expectsResponse: false,
    });
  });

  it('takes a mention without the mention, and answers it in a thread of its own', async () => {
    const activity = await take(slackEvent('event_app_mention'));
    expect(activity).toMatchObject({
      text: 'what is our travel policy for rail?',
      addressed: true,
      conversation: { scope: 'channel', conversationId: 'C0PROCURE1', threadId: '1795219280.000100' },
    });
  });

  it('takes the same post once, whichever of its events comes first and however often', async () => {
    const ts = '1795219999.000100';
    const twins = [
      slackEvent('event_app_mention', { ts }),
      slackEvent('event_message_for_same_mention', { ts }),
    ];
    await take(twins[1] as { event: Record<string, unknown> });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      for (const twin of twins) await ignored({ event: { ...twin.event, event_id: `Ev${attempt}` } });
    }
  });

  it('answers follow-ups without a mention in threads that it takes part in, and nowhere else', async () => {
    const reply = {
      channel: 'C0TEAM',
      channel_type: 'channel',
      user: 'U0EMPLOYE1',
      parent_user_id: 'U0EMPLOYE1',
    };
    const inThread = (ts: string): ReturnType<typeof slackEvent> =>
      slackEvent('event_message_thread_reply', { ...reply, ts, thread_ts: '1795210000.000100' });
    await ignored(inThread('1795210001.000100'));
    await host.adapter.port.deliver({
      id: 'm1',
      kind: 'post',
      content: { text: 'Yes.' },
      conversation: {
        channel: 'slack',
        channelTenantId: 'T0ACME0001',
        conversationId: 'C0TEAM',
        scope: 'channel',
        threadId: '1795210000.000100',
      },
    });
    expect((await take(inThread('1795210002.000100'))).addressed).toBe(true);
  });

  it('does not keep what people say to each other', () => ignored(slackEvent('event_message_channel')));
  it('ignores its own messages', () => ignored(slackEvent('event_bot_own_message')));
  it('ignores Slack’s own bot, whose messages carry no bot id', () =>
    ignored(slackEvent('event_message_dm', { user: 'USLACKBOT', ts: '1795219911.000100' })));
  it('ignores other bots', () =>
    ignored(
      slackEvent('event_message_dm', { bot_id: 'B0OTHER', user: 'U0OTHERBOT', ts: '1795219211.000100' }),
    ));
  it('ignores edits that only added a link preview', () =>
    ignored(slackEvent('event_message_changed_by_unfurl')));

  it('tells of an edit with its new text', async () => {
    expect(await take(slackEvent('event_message_changed'))).toMatchObject({
      kind: 'message-edit',
      text: 'How many weeks of parental leave do I get?',
      activityId: 'D0EMPDM001:1795219201.000100',
    });
  });

  it('tells of a deleted message', async () => {
    expect(await take(slackEvent('event_message_deleted'))).toMatchObject({
      kind: 'message-delete',
      activityId: 'D0EMPDM001:1795219201.000100',
    });
  });

  it('takes an uploaded file with where to fetch it', async () => {
    const { attachments } = await take(slackEvent('event_file_share'));
    expect(attachments).toEqual([
      expect.objectContaining({ name: 'receipt.pdf', contentType: 'application/pdf' }),
    ]);
    expect(attachments[0]?.url).toMatch(/^https:\/\//);
  });

  it('begins to speak where it was invited', async () => {
    expect(await take(slackEvent('event_member_joined_channel'))).toMatchObject({
      kind: 'install',
      conversation: { conversationId: 'C0PROCURE1', scope: 'channel' },
    });
  });

  it('speaks with the workspace’s own token in a shared channel, and never takes a guest for one of ours', async () => {
    const activity = await take(
      slackEvent('event_message_slack_connect', { text: '<@U0BOTACME1> can you help?' }),
    );
    expect(activity.conversation.channelTenantId).toBe('T0ACME0001');
    expect(activity.from.accountId).toBe('T0GLOBEX02:U0PARTNER1');
  });

  it('keeps threads of the agent’s own view together', async () => {
    const opened = await take(slackEvent('event_message_agent_view'));
    expect(opened.conversation.threadId).toBe('1795219337.000100');
    const within = await take(slackEvent('event_message_assistant_thread'));
    expect(within.conversation.threadId).toBe('1795219330.000100');
  });

  it('suggests prompts where the agent is opened', async () => {
    await ignored(slackEvent('event_assistant_thread_started'));
  });

  it('answers the handshake with its challenge', async () => {
    const { status, body } = await host.send({ event: slackFixture('url_verification') });
    expect({ status, body }).toEqual({
      status: 200,
      body: { challenge: slackFixture('url_verification').challenge },
    });
  });

  it('takes a command with its words, answered to the asker alone', async () => {
    const form = slackFixture('slash_command') as Record<string, string>;
    const activity = await take({ form });
    expect(activity).toMatchObject({
      kind: 'message',
      text: 'what is our "rail" policy & limits?',
      addressed: true,
      conversation: { conversationId: 'C0PROCURE1', scope: 'personal', extra: { ephemeral: '1' } },
    });
    await ignored({ form });
  });

  it('asks about somebody’s message in private', async () => {
    const payload = { ...slackFixture('shortcut_message'), callback_id: 'ask-about-message' };
    expect(await take({ payload })).toMatchObject({
      kind: 'message',
      addressed: true,
      conversation: { scope: 'personal', conversationId: 'U0EMPLOYE1' },
    });
  });

  it('remembers a conversation once, without its thread and without who asked', async () => {
    await host.adapter.close();
    const procure = host.references.filter(({ conversationId }) => conversationId === 'C0PROCURE1');
    expect(procure.filter(({ scope }) => scope === 'channel')).toHaveLength(1);
    expect(procure[0]?.threadId).toBeUndefined();
    expect(procure[0]?.extra?.askedBy).toBeUndefined();
  });
});

describe('What is not from Slack, or cannot be read', () => {
  let host: SlackHost;
  beforeAll(async () => {
    host = await startSlackHost();
  });
  afterAll(() => host.close());
  const good = JSON.stringify(slackFixture('event_message_dm'));
  const seconds = (): number => Math.floor(Date.now() / 1000);

  it.each([
    ['a wrong signature', { raw: good, signature: `v0=${'0'.repeat(64)}` }],
    ['no signature', { raw: good, signature: '' }],
    ['another version of signature', { raw: good, signature: `v1=${'0'.repeat(64)}` }],
    ['an old signature, as a replay has it', { raw: good, timestamp: seconds() - 301 }],
    ['a signature from the future', { raw: good, timestamp: seconds() + 400 }],
  ])('refuses %s', async (_what, body) => {
    const { status } = await host.send(body);
    expect(status).toBe(401);
    expect(host.intake.taken).toEqual([]);
  });

  it.each([
    ['no JSON', { raw: '{"type":' }],
    ['a list', { raw: '[]' }],
    ['an empty body', { raw: '' }],
    ['a malformed form', { raw: 'payload=%7B%22type', contentType: 'application/x-www-form-urlencoded' }],
    ['a form without anything of Slack', { form: { hello: 'world' } }],
    ['another kind of body', { raw: good, contentType: 'text/plain' }],
    ['an event without its event', { event: { type: 'event_callback', team_id: 'T0ACME0001' } }],
    ['an event whose time stamps are none', slackEvent('event_message_dm', { ts: 'yesterday' })],
    ['an interaction of no known kind', { payload: { type: 'telepathy', user: { id: 'U1' } } }],
    ['a click without actions', { payload: { ...slackFixture('block_actions_button'), actions: [] } }],
  ])('answers 400 to %s, and tells Slack not to repeat it', async (_what, body) => {
    const { status, headers } = await host.send(body as Parameters<SlackHost['send']>[0]);
    expect(status).toBe(400);
    expect(headers.get('x-slack-no-retry')).toBe('1');
    expect(host.intake.taken).toEqual([]);
  });

  it('takes a body whose content type names its charset', async () => {
    const { status } = await host.send({ raw: good, contentType: 'application/json; charset=utf-8' });
    expect(status).toBe(200);
    expect(host.intake.taken).toHaveLength(1);
  });

  it('answers the certificate probe', async () => {
    expect((await host.send({ form: slackFixture('ssl_check') as Record<string, string> })).status).toBe(200);
  });

  it('reads 40,000 characters whole', async () => {
    const text = 'ä'.repeat(40_000);
    await host.send(slackEvent('event_message_dm', { text, ts: '1795219888.000100' }));
    expect(host.intake.taken.at(-1)?.text).toHaveLength(40_000);
  });

  it('turns away another workspace once it knows its own', async () => {
    await host.slack.waitForCalls(1, 'auth.test');
    const { event } = slackEvent('event_message_dm', { ts: '1795219777.000100' });
    const foreign = {
      ...event,
      team_id: 'T0OTHER',
      authorizations: [{ team_id: 'T0OTHER', user_id: 'U0B' }],
    };
    const { status, headers } = await host.send({ event: foreign });
    expect(status).toBe(403);
    expect(headers.get('x-slack-no-retry')).toBe('1');
  });

  it('has Slack send again what could not be stored, and then takes it', async () => {
    const body = slackEvent('event_message_dm', { ts: '1795219666.000100' });
    const before = host.intake.taken.length;
    host.intake.failNext(new Unavailable('test.full', 'The disk is full.'));
    expect((await host.send(body)).status).toBe(503);
    expect((await host.send({ ...body, retry: 1 })).status).toBe(200);
    expect(host.intake.taken).toHaveLength(before + 1);
  });

  it('tells the operator when Slack held events back', async () => {
    await host.send({ event: slackFixture('event_app_rate_limited') });
    expect(host.warnings.map(({ message }) => message).join()).toContain('held events back');
  });
});
