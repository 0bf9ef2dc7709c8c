import { afterEach, describe, expect, it } from '@jest/globals';
import directLineJs, { type Activity as ClientActivity, type DirectLine } from 'botframework-directlinejs';
import type { Activity } from '../../core/kernel/activity.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import { installBrowserGlobals } from '../support/browser-globals.js';
import { startWebChatHost, type WebChatHost, type WebChatScript } from '../support/web-chat-host.js';

installBrowserGlobals();

interface BotActivity {
  id: string;
  type: string;
  text?: string;
  replyToId?: string;
  channelId: string;
  textFormat?: string;
  timestamp: string;
  conversation: { id: string };
  from: { id: string; role: string };
  attachments?: { contentType: string; contentUrl?: string; content: { type: string } }[];
  channelData?: Record<string, unknown>;
  entities?: Record<string, unknown>[];
  suggestedActions?: { actions: { type: string; title: string; value: string }[] };
}

describe.each([
  ['a WebSocket', true],
  ['polling', false],
])("Microsoft's Direct Line client over %s", (_name, webSocket) => {
  const cleanUps: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function start(script: WebChatScript = {}): Promise<WebChatHost> {
    const host = await startWebChatHost(script);
    cleanUps.push(() => host.close());
    return host;
  }

  function connect(host: WebChatHost, options: object = {}) {
    const client = new directLineJs.DirectLine({
      domain: host.domain,
      webSocket,
      pollingInterval: 200,
      ...options,
    });
    const seen: BotActivity[] = [];
    const waiting: { test: (activity: BotActivity) => boolean; done: (activity: BotActivity) => void }[] = [];
    const subscription = client.activity$.subscribe((activity) => {
      const seenNow = activity as unknown as BotActivity;
      seen.push(seenNow);
      for (const { test, done } of waiting) if (test(seenNow)) done(seenNow);
    });
    const leave = (): void => {
      subscription.unsubscribe();
      client.end();
    };
    cleanUps.push(leave);
    return {
      client,
      seen,
      leave,
      /** The first activity that fits, also one that came before. */
      until: (test: (activity: BotActivity) => boolean): Promise<BotActivity> =>
        new Promise((done) => {
          const known = seen.find(test);
          if (known) done(known);
          else waiting.push({ test, done });
        }),
    };
  }

  const post = (client: DirectLine, activity: object): Promise<string> =>
    client.postActivity(activity as ClientActivity).toPromise() as Promise<string>;
  const fromBot = ({ type, from }: BotActivity): boolean => type === 'message' && from.role === 'bot';
  const echo = (activity: Activity, host: WebChatHost) =>
    void host.say(activity, { text: `You said **${activity.text}**.` });

  it('gets an answer to a message, and its own message back under the id it chose', async () => {
    const host = await start({ onActivity: echo });
    const { client, until } = connect(host);
    const id = await post(client, {
      type: 'message',
      text: 'hello',
      from: { id: 'ines', name: 'Ines' },
      channelData: { clientActivityID: 'mine-1' },
    });
    const own = await until(({ from }) => from.role === 'user');
    const answer = await until(fromBot);
    expect(own).toMatchObject({
      id,
      text: 'hello',
      from: { id: 'ines' },
      channelData: { clientActivityID: 'mine-1' },
    });
    expect(answer).toMatchObject({
      type: 'message',
      channelId: 'directline',
      replyToId: id,
      text: 'You said **hello**.',
      textFormat: 'markdown',
      from: { id: 'steward', role: 'bot' },
    });
    expect(answer.conversation.id).toBe(own.conversation.id);
    expect(Date.parse(answer.timestamp)).not.toBeNaN();
    expect(host.intake.taken[0]).toMatchObject({
      kind: 'message',
      text: 'hello',
      activityId: id,
      from: { accountId: 'ines', name: 'Ines' },
      conversation: { channel: 'web', scope: 'personal', accountId: 'ines' },
    });
  });

  it('is answered once when it sends the same message again', async () => {
    const host = await start({ onActivity: echo });
    const { client, seen, until } = connect(host);
    const message = {
      type: 'message',
      text: 'once',
      from: { id: 'ines' },
      channelData: { clientActivityID: 'c-1' },
    };
    const first = await post(client, structuredClone(message));
    const second = await post(client, structuredClone(message));
    await post(client, { type: 'message', text: 'last', from: { id: 'ines' } });
    await until(({ text }) => text === 'You said **last**.');
    expect(second).toBe(first);
    expect(host.intake.taken.map(({ text }) => text)).toEqual(['once', 'last']);
    expect(seen.filter(({ text }) => text === 'You said **once**.')).toHaveLength(1);
  });

  it('sees cards, citations and suggestions as Bot Framework activities', async () => {
    const host = await start({
      onActivity: (activity, { say }) =>
        void say(activity, {
          text: 'Sixteen weeks [1].',
          card: { template: 'notice', data: { locale: 'en', text: 'Sixteen weeks.' } },
          aiGenerated: true,
          feedbackFor: 'answer-1',
          suggestions: ['And for adoption?'],
          citations: [
            {
              number: 1,
              passageId: 'p1',
              documentId: 'd1',
              path: 'leave.md',
              title: 'Leave',
              headings: [],
              quote: 'Sixteen weeks.',
            },
          ],
        }),
    });
    const { client, until } = connect(host);
    await post(client, { type: 'message', text: 'leave?', from: { id: 'ines' } });
    const answer = await until(fromBot);
    expect(answer.attachments).toMatchObject([
      { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } },
    ]);
    expect(answer.suggestedActions?.actions).toEqual([
      { type: 'imBack', title: 'And for adoption?', value: 'And for adoption?' },
    ]);
    expect(answer.entities).toMatchObject([
      {
        type: 'https://schema.org/Message',
        additionalType: ['AIGeneratedContent'],
        citation: [{ position: 1, appearance: { name: 'Leave', abstract: 'Sixteen weeks.' } }],
      },
    ]);
    expect(answer.channelData).toMatchObject({ feedbackLoop: { type: 'default' } });
  });

  it('gets a rewritten message under the id that it knows', async () => {
    const host = await start({ onActivity: echo });
    const { client, seen, until } = connect(host);
    await post(client, { type: 'message', text: 'draft', from: { id: 'ines' } });
    const draft = await until(fromBot);
    const { conversation } = host.intake.taken[0]!;
    const content = { text: 'Final.' };
    const update = { id: 'update-1', conversation, kind: 'update' as const, content };
    expect(await host.port.deliver(update, draft.id)).toEqual({ activityId: draft.id });
    const final = await until(({ text }) => text === 'Final.');
    expect(final).toMatchObject({ id: draft.id, timestamp: draft.timestamp, replyToId: draft.replyToId });
    await host.port.deliver(update, draft.id);
    await post(client, { type: 'message', text: 'last', from: { id: 'ines' } });
    await until(({ text }) => text === 'You said **last**.');
    expect(seen.filter(({ text }) => text === 'Final.')).toHaveLength(1);
  });

  it('clicks buttons: Action.Execute as an invoke, Action.Submit as a message with a value', async () => {
    const host = await start({
      onActivity: (activity, { say }) => void say(activity, { text: `clicked ${activity.action?.verb}` }),
    });
    const { client, until } = connect(host);
    await post(client, {
      type: 'invoke',
      name: 'adaptiveCard/action',
      from: { id: 'ines' },
      value: { action: { type: 'Action.Execute', verb: 'approval.approve', data: { approvalId: 'a1' } } },
    });
    await post(client, {
      type: 'message',
      from: { id: 'ines' },
      value: { verb: 'form.submit', amount: '12' },
      channelData: { postBack: true },
    });
    await until(({ text }) => text === 'clicked form.submit');
    expect(host.intake.taken).toMatchObject([
      {
        kind: 'card-action',
        expectsResponse: true,
        action: { verb: 'approval.approve', data: { approvalId: 'a1' } },
      },
      {
        kind: 'card-action',
        expectsResponse: false,
        action: { verb: 'form.submit', data: { amount: '12' } },
      },
    ]);
  });

  it('uploads a file beside its words', async () => {
    const host = await start({ onActivity: echo });
    const { client, until } = connect(host);
    const contentUrl = `data:text/plain;base64,${Buffer.from('grüße').toString('base64')}`;
    await post(client, {
      type: 'message',
      text: 'see this',
      from: { id: 'ines' },
      attachments: [{ contentType: 'text/plain', contentUrl, name: 'note.txt' }],
    });
    const own = await until(({ from }) => from.role === 'user');
    await until(fromBot);
    const { attachments, text } = host.intake.taken[0]!;
    expect(text).toBe('see this');
    expect(attachments[0]).toMatchObject({ name: 'note.txt', contentType: 'text/plain' });
    expect(await (await fetch(attachments[0]!.url!)).text()).toBe('grüße');
    const download = await fetch(own.attachments![0]!.contentUrl!);
    expect(await download.text()).toBe('grüße');
    expect(download.headers.get('content-disposition')).toMatch(/^attachment/);
  });

  it('takes a conversation up again with its watermark after a restart of the server', async () => {
    const host = await start({ onActivity: echo });
    const before = connect(host);
    await post(before.client, { type: 'message', text: 'one', from: { id: 'ines' } });
    await before.until(fromBot);
    const { token, conversationId, watermark } = before.client as unknown as Record<string, string>;
    before.leave();
    await host.close();

    const restarted = await start({ onActivity: echo, store: host.store });
    const after = connect(restarted, { token, conversationId, watermark });
    await post(after.client, { type: 'message', text: 'two', from: { id: 'ines' } });
    await after.until(({ text }) => text === 'You said **two**.');
    expect(after.seen.map(({ text }) => text)).toEqual(['two', 'You said **two**.']);
  });

  it('refreshes its token and gets a session id', async () => {
    const host = await start();
    const { client } = connect(host);
    await post(client, { type: 'message', text: 'hi', from: { id: 'ines' } });
    const refreshed = await (client as unknown as { refreshToken(): { toPromise(): Promise<string> } })
      .refreshToken()
      .toPromise();
    expect(refreshed.split('.')).toHaveLength(3);
    expect(await client.getSessionId().toPromise()).toMatch(/^[0-9a-f]{32}$/);
  });

  if (webSocket) {
    it('sees text grow, and the final message end the stream', async () => {
      const host = await start({
        onActivity: (activity, { port, say }) =>
          activity.text === 'hi' ? void say(activity, { text: 'hello' }) : stream(activity, port),
      });
      const stream = async (activity: Activity, port: ChannelPort): Promise<void> => {
        const live = port.startLive(activity.conversation, activity.activityId);
        live.status('Searching');
        live.append('Sixteen ');
        live.append('weeks');
        await streamed;
        const { conversation } = activity;
        await live.finish({ id: 'f', conversation, kind: 'post', content: { text: 'Sixteen weeks.' } });
      };
      const { client, seen, until } = connect(host);
      const streamed = until(({ type, text }) => type === 'typing' && text === 'Sixteen weeks');
      await post(client, { type: 'message', text: 'hi', from: { id: 'ines' } });
      await until(fromBot);
      await post(client, { type: 'message', text: 'leave?', from: { id: 'ines' } });
      await until(({ text }) => text === 'Sixteen weeks.');
      const streams = seen.filter(({ entities }) => entities?.[0]?.['type'] === 'streaminfo');
      const facts = streams.map(({ entities }) => entities![0]!);
      expect(streams.map(({ text }) => text)).toEqual(['', 'Searching', 'Sixteen weeks', 'Sixteen weeks.']);
      expect(facts.map(({ streamType }) => streamType)).toEqual([
        'streaming',
        'informative',
        'streaming',
        'final',
      ]);
      expect(facts.map(({ streamSequence }) => streamSequence)).toEqual([1, 2, 3, undefined]);
      expect(new Set(facts.map(({ streamId }) => streamId))).toEqual(new Set([streams[0]!.id]));
      expect(streams.at(-1)!.channelData).toMatchObject({ streamType: 'final', streamId: streams[0]!.id });
    });
  }
});
