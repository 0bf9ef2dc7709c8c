import type { JsonObject } from '../../core/kernel/json.js';
import { startSlack, type PostedMessage, type SlackFake } from '../fakes/slack.js';
import {
  emailOf,
  organisationFile,
  createMovableClock,
  runJobsNow,
  PEOPLE,
  type ChatPeople,
  type Shown,
  wordsOf,
} from './chat-people.js';
import { eventually } from './eventually.js';
import { startSteward, type RunningSteward, type StartOptions } from './start-steward.js';

type Json = Record<string, unknown>;

const TEAM = 'T0ACME0001';
const userOf = (who: string): string => `U0${who.toUpperCase()}`;
const channelOf = (who: string): string => `D0${who.toUpperCase()}`;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

interface Handle {
  message?: PostedMessage;
  viewId?: string;
}

export interface SlackChat extends ChatPeople {
  slack: SlackFake;
  /** What another process needs to serve the same workspace on the same store. */
  env: NodeJS.ProcessEnv;
  /** Slack delivers to this process from now on. */
  deliverTo(url: string): void;
}

/** The company in direct messages of Slack. */
export async function startSlackChat(options: StartOptions = {}): Promise<SlackChat> {
  const organisation = organisationFile();
  const clock = createMovableClock();
  const slack = await startSlack({ tokens: { [TEAM]: 'xoxb-acme' }, now: () => clock.now() });
  for (const who of PEOPLE) slack.setUser(userOf(who), { name: who, email: emailOf(who) });
  const env = {
    STEWARD_ORG_FILE: organisation.path,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_BOT_TOKEN: 'xoxb-acme',
    SLACK_API_URL: slack.apiUrl,
    ...options.env,
  };
  const running = await startSteward({ clock, ...options, env });
  let target = running.url;
  const responses = new Map<string, string>();
  const acknowledged = new Map<string, string[]>();
  const forms = new Map<string, string>();
  let counter = 0;

  const send = async (body: Parameters<SlackFake['send']>[1]): Promise<unknown> => {
    const reply = await slack.send(`${target}/slack/events`, body);
    if (reply.status !== 200) throw new Error(`The Slack endpoint answered with ${reply.status}.`);
    return reply.body;
  };
  const common = (who: string): Json => ({
    team: { id: TEAM, domain: 'acme' },
    user: { id: userOf(who), name: who, team_id: TEAM },
    enterprise: null,
    is_enterprise_install: false,
    trigger_id: slack.trigger(),
  });

  const threads = new Map<string, string>();
  const say: ChatPeople['say'] = async (who, text, { twice = false, withAgent = false } = {}) => {
    counter += 1;
    const ts = `17952192${String(counter).padStart(2, '0')}.000100`;
    const event = (id: string): Json => ({
      type: 'event_callback',
      team_id: TEAM,
      event_id: id,
      event_time: 1_795_219_200,
      authorizations: [{ team_id: TEAM, user_id: 'U0BOTACME1', is_bot: true, is_enterprise_install: false }],
      event: {
        type: 'message',
        channel_type: 'im',
        channel: channelOf(who),
        user: userOf(who),
        text,
        ts,
        event_ts: ts,
        ...(withAgent ? { app_context: { entities: [] } } : {}),
      },
    });
    if (withAgent) threads.set(who, ts);
    await send({ event: event(`Ev${counter}`) });
    if (twice) await send({ event: event(`Ev${counter}again`) });
  };

  async function click(who: string, message: PostedMessage, element: Json): Promise<void> {
    const url = slack.responseUrl();
    responses.set(url, who);
    await send({
      payload: {
        type: 'block_actions',
        ...common(who),
        container: {
          type: 'message',
          message_ts: message.ts,
          channel_id: message.channel,
          is_ephemeral: false,
        },
        channel: { id: message.channel },
        message: { ts: message.ts, ...(message.threadTs ? { thread_ts: message.threadTs } : {}) },
        state: { values: {} },
        response_url: url,
        actions: [{ ...element, action_ts: `${Date.now() / 1000}${(counter += 1)}` }],
      },
    });
  }

  async function submit(who: string, viewId: string, inputs: Record<string, string>): Promise<void> {
    const view = slack.views.get(viewId) as Json;
    const body = (await send({
      payload: {
        type: 'view_submission',
        ...common(who),
        view: { ...view, id: viewId, state: { values: stateOf(view, inputs) } },
      },
    })) as Json | undefined;
    acknowledged.set(who, [...(acknowledged.get(who) ?? []), JSON.stringify(body ?? {})]);
    if (body?.response_action === 'update') slack.views.set(viewId, body.view as Json);
    else if (body?.response_action !== 'errors') forms.delete(who);
  }

  const formWith = (verb: string, since: number): Promise<string> => {
    let found: string | undefined;
    return eventually(() => {
      found = [...slack.views]
        .slice(since)
        .find(([, view]) => (JSON.parse(textOf(view.private_metadata)) as Json).v === verb)?.[0];
      if (!found) throw new Error(`No form for ${verb} opened.`);
    }).then(() => found as string);
  };

  const press: ChatPeople['press'] = async (who, { handle }, verb, inputs = {}) => {
    const { message, viewId } = handle as Handle;
    if (viewId) return submit(who, viewId, inputs);
    if (!message) throw new Error('Nothing to press.');
    const element = elementFor(message, verb);
    const views = slack.views.size;
    await click(who, message, element.sent);
    if (element.opens) {
      const opened = await formWith(verb, views);
      forms.set(who, opened);
      await submit(who, opened, inputs);
    } else if (verb === 'approval.edit') forms.set(who, await formWith('approval.save', views));
  };

  return {
    channel: 'slack',
    running,
    slack,
    env: { ...env, MONGODB_URI: running.steward.store.uri },
    deliverTo: (url) => {
      target = url;
    },
    say,
    shown: (who) =>
      slack.messages
        .filter(({ channel, state }) => channel === channelOf(who) && state !== 'deleted')
        .map((message): Shown => ({ words: wordsOf(message), handle: { message } })),
    statesOf: ({ handle }) => {
      const { message } = handle as Handle;
      return message ? slack.statesOf(message) : [];
    },
    growing: (who) => {
      let text = '';
      return slack.calls
        .filter(({ args, result }) => result === 'ok' && (args.channel ?? args.channel_id) === channelOf(who))
        .flatMap(({ method, args }) => {
          if (method === 'assistant.threads.setStatus') return [textOf(args.status)];
          if (method === 'chat.startStream') text = '';
          if (method !== 'chat.startStream' && method !== 'chat.appendStream') return [];
          text += textOf(args.markdown_text);
          return [text];
        });
    },
    pressStop: async (who) => {
      const streaming = slack.messages.filter(
        ({ channel, state }) => channel === channelOf(who) && state === 'streaming',
      );
      const event = {
        type: 'agent_session_stopped',
        channel: channelOf(who),
        user: userOf(who),
        thread_ts: threads.get(who),
        streaming_message_ts: streaming.map(({ ts }) => ts),
        event_ts: `${Date.now() / 1000}`,
      };
      const authorizations = [{ team_id: TEAM, user_id: 'U0BOTACME1', is_enterprise_install: false }];
      counter += 1;
      await send({
        event: { type: 'event_callback', team_id: TEAM, event_id: `Ev${counter}`, authorizations, event },
      });
    },
    told: (who) => [
      ...slack.responses
        .filter((response) => responses.get(textOf(response.to)) === who)
        .map((response) => JSON.stringify(response)),
      ...(acknowledged.get(who) ?? []),
      ...slack.messages
        .filter(({ ephemeralFor }) => ephemeralFor === userOf(who))
        .map((m) => JSON.stringify(m)),
    ],
    form: (who) => {
      const viewId = forms.get(who);
      const view = viewId && slack.views.get(viewId);
      return view ? { words: JSON.stringify(view), handle: { viewId } } : undefined;
    },
    press,
    thumbDown: (who, answer, reason) => press(who, answer, 'feedback.down', { reason }),
    later: async (ms, { withJobs = true } = {}) => {
      await clicksWorkedOff(running);
      clock.move(ms);
      if (withJobs) await runJobsNow(running);
    },
    close: async () => {
      await running.close();
      await slack.close();
      organisation.remove();
    },
  };
}

/** Slack is told that a click came before it is worked on; time goes on after it was. */
async function clicksWorkedOff({ steward }: RunningSteward): Promise<void> {
  const inbox = steward.store.database.connection.collection('inbox');
  const waiting = { done: false, 'activity.expectsResponse': true };
  await eventually(async () => {
    if ((await inbox.countDocuments(waiting)) > 0) throw new Error('A click is worked on still.');
  }, 30_000);
}

/** The element of a message that stands for a verb, as Slack sends it back. */
function elementFor(message: PostedMessage, verb: string): { sent: Json; opens: boolean } {
  const elements = message.blocks.flatMap(({ elements: inner, accessory }) => [
    ...((inner ?? []) as Json[]),
    ...(accessory ? [accessory as Json] : []),
  ]);
  for (const element of elements) {
    const [kind, name] = textOf(element.action_id).split(':');
    if (kind === 'feedback' && verb.startsWith('feedback.')) {
      const part = (verb === 'feedback.up' ? element.positive_button : element.negative_button) as Json;
      return {
        sent: { type: 'feedback_buttons', action_id: element.action_id, block_id: 'fb', value: part.value },
        opens: verb === 'feedback.down',
      };
    }
    if (name !== verb) continue;
    const { type, action_id, value } = element;
    return { sent: { type, action_id, block_id: 'actions', value }, opens: kind === 'open' };
  }
  throw new Error(`no button ${verb} on ${JSON.stringify(message.blocks).slice(0, 600)}`);
}

/** What Slack sends of a modal's inputs: the given values, else those that stood there. */
function stateOf(view: Json, inputs: Record<string, string>): Json {
  const values: Record<string, Json> = {};
  for (const { type, block_id: id, element } of view.blocks as Json[]) {
    if (type !== 'input') continue;
    const { action_id: name, type: kind, ...initial } = element as JsonObject;
    const given = inputs[textOf(name)];
    values[textOf(id)] = { [textOf(name)]: { type: kind ?? null, ...valueOf(textOf(kind), given, initial) } };
  }
  return values;
}

function valueOf(kind: string, given: string | undefined, initial: JsonObject): Json {
  if (kind === 'radio_buttons' || kind === 'static_select') {
    const value = given ?? (initial.initial_option as JsonObject | undefined)?.value;
    return { selected_option: value === undefined ? null : { text: {}, value } };
  }
  if (kind === 'checkboxes' || kind === 'multi_static_select') {
    return {
      selected_options:
        given === undefined ? (initial.initial_options ?? []) : given.split(',').map((value) => ({ value })),
    };
  }
  if (kind === 'datepicker') return { selected_date: given ?? initial.initial_date ?? null };
  return { value: given ?? initial.initial_value ?? null };
}
