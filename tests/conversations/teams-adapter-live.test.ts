import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { OutboundContent, OutboundMessage } from '../../core/kernel/outbound-message.js';
import { startConnector, type ConnectorFake } from '../fakes/connector.js';
import { ALMA, BOT, GROUP_ID, PERSONAL_ID, TENANT } from '../fixtures/teams/payloads.js';
import { createManualClock, type ManualClock } from '../support/manual-clock.js';
import { startTeamsHost, type TeamsHost } from '../support/teams-host.js';

let connector: ConnectorFake;
let host: TeamsHost;
let clock: ManualClock;

beforeEach(async () => {
  connector = await startConnector();
  clock = createManualClock();
  host = await startTeamsHost({}, { clock });
});
afterEach(async () => {
  await host.close();
  await connector.close();
});

const conversation = (changes: Partial<ConversationReference> = {}): ConversationReference => ({
  channel: 'teams',
  channelTenantId: TENANT,
  conversationId: PERSONAL_ID,
  scope: 'personal',
  serviceUrl: connector.serviceUrl,
  botId: BOT.id,
  accountId: ALMA.id,
  ...changes,
});

const message = (content: OutboundContent): OutboundMessage => ({
  id: 'm1',
  conversation: conversation(),
  kind: 'post',
  content,
  replyToActivityId: '1795',
});

const infoOf = (index: number): unknown =>
  ((connector.sent[index]?.activity.entities ?? []) as { type: string }[]).find(
    ({ type }) => type === 'streaminfo',
  );

/** Moves time on until the adapter has slept once more after what it sent. */
const nextUpdate = async (count: number): Promise<void> => {
  while (clock.sleepers === 0) await new Promise(setImmediate);
  await clock.advance(1200);
  await connector.waitFor(count);
};

describe('A live reply in a personal chat', () => {
  it('shows the status at once, then the growing text, then the final message in its place', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.status('Searching the handbook …');
    await connector.waitFor(1);
    live.append('Every parent ');
    live.append('receives ');
    await nextUpdate(2);
    live.append('16 weeks [1].');
    await nextUpdate(3);
    const citations = [
      {
        number: 1,
        passageId: 'p',
        documentId: 'd',
        path: 'leave.md',
        title: 'Leave',
        headings: [],
        quote: '16 weeks',
      },
    ];
    const receipt = await live.finish(
      message({
        text: 'Every parent receives 16 weeks [1].',
        aiGenerated: true,
        citations,
        feedbackFor: 'a1',
      }),
    );

    const streamId = connector.sent[0]?.id;
    expect(receipt).toEqual({ activityId: streamId });
    expect(connector.sent.map(({ activity }) => [activity.type, activity.text])).toEqual([
      ['typing', 'Searching the handbook …'],
      ['typing', 'Every parent receives '.trim()],
      ['typing', 'Every parent receives 16 weeks [1].'],
      ['message', 'Every parent receives 16 weeks [1].'],
    ]);
    expect(infoOf(0)).toEqual({ type: 'streaminfo', streamType: 'informative', streamSequence: 1 });
    expect(infoOf(1)).toEqual({ type: 'streaminfo', streamType: 'streaming', streamSequence: 2, streamId });
    expect(infoOf(3)).toEqual({ type: 'streaminfo', streamType: 'final', streamId });
    expect(connector.sent[3]?.activity).toMatchObject({
      id: streamId,
      channelData: { streamType: 'final', streamId, feedbackLoop: { type: 'default' } },
      entities: [{ type: 'streaminfo' }, { type: 'https://schema.org/Message', citation: [{ position: 1 }] }],
    });
  });

  it('sends nothing when nothing was shown, and leaves the message to the outbox', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    expect(await live.finish(message({ text: 'Quick' }))).toBeUndefined();
    expect(connector.sent).toHaveLength(0);
  });

  it('holds back a line whose look is not settled, so that the text only ever grows', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('Limits:\n\n| Place | Hotel |');
    await connector.waitFor(1);
    live.append('\n|---|---|\n| Berlin | 140 € |\n\nDone.');
    await nextUpdate(2);
    const text = 'Limits:\n\n- **Berlin** – Hotel: 140 €\n\nDone.';
    expect(connector.sent.map(({ activity }) => activity.text)).toEqual(['Limits:', text]);
    const receipt = await live.finish(
      message({ text: 'Limits:\n\n| Place | Hotel |\n|---|---|\n| Berlin | 140 € |\n\nDone.' }),
    );
    expect(receipt?.activityId).toBe(connector.sent[0]?.id);
  });

  it('sends no update that takes back what was shown, and mends it with the final message', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('see `a <b');
    const [first] = await connector.waitFor(1);
    live.append('` and more');
    while (clock.sleepers === 0) await new Promise(setImmediate);
    await clock.advance(1200);
    expect(await live.finish(message({ text: 'see `a <b` and more' }))).toEqual({ activityId: first?.id });
    const streaming = connector.requests.filter(({ body }) => body?.type === 'typing');
    expect(streaming.map(({ body }) => body?.text)).toEqual(['see `a &lt;b']);
    expect(connector.sent.at(-1)).toMatchObject({
      kind: 'update',
      activity: { text: 'see `a <b` and more' },
    });
  });

  it('notices that the person pressed Stop, and posts the last word as an ordinary message', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('One ');
    const [first] = await connector.waitFor(1);
    connector.cancelStream(first?.id ?? '');
    expect(live.stopped).toBe(false);
    live.append('two');
    while (clock.sleepers === 0) await new Promise(setImmediate);
    await clock.advance(1200);
    while (!live.stopped) await new Promise(setImmediate);
    expect(await live.finish(message({ text: 'Stopped.' }))).toBeUndefined();
    expect(connector.messages()).toHaveLength(0);
  });

  it('completes the message by an update when Teams has ended the stream', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('One');
    const [first] = await connector.waitFor(1);
    connector.expireStream(first?.id ?? '');
    expect(await live.finish(message({ text: 'One, two, three.' }))).toEqual({ activityId: first?.id });
    expect(connector.sent.at(-1)).toMatchObject({
      kind: 'update',
      id: first?.id,
      activity: { text: 'One, two, three.' },
    });
    expect(live.stopped).toBe(false);
  });

  it('streams no longer than Teams allows', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('One ');
    await connector.waitFor(1);
    while (clock.sleepers === 0) await new Promise(setImmediate);
    await clock.advance(110_000);
    live.append('two');
    expect(await live.finish(message({ text: 'One two' }))).toBeDefined();
    expect(connector.sent.map(({ kind }) => kind)).toEqual(['post', 'update']);
  });

  it('tries the final message again when Teams is busy', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('One');
    await connector.waitFor(1);
    connector.fail({ status: 429, headers: { 'retry-after': '2' } });
    const finished = live.finish(message({ text: 'One' }));
    while (!connector.requests.some(({ status }) => status === 429) || clock.sleepers === 0) {
      await new Promise(setImmediate);
    }
    await clock.advance(2000);
    expect(await finished).toBeDefined();
  });

  it('says the text again beside a card, once it was shown', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('In words');
    await connector.waitFor(1);
    await live.finish(message({ text: 'In words', card: { template: 'notice', data: {} } }));
    expect(connector.sent.at(-1)?.activity).toMatchObject({
      text: 'In words',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' }],
    });
  });

  it('leaves nothing unfinished when it is abandoned', async () => {
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('Half an ans');
    await connector.waitFor(1);
    await live.abandon();
    expect(connector.sent.at(-1)).toMatchObject({ activity: { type: 'message', text: 'Half an ans' } });
    expect(infoOf(1)).toMatchObject({ streamType: 'final' });
  });

  it('falls back to an ordinary message where the client keeps no stream', async () => {
    connector.fail({ status: 202 });
    const live = host.adapter.port.startLive(conversation(), '1795');
    live.append('One');
    while (connector.requests.length === 0 || clock.sleepers === 0) await new Promise(setImmediate);
    expect(await live.finish(message({ text: 'One' }))).toBeUndefined();
  });
});

describe('A live reply in a group', () => {
  it('shows the typing sign until the message itself comes', async () => {
    const chat = conversation({ scope: 'group', conversationId: GROUP_ID });
    const live = host.adapter.port.startLive(chat, '1795');
    expect(connector.sent).toHaveLength(0);
    live.status('Searching …');
    live.append('Text');
    await connector.waitFor(1);
    while (clock.sleepers === 0) await new Promise(setImmediate);
    await clock.advance(4000);
    await connector.waitFor(2);
    expect(await live.finish(message({ text: 'Text' }))).toBeUndefined();
    expect(connector.sent.every(({ activity }) => activity.type === 'typing')).toBe(true);
    expect(connector.sent[0]?.activity.conversation).toMatchObject({ conversationType: 'groupChat' });
    expect(clock.sleepers).toBe(0);
  });
});
