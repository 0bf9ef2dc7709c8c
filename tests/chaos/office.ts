import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { messageId } from '../../adapters/slack/place.js';
import { startSlack, type PostedMessage } from '../fakes/slack.js';
import { startTeamsTraffic } from '../load/teams-traffic.js';
import { isCallNotice, isWaitingNotice } from '../load/traffic.js';

const TEAM = 'T0ACME0001';
const ORGANISATION = `people:
  - { id: asker, name: Teams Asker, manager: decider, accounts: { entra: load-asker } }
  - { id: decider, name: Teams Decider, roles: [viewer, manager], accounts: { entra: load-decider } }
  - { id: sasker, name: Slack Asker, manager: sdecider, email: sasker@acme.example }
  - { id: sdecider, name: Slack Decider, roles: [viewer, manager], email: sdecider@acme.example }
`;
const AGAIN_MS = 150;

type Json = Record<string, unknown>;
/** A card's button that waits to be pressed. */
type Press = () => Promise<boolean>;

export interface OfficeOptions {
  random(): number;
  /** Port of the server that takes the next request. */
  port(): number;
  organisationFile: string;
}

/**
 * A company on Teams and Slack that asks, requests, approves and rates, as channels deliver it: what was not acknowledged
 * comes again, and some of what was comes again too.
 */
export interface Office {
  env: Record<string, string>;
  /** The n-th thing that somebody does; resolves once it was acknowledged. */
  act(n: number): Promise<void>;
  /** Everybody says hello, so that Steward knows where to write to them. */
  greet(): Promise<void>;
  /** Ids of messages that were acknowledged. */
  acknowledged: Set<string>;
  /** When each message's final answers arrived, on the clock of `performance.now()`. */
  answersTo(id: string): number[];
  /** What the channel calls a message. */
  activityIdOf(id: string): string;
  /** Approvals by id whose click was acknowledged. */
  approved: Set<string>;
  /** Answers by id whose vote was acknowledged. */
  rated: Set<string>;
  /** Cost centres of the requests that were acknowledged. */
  requested: string[];
  /** Presses what still waits for a decision. @returns how many. */
  decideRest(): Promise<number>;
  close(): Promise<void>;
}

export async function startOffice({ random, port, organisationFile }: OfficeOptions): Promise<Office> {
  writeFileSync(organisationFile, ORGANISATION);
  const teams = await startTeamsTraffic();
  const slack = await startSlack({ tokens: { [TEAM]: 'xoxb-acme' } });
  for (const who of ['sasker', 'sdecider'])
    slack.setUser(userOf(who), { name: who, email: `${who}@acme.example` });
  const acknowledged = new Set<string>();
  const approved = new Set<string>();
  const rated = new Set<string>();
  const requested: string[] = [];
  const teamsAnswers = new Map<string, number[]>();
  const slackChannels = new Map<string, string>();
  const slackTimestamps = new Map<string, string>();
  const decisions = new Map<string, Press>();
  const votes = new Map<string, string>();

  teams.onAnswer((answer) => {
    const { id, conversation, inReplyTo, activity, isUpdate, text } = answer;
    for (const data of buttonsIn(activity, 'approval.approve'))
      if (conversation === 'decider' && !approved.has(idOf(data)))
        decisions.set(idOf(data), () => clickTeams('decider', 'approval.approve', data, /approved|T-\d+/i));
    if (isUpdate || isWaitingNotice(answer) || isCallNotice(answer)) return;
    // The card of a request answers no message in Teams' sense; the cost centre tells it.
    const request = conversation === 'asker' ? /\b1\d{4}\b/.exec(text)?.[0] : undefined;
    const message = request ? `request-${Number(request) - 10_000}` : inReplyTo;
    if (message === undefined) return;
    teamsAnswers.set(message, [...(teamsAnswers.get(message) ?? []), performance.now()]);
    if (id && /parental/i.test(text) && text.includes('[1]')) votes.set(id, conversation);
  });

  async function clickTeams(who: string, verb: string, data: Json, words: RegExp): Promise<boolean> {
    const clicks = await Promise.all(
      [1, 2].map(() => teams.click(port(), who, verb, data).catch(() => undefined)),
    );
    return clicks.some((click) => click?.status === 200 && words.test(click.body));
  }

  async function untilTaken(attempt: () => Promise<boolean>): Promise<void> {
    while (!(await attempt())) await pause(AGAIN_MS);
  }

  const isTaken = (status: number): boolean => status >= 200 && status < 300;
  async function deliver(id: string, send: (retry: number) => Promise<number>): Promise<void> {
    let retry = 0;
    await untilTaken(async () => isTaken(await send(retry++).catch(() => 0)));
    acknowledged.add(id);
    if (random() < 0.3) await send(retry).catch(() => 0);
  }
  const sayInTeams = (conversation: string, id: string, text: string): Promise<void> =>
    deliver(id, () => teams.send(port(), conversation, id, text));

  /** Each message in a direct message of its own, since an answer in Slack does not name what it answers. */
  function sayInSlack(id: string, user: string, channel: string, text: string): Promise<void> {
    slackChannels.set(id, channel);
    if (!['sasker', 'sdecider'].includes(user))
      slack.setUser(userOf(user), { name: user, email: `${user}@acme.example` });
    const seconds = Math.floor(Date.now() / 1000);
    const ts = `${seconds}.${String(slackChannels.size).padStart(6, '0')}`;
    slackTimestamps.set(id, ts);
    const event = {
      type: 'event_callback',
      team_id: TEAM,
      event_id: `Ev${id}`,
      event_time: seconds,
      authorizations: [{ team_id: TEAM, user_id: 'U0BOTACME1', is_bot: true, is_enterprise_install: false }],
      event: { type: 'message', channel_type: 'im', channel, user: userOf(user), text, ts, event_ts: ts },
    };
    return deliver(id, async (retry) => {
      const { status } = await slack.send(slackUrl(), { event, ...(retry > 0 ? { retry } : {}) });
      return status;
    });
  }
  const slackUrl = (): string => `http://127.0.0.1:${port()}/slack/events`;

  async function clickSlack(who: string, message: PostedMessage, element: Json): Promise<boolean> {
    const payload = {
      type: 'block_actions',
      team: { id: TEAM, domain: 'acme' },
      user: { id: userOf(who), name: who, team_id: TEAM },
      enterprise: null,
      is_enterprise_install: false,
      trigger_id: slack.trigger(),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: false,
      },
      channel: { id: message.channel },
      message: { ts: message.ts },
      state: { values: {} },
      response_url: slack.responseUrl(),
      actions: [{ ...element, block_id: 'actions', action_ts: `${Date.now() / 1000}` }],
    };
    const clicks = await Promise.all(
      [1, 2].map(() => slack.send(slackUrl(), { payload }).catch(() => undefined)),
    );
    return clicks.some((click) => click?.status === 200);
  }

  function findSlackDecisions(): void {
    for (const message of slack.messages) {
      if (message.channel !== channelOf('sdecider')) continue;
      for (const element of elementsOf(message)) {
        if (!String(element.action_id).includes('approval.approve')) continue;
        const { type, action_id, value } = element;
        const id = /"approvalId":"([^"]+)"/.exec(String(value))?.[1] ?? String(value);
        if (!approved.has(id))
          decisions.set(id, () => clickSlack('sdecider', message, { type, action_id, value }));
      }
    }
  }

  /** A whole message is an answer, and so is what completes a growing one; a half that a killed process left is none. */
  function slackAnswersIn(channel: string): number[] {
    const completed = new Set<unknown>();
    const times: number[] = [];
    let growing = 0;
    for (const { method, args, result, at } of slack.calls) {
      if (result !== 'ok' || args.channel !== channel) continue;
      const isHalf = method === 'chat.startStream' || String(args.text).endsWith(' …');
      if (method === 'chat.startStream' || (method === 'chat.postMessage' && isHalf)) growing += 1;
      const completes = method === 'chat.update' && !isHalf && growing > 0 && !completed.has(args.ts);
      if (completes) {
        completed.add(args.ts);
        growing -= 1;
      }
      const isWhole = completes || (method === 'chat.postMessage' && !isHalf);
      const words = { conversation: channel, text: JSON.stringify(args) };
      if (isWhole && !isWaitingNotice(words) && !isCallNotice(words)) times.push(at);
    }
    return times;
  }

  async function decide(): Promise<boolean> {
    findSlackDecisions();
    const [oldest] = decisions;
    if (!oldest) return false;
    const [id, press] = oldest;
    decisions.delete(id);
    approved.add(id);
    await untilTaken(press);
    return true;
  }

  async function rate(): Promise<void> {
    const [oldest] = votes;
    if (!oldest) return;
    const [id, conversation] = oldest;
    votes.delete(id);
    rated.add(id);
    await untilTaken(async () => isTaken(await teams.thumbUp(port(), conversation, id).catch(() => 0)));
  }

  return {
    env: {
      STEWARD_ORG_FILE: organisationFile,
      STEWARD_RATE_LIMITS: 'off',
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_BOT_TOKEN: 'xoxb-acme',
      SLACK_API_URL: slack.apiUrl,
    },
    greet: async () => {
      await sayInTeams('asker', 'hello-asker', 'help');
      await sayInTeams('decider', 'hello-decider', 'help');
      for (const who of ['sasker', 'sdecider']) await sayInSlack(`hello-${who}`, who, channelOf(who), 'help');
      // Cards come to the deciders' own conversation in Slack, which the greeting's answer cannot be told from.
      acknowledged.delete('hello-sdecider');
    },
    act: async (n) => {
      const kind = n % 10;
      if (kind === 9) return rate();
      if (kind === 4 || kind === 8) return void (await decide());
      const isSlack = Math.floor(n / 10) % 2 === 1;
      if (kind === 3 || kind === 7) {
        const costCentre = String(10_000 + n);
        const text = `please raise a laptop request for Lee, 16 inch, cost centre ${costCentre}`;
        requested.push(costCentre);
        if (kind === 3) return sayInTeams('asker', `request-${n}`, text);
        return sayInSlack(`request-${n}`, 'sasker', channelOf(`request${n}`), text);
      }
      const text = random() < 0.5 ? 'How many weeks of parental leave do I get?' : 'help';
      if (isSlack) return sayInSlack(`slack-${n}`, `s${n}`, channelOf(`s${n}`), text);
      return sayInTeams(`c${n % 6}`, `teams-${n}`, text);
    },
    acknowledged,
    approved,
    rated,
    requested,
    activityIdOf: (id) => {
      const [channel, ts] = [slackChannels.get(id), slackTimestamps.get(id)];
      return channel !== undefined && ts !== undefined ? messageId(channel, ts) : id;
    },
    answersTo: (id) => {
      const channel = slackChannels.get(id);
      return channel === undefined ? (teamsAnswers.get(id) ?? []) : slackAnswersIn(channel);
    },
    decideRest: async () => {
      let decided = 0;
      while (await decide()) decided += 1;
      return decided;
    },
    close: async () => {
      await teams.close();
      await slack.close();
    },
  };
}

const userOf = (who: string): string => `U0${who.toUpperCase()}`;
const channelOf = (who: string): string => `D0${who.toUpperCase()}`;
const idOf = (data: Json): string => String(data.approvalId);

function elementsOf({ blocks }: PostedMessage): Json[] {
  return blocks.flatMap((block) => {
    const { elements, accessory } = block as unknown as { elements?: Json[]; accessory?: Json };
    return [...(elements ?? []), ...(accessory ? [accessory] : [])];
  });
}

/** The data of every button of a card that stands for a verb. */
function buttonsIn(node: unknown, verb: string): Json[] {
  if (Array.isArray(node)) return node.flatMap((item) => buttonsIn(item, verb));
  if (typeof node !== 'object' || node === null) return [];
  const member = node as Json;
  if (member.type === 'Action.Execute' && member.verb === verb) return [member.data as Json];
  return Object.values(member).flatMap((value) => buttonsIn(value, verb));
}
