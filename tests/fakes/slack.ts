import { createHmac } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { JsonObject } from '../../core/kernel/json.js';
import type { SlackBlock, SlackModal } from '../../cards/block-kit/types.js';
import { createSlackFiles, type SlackFiles } from './slack-files.js';
import { lintMessage, lintModal, sizeOf, SLACK_LIMITS } from '../../cards/slack-limits.js';

type Json = Record<string, unknown>;

/** One call of the Web API, as Slack saw it. */
export interface ApiCall {
  method: string;
  token: string | undefined;
  args: Json;
  /** What was answered: `ok` or Slack's error. */
  result: string;
  at: number;
}

export interface PostedMessage {
  channel: string;
  ts: string;
  text: string;
  blocks: SlackBlock[];
  threadTs?: string;
  /** Who alone sees it. */
  ephemeralFor?: string;
  /** `streaming` until it is stopped. */
  state: 'posted' | 'streaming' | 'stopped' | 'deleted';
  edits: number;
}

/** How Slack treats the next calls that `method` (and `channel`) match, instead of taking them. */
export interface SlackFault {
  method: string;
  channel?: string;
  error?: string;
  status?: number;
  retryAfter?: number;
  /** Cuts the connection without an answer. */
  reset?: boolean;
  /** How many calls it applies to; one unless told. */
  times?: number;
}

interface UserProfile {
  name: string;
  email?: string;
  confirmed?: boolean;
  more?: Json;
}

/** One installation: of a workspace, or of an organisation for all its workspaces. */
export interface Grant {
  token: string;
  teamId?: string;
  enterpriseId?: string;
  botUserId?: string;
}

export interface SlackFakeOptions {
  /** Token by workspace; a call with another token is refused. */
  tokens?: Record<string, string>;
  /** Refuses the second post into one channel within a second, as Slack may. */
  rateLimits?: boolean;
  /** What the tokens may do, as Slack tells with each answer; not told unless given. */
  scopes?: string;
  /** Slack's clock, by which requests are signed. */
  now?: () => Date;
}

/**
 * Slack on loopback: the Web API with its limits and errors, streaming, modals with triggers that expire and work once,
 * response addresses, OAuth, Socket Mode; and the sender of signed events, clicks and commands.
 */
export interface SlackFake {
  /** For `SLACK_API_URL`. */
  apiUrl: string;
  signingSecret: string;
  calls: ApiCall[];
  /** Messages as they stand now, in the order in which they were posted. */
  messages: PostedMessage[];
  /** What a message has shown since it was posted, oldest first. */
  statesOf(message: PostedMessage): string[];
  /** Everything that came in by response addresses. */
  responses: Json[];
  /** Modals by id, as they stand now. */
  views: Map<string, Json>;
  homes: Map<string, Json>;
  /** What Slack would have refused of all that was sent; empty when all is within the limits. */
  complaints: string[];
  fail(fault: SlackFault): void;
  /** Slack is well again. */
  clearFaults(): void;
  /** @param profile `more`: further members of the user object. */
  setUser(id: string, profile: UserProfile): void;
  setMembers(channel: string, ids: string[]): void;
  /** The public channels that the bot is a member of, by id. */
  setChannels(named: Record<string, string>): void;
  /** Workspaces of the organisation that the app may enter. */
  setTeams(ids: string[]): void;
  /** What Slack grants for a code at the end of an installation, beside `good-code` and `organisation-code`. */
  grant(code: string, to: Grant): void;
  /** From now on the token is taken for nothing. */
  revoke(token: string): void;
  /** Uploads a file. @returns it as an event carries it. */
  upload(name: string, content: string): Json;
  /** What the bot uploaded, in order. */
  readonly uploaded: SlackFiles['uploaded'];
  /** A trigger as a click carries it. */
  trigger(state?: 'fresh' | 'expired'): string;
  responseUrl(): string;
  /** Posts something signed to a bot's endpoint. */
  send(url: string, body: Outgoing): Promise<{ status: number; headers: Headers; body: unknown }>;
  /** Sends over the open Socket Mode connection. @returns the acknowledgement's payload. */
  sendSocket(type: 'events_api' | 'interactive' | 'slash_commands', payload: unknown): Promise<unknown>;
  readonly socketConnections: number;
  /** Slack recycles the connection, as it does every few hours. */
  dropSockets(): void;
  /** Resolves with the matching messages once there are as many as asked for. */
  waitFor(
    count: number,
    filter?: (message: PostedMessage) => boolean,
    timeoutMs?: number,
  ): Promise<PostedMessage[]>;
  waitForCalls(count: number, method: string, timeoutMs?: number): Promise<ApiCall[]>;
  close(): Promise<void>;
}

export type Outgoing =
  | { event: Json; retry?: number }
  | { payload: Json }
  | { form: Record<string, string> }
  | { raw: string | Buffer; contentType?: string; timestamp?: number; signature?: string };

const DAY_SECONDS = 86_400;

export async function startSlack({
  tokens,
  rateLimits = false,
  scopes,
  now = () => new Date(),
}: SlackFakeOptions = {}): Promise<SlackFake> {
  const events = new EventEmitter().setMaxListeners(0);
  const calls: ApiCall[] = [];
  const messages: PostedMessage[] = [];
  const states = new WeakMap<PostedMessage, string[]>();
  const noteState = (message: PostedMessage): void => {
    states.set(message, [...(states.get(message) ?? []), JSON.stringify(message.blocks)]);
  };
  const responses: Json[] = [];
  const views = new Map<string, Json>();
  const homes = new Map<string, Json>();
  const complaints: string[] = [];
  const faults: SlackFault[] = [];
  const users = new Map<string, UserProfile>();
  const channels = new Map<string, string>();
  const members = new Map<string, string[]>();
  let teams: string[] = [];
  const files = new Map<string, string>();
  const uploads = createSlackFiles(() => base);
  const revoked = new Set<string>();
  const grants = new Map<string, Grant>([
    ['good-code', { token: 'xoxb-installed', teamId: 'T0ACME0001' }],
    ['organisation-code', { token: 'xoxb-organisation', enterpriseId: 'E0HOLDCO01' }],
  ]);
  const triggers = new Map<string, 'fresh' | 'used' | 'expired'>();
  const lastPost = new Map<string, number>();
  const sockets = new Set<WebSocket>();
  const signingSecret = 'fake-signing-secret';
  let counter = 0;
  const next = (): number => (counter += 1);
  let lastTs = Math.floor(Date.now() / 1000) - DAY_SECONDS;
  const nextTs = (): string => `${(lastTs += 1)}.000${100 + (next() % 800)}`;

  const server = createServer((request, response) => {
    void handle(request, response);
  });
  const socketServer = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    socketServer.handleUpgrade(request, socket, head, (connection) => {
      sockets.add(connection);
      connection.once('close', () => sockets.delete(connection));
      connection.on('message', (data: Buffer) => events.emit('ack', JSON.parse(data.toString('utf8'))));
      connection.send(
        JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0FAKE' } }),
      );
      events.emit('socket');
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = Buffer.concat((await request.toArray()) as Buffer[]);
    const text = bytes.toString('utf8');
    const path = new URL(request.url ?? '/', 'http://slack').pathname;
    if (path.startsWith('/upload/')) {
      const fault = takeFault('upload', {});
      return reply(response, fault?.status ?? uploads.take(path, bytes), 'OK');
    }
    if (path.startsWith('/response/')) {
      const body = JSON.parse(text) as Json;
      lint(body);
      responses.push({ ...body, to: `${base}${path}` });
      events.emit('change');
      return reply(response, 200, 'ok');
    }
    if (path.startsWith('/files-pri/')) {
      const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const isAllowed = Object.values(tokens ?? { only: 'xoxb-acme' }).includes(token);
      return reply(response, isAllowed ? 200 : 302, isAllowed ? (files.get(path) ?? 'the file') : '');
    }
    const method = path.split('/').at(-1) ?? '';
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const args = readArgs(text, request.headers['content-type'] ?? '');
    const note = (result: string): void => {
      calls.push({ method, token: token ?? textOf(args.token), args, result, at: performance.now() });
      events.emit('change');
    };
    const fault = takeFault(method, args);
    if (fault?.reset) {
      note('reset');
      request.socket.destroy();
      return;
    }
    if (fault?.retryAfter !== undefined) {
      note('ratelimited');
      response.setHeader('retry-after', String(fault.retryAfter));
      return reply(response, 429, { ok: false, error: 'ratelimited' });
    }
    if (fault?.status) {
      note(String(fault.status));
      return reply(response, fault.status, 'upstream fault');
    }
    const answer: Json = fault?.error ? { ok: false, error: fault.error } : answerTo(method, args, token);
    note(answer.ok === true ? 'ok' : String(answer.error));
    if (scopes !== undefined) response.setHeader('x-oauth-scopes', scopes);
    if (answer.error === 'ratelimited') {
      response.setHeader('retry-after', '1');
      return reply(response, 429, answer);
    }
    reply(response, 200, answer);
  }

  function answerTo(method: string, args: Json, token: string | undefined): Json {
    const refused = refuseToken(method, token);
    if (refused) return { ok: false, error: refused };
    const handler = METHODS[method];
    return handler ? handler(args) : { ok: false, error: 'unknown_method' };
  }

  function refuseToken(method: string, token: string | undefined): string | undefined {
    if (method !== 'oauth.v2.access' && revoked.has(token ?? '')) return 'token_revoked';
    if (method === 'oauth.v2.access' || !tokens) return undefined;
    if (method === 'apps.connections.open') return undefined;
    return Object.values(tokens).includes(token ?? '') ? undefined : 'invalid_auth';
  }

  const METHODS: Record<string, (args: Json) => Json> = {
    'auth.test': () => ({
      ok: true,
      team_id: 'T0ACME0001',
      user_id: 'U0BOTACME1',
      bot_id: 'B0ACME0001',
      url: 'https://acme.example.com/',
    }),
    'chat.postMessage': (args) => {
      const channel = textOf(args.channel) ?? '';
      if (rateLimits && performance.now() - (lastPost.get(channel) ?? -2_000) < 1_000) {
        return { ok: false, error: 'ratelimited' };
      }
      const error = lint(args);
      if (error) return { ok: false, error };
      lastPost.set(channel, performance.now());
      return { ok: true, channel, ts: put(args, 'posted').ts };
    },
    'chat.postEphemeral': (args) => {
      const error = lint(args);
      if (error) return { ok: false, error };
      const message = put(args, 'posted');
      message.ephemeralFor = textOf(args.user);
      return { ok: true, message_ts: message.ts };
    },
    'chat.update': (args) => {
      const message = find(args);
      if (!message) return { ok: false, error: 'message_not_found' };
      if (message.state === 'streaming') return { ok: false, error: 'streaming_state_conflict' };
      const error = lint(args);
      if (error) return { ok: false, error };
      message.text = textOf(args.text) ?? '';
      message.blocks = (args.blocks ?? []) as SlackBlock[];
      message.edits += 1;
      noteState(message);
      return { ok: true, channel: message.channel, ts: message.ts };
    },
    'chat.delete': (args) => {
      const message = find(args);
      if (!message) return { ok: false, error: 'message_not_found' };
      message.state = 'deleted';
      return { ok: true, channel: message.channel, ts: message.ts };
    },
    'chat.startStream': (args) => {
      if (!args.thread_ts) return { ok: false, error: 'invalid_thread_ts' };
      const channel = textOf(args.channel) ?? '';
      if (!channel.startsWith('D') && !args.recipient_user_id) {
        return { ok: false, error: 'missing_recipient_user_id' };
      }
      const message = put({ ...args, text: args.markdown_text ?? '' }, 'streaming');
      return { ok: true, channel, ts: message.ts };
    },
    'chat.appendStream': (args) => {
      const message = find(args);
      if (message?.state !== 'streaming') return { ok: false, error: 'message_not_in_streaming_state' };
      message.text += textOf(args.markdown_text) ?? '';
      return { ok: true, channel: message.channel, ts: message.ts };
    },
    'chat.stopStream': (args) => {
      const message = find(args);
      if (message?.state !== 'streaming') return { ok: false, error: 'message_not_in_streaming_state' };
      message.state = 'stopped';
      return { ok: true, channel: message.channel, ts: message.ts };
    },
    'assistant.threads.setStatus': () => ({ ok: true }),
    'assistant.threads.setSuggestedPrompts': () => ({ ok: true }),
    'conversations.open': (args) => {
      const id = textOf(args.users) ?? '';
      const user = users.get(id);
      if (user?.more?.is_bot) return { ok: false, error: 'cannot_dm_bot' };
      if (user?.more?.deleted) return { ok: false, error: 'user_disabled' };
      return { ok: true, channel: { id: `D${id.slice(1)}` } };
    },
    'conversations.members': (args) => {
      const all = members.get(textOf(args.channel) ?? '') ?? [];
      const from = Number(args.cursor ?? 0);
      const limit = Number(args.limit ?? 100);
      const nextCursor = from + limit < all.length ? String(from + limit) : '';
      return {
        ok: true,
        members: all.slice(from, from + limit),
        response_metadata: { next_cursor: nextCursor },
      };
    },
    'users.conversations': (args) => {
      const all = [...channels].map(([id, name]) => ({ id, name, is_channel: true, is_private: false }));
      const from = Number(args.cursor ?? 0);
      const until = from + Number(args.limit ?? 100);
      const nextCursor = until < all.length ? String(until) : '';
      return { ok: true, channels: all.slice(from, until), response_metadata: { next_cursor: nextCursor } };
    },
    ...uploads.methods,
    'files.info': (args) =>
      uploads.info(textOf(args.file) ?? '') ?? {
        ok: true,
        file: { id: textOf(args.file), url_private: `${base}/files-pri/T0ACME0001-F1/plan.txt` },
      },
    'agents.sessions.setStatus': () => ({ ok: true }),
    'auth.teams.list': (args) => {
      const from = Number(args.cursor ?? 0);
      const until = from + Number(args.limit ?? 100);
      return {
        ok: true,
        teams: teams.slice(from, until).map((id) => ({ id, name: id })),
        response_metadata: { next_cursor: until < teams.length ? String(until) : '' },
      };
    },
    'users.list': (args) => {
      const all = [...users].map(([id, { name, email, more }]) => ({
        id,
        team_id: 'T0ACME0001',
        real_name: name,
        profile: { email },
        ...more,
      }));
      const from = Number(args.cursor ?? 0);
      const until = from + Number(args.limit ?? 200);
      const nextCursor = until < all.length ? String(until) : '';
      return { ok: true, members: all.slice(from, until), response_metadata: { next_cursor: nextCursor } };
    },
    'users.lookupByEmail': (args) => {
      const [id, user] =
        [...users].find(([, { email }]) => email !== undefined && email === textOf(args.email)) ?? [];
      if (!id || !user || user.more?.deleted) return { ok: false, error: 'users_not_found' };
      const { name, email, confirmed = true, more } = user;
      return {
        ok: true,
        user: {
          id,
          team_id: 'T0ACME0001',
          real_name: name,
          is_email_confirmed: confirmed,
          ...more,
          profile: { real_name: name, email },
        },
      };
    },
    'users.info': (args) => {
      const id = textOf(args.user) ?? '';
      const user = users.get(id);
      if (!user) return { ok: false, error: 'user_not_found' };
      return {
        ok: true,
        user: {
          id,
          real_name: user.name,
          team_id: 'T0ACME0001',
          is_email_confirmed: user.confirmed ?? true,
          ...user.more,
          profile: { real_name: user.name, email: user.email },
        },
      };
    },
    'views.open': (args) => openView(args),
    'views.push': (args) => openView(args),
    'views.update': (args) => {
      const id = textOf(args.view_id) ?? '';
      if (!views.has(id)) return { ok: false, error: 'not_found' };
      complaints.push(
        ...lintModal(args.view as unknown as SlackModal).map((words) => `views.update: ${words}`),
      );
      views.set(id, args.view as Json);
      return { ok: true, view: { id } };
    },
    'views.publish': (args) => {
      const blocks = ((args.view as Json).blocks ?? []) as SlackBlock[];
      complaints.push(
        ...lintMessage({ text: 'x', blocks: blocks.slice(0, 50) }).map((words) => `home: ${words}`),
      );
      if (sizeOf(args.view as JsonObject) > SLACK_LIMITS.viewSize)
        complaints.push('home: larger than 250 KB');
      homes.set(textOf(args.user_id) ?? '', args.view as Json);
      return { ok: true, view: { id: `VHOME${next()}` } };
    },
    'apps.connections.open': () => ({ ok: true, url: `ws://127.0.0.1:${port()}/link` }),
    'oauth.v2.access': (args) => {
      if (args.grant_type === 'refresh_token') {
        if (args.refresh_token !== `refresh-${refreshes}`)
          return { ok: false, error: 'invalid_refresh_token' };
        refreshes += 1;
        if (tokens) tokens.rotated = `xoxe.xoxb-${refreshes}`;
        return {
          ok: true,
          access_token: `xoxe.xoxb-${refreshes}`,
          refresh_token: `refresh-${refreshes}`,
          expires_in: 43_200,
        };
      }
      const grant = grants.get(textOf(args.code) ?? '');
      if (!grant) return { ok: false, error: 'invalid_code' };
      const { token, teamId, enterpriseId, botUserId = 'U0BOTACME1' } = grant;
      if (tokens) tokens[`granted ${token}`] = token;
      return {
        ok: true,
        app_id: 'A0FAKE',
        authed_user: { id: 'U0MANAGER1' },
        scope: 'chat:write,im:history',
        token_type: 'bot',
        access_token: token,
        bot_user_id: botUserId,
        team: teamId ? { id: teamId, name: teamId } : null,
        enterprise: enterpriseId ? { id: enterpriseId, name: enterpriseId } : null,
        is_enterprise_install: teamId === undefined,
      };
    },
  };
  let refreshes = 0;

  function openView(args: Json): Json {
    const trigger = textOf(args.trigger_id) ?? '';
    const state = triggers.get(trigger);
    if (state === undefined) return { ok: false, error: 'invalid_trigger_id' };
    if (state === 'expired') return { ok: false, error: 'expired_trigger_id' };
    if (state === 'used') return { ok: false, error: 'exchanged_trigger_id' };
    triggers.set(trigger, 'used');
    complaints.push(...lintModal(args.view as unknown as SlackModal).map((words) => `views.open: ${words}`));
    const id = `V${next()}`;
    views.set(id, args.view as Json);
    return { ok: true, view: { id } };
  }

  /** @returns Slack's word for what it would refuse. */
  function lint(args: Json): string | undefined {
    const blocks = (args.blocks ?? []) as SlackBlock[];
    if (textOf(args.text) === undefined && blocks.length === 0) return 'no_text';
    const own = blocks.filter(({ block_id: id }) => !(typeof id === 'string' && id.startsWith('mentions|')));
    const found = blocks.length === 0 ? [] : lintMessage({ text: textOf(args.text) ?? '', blocks: own });
    const pictures = blocks.flatMap(({ slack_file: file }) => (file ? [(file as Json).id as string] : []));
    found.push(...pictures.filter((id) => !uploads.isReady(id)).map((id) => `invalid slack file ${id}`));
    complaints.push(...found);
    if (found.some((words) => /sum of texts/.test(words))) return 'msg_blocks_too_long';
    return found.length > 0 ? 'invalid_blocks' : undefined;
  }

  function put(args: Json, state: PostedMessage['state']): PostedMessage {
    const message: PostedMessage = {
      channel: textOf(args.channel) ?? '',
      ts: nextTs(),
      text: textOf(args.text) ?? '',
      blocks: (args.blocks ?? []) as SlackBlock[],
      ...(args.thread_ts ? { threadTs: textOf(args.thread_ts) } : {}),
      state,
      edits: 0,
    };
    messages.push(message);
    noteState(message);
    return message;
  }

  const find = (args: Json): PostedMessage | undefined =>
    messages.find(
      ({ channel, ts, state }) => channel === args.channel && ts === args.ts && state !== 'deleted',
    );

  function takeFault(method: string, args: Json): SlackFault | undefined {
    const fault = faults.find(
      (candidate) => candidate.method === method && (candidate.channel ?? args.channel) === args.channel,
    );
    if (!fault) return undefined;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
    return fault;
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const port = (): number => (server.address() as AddressInfo).port;
  const base = `http://127.0.0.1:${port()}`;

  const waiting = <Found>(
    look: () => Found | undefined,
    describe: () => string,
    timeoutMs: number,
  ): Promise<Found> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        clearTimeout(timer);
        events.off('change', check);
        resolve(found);
      };
      const timer = setTimeout(() => {
        events.off('change', check);
        reject(new Error(describe()));
      }, timeoutMs);
      events.on('change', check);
      check();
    });

  return {
    apiUrl: `${base}/api/`,
    signingSecret,
    calls,
    messages,
    statesOf: (message) => states.get(message) ?? [],
    responses,
    views,
    homes,
    complaints,
    fail: (fault) => {
      faults.push({ ...fault });
    },
    clearFaults: () => {
      faults.length = 0;
    },
    setUser: (id, profile) => {
      users.set(id, profile);
    },
    setChannels: (named) => {
      for (const [id, name] of Object.entries(named)) channels.set(id, name);
    },
    setMembers: (channel, ids) => {
      members.set(channel, ids);
    },
    setTeams: (ids) => {
      teams = ids;
    },
    grant: (code, to) => {
      grants.set(code, to);
    },
    revoke: (token) => {
      revoked.add(token);
    },
    upload: (name, content) => {
      const id = `F0FAKE${next()}`;
      const path = `/files-pri/T0ACME0001-${id}/download/${name}`;
      files.set(path, content);
      const url = `${base}${path}`;
      return { id, name, mimetype: 'text/markdown', size: content.length, url_private_download: url };
    },
    get uploaded() {
      return uploads.uploaded;
    },
    trigger: (state = 'fresh') => {
      const id = `${next()}.trigger`;
      triggers.set(id, state);
      return id;
    },
    responseUrl: () => `${base}/response/${next()}`,
    send: (url, body) => sendSigned(url, body, signingSecret, now()),
    sendSocket: (type, payload) => {
      const id = `envelope-${next()}`;
      const [connection] = sockets;
      if (!connection) throw new Error('No Socket Mode connection is open.');
      return new Promise((resolve) => {
        const listen = (ack: { envelope_id?: string; payload?: unknown }): void => {
          if (ack.envelope_id !== id) return;
          events.off('ack', listen);
          resolve(ack.payload);
        };
        events.on('ack', listen);
        connection.send(
          JSON.stringify({ type, envelope_id: id, payload, accepts_response_payload: type !== 'events_api' }),
        );
      });
    },
    get socketConnections() {
      return sockets.size;
    },
    dropSockets: () => {
      for (const connection of sockets) {
        connection.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
      }
    },
    waitFor: (count, filter = () => true, timeoutMs = 5_000) =>
      waiting(
        () => {
          const found = messages.filter((message) => message.state !== 'deleted' && filter(message));
          return found.length >= count ? found : undefined;
        },
        () =>
          `Slack has ${messages.filter(filter).length} of ${count} messages; calls: ${calls.map(({ method, result }) => `${method}=${result}`).join(' ')}`,
        timeoutMs,
      ),
    waitForCalls: (count, method, timeoutMs = 5_000) =>
      waiting(
        () => {
          const found = calls.filter((call) => call.method === method);
          return found.length >= count ? found : undefined;
        },
        () =>
          `Slack got ${calls.filter((call) => call.method === method).length} of ${count} calls of ${method}.`,
        timeoutMs,
      ),
    close: async () => {
      for (const connection of sockets) connection.terminate();
      await new Promise<void>((resolve) => {
        socketServer.close(() => resolve());
      });
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function sendSigned(
  url: string,
  body: Outgoing,
  secret: string,
  now: Date,
): Promise<{ status: number; headers: Headers; body: unknown }> {
  const { bytes, contentType, extra } = encode(body);
  const timestamp = String(
    'raw' in body && body.timestamp ? body.timestamp : Math.floor(now.getTime() / 1000),
  );
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest('hex')}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': 'raw' in body && body.signature !== undefined ? body.signature : signature,
      ...extra,
    },
    body: bytes,
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : isJson ? (JSON.parse(text) as unknown) : text,
  };
}

function encode(body: Outgoing): { bytes: Buffer; contentType: string; extra: Record<string, string> } {
  const form = 'application/x-www-form-urlencoded';
  if ('event' in body) {
    const extra: Record<string, string> =
      body.retry === undefined
        ? {}
        : { 'x-slack-retry-num': String(body.retry), 'x-slack-retry-reason': 'http_timeout' };
    return { bytes: Buffer.from(JSON.stringify(body.event)), contentType: 'application/json', extra };
  }
  if ('payload' in body) {
    const text = new URLSearchParams({ payload: JSON.stringify(body.payload) }).toString();
    return { bytes: Buffer.from(text), contentType: form, extra: {} };
  }
  if ('form' in body)
    return { bytes: Buffer.from(new URLSearchParams(body.form).toString()), contentType: form, extra: {} };
  return { bytes: Buffer.from(body.raw), contentType: body.contentType ?? 'application/json', extra: {} };
}

/** Form fields, of which lists and objects come as JSON. */
function readArgs(text: string, contentType: string): Json {
  if (contentType.includes('json')) return JSON.parse(text) as Json;
  return Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [
      name,
      ['blocks', 'view', 'prompts', 'chunks', 'files'].includes(name)
        ? (JSON.parse(value) as JsonObject)
        : value,
    ]),
  );
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.statusCode = status;
  response.setHeader('content-type', typeof body === 'string' ? 'text/plain' : 'application/json');
  response.setHeader('content-length', Buffer.byteLength(text));
  response.end(text);
}
