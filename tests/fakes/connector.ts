import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

/** One request as the connector saw it. */
export interface ConnectorRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Json | undefined;
  status: number;
}

/** One activity that the bot sent and the connector took. */
export interface SentActivity {
  kind: 'post' | 'update' | 'delete';
  conversationId: string;
  /** The id that the connector gave it; typing signs have none. */
  id: string | undefined;
  replyToId: string | undefined;
  activity: Json;
}

/** How the connector treats the requests that `when` matches, instead of taking them. */
export interface Fault {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Cuts the connection without an answer. */
  reset?: boolean;
  /** Takes the request, but answers only after this many milliseconds. */
  delayMs?: number;
  /** Takes the request only when this is kept, whoever still waits for it. */
  until?: Promise<void>;
  /** How many requests it applies to; one unless told. */
  times?: number;
  when?(request: { method: string; path: string; body: Json | undefined }): boolean;
}

export interface ConnectorFakeOptions {
  /** Tokens that are taken; everything is when left out. */
  isTokenGood?(token: string): boolean;
  /** Refuses what a conversation gets beyond 7 sends in a second, as Teams does. */
  rateLimits?: boolean;
}

/** The Bot Framework connector of Teams on loopback, with its limits; it records what a bot sends. */
export interface ConnectorFake {
  /** What activities carry as `serviceUrl`. */
  serviceUrl: string;
  requests: ConnectorRequest[];
  sent: SentActivity[];
  /** Messages only: no typing signs, no interim updates of a stream. */
  messages(): SentActivity[];
  fail(fault: Fault): void;
  /** A member is an account id alone, or with what else Teams tells of it. */
  /** The channels of a team besides its first, by id. */
  setChannels(teamId: string, named: Record<string, string>): void;
  setMembers(conversationId: string, members: (string | RosterMember)[], pageSize?: number): void;
  /** The person presses Stop in a stream. */
  cancelStream(streamId: string): void;
  /** Two minutes have gone by for a stream. */
  expireStream(streamId: string): void;
  /** Resolves with the sent activities once there are as many as asked for; rejects after `timeoutMs`. */
  waitFor(
    count: number,
    filter?: (sent: SentActivity) => boolean,
    timeoutMs?: number,
  ): Promise<SentActivity[]>;
  close(): Promise<void>;
}

export interface RosterMember {
  id: string;
  name?: string;
  email?: string;
  aadObjectId?: string;
  tenantId?: string;
  userRole?: string;
}

interface Stream {
  text: string;
  sequence: number;
  state: 'open' | 'cancelled' | 'expired' | 'done';
}

const MAX_MESSAGE_UNITS = 50 * 1024;
const MAX_CARD_BYTES = 28 * 1024;

export async function startConnector({
  isTokenGood,
  rateLimits = false,
}: ConnectorFakeOptions = {}): Promise<ConnectorFake> {
  const events = new EventEmitter().setMaxListeners(0);
  const requests: ConnectorRequest[] = [];
  const sent: SentActivity[] = [];
  const faults: Fault[] = [];
  const streams = new Map<string, Stream>();
  const channels = new Map<string, Record<string, string>>();
  const members = new Map<string, { roster: RosterMember[]; pageSize: number }>();
  const sendTimes = new Map<string, number[]>();
  let lastId = 1_795_220_000_000;

  const server = createServer((request, response) => {
    void handle(request, response);
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const record = (status: number): void => {
      requests.push({ method, path, headers: request.headers, body, status });
    };
    const reply = (status: number, answer?: unknown, headers: Record<string, string> = {}): void => {
      record(status);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(answer === undefined ? undefined : JSON.stringify(answer));
    };
    const fault = takeFault({ method, path, body });
    if (fault?.reset) {
      record(0);
      request.socket.destroy();
      return;
    }
    await fault?.until;
    if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.status) return reply(fault.status, fault.body, fault.headers);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (isTokenGood && !isTokenGood(token ?? '')) return reply(401, problem('Unauthorized', 'bad token'));
    const [status, answer] = route(method, path, body);
    reply(status, answer);
  }

  function takeFault(request: { method: string; path: string; body: Json | undefined }): Fault | undefined {
    const fault = faults.find(({ when }) => when?.(request) ?? true);
    if (!fault) return undefined;
    fault.times = (fault.times ?? 1) - 1;
    if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
    return fault;
  }

  function route(method: string, path: string, body: Json | undefined): [number, unknown?] {
    const url = new URL(path, 'http://connector');
    const [root, version, area, rawId, part, rawItem] = url.pathname.split('/').slice(1);
    if (root !== 'teams' || version !== 'v3') return [404, problem('NotFound', 'no such address')];
    const id = decodeURIComponent(rawId ?? '');
    if (area === 'teams' && method === 'GET') {
      if (part === 'conversations') {
        const others = Object.entries(channels.get(id) ?? {}).map(([channel, name]) => ({
          id: channel,
          name,
        }));
        return [200, { conversations: [{ id, type: 'standard' }, ...others] }];
      }
      return [200, { id, name: 'Assembly', type: 'standard' }];
    }
    if (area !== 'conversations') return [404, problem('NotFound', 'no such address')];
    if (rawId === undefined && method === 'POST') return createConversation(body ?? {});
    if (part === 'pagedmembers') return pagedMembers(id, url.searchParams);
    if (part === 'members') {
      const known = (members.get(id)?.roster ?? []).map((member) => member.id);
      const wanted = decodeURIComponent(rawItem ?? '');
      if (!rawItem) return [200, known.map((member) => ({ id: member }))];
      return known.includes(wanted)
        ? [200, { id: wanted }]
        : [404, problem('MemberNotFoundInConversation', '')];
    }
    if (part !== 'activities') return [404, problem('NotFound', 'no such address')];
    return activity(method, id, rawItem === undefined ? undefined : decodeURIComponent(rawItem), body);
  }

  function createConversation(body: Json): [number, unknown] {
    const [member] = (body.members ?? []) as { id: string }[];
    if (body.isGroup && !body.channelData)
      return [403, problem('Forbidden', 'a bot cannot create a group chat')];
    if (!body.isGroup && !member?.id) return [400, problem('BadSyntax', 'members are missing')];
    return [201, { id: `19:personal_${member?.id ?? 'channel'}@unq.gbl.spaces` }];
  }

  function pagedMembers(id: string, query: URLSearchParams): [number, unknown] {
    const roster = members.get(id);
    if (!roster)
      return [403, problem('BotNotInConversationRoster', 'The bot is not part of the conversation.')];
    const start = Number(query.get('continuationToken') ?? 0);
    const page = roster.roster.slice(start, start + roster.pageSize);
    const next = start + roster.pageSize;
    return [
      200,
      {
        members: page.map((member) => ({ name: 'A person', ...member })),
        ...(next < roster.roster.length ? { continuationToken: String(next) } : {}),
      },
    ];
  }

  function activity(
    method: string,
    conversationId: string,
    item: string | undefined,
    body: Json | undefined,
  ): [number, unknown?] {
    if (method === 'DELETE') {
      note({ kind: 'delete', conversationId, id: item, replyToId: undefined, activity: {} });
      return [200];
    }
    if (!body || typeof body.type !== 'string') return [400, problem('BadSyntax', 'no activity')];
    const refusal = refuse(conversationId, body);
    if (refusal) return refusal;
    if (method === 'PUT') {
      const known = sent.some(({ id, kind }) => id === item && kind === 'post') || streams.has(item ?? '');
      if (!known) return [404, problem('ActivityNotFoundInConversation', 'no such message')];
      note({ kind: 'update', conversationId, id: item, replyToId: undefined, activity: body });
      return [200, { id: item }];
    }
    const info = streamInfo(body);
    if (info) return streamed(conversationId, item, body, info);
    const id = body.type === 'typing' ? undefined : nextId();
    note({ kind: 'post', conversationId, id, replyToId: item, activity: body });
    return id ? [201, { id }] : [202];
  }

  /** Teams' streaming rules: an id from the first answer, a growing sequence, text that only grows. */
  function streamed(
    conversationId: string,
    replyToId: string | undefined,
    body: Json,
    info: { streamType: string; streamId?: string; streamSequence?: number },
  ): [number, unknown?] {
    const text = typeof body.text === 'string' ? body.text : '';
    if (info.streamId === undefined) {
      if (info.streamSequence !== 1) return [400, problem('BadRequest', 'a stream starts with sequence 1')];
      const id = nextId();
      streams.set(id, { text: info.streamType === 'streaming' ? text : '', sequence: 1, state: 'open' });
      note({ kind: 'post', conversationId, id, replyToId, activity: body });
      return [201, { id }];
    }
    const stream = streams.get(info.streamId);
    if (!stream) return [400, problem('BadRequest', 'unknown stream')];
    if (stream.state === 'cancelled') {
      return [403, problem('ContentStreamNotAllowed', 'Content stream was canceled by user.')];
    }
    if (stream.state !== 'open') {
      return [
        403,
        problem(
          'ContentStreamNotAllowed',
          'Content stream is not allowed on an already completed streamed message',
        ),
      ];
    }
    const isFinal = info.streamType === 'final';
    if (isFinal ? body.type !== 'message' : (info.streamSequence ?? 0) !== stream.sequence + 1) {
      return [400, problem('ContentStreamSequenceOrderPreConditionFailed', 'wrong order')];
    }
    if (info.streamType !== 'informative' && !text.startsWith(stream.text)) {
      return [
        403,
        problem('ContentStreamNotAllowed', 'Content stream text has to contain what was sent before'),
      ];
    }
    if (info.streamType !== 'informative') stream.text = text;
    stream.sequence += 1;
    if (isFinal) stream.state = 'done';
    note({ kind: 'post', conversationId, id: info.streamId, replyToId, activity: body });
    return [202];
  }

  function refuse(conversationId: string, body: Json): [number, unknown] | undefined {
    if (rateLimits && isTooFast(conversationId)) return [429, problem('TooManyRequests', 'slow down')];
    const text = JSON.stringify(body);
    if (text.length > MAX_MESSAGE_UNITS)
      return [413, problem('MessageSizeTooBig', 'Message size too large.')];
    const cards = (body.attachments ?? []) as { content?: unknown }[];
    if (cards.some(({ content }) => Buffer.byteLength(JSON.stringify(content ?? null)) > MAX_CARD_BYTES)) {
      return [413, problem('MessageSizeTooBig', 'Message size too large.')];
    }
    const roots = ((body.entities ?? []) as Json[]).filter(
      ({ type }) => type === 'https://schema.org/Message',
    );
    const citations = (roots[0]?.citation ?? []) as {
      position: number;
      appearance: { name: string; abstract: string };
    }[];
    const isBad =
      roots.length > 1 ||
      citations.length > 20 ||
      citations.some(({ appearance }) => appearance.name.length > 80 || appearance.abstract.length > 160);
    return isBad ? [400, problem('BadRequest', 'bad entities')] : undefined;
  }

  function isTooFast(conversationId: string): boolean {
    const now = performance.now();
    const times = (sendTimes.get(conversationId) ?? []).filter((time) => time > now - 1000);
    if (times.length < 7) times.push(now);
    else return true;
    sendTimes.set(conversationId, times);
    return false;
  }

  const nextId = (): string => String((lastId += 1));
  const note = (activity: SentActivity): void => {
    sent.push(activity);
    events.emit('sent');
  };

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    serviceUrl: `http://127.0.0.1:${port}/teams/`,
    requests,
    sent,
    messages: () => sent.filter(({ kind, activity }) => kind !== 'delete' && activity.type === 'message'),
    fail: (fault) => {
      faults.push({ ...fault });
    },
    setChannels: (teamId, named) => void channels.set(teamId, named),
    setMembers: (conversationId, given, pageSize = 500) => {
      const roster = given.map((member) => (typeof member === 'string' ? { id: member } : member));
      members.set(conversationId, { roster, pageSize });
    },
    cancelStream: (streamId) => setState(streams, streamId, 'cancelled'),
    expireStream: (streamId) => setState(streams, streamId, 'expired'),
    waitFor: (count, filter = () => true, timeoutMs = 5000) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = sent.filter(filter);
          if (found.length < count) return;
          clearTimeout(timer);
          events.off('sent', look);
          resolve(found);
        };
        const timer = setTimeout(() => {
          events.off('sent', look);
          reject(new Error(`The bot sent ${sent.filter(filter).length} of ${count} activities in time.`));
        }, timeoutMs);
        events.on('sent', look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function setState(streams: Map<string, Stream>, id: string, state: Stream['state']): void {
  const stream = streams.get(id);
  if (!stream) throw new Error(`There is no stream ${id}.`);
  stream.state = state;
}

function streamInfo(
  body: Json,
): { streamType: string; streamId?: string; streamSequence?: number } | undefined {
  const entities = (body.entities ?? []) as Json[];
  return entities.find(({ type }) => type === 'streaminfo') as ReturnType<typeof streamInfo>;
}

const problem = (code: string, message: string): unknown => ({ error: { code, message } });

async function readBody(request: IncomingMessage): Promise<Json | undefined> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  try {
    return text === '' ? undefined : (JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}
