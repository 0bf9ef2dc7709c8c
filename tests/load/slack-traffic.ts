import { createHmac } from 'node:crypto';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { post, readText } from './teams-traffic.js';
import type { GivenAnswer, Traffic } from './traffic.js';

export const LOAD_SIGNING_SECRET = 'load-signing-secret';

/** Slack without Slack: signed message events in, the Web API as a sink. */
export async function startSlackTraffic(): Promise<Traffic> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  let listener = (_answer: GivenAnswer): void => {};
  let lastTs = Math.floor(Date.now() / 1000);
  const nextTs = (): string => `${(lastTs += 1)}.000100`;

  const sink = createServer((incoming, response) => {
    void readText(incoming).then((text) => {
      const method = (incoming.url ?? '').split('/').at(-1) ?? '';
      const isJson = incoming.headers['content-type']?.includes('json') ?? false;
      const form = (isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text))) as Record<
        string,
        string
      >;
      const body = JSON.stringify({
        ok: true,
        ts: nextTs(),
        channel: form.channel ?? '',
        user_id: 'ULOADBOT',
        bot_id: 'BLOAD',
        team_id: 'TLOAD',
        user: { id: form.user ?? '', name: 'load', profile: {} },
      });
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
      if (method !== 'chat.postMessage') return;
      listener({ conversation: form.channel ?? '', text: `${form.text ?? ''}${form.blocks ?? ''}` });
    });
  });
  await new Promise<void>((resolve) => {
    sink.listen(0, '127.0.0.1', resolve);
  });

  return {
    sinkUrl: `http://127.0.0.1:${(sink.address() as AddressInfo).port}/api/`,
    send: async (port, conversation, messageId, text) => {
      const seconds = Math.floor(Date.now() / 1000);
      const body = JSON.stringify({
        token: 'load',
        team_id: 'TLOAD',
        api_app_id: 'ALOAD',
        type: 'event_callback',
        event_id: `Ev${messageId}`,
        event_time: seconds,
        authorizations: [{ enterprise_id: null, team_id: 'TLOAD', user_id: 'ULOADBOT', is_bot: true }],
        event: {
          type: 'message',
          channel: conversation,
          channel_type: 'im',
          // The same people in all their channels: of newcomers Slack tells about a hundred a minute.
          user: `U${conversation.split('-')[0]}`,
          text,
          ts: nextTs(),
          event_ts: String(seconds),
          client_msg_id: messageId,
          team: 'TLOAD',
        },
      });
      const signature = createHmac('sha256', LOAD_SIGNING_SECRET)
        .update(`v0:${seconds}:${body}`)
        .digest('hex');
      const { status } = await post(agent, port, '/slack/events', body, {
        'content-type': 'application/json',
        'x-slack-request-timestamp': String(seconds),
        'x-slack-signature': `v0=${signature}`,
      });
      return status;
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
