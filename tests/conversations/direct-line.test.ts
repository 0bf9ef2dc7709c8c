import { afterEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../core/kernel/errors.js';
import { WebSocket } from 'ws';
import { startWebChatHost, type WebChatHost, type WebChatScript } from '../support/web-chat-host.js';
import { createManualClock } from '../support/manual-clock.js';

interface Opened {
  conversationId: string;
  token: string;
  expires_in: number;
  streamUrl: string;
}
interface ActivitySet {
  activities: { id: string; type: string; text?: string; from: { id: string; role: string } }[];
  watermark: string;
}

const SECRET = 'a-secret-of-the-company';
const hosts: WebChatHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

async function start(script: WebChatScript = {}): Promise<WebChatHost> {
  const host = await startWebChatHost(script);
  hosts.push(host);
  return host;
}

function call(
  host: WebChatHost,
  path: string,
  {
    token,
    body,
    ...init
  }: { method?: string; headers?: Record<string, string>; token?: string; body?: unknown } = {},
): Promise<Response> {
  return fetch(`${host.domain}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...init,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function open(host: WebChatHost, user: object | null = { id: 'ines', name: 'Ines' }): Promise<Opened> {
  return (await (await call(host, '/conversations', { body: { user } })).json()) as Opened;
}

const say = (host: WebChatHost, { conversationId, token }: Opened, activity: object): Promise<Response> =>
  call(host, `/conversations/${conversationId}/activities`, {
    token,
    body: { type: 'message', from: { id: 'ines' }, ...activity },
  });

async function read(
  host: WebChatHost,
  { conversationId, token }: Opened,
  watermark = '',
): Promise<ActivitySet> {
  const path = `/conversations/${conversationId}/activities?watermark=${watermark}`;
  return (await (await call(host, path, { token })).json()) as ActivitySet;
}

async function errorOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

describe('Direct Line over plain HTTP', () => {
  it('opens a conversation with 201, and answers 200 for the same one again', async () => {
    const host = await start();
    const first = await call(host, '/conversations', { method: 'POST' });
    expect(first.status).toBe(201);
    const opened = (await first.json()) as Opened;
    expect(opened).toEqual({
      conversationId: expect.any(String),
      token: expect.any(String),
      expires_in: 1_800,
      streamUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/directline\//),
      referenceGrammarId: expect.any(String),
    });
    const again = await call(host, '/conversations', { method: 'POST', token: opened.token });
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ conversationId: opened.conversationId });
  });

  it('answers under the full path of Direct Line as well', async () => {
    const host = await start();
    const response = await fetch(`${host.url}/v3/directline/conversations`, { method: 'POST' });
    expect(response.status).toBe(201);
    expect(((await response.json()) as Opened).streamUrl).toContain('/v3/directline/stream?');
  });

  it('generates a token without opening the conversation, which its first use does', async () => {
    const host = await start();
    const generated = await call(host, '/tokens/generate', {
      body: { user: { id: 'dl_ines', name: 'Ines' } },
    });
    expect(generated.status).toBe(200);
    const token = (await generated.json()) as Opened;
    expect(Object.keys(token).sort()).toEqual(['conversationId', 'expires_in', 'token']);
    expect(await host.store.find(token.conversationId)).toBeUndefined();
    const opened = await call(host, '/conversations', { method: 'POST', token: token.token });
    expect(opened.status).toBe(201);
    await say(host, token, { text: 'hi', from: { id: 'somebody-else' } });
    expect(host.intake.taken[0]?.from).toEqual({ accountId: 'dl_ines', name: 'Ines' });
  });

  it('refreshes a token that is still good', async () => {
    const host = await start();
    const opened = await open(host);
    const refreshed = await call(host, '/tokens/refresh', { method: 'POST', token: opened.token });
    expect(refreshed.status).toBe(200);
    expect(await refreshed.json()).toMatchObject({
      conversationId: opened.conversationId,
      expires_in: 1_800,
    });
  });

  it('hands out activities after the watermark, page by page', async () => {
    const host = await start();
    const opened = await open(host);
    for (let n = 1; n <= 105; n += 1) await say(host, opened, { text: `m${n}` });
    const first = await read(host, opened);
    const second = await read(host, opened, first.watermark);
    const third = await read(host, opened, second.watermark);
    expect(first.activities).toHaveLength(100);
    expect(second.activities.map(({ text }) => text)).toEqual(['m101', 'm102', 'm103', 'm104', 'm105']);
    expect(third).toEqual({ activities: [], watermark: second.watermark });
    expect(typeof third.watermark).toBe('string');
  });

  it('streams from the watermark of the reconnect, and from now on without one', async () => {
    const host = await start();
    const opened = await open(host);
    await say(host, opened, { text: 'one' });
    await say(host, opened, { text: 'two' });
    const streamed = async (query: string): Promise<string[]> => {
      const answer = await call(host, `/conversations/${opened.conversationId}${query}`, {
        token: opened.token,
      });
      expect(answer.status).toBe(200);
      const { streamUrl } = (await answer.json()) as Opened;
      const socket = new WebSocket(streamUrl);
      const texts: string[] = [];
      const connected = new Promise((resolve) => socket.once('open', resolve));
      const last = new Promise<void>((resolve) => {
        socket.on('message', (data: Buffer) => {
          const set = JSON.parse(data.toString('utf8')) as ActivitySet;
          texts.push(...set.activities.map(({ text }) => text ?? ''));
          if (texts.includes('three')) resolve();
        });
      });
      await connected;
      await say(host, opened, { text: 'three' });
      await last;
      socket.terminate();
      return texts;
    };
    expect(await streamed('')).toEqual(['three']);
    expect(await streamed('?watermark=1')).toEqual(['two', 'three', 'three']);
  });

  it('shows a message that was rewritten once, with its new content, to who reads from the start', async () => {
    const host = await start();
    const opened = await open(host);
    await say(host, opened, { text: 'hi' });
    const activity = host.intake.taken[0]!;
    const id = await host.say(activity, { text: 'old' });
    const seen = await read(host, opened);
    const update = {
      id: 'u',
      conversation: activity.conversation,
      kind: 'update' as const,
      content: { text: 'new' },
    };
    await host.port.deliver(update, id);
    const fromStart = await read(host, opened);
    const fromThere = await read(host, opened, seen.watermark);
    expect(fromStart.activities.map(({ text }) => text)).toEqual(['hi', 'new']);
    expect(fromThere.activities).toEqual([fromStart.activities[1]]);
    expect(fromThere.watermark).toBe(fromStart.watermark);
  });

  it('answers an invoke with its id and the response, and rewrites the card that was clicked', async () => {
    const host = await start({
      onResponse: () => ({
        kind: 'card',
        content: {
          text: 'Approved.',
          card: { template: 'notice', data: { locale: 'en', text: 'Approved.' } },
        },
      }),
    });
    const opened = await open(host);
    await say(host, opened, { text: 'hi' });
    const id = await host.say(host.intake.taken[0]!, { text: 'Approve?' });
    const clicked = await say(host, opened, {
      type: 'invoke',
      name: 'adaptiveCard/action',
      replyToId: id,
      value: { action: { type: 'Action.Execute', verb: 'approval.approve', data: {} } },
    });
    expect(clicked.status).toBe(200);
    expect(await clicked.json()).toMatchObject({
      id: expect.any(String),
      statusCode: 200,
      type: 'application/vnd.microsoft.card.adaptive',
      value: { type: 'AdaptiveCard' },
    });
    expect((await read(host, opened)).activities.map(({ text }) => text)).toEqual(['hi', 'Approved.']);
  });

  it.each([
    [{ kind: 'none' as const }, 200, 'application/vnd.microsoft.activity.message', ''],
    [{ kind: 'message' as const, text: 'Done.' }, 200, 'application/vnd.microsoft.activity.message', 'Done.'],
    [
      { kind: 'error' as const, status: 403, text: 'Not yours.' },
      403,
      'application/vnd.microsoft.error',
      { code: '403', message: 'Not yours.' },
    ],
    [
      { kind: 'field-errors' as const, errors: { amount: 'Too much.' } },
      400,
      'application/vnd.microsoft.error',
      { code: 'InvalidFields', message: 'Too much.', fields: { amount: 'Too much.' } },
    ],
  ])(
    'gives the outcome of a click %j as the Bot Framework does',
    async (response, statusCode, type, value) => {
      const host = await start({ onResponse: () => response });
      const opened = await open(host);
      const clicked = await say(host, opened, { type: 'invoke', name: 'adaptiveCard/action', value: {} });
      expect(clicked.status).toBe(200);
      expect(await clicked.json()).toEqual({ id: expect.any(String), statusCode, type, value });
    },
  );

  it.each([
    ['like', 'clear', { rating: 'up', reason: 'clear' }],
    ['dislike', { feedbackText: 'wrong year' }, { rating: 'down', reason: 'wrong year' }],
    ['dislike', '{"feedbackText":"too long"}', { rating: 'down', reason: 'too long' }],
    ['dislike', '{no json', { rating: 'down', reason: '{no json' }],
    ['like', undefined, { rating: 'up' }],
  ])('takes the feedback %s %j for the answer it was shown on', async (reaction, feedback, expected) => {
    const host = await start();
    const opened = await open(host);
    await say(host, opened, { text: 'hi' });
    const id = await host.say(host.intake.taken[0]!, { text: 'An answer.', feedbackFor: 'answer-9' });
    const rated = await say(host, opened, {
      type: 'invoke',
      name: 'message/submitAction',
      replyToId: id,
      value: { actionName: 'feedback', actionValue: { reaction, feedback } },
    });
    expect(await rated.json()).toEqual({ id: expect.any(String), statusCode: 200 });
    expect(host.intake.taken.at(-1)).toMatchObject({
      kind: 'feedback',
      feedback: { ...expected, activityId: id, answerId: 'answer-9' },
    });
  });

  it('greets nobody by itself, but hands in that a page joined', async () => {
    const host = await start();
    const opened = await open(host);
    expect(host.intake.taken).toEqual([]);
    const joined = await say(host, opened, { type: 'event', name: 'webchat/join' });
    expect(joined.status).toBe(200);
    expect(host.intake.taken).toMatchObject([{ kind: 'members-added', members: [{ accountId: 'ines' }] }]);
    expect((await read(host, opened)).activities).toEqual([]);
  });

  it('lets the person stop what is being written', async () => {
    const host = await start();
    const opened = await open(host);
    await say(host, opened, { text: 'hi' });
    const { conversation, activityId } = host.intake.taken[0]!;
    const live = host.port.startLive(conversation, activityId);
    expect(live.stopped).toBe(false);
    await say(host, opened, { type: 'event', name: 'steward/stop' });
    expect(live.stopped).toBe(true);
    await live.abandon();
  });

  it('takes a resent message again when the first try was not stored', async () => {
    const host = await start();
    const opened = await open(host);
    host.intake.failNext(new Unavailable('storage.unreachable', 'no database'));
    const message = { text: 'hi', channelData: { clientActivityID: 'c1' } };
    const failed = await say(host, opened, message);
    expect(failed.status).toBe(503);
    expect(failed.headers.get('retry-after')).toBe('2');
    expect(await errorOf(failed)).toBe('ServiceUnavailable');
    const again = await say(host, opened, message);
    expect(again.status).toBe(200);
    expect(host.intake.taken).toHaveLength(1);
    expect((await read(host, opened)).activities).toHaveLength(1);
  });

  it('tells its streams that it is going away', async () => {
    const host = await start();
    const opened = await open(host);
    const socket = new WebSocket(opened.streamUrl);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await hosts.pop()?.close();
    expect(await closed).toBe(1001);
  });

  it('tells the readers of a conversation, and that there is none to write to', async () => {
    const host = await start();
    const opened = await open(host);
    const conversation = {
      channel: 'web' as const,
      channelTenantId: 'web',
      conversationId: opened.conversationId,
      scope: 'personal' as const,
    };
    expect(await host.port.readers(conversation)).toEqual(['ines']);
    const lost = { ...conversation, conversationId: 'nowhere' };
    expect(await host.port.readers(lost)).toBeUndefined();
    await expect(
      host.port.deliver({ id: 'x', conversation: lost, kind: 'post', content: { text: 'hello?' } }),
    ).rejects.toMatchObject({ retryable: false, status: 404 });
  });
});

describe('Direct Line keeps strangers out', () => {
  const production = { options: { allowAnonymous: false, directLineSecret: SECRET } };

  it('gives nobody a conversation without the secret in production', async () => {
    const host = await start(production);
    for (const path of ['/conversations', '/tokens/generate']) {
      const response = await call(host, path, { method: 'POST' });
      expect([path, response.status]).toEqual([path, 401]);
      expect(await errorOf(response)).toBe('MissingToken');
    }
    expect((await call(host, '/conversations', { method: 'POST', token: 'guess' })).status).toBe(403);
  });

  it('lets the secret make tokens and read any conversation', async () => {
    const host = await start(production);
    const made = await call(host, '/tokens/generate', { token: SECRET, body: { user: { id: 'dl_1' } } });
    expect(made.status).toBe(200);
    const token = (await made.json()) as Opened;
    await say(host, token, { text: 'hi' });
    expect((await read(host, { ...token, token: SECRET })).activities).toHaveLength(1);
    expect((await call(host, '/conversations/unknown/activities', { token: SECRET })).status).toBe(404);
  });

  it('hides the conversations of others', async () => {
    const host = await start();
    const mine = await open(host);
    const theirs = await open(host, { id: 'omar' });
    const mixed = { ...theirs, token: mine.token };
    const path = `/conversations/${theirs.conversationId}`;
    for (const response of [
      await say(host, mixed, { text: 'let me in' }),
      await call(host, `${path}/activities`, { token: mine.token }),
      await call(host, path, { token: mine.token }),
    ]) {
      expect(response.status).toBe(404);
      expect(await errorOf(response)).toBe('ConversationNotFound');
    }
    expect((await call(host, `${path}/activities`)).status).toBe(401);
  });

  it('speaks as the owner of a conversation, whatever the client says', async () => {
    const host = await start();
    const opened = await open(host, null);
    expect((await say(host, opened, { text: 'no sender', from: undefined })).status).toBe(400);
    await say(host, opened, { text: 'first', from: { id: 'ines' } });
    await say(host, opened, { text: 'second', from: { id: 'jun', name: 'Jun', role: 'bot' } });
    expect(host.intake.taken.map(({ from }) => from.accountId)).toEqual(['ines', 'ines']);
    const { activities } = await read(host, opened);
    expect(activities.map(({ from }) => [from.id, from.role])).toEqual([
      ['ines', 'user'],
      ['ines', 'user'],
    ]);
  });

  it.each(['not-a-token', 'a.b.c', ''])('refuses the token %j', async (token) => {
    const host = await start(production);
    const response = await call(host, '/conversations/any/activities', { token });
    expect(response.status).toBe(token === '' ? 401 : 403);
  });

  it('refuses a token whose content was changed', async () => {
    const host = await start();
    const opened = await open(host);
    const [header, body, seal] = opened.token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, user: 'jun' })).toString('base64url');
    expect(
      (await say(host, { ...opened, token: `${header}.${changed}.${seal}` }, { text: 'x' })).status,
    ).toBe(403);
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    expect((await say(host, { ...opened, token: `${none}.${body}.` }, { text: 'x' })).status).toBe(403);
    const [, , streamSeal] = new URL(opened.streamUrl).searchParams.get('t')!.split('.');
    expect(
      (await say(host, { ...opened, token: `${header}.${body}.${streamSeal}` }, { text: 'x' })).status,
    ).toBe(403);
    const stream = new URL(opened.streamUrl).searchParams.get('t')!;
    expect((await say(host, { ...opened, token: stream }, { text: 'x' })).status).toBe(403);
  });

  it('says TokenExpired after half an hour, and refreshes no more', async () => {
    const clock = createManualClock(new Date('2026-11-21T09:00:00Z'));
    const host = await start({ options: { clock } });
    const opened = await open(host);
    await clock.advance(1_799_000);
    expect((await say(host, opened, { text: 'in time' })).status).toBe(200);
    await clock.advance(2_000);
    for (const response of [
      await say(host, opened, { text: 'late' }),
      await call(host, '/tokens/refresh', { method: 'POST', token: opened.token }),
    ]) {
      expect(response.status).toBe(403);
      expect(await errorOf(response)).toBe('TokenExpired');
    }
  });

  it('opens no stream with an address that is wrong or a minute old', async () => {
    const clock = createManualClock(new Date('2026-11-21T09:00:00Z'));
    const host = await start({ options: { clock } });
    const opened = await open(host);
    const refusalOf = (url: string): Promise<number | undefined> =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.on('open', () => resolve(101));
        socket.on('error', () => undefined);
      });
    expect(await refusalOf(opened.streamUrl.replace(/t=.*/, 't=wrong'))).toBe(403);
    expect(await refusalOf(opened.streamUrl.replace(/t=.*/, `t=${opened.token}`))).toBe(403);
    expect(await refusalOf(opened.streamUrl)).toBe(101);
    await clock.advance(61_000);
    expect(await refusalOf(opened.streamUrl)).toBe(403);
  });

  it.each([
    ['a foreign page', { origin: 'https://evil.example' }],
    ['a proxy', { 'x-forwarded-for': '203.0.113.7' }],
  ])('opens no conversation for %s without a token, also in development', async (_name, headers) => {
    const host = await start();
    const response = await call(host, '/conversations', { method: 'POST', headers });
    expect(response.status).toBe(401);
  });

  it('opens no conversation under a name that was rebound to this machine', async () => {
    const host = await start();
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${host.domain}/conversations`, {
        method: 'POST',
        headers: { host: 'evil.example' },
      });
      sent.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      sent.end();
    });
    expect(status).toBe(401);
  });

  it('lets a token be used from its trusted pages only', async () => {
    const host = await start(production);
    const made = await call(host, '/tokens/generate', {
      token: SECRET,
      body: { user: { id: 'dl_1' }, trustedOrigins: ['https://portal.example'] },
    });
    const { token } = (await made.json()) as Opened;
    const from = async (origin: string): Promise<number> =>
      (await call(host, '/conversations', { method: 'POST', token, headers: { origin } })).status;
    expect(await from('https://elsewhere.example')).toBe(403);
    expect(await from('https://portal.example')).toBe(201);
  });
});

describe('Direct Line and pages of other origins', () => {
  it('answers the browser that asks first', async () => {
    const host = await start();
    const response = await call(host, '/conversations/x/activities', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://portal.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-ms-bot-agent',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://portal.example');
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'authorization,content-type,x-ms-bot-agent',
    );
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
  });

  it('lets them read answers and refusals', async () => {
    const host = await start();
    const headers = { origin: 'https://portal.example' };
    const response = await call(host, '/conversations', { method: 'POST', headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://portal.example');
  });
});

describe('Direct Line and bad input', () => {
  it.each([
    ['malformed JSON', '{"type":', 400],
    ['no body', '', 400],
    ['no object', '[]', 400],
    ['no type', '{"text":"hi"}', 400],
    ['a type that is no text', '{"type":7}', 400],
    ['a text that is no text', '{"type":"message","text":{"a":1}}', 400],
    [
      'too many attachments',
      JSON.stringify({ type: 'message', attachments: Array.from({ length: 21 }, () => ({})) }),
      400,
    ],
    ['more than a megabyte', `{"type":"message","text":"${'x'.repeat(1_048_577)}"}`, 413],
  ])('refuses %s', async (_name, body, status) => {
    const host = await start();
    const { conversationId, token } = await open(host);
    const path = `/conversations/${conversationId}/activities`;
    const response = await call(host, path, {
      method: 'POST',
      token,
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: { code: expect.any(String), message: expect.any(String) },
    });
    expect(host.intake.taken).toEqual([]);
  });

  it('refuses a content type that is not JSON', async () => {
    const host = await start();
    const { conversationId, token } = await open(host);
    const response = await call(host, `/conversations/${conversationId}/activities`, {
      token,
      body: 'type=message',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(response.status).toBe(415);
    expect(await errorOf(response)).toBe('UnsupportedMediaType');
  });

  it('takes long texts, control characters, right-to-left marks and kinds it does not know', async () => {
    const host = await start();
    const opened = await open(host);
    const texts = ['x'.repeat(100_000), 'a\u0000b\u001b[31m', '\u202Eevil\u2066', ''];
    for (const text of texts) expect((await say(host, opened, { text })).status).toBe(200);
    for (const type of ['somethingNew', 'endOfConversation', 'typing', 'messageReaction']) {
      expect((await say(host, opened, { type })).status).toBe(200);
    }
    expect(host.intake.taken.slice(0, 4).map(({ text }) => text)).toEqual(texts);
    expect(host.intake.taken.slice(4).map(({ kind }) => kind)).toEqual(['other', 'other', 'reaction']);
  });

  it('keeps member names that a database would refuse', async () => {
    const host = await start();
    const opened = await open(host);
    const channelData = { $set: { 'a.b': 1 }, 'x.y': 2 };
    await say(host, opened, { text: 'hi', channelData });
    expect((await read(host, opened)).activities[0]).toMatchObject({ channelData });
  });

  it.each(['abc', '-1', '1.5', '99999999999'])('refuses the watermark %s', async (watermark) => {
    const host = await start();
    const { conversationId, token } = await open(host);
    const response = await call(host, `/conversations/${conversationId}/activities?watermark=${watermark}`, {
      token,
    });
    expect(response.status).toBe(400);
  });

  it.each([
    ['a PDF that is none', 'report.pdf', 'hello'],
    ['a picture that is none', 'photo.png', '<html>'],
    ['a text that is none', 'notes.txt', 'MZ\u0000\u0001'],
  ])('refuses %s', async (_name, name, content) => {
    const host = await start();
    const { conversationId, token } = await open(host);
    const form = new FormData();
    form.append('file', new Blob([content]), name);
    const path = `/conversations/${conversationId}/upload?userId=ines`;
    const response = await fetch(`${host.domain}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toBe('BadArgument');
    expect(host.intake.taken).toEqual([]);
  });

  it('refuses a multipart body that cannot be read, and an upload without a file', async () => {
    const host = await start();
    const { conversationId, token } = await open(host);
    for (const [contentType, body] of [
      ['multipart/form-data; boundary=x', '--y\r\nbroken'],
      ['multipart/form-data', 'no boundary'],
      ['image/png', ''],
    ]) {
      const response = await call(host, `/conversations/${conversationId}/upload?userId=ines`, {
        method: 'POST',
        token,
        body,
        headers: { 'content-type': contentType! },
      });
      expect(response.status).toBe(400);
    }
  });

  it('takes one file as the whole body, and keeps paths out of its name', async () => {
    const host = await start();
    const { conversationId, token } = await open(host);
    const response = await call(host, `/conversations/${conversationId}/upload?userId=ines`, {
      method: 'POST',
      token,
      body: 'plain words',
      headers: {
        'content-type': 'text/plain',
        'content-disposition': 'name="file"; filename="../../etc/notes.txt"',
      },
    });
    expect(response.status).toBe(200);
    expect(host.intake.taken[0]?.attachments).toMatchObject([{ name: 'notes.txt', sizeBytes: 11 }]);
  });

  it('takes a text of two bytes a letter that says so, and no binary under its name', async () => {
    const host = await start();
    const { conversationId, token } = await open(host);
    const send = (bytes: Uint8Array): Promise<Response> => {
      const body = new FormData();
      body.append('file', new Blob([bytes]), 'notes.md');
      return fetch(`${host.url}/directline/conversations/${conversationId}/upload?userId=ines`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body,
      });
    };
    expect((await send(Buffer.from('\ufeff# Notizen', 'utf16le'))).status).toBe(200);
    expect((await send(Buffer.from('# No\0tes'))).status).toBe(400);
  });

  it('gives an uploaded file to nobody without its address', async () => {
    const host = await start();
    const opened = await open(host);
    await call(host, `/conversations/${opened.conversationId}/upload?userId=ines`, {
      method: 'POST',
      token: opened.token,
      body: 'words',
      headers: { 'content-type': 'text/plain', 'content-disposition': 'filename="n.txt"' },
    });
    const [own] = (await read(host, opened)).activities as unknown as {
      attachments: { contentUrl: string }[];
    }[];
    const address = own!.attachments[0]!.contentUrl;
    expect(await (await fetch(address)).text()).toBe('words');
    expect((await fetch(address.replace(/\?.*/, ''))).status).toBe(404);
    expect((await fetch(address.replace(/t=.*/, `t=${opened.token}`))).status).toBe(404);
  });
});
