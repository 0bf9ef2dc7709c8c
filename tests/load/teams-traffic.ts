import { Agent, createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GivenAnswer, Traffic } from './traffic.js';

interface SentActivity {
  type: string;
  text?: string;
  summary?: string;
  replyToId?: string;
  attachments?: unknown[];
  entities?: { type: string; streamId?: string }[];
}

export interface TeamsTraffic extends Traffic {
  /** A click on a card's button, as Teams sends it. @returns the answer that the client would show. */
  click(
    port: number,
    conversation: string,
    verb: string,
    data: Record<string, unknown>,
  ): Promise<{ status: number; body: string }>;
  /** A thumb up under an answer of the bot. @returns the HTTP status. */
  thumbUp(port: number, conversation: string, answerId: string): Promise<number>;
}

/** Teams without Teams: posts activities to a bot, and takes what it sends as the connector does, with no limits. */
export async function startTeamsTraffic(): Promise<TeamsTraffic> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let listener = (_answer: GivenAnswer): void => {};
  let lastId = 0;
  let clicks = 0;

  const sink = createServer((incoming, response) => {
    void readText(incoming).then((text) => {
      const path = (incoming.url ?? '').split('/');
      const conversation = decodeURIComponent(path[3] ?? '');
      const activity = (text === '' ? {} : JSON.parse(text)) as SentActivity;
      const isMessage = activity.type === 'message';
      lastId += 1;
      const id = `sent-${lastId}`;
      const body = JSON.stringify(isMessage || activity.type === 'typing' ? { id } : {});
      response.writeHead(201, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
      if (!isMessage) return;
      const shown = `${activity.text ?? ''}${activity.summary ?? ''}${JSON.stringify(activity.attachments ?? '')}`;
      listener({
        conversation,
        // A streamed message keeps the id of the stream's first post.
        id: activity.entities?.find(({ type }) => type === 'streaminfo')?.streamId ?? id,
        text: shown,
        activity,
        isUpdate: incoming.method === 'PUT',
        ...(activity.replyToId ? { inReplyTo: activity.replyToId } : {}),
      });
    });
  });
  await new Promise<void>((resolve) => {
    sink.listen(0, '127.0.0.1', resolve);
  });
  const sinkUrl = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;

  const activityOf = (conversation: string, id: string, more: Record<string, unknown>): string =>
    JSON.stringify({
      id,
      timestamp: new Date().toISOString(),
      channelId: 'msteams',
      serviceUrl: sinkUrl,
      from: { id: `29:${conversation}`, name: 'Load Person', aadObjectId: `load-${conversation}` },
      conversation: { id: conversation, conversationType: 'personal', tenantId: 'load-tenant' },
      recipient: { id: '28:load-bot', name: 'Steward' },
      locale: 'en-US',
      channelData: { tenant: { id: 'load-tenant' } },
      ...more,
    });
  const json = { 'content-type': 'application/json' };

  return {
    sinkUrl,
    send: async (port, conversation, messageId, text) => {
      const body = activityOf(conversation, messageId, {
        type: 'message',
        text,
        textFormat: 'plain',
        entities: [{ type: 'clientInfo', locale: 'en-US', country: 'US', platform: 'Web', timezone: 'UTC' }],
      });
      return (await post(agent, port, '/api/messages', body, json)).status;
    },
    click: (port, conversation, verb, data) => {
      clicks += 1;
      const value = { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' };
      const invoke = { type: 'invoke', name: 'adaptiveCard/action', value, replyToId: 'card' };
      return post(
        agent,
        port,
        '/api/messages',
        activityOf(conversation, `click-${process.pid}-${clicks}`, invoke),
        json,
      );
    },
    thumbUp: async (port, conversation, answerId) => {
      clicks += 1;
      const actionValue = { reaction: 'like', feedback: '{}' };
      const value = { actionName: 'feedback', actionValue };
      const invoke = { type: 'invoke', name: 'message/submitAction', value, replyToId: answerId };
      const body = activityOf(conversation, `thumb-${process.pid}-${clicks}`, invoke);
      return (await post(agent, port, '/api/messages', body, json)).status;
    },
    onAnswer: (given) => {
      listener = given;
    },
    close: async () => {
      agent.destroy();
      await new Promise<void>((resolve) => {
        sink.close(() => resolve());
        sink.closeAllConnections();
      });
    },
  };
}

/** Posts over a kept connection, which costs the generator less than fetch does. */
export function post(
  agent: Agent,
  port: number,
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        port,
        path,
        host: '127.0.0.1',
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      // A kept connection that the bot closed just then: channels send again as well.
      if (outgoing.reusedSocket && error.code === 'ECONNRESET')
        resolve(post(agent, port, path, body, headers));
      else reject(error);
    });
    outgoing.end(body);
  });
}

export async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
