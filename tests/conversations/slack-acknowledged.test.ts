import { afterEach, describe, expect, it } from '@jest/globals';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';
import { slackEvent, slackFixture, startSlackHost, type SlackHost } from '../support/slack-host.js';
import type { Outgoing } from '../fakes/slack.js';

type Json = Record<string, unknown>;

const click = (changes: Json = {}): Outgoing => {
  const payload = slackFixture('block_actions_button');
  const [action] = payload.actions as Json[];
  return {
    payload: { ...payload, actions: [{ ...action, action_id: 'act:approval.approve:1', ...changes }] },
  };
};
const inGrid = { enterprise: { id: 'E0HOLDCO01', name: 'Holdco' } };

const reply = (changes: Json = {}): { event: Json } =>
  slackEvent('event_message_thread_reply', {
    channel: 'C0TEAM',
    channel_type: 'channel',
    parent_user_id: 'U0EMPLOYE1',
    ...changes,
  });

/** Everything that Slack sends and Steward stores. */
const SENT: [string, Outgoing][] = [
  ['a direct message', slackEvent('event_message_dm')],
  ['a mention', slackEvent('event_app_mention')],
  ['a reply in a thread', reply()],
  ['a message of an organisation', slackEvent('event_message_enterprise_install')],
  ['an edit', slackEvent('event_message_changed')],
  ['an invitation', slackEvent('event_member_joined_channel')],
  ['a goodbye', slackEvent('event_app_uninstalled')],
  ['a revoked token', slackEvent('event_tokens_revoked')],
  ['a click', click({ value: '{"v":"approval.approve","d":{}}' })],
  ['a click on a button whose content is kept elsewhere', click({ value: '{"k":"a-key"}' })],
  ['a click on a prompt', click({ value: '{"v":"ask.prompt","d":{"prompt":"How many days?"}}' })],
  [
    'a click in an organisation',
    { payload: { ...(click({ value: '{"v":"x"}' }) as { payload: Json }).payload, ...inGrid } },
  ],
  ['a command', { form: slackFixture('slash_command') as Record<string, string> }],
  ['a shortcut', { payload: { ...slackFixture('shortcut_message'), callback_id: 'ask-about-message' } }],
  [
    'a shortcut with a form',
    { payload: { ...slackFixture('shortcut_message'), callback_id: 'make-article' } },
  ],
];

const TOKENS = {
  'one workspace’s token': undefined,
  installations: { signingSecret: 'fake-signing-secret', clientId: '1.2', clientSecret: 's' },
};

describe.each(Object.entries(TOKENS))(
  'With %s, while neither Slack nor a look into the store answers',
  (_what, credentials) => {
    let host: SlackHost;
    let open = (): void => {};
    afterEach(async () => {
      open();
      await host.close();
    });

    /** Nothing but the write into the inbox gets anywhere. */
    async function startHung(): Promise<void> {
      const shut = new Promise<never>((_resolve, reject) => {
        open = () => reject(new Error('opened'));
      });
      shut.catch(() => undefined);
      const hang = (): Promise<never> => shut;
      host = await startSlackHost(
        {},
        {
          ...(credentials ? { credentials } : {}),
          fetch: hang,
          installations: { find: hang, save: hang, remove: hang, claimRefresh: hang },
          threads: { find: hang, add: hang },
          references: { save: hang, remove: hang },
          payloads: { put: hang, get: hang },
        },
      );
    }

    it.each(SENT)('%s is stored and acknowledged', async (_name, body) => {
      await startHung();
      const { status } = await host.slack.send(`${host.url}/slack/events`, body);
      expect(status).toBe(200);
      expect(host.intake.stored).toHaveLength(1);
    });

    it.each([
      ['a Home tab that is opened', slackEvent('event_app_home_opened')],
      ['an agent that is opened', slackEvent('event_assistant_thread_started')],
      [
        'a workspace that is let in',
        slackEvent('event_message_dm', { type: 'team_access_granted', team_ids: ['T1'] }),
      ],
      ['Stop', slackEvent('event_agent_session_stopped')],
      ['what people say to each other', slackEvent('event_message_channel')],
      ['a click that opens a form', click({ action_id: 'open:x:1', value: '{"k":"a-key"}' })],
      ['a click on something unknown', click({ value: 'junk' })],
    ])('%s is acknowledged', async (_name, body) => {
      await startHung();
      expect((await host.slack.send(`${host.url}/slack/events`, body)).status).toBe(200);
      expect(host.intake.stored).toEqual([]);
    });
  },
);

describe('What is stored before it is known what it is', () => {
  let host: SlackHost;
  afterEach(() => host.close());

  it('carries no secret and no copy of the card', async () => {
    host = await startSlackHost();
    const { event } = reply();
    await host.send({ event: { ...event, token: 'old-shared-secret' } });
    await host.send(click({ value: '{"k":"a-key"}' }));
    const kept = JSON.stringify(host.intake.stored);
    expect(host.intake.stored.every(({ unsorted }) => unsorted !== undefined)).toBe(true);
    expect(kept).not.toMatch(/old-shared-secret|response_url|trigger_id|hooks\.slack|"blocks"/);
  });

  it('is worked on as it was said, in a thread that another process joined', async () => {
    const joined = { teamId: 'T0ACME0001', isOrgInstall: false, botUserId: 'U0BOTACME1' };
    host = await startSlackHost({}, { threads: { find: async () => joined, add: async () => joined } });
    await host.send(reply({ thread_ts: '1795210000.000100', ts: '1795210001.000100', text: 'And in May?' }));
    expect(host.intake.taken).toHaveLength(1);
    expect(host.intake.taken[0]).toMatchObject({ text: 'And in May?', addressed: true });
    expect(host.intake.taken[0]?.unsorted).toBeUndefined();
  });

  it('comes to nothing where the thread is somebody else’s', async () => {
    host = await startSlackHost();
    await host.send(reply());
    expect(host.intake.stored).toHaveLength(1);
    expect(host.intake.taken).toEqual([]);
  });
});

describe('While the write into the inbox takes its time', () => {
  let host: SlackHost;
  let finish = (): void => {};
  afterEach(() => {
    finish();
    return host.close();
  });
  const modal = (): Outgoing => {
    const payload = slackFixture('view_submission');
    const meaning = JSON.stringify({ v: 'approval.reject', d: {}, o: { channel: 'D0APPRDM01' } });
    return { payload: { ...payload, view: { ...(payload.view as Json), private_metadata: meaning } } };
  };

  it.each([
    ['a message', slackEvent('event_message_dm'), undefined],
    ['a click', click({ value: '{"v":"approval.approve","d":{}}' }), undefined],
    ['a command', { form: slackFixture('slash_command') as Record<string, string> }, undefined],
    ['a form that takes longer', modal(), { response_action: 'update' }],
  ])('%s is acknowledged when it is safe, and not before', async (_what, body, answer) => {
    let write = (): void => {};
    const written = new Promise<void>((resolve) => (write = resolve));
    const finished = new Promise<ActionResponse>((resolve) => (finish = () => resolve({ kind: 'none' })));
    let isWritten = false;
    host = await startSlackHost(
      { whenWritten: () => written, onResponse: () => finished },
      { respondWithinMs: 50 },
    );
    const acknowledged = host.slack.send(`${host.url}/slack/events`, body).then((reply) => {
      expect(isWritten).toBe(true);
      return reply;
    });
    setTimeout(() => {
      isWritten = true;
      write();
    }, 400);
    const { status, body: told } = await acknowledged;
    expect(status).toBe(200);
    if (answer) expect(told).toMatchObject(answer);
  });
});
