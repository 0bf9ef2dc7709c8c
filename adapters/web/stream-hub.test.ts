import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../core/kernel/logger.js';
import { createMemoryWebConversationStore } from '../../tests/fakes/memory-web-conversation-store.js';
import { StreamHub, type StreamSocket } from './stream-hub.js';

interface RecordedSocket extends StreamSocket {
  sent: { activities: { text?: string }[]; watermark: string }[];
  closedWith: (string | number | undefined)[];
  bufferedAmount: number;
}

function socket(bufferedAmount = 0): RecordedSocket {
  const recorded: RecordedSocket = {
    sent: [],
    closedWith: [],
    bufferedAmount,
    isOpen: true,
    send: (data) => recorded.sent.push(JSON.parse(data) as RecordedSocket['sent'][number]),
    close: (...reason) => {
      recorded.closedWith = reason;
      (recorded as { isOpen: boolean }).isOpen = false;
    },
  };
  return recorded;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function start() {
  const store = createMemoryWebConversationStore();
  const hub = new StreamHub(store, silentLogger);
  let written = 0;
  const append = async (text: string): Promise<void> => {
    written += 1;
    const onceKey = String(written);
    await store.append({ conversationId: 'c', onceKey, at: new Date(0), make: () => ({ text }) });
    hub.notify('c');
    await settled();
  };
  return { store, hub, append };
}

describe('the streams of a conversation', () => {
  it('send each client what it has not seen, in order and once, however often they are told', async () => {
    const { hub, append } = await start();
    await append('one');
    const late = socket();
    hub.open('c', 1, late);
    const early = socket();
    hub.open('c', 0, early);
    await settled();
    await append('two');
    hub.notify('c');
    hub.notifyAll();
    await settled();
    expect(early.sent.flatMap(({ activities }) => activities.map(({ text }) => text))).toEqual([
      'one',
      'two',
    ]);
    expect(late.sent).toEqual([{ activities: [{ text: 'two' }], watermark: '2' }]);
  });

  it('close the oldest when there are too many', async () => {
    const { hub } = await start();
    const sockets = Array.from({ length: 9 }, () => socket());
    for (const one of sockets) hub.open('c', 0, one);
    expect(sockets.map(({ closedWith }) => closedWith[1])).toEqual([
      'collision',
      ...Array.from({ length: 8 }, () => undefined),
    ]);
  });

  it('cut off a client that does not read, and spare it what may be missed', async () => {
    const { hub, append } = await start();
    const slow = socket(9 * 1_048_576);
    hub.open('c', 0, slow);
    hub.showLive('c', 's', { text: 'growing' });
    await append('one');
    expect(slow.sent).toEqual([]);
    expect(slow.closedWith[0]).toBe(1008);
  });

  it('close when the store fails, so that the client comes back with its watermark', async () => {
    const { store, hub } = await start();
    store.entriesAfter = () => Promise.reject(new Error('gone'));
    const client = socket();
    hub.open('c', 0, client);
    await settled();
    expect(client.closedWith[0]).toBe(1011);
  });

  it('show what is being written also to who comes later, and nothing once it is over', async () => {
    const { hub } = await start();
    hub.showLive('c', 's', { text: 'grow' });
    hub.showLive('c', 's', { text: 'growing' });
    const client = socket();
    hub.open('c', 0, client);
    await settled();
    expect(client.sent).toEqual([{ activities: [{ text: 'growing' }], watermark: '0' }]);
    hub.endLive('c', 's');
    const later = socket();
    hub.open('c', 0, later);
    await settled();
    expect(later.sent).toEqual([]);
  });

  it('send nothing to a client that has left', async () => {
    const { hub, append } = await start();
    const client = socket();
    const leave = hub.open('c', 0, client);
    leave();
    await append('one');
    expect(client.sent).toEqual([]);
  });
});
