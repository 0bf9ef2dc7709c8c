import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SAMPLE_ORGANISATION } from '../../bot/compose-people.js';
import { startSlack, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { slackEvent, slackFixture } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

type Json = Record<string, unknown>;

describe('Steward as a whole, through the Slack endpoint', () => {
  let running: RunningSteward;
  let slack: SlackFake;
  beforeAll(async () => {
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-acme' } });
    slack.setUser('U0EMPLOYE1', { name: 'Priya Nair', email: 'priya@example.com' });
    slack.setMembers('C0PROCURE1', ['U0EMPLOYE1', 'U0BOTACME1']);
    running = await startSteward({
      env: {
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_BOT_TOKEN: 'xoxb-acme',
        SLACK_API_URL: slack.apiUrl,
        STEWARD_RATE_LIMITS: '0',
        STEWARD_ORG_FILE: SAMPLE_ORGANISATION,
      },
    });
  }, 90_000);
  afterAll(async () => {
    await running.close();
    await slack.close();
  }, 30_000);

  const send = (body: Parameters<SlackFake['send']>[1]): ReturnType<SlackFake['send']> =>
    slack.send(`${running.url}/slack/events`, body);
  const words = (message: unknown): string => JSON.stringify(message);
  /** Max has looked at Steward's Home tab, so that his account is known. */
  const meetMax = async (): Promise<void> => {
    slack.setUser('U0MAX', { name: 'Max', email: 'max@example.com' });
    await send(slackEvent('event_app_home_opened', { user: 'U0MAX' }));
    await eventually(() => expect(slack.homes.get('U0MAX')).toBeDefined());
  };

  it('answers a direct message with sources, within Slack’s limits', async () => {
    expect((await send(slackEvent('event_message_dm'))).status).toBe(200);
    const [answer] = await slack.waitFor(1, ({ channel }) => channel === 'D0EMPDM001');
    expect(words(answer?.blocks)).toContain('80 days of paid parental leave');
    expect(words(answer?.blocks)).toContain('Parental leave');
  });

  it('answers eleven deliveries of one message once, also without Slack’s retry headers', async () => {
    const ts = '1795219444.000100';
    const mention = slackEvent('event_app_mention', { ts, text: '<@U0BOTACME1> help' });
    const twin = slackEvent('event_message_for_same_mention', { ts, text: '<@U0BOTACME1> help' });
    const deliveries = Array.from({ length: 11 }, (_, index) => ({
      event: { ...(index % 2 ? twin : mention).event, event_id: `Ev-again-${index}` },
      ...(index > 6 ? { retry: index } : {}),
    }));
    const replies = await Promise.all(deliveries.map((delivery) => send(delivery)));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 11 }, () => 200));
    await send(
      slackEvent('event_app_mention', {
        ts: '1795219445.000100',
        thread_ts: ts,
        text: '<@U0BOTACME1> my requests',
      }),
    );
    await slack.waitFor(1, (message) => words(message).includes('not asked for anything yet'));
    expect(slack.messages.filter(({ threadTs }) => threadTs === ts)).toHaveLength(2);
  });

  it('answers a mention in its thread, and then the thread without a mention', async () => {
    const ts = '1795219555.000100';
    await send(
      slackEvent('event_app_mention', {
        ts,
        text: '<@U0BOTACME1> How many days of parental leave do I get?',
      }),
    );
    const [answer] = await slack.waitFor(1, ({ threadTs }) => threadTs === ts);
    expect(words(answer)).toContain('80 days');
    const followUp = {
      channel: 'C0PROCURE1',
      channel_type: 'channel',
      thread_ts: ts,
      ts: '1795219556.000100',
      text: 'help',
    };
    await send(slackEvent('event_message_thread_reply', followUp));
    await slack.waitFor(1, (message) => message.threadTs === ts && words(message).includes('What I can do'));
  });

  it('answers in a channel whose readers are colleagues, also those who never wrote to it', async () => {
    slack.setUser('U0QUIET1', { name: 'Quiet Colleague', email: 'quiet@nowhere.example' });
    slack.setUser('U0GUEST1', { name: 'A Guest', more: { is_restricted: true } });
    slack.setUser('U0OUTSIDE', {
      name: 'Of Globex',
      email: 'max@example.com',
      more: { team_id: 'T0GLOBEX02' },
    });
    const asked = async (channel: string, reader: string, ts: string) => {
      slack.setMembers(channel, ['U0EMPLOYE1', reader, 'U0BOTACME1']);
      const text = '<@U0BOTACME1> How many days of parental leave do I get?';
      await send(slackEvent('event_app_mention', { channel, ts, text }));
      const [answer] = await slack.waitFor(1, (message) => message.channel === channel);
      return words(answer);
    };
    expect(await asked('C0COLLEAGUES', 'U0QUIET1', '1795219561.000100')).toContain('80 days');
    expect(await asked('C0WITHGUEST', 'U0GUEST1', '1795219562.000100')).not.toContain('80 days');
    expect(await asked('C0SHARED', 'U0OUTSIDE', '1795219563.000100')).not.toContain('80 days');
  });

  it('answers a guest who writes to it from public documents alone', async () => {
    slack.setUser('U0GUEST2', { name: 'A Guest', more: { is_restricted: true } });
    const channel = 'D0GUESTDM2';
    const text = 'How many days of parental leave do I get?';
    await send(slackEvent('event_message_dm', { user: 'U0GUEST2', channel, text, ts: '1795219571.000100' }));
    const [answer] = await slack.waitFor(1, (message) => message.channel === channel);
    expect(words(answer)).not.toContain('80 days');
  });

  it('opens the form of a knowledge article from a message, and shows mistakes at their fields', async () => {
    const payload = {
      ...slackFixture('shortcut_message'),
      callback_id: 'make-article',
      trigger_id: slack.trigger(),
    };
    const before = slack.views.size;
    const told = slack.messages.length;
    expect((await send({ payload })).status).toBe(200);
    let open: [string, Json] | undefined;
    await eventually(() => {
      open = [...slack.views].slice(before)[0] as [string, Json];
      expect(words(open)).toContain('the PO is ready');
    });
    const [id, view] = open as [string, Json];
    const inputs = (view.blocks as Json[]).filter(({ type }) => type === 'input');
    const submit = async (title: string): Promise<Json> => {
      const values = inputs.map(({ block_id: block, element }) => {
        const { action_id: name, initial_value: value } = element as Json;
        return [block, { [String(name)]: { value: name === 'title' ? title : value } }];
      });
      const state = { values: Object.fromEntries(values) as Json };
      const submission = {
        ...slackFixture('view_submission'),
        user: (payload as Json).user,
        view: { ...view, id, state },
      };
      return (await send({ payload: submission as Json })).body as Json;
    };
    const title = inputs.find(({ element }) => (element as Json).action_id === 'title');
    expect(await submit('x')).toEqual({
      response_action: 'errors',
      errors: { [String(title?.block_id)]: expect.any(String) },
    });
    expect(words(await submit('Purchase orders'))).not.toContain('errors');
    expect(slack.messages.slice(told).map(({ text }) => text)).not.toContain(
      expect.stringContaining('went wrong'),
    );
  });

  it('posts the form of a knowledge article where its modal came too late', async () => {
    const payload = {
      ...slackFixture('shortcut_message'),
      callback_id: 'make-article',
      trigger_id: slack.trigger('expired'),
      action_ts: '1795219499.000000',
    };
    await send({ payload });
    const [form] = await slack.waitFor(1, (message) => words(message).includes('open:form.submit'));
    expect(words(form)).toContain('the PO is ready');
  });

  it('answers a command for the asker alone', async () => {
    const form = {
      ...(slackFixture('slash_command') as Record<string, string>),
      text: 'How many days of parental leave do I get?',
    };
    const { status, body } = await send({ form });
    expect({ status, body }).toEqual({ status: 200, body: undefined });
    const [answer] = await slack.waitFor(
      1,
      ({ channel, ephemeralFor }) => channel === 'C0PROCURE1' && ephemeralFor === 'U0EMPLOYE1',
    );
    expect(words(answer)).toContain('80 days');
  });

  it('keeps a command’s request for the asker alone, also when it goes on in a form', async () => {
    const form = {
      ...(slackFixture('slash_command') as Record<string, string>),
      trigger_id: 'form.1',
      text: 'please raise a laptop request for Confidential Person',
    };
    await meetMax();
    expect((await send({ form })).status).toBe(200);
    const [asked] = await slack.waitFor(
      1,
      (message) => message.ephemeralFor === 'U0EMPLOYE1' && words(message).includes('open:form.submit'),
    );
    const buttons = (asked?.blocks ?? []).flatMap(({ elements }) => (elements ?? []) as Json[]);
    const button = buttons.find(({ action_id: id }) => String(id).startsWith('open:form.submit'));
    const views = slack.views.size;
    const common = { user: { id: 'U0EMPLOYE1', team_id: 'T0ACME0001' }, trigger_id: slack.trigger() };
    const click = {
      ...slackFixture('block_actions_button'),
      ...common,
      container: { type: 'message', message_ts: asked?.ts, channel_id: asked?.channel, is_ephemeral: true },
      channel: { id: asked?.channel },
      message: null,
      response_url: slack.responseUrl(),
      state: { values: {} },
      actions: [{ ...button, action_ts: '1795219999.000300' }],
    };
    await send({ payload: click as Json });
    await eventually(() => expect(slack.views.size).toBe(views + 1));
    const [id, view] = [...slack.views].at(-1) as [string, Json];
    const values = Object.fromEntries(
      (view.blocks as Json[])
        .filter(({ type }) => type === 'input')
        .map(({ block_id: block, element }) => {
          const { action_id: name, type } = element as Json;
          const { initial_value: filled, options } = element as { initial_value?: string; options?: Json[] };
          const known: Record<string, string> = { costCentre: '4711', costUsd: '900', quantity: '1' };
          const given = options
            ? { selected_option: options[0] }
            : type === 'datepicker'
              ? { selected_date: '2099-01-31' }
              : { value: known[String(name)] ?? filled ?? 'x' };
          return [block, { [String(name)]: given }];
        }),
    );
    const before = slack.messages.length;
    const submission = {
      ...slackFixture('view_submission'),
      ...common,
      view: { ...view, id, state: { values } },
    };
    expect(words((await send({ payload: submission as Json })).body)).toContain('I have asked');
    await eventually(
      () => expect(words(slack.messages.slice(before))).toContain('Confidential Person'),
      10_000,
    );
    const open = slack.messages
      .slice(before)
      .filter(({ channel, ephemeralFor }) => channel === asked?.channel && !ephemeralFor);
    expect(words(open)).not.toContain('Confidential Person');
  });

  it('speaks the language that Slack tells of a person', async () => {
    slack.setUser('U0GERMAN1', { name: 'Gerda', email: 'gerda@example.com', more: { locale: 'de-DE' } });
    await send(
      slackEvent('event_message_dm', {
        user: 'U0GERMAN1',
        channel: 'D0GERMAN1',
        text: 'hilfe',
        ts: '1795219801.000100',
      }),
    );
    const [answer] = await slack.waitFor(1, ({ channel }) => channel === 'D0GERMAN1');
    expect(words(answer)).toContain('Was ich kann');
  });

  it('knows a person by the confirmed mail address, and says so in the audit', async () => {
    await eventually(async () => {
      const strengths = new Set<unknown>();
      for await (const { event } of running.steward.audit.read('home', { action: 'question-answer' })) {
        const { actor } = event;
        if (actor.kind === 'person' && actor.id === 'priya') strengths.add(actor.strength);
      }
      expect(strengths).toEqual(new Set(['email']));
    });
  });

  it('records how surely the account of a requester is theirs', async () => {
    const text = 'please raise a laptop request for Priya, 16 inch, cost centre 4711';
    await send(slackEvent('event_message_dm', { ts: '1795219571.000100', text }));
    await eventually(async () => {
      const strengths: unknown[] = [];
      for await (const { event } of running.steward.audit.read('home', { action: 'approval-request' })) {
        if (event.actor.kind === 'person') strengths.push(event.actor.strength);
      }
      expect(new Set(strengths)).toEqual(new Set(['email']));
    });
  });

  it('fills the Home tab with what the person asked, and prompts to begin with', async () => {
    await send(slackEvent('event_app_home_opened'));
    await eventually(() => {
      const home = words(slack.homes.get('U0EMPLOYE1'));
      expect(home).toContain('Waiting for your decision');
      expect(home).toContain('How many days of parental leave do I get?');
      expect(home).toContain('ask.prompt');
    });
  });

  it('opens what waits for an approver from their Home tab, in their messages', async () => {
    // Somebody of another company with an approver's address in their profile gets nothing of it.
    slack.setUser('U0FORGER', { name: 'F', email: 'ana@example.com', more: { team_id: 'T0GLOBEX02' } });
    await meetMax();
    const text = 'please raise a laptop request for Uma, 16 inch, cost centre 4711';
    await send(slackEvent('event_message_dm', { ts: '1795219572.000100', text }));
    await slack.waitFor(1, (message) => message.channel === 'D0MAX' && words(message).includes('Uma'));
    expect(slack.messages.filter(({ channel }) => channel === 'D0FORGER')).toEqual([]);
    await send(slackEvent('event_app_home_opened', { user: 'U0MAX' }));
    let button: Json | undefined;
    await eventually(() => {
      const { blocks = [] } = (slack.homes.get('U0MAX') ?? {}) as { blocks?: Json[] };
      button = blocks
        .map(({ accessory }) => accessory as Json | undefined)
        .find((each) => String(each?.action_id).startsWith('act:approval.refresh'));
      expect(button).toBeDefined();
    });
    const before = slack.views.size;
    const payload = {
      ...slackFixture('block_actions_button'),
      user: { id: 'U0MAX', team_id: 'T0ACME0001' },
      container: { type: 'view', view_id: 'V0HOME' },
      channel: null,
      message: null,
      view: { id: 'V0HOME', type: 'home', state: { values: {} } },
      trigger_id: slack.trigger(),
      response_url: null,
      state: null,
      actions: [{ ...button, block_id: 'home', action_ts: '1795219999.000200' }],
    };
    expect((await send({ payload: payload as Json })).status).toBe(200);
    await eventually(() => {
      const [opened] = [...slack.views].slice(before);
      expect(words(opened)).toContain('Messages tab');
    });
    await slack.waitFor(
      1,
      (message) => message.channel === 'D0MAX' && words(message).includes('approval.approve'),
    );
  });

  it('keeps an answer that Slack does not take now, and delivers it when it may', async () => {
    slack.fail({ method: 'chat.postMessage', channel: 'D0LATER', retryAfter: 1, times: 2 });
    await send(slackEvent('event_message_dm', { channel: 'D0LATER', ts: '1795219666.000100', text: 'help' }));
    await slack.waitFor(1, ({ channel }) => channel === 'D0LATER', 10_000);
    expect(slack.messages.filter(({ channel }) => channel === 'D0LATER')).toHaveLength(1);
  });

  it('reads an uploaded file into the knowledge base, for its sender alone', async () => {
    slack.setUser('U0ZOE', { name: 'Zoe', email: 'zoe@example.com' });
    slack.setUser('U0PRIYA', { name: 'Priya', email: 'priya@example.com' });
    const files = [slack.upload('canteen.md', '# Canteen\n\nOn Thursday the canteen serves plum stew.\n')];
    const from = (user: string, more: object) =>
      slackEvent('event_message_dm', { user, channel: `D${user.slice(1)}`, ...more });
    const inAgent = { app_context: { entities: [] } };
    await send(
      from('U0ZOE', { subtype: 'file_share', text: '', files, ts: '1795219700.000100', ...inAgent }),
    );
    await slack.waitFor(
      1,
      (message) => words(message).includes('I have read your file “canteen.md”'),
      20_000,
    );
    expect(slack.calls.some(({ args }) => words(args).includes('Reading “canteen.md” …'))).toBe(true);
    const question = 'What does the canteen serve on Thursday?';
    await send(from('U0ZOE', { text: question, ts: '1795219701.000100' }));
    await slack.waitFor(1, ({ blocks }) => words(blocks).includes('plum stew'), 10_000);
    await send(from('U0PRIYA', { text: question, ts: '1795219702.000100' }));
    const [other] = await slack.waitFor(1, ({ channel }) => channel === 'D0PRIYA', 10_000);
    expect(words(other)).toContain('I don’t know');
    expect(words(other)).not.toContain('plum');
  }, 40_000);

  it('says so when a file cannot be had, or may not be added', async () => {
    await send(slackEvent('event_file_share', { user: 'U0PRIYA', channel: 'D0PRIYA' }));
    await slack.waitFor(1, (message) => words(message).includes('You may not add documents'));
    const gone = slackEvent('event_file_share', {
      user: 'U0ZOE',
      channel: 'D0ZOE',
      ts: '1795219703.000100',
    });
    await send(gone);
    await slack.waitFor(1, (message) => words(message).includes('I could not fetch the file'));
  });

  it('tells somebody of another company what is public, and does nothing for them', async () => {
    const guest = { user: 'U0PARTNER1', user_team: 'T0GLOBEX02', team: 'T0GLOBEX02' };
    const asks = (text: string, ts: string) =>
      slackEvent('event_message_dm', { ...guest, channel: 'D0PARTNER1', text, ts });
    await send(asks('What is the hotel limit on business trips?', '1795219710.000100'));
    const [answer] = await slack.waitFor(1, ({ channel }) => channel === 'D0PARTNER1');
    expect(words(answer)).toContain('I don’t know');
    const openBefore = await running.steward.store.database.connection
      .collection('approvals')
      .countDocuments();
    expect(words(answer)).not.toContain('ask.person');
    await send(asks('I want a person', '1795219712.000100'));
    await slack.waitFor(
      1,
      (message) => message.channel === 'D0PARTNER1' && words(message).includes('You may not do this'),
    );
    await send(asks('please raise a laptop request for me, 16 inch, cost centre 4711', '1795219711.000100'));
    await slack.waitFor(3, ({ channel }) => channel === 'D0PARTNER1');
    const approvals = running.steward.store.database.connection.collection('approvals');
    expect(await approvals.countDocuments()).toBe(openBefore);
  });

  it('never posts a card where only a command’s answer could be seen', async () => {
    const people = running.steward.store.database.connection.collection('people');
    const priya = await people.findOne({ email: 'priya@example.com' });
    const conversations = JSON.stringify(priya?.conversations);
    expect(conversations).not.toContain('ephemeral');
    expect(conversations).not.toContain('C0PROCURE1');
  });

  it('wrote nothing that Slack would have refused', () => {
    expect(slack.complaints).toEqual([]);
  });

  it('says to the asker alone that there is more than the readers of a channel may see', async () => {
    slack.setUser('U0MAX', { name: 'Max', email: 'max@example.com' });
    slack.setMembers('C0RISES', ['U0MAX', 'U0EMPLOYE1', 'U0BOTACME1']);
    await send(
      slackEvent('event_app_mention', {
        user: 'U0MAX',
        channel: 'C0RISES',
        ts: '1795219981.000100',
        text: '<@U0BOTACME1> How high is the budget for salary rises in 2026?',
      }),
    );
    const [note] = await slack.waitFor(
      1,
      (message) => message.channel === 'C0RISES' && words(message).includes('visible to you'),
    );
    expect(note).toMatchObject({ ephemeralFor: 'U0MAX' });
  });
});
