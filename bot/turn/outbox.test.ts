import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { conversationKey, type ConversationReference } from '../../core/kernel/conversation-reference.js';
import { NotPermitted, Unavailable } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import { silentLogger } from '../../core/kernel/logger.js';
import type { ChannelPort, OutboundMessage } from '../../core/kernel/outbound-message.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { createMessageCopies, messageCopyCollection } from '../../storage/mongo/message-copies.js';
import {
  createOutcomes,
  newOutcome,
  outcomeCollection,
  type OutcomeRecord,
  type Outcomes,
} from '../../storage/mongo/outcomes.js';
import { createMovableClock } from '../../tests/support/chat-people.js';
import { eventually } from '../../tests/support/eventually.js';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.js';
import { createOutbox, type Outbox } from './outbox.js';

const HOUR_MS = 3_600_000;

let test: TestDatabase;
let outcomes: Outcomes;
let clock: ReturnType<typeof createMovableClock>;
let outbox: Outbox;
/** Messages that the channel took, in their order. */
let taken: OutboundMessage[];
/** Texts of messages whose sending began. */
let begun: string[];
/** Messages that the channel takes only when their promise is kept. */
let slow: Map<string, Promise<void>>;
/** How many of the next sendings fail. */
let failing: number;
/** Somebody has to mend something before anything can be sent. */
let isBroken: boolean;
/** The channel takes no more at this moment. */
let isBusy: boolean;
/** How many of the next notes the store does not take. */
let unnoted: number;
let isSure: boolean;
let dead: string[];

beforeAll(async () => {
  test = await openTestDatabase([outcomeCollection, messageCopyCollection] as never);
});
afterAll(async () => {
  await test.close();
});
beforeEach(() => {
  clock = createMovableClock();
  taken = [];
  begun = [];
  slow = new Map();
  failing = 0;
  isBroken = false;
  isBusy = false;
  unnoted = 0;
  isSure = true;
  dead = [];
  outcomes = createOutcomes(test.database);
  outbox = open();
});
afterEach(async () => {
  await outbox.stop();
  await test.database.acrossTenants(outcomeCollection).deleteMany({});
  await test.database.acrossTenants(messageCopyCollection as never).deleteMany({});
});

/** The store fails while `unnoted` says so. */
async function note<T>(write: () => Promise<T>): Promise<T> {
  if (unnoted > 0) {
    unnoted -= 1;
    throw new Error('connection lost');
  }
  return write();
}

function open(id = 'this'): Outbox {
  const port = {
    channel: 'teams',
    deliver: async (message: OutboundMessage) => {
      if (failing > 0) {
        failing -= 1;
        throw new Unavailable('teams.busy', 'The connector is busy.');
      }
      if (isBusy) throw new Unavailable('teams.busy', 'Too many calls.', { status: 429 });
      if (isBroken) throw new NotPermitted('slack.token-revoked', 'Install it again.', { mendable: true });
      begun.push(message.content.text);
      await slow.get(message.content.text);
      taken.push(message);
      return Promise.resolve({ activityId: `sent-${taken.length}` });
    },
  } as Partial<ChannelPort> as ChannelPort;
  return createOutbox({
    outcomes: { ...outcomes, progress: (...args) => note(() => outcomes.progress(...args)) },
    copies: (tenantId) => {
      const copies = createMessageCopies(test.database, tenantId);
      return { ...copies, put: (...args) => note(() => copies.put(...args)) };
    },
    channel: () => port,
    replica: {
      id,
      living: () => Promise.resolve(['this', 'other']),
      dead: (owners) => Promise.resolve(owners.filter((owner) => dead.includes(owner))),
      isSure: () => isSure,
      close: () => Promise.resolve(),
    },
    clock,
    logger: silentLogger,
    metrics: noMetrics,
  });
}

/** A rewrite of one card, which shows a version of it. */
async function rewriting(copyVersion: number, owner = 'this'): Promise<OutcomeRecord> {
  const id = newId(clock.now());
  const conversation: ConversationReference = {
    channel: 'teams',
    channelTenantId: 'acme',
    conversationId: 'a:1',
    scope: 'personal',
  };
  const content = { text: `version ${copyVersion}` };
  const message = { id: `${id}.0`, kind: 'update' as const, conversation, content, copyVersion };
  const messages = [{ ...message, copyKey: 'approval:1' }];
  const outcome = newOutcome(id, 'home', { messages, audit: [] }, owner, clock.now());
  await outcomes.add(outcome);
  return outcome;
}

async function stored(texts: string[], { owner = 'this', ageMs = 0 } = {}): Promise<OutcomeRecord> {
  const id = newId(clock.now());
  const conversation: ConversationReference = {
    channel: 'teams',
    channelTenantId: 'acme',
    conversationId: 'a:1',
    scope: 'personal',
  };
  const messages = texts.map((text, index): OutboundMessage => {
    const message = { id: `${id}.${index}`, kind: 'post' as const, conversation, content: { text } };
    return { ...message, copyKey: `${id}.${index}` };
  });
  const createdAt = new Date(clock.now().getTime() - ageMs);
  const outcome = newOutcome(id, 'home', { messages, audit: [] }, owner, createdAt);
  await outcomes.add(outcome);
  return outcome;
}

const texts = (): string[] => taken.map(({ content }) => content.text);
const allDelivered = (): Promise<void> =>
  eventually(async () => expect(await outcomes.undelivered()).toBe(0), 10_000);

describe('the outbox', () => {
  it('notes what was sent until the store takes it, and sends it once', async () => {
    outbox.start();
    unnoted = 5;
    await outbox.deliver(await stored(['one', 'two'], { ageMs: 5_000 }));
    await allDelivered();
    expect(texts()).toEqual(['one', 'two']);
  });

  it('sends what a process is slow to deliver itself, and then not a second time', async () => {
    const outcome = await stored(['once'], { ageMs: 5_000 });
    outbox.start();
    await allDelivered();
    await outbox.deliver(outcome);
    expect(texts()).toEqual(['once']);
  });

  it.each([
    ['back', -HOUR_MS],
    ['ahead', HOUR_MS],
  ])('tries again in time when the clock is set an hour %s meanwhile', async (_direction, ms) => {
    outbox.start();
    failing = 2;
    await outbox.deliver(await stored(['late']));
    clock.move(ms);
    await allDelivered();
    expect(texts()).toEqual(['late']);
  });

  it('keeps what waits for somebody to mend something, and sends it then', async () => {
    outbox.start();
    isBroken = true;
    await outbox.deliver(await stored(['kept']));
    for (let hour = 0; hour < 23; hour += 1) {
      clock.move(HOUR_MS);
      const [waiting] = await test.database.acrossTenants<OutcomeRecord>(outcomeCollection).find({});
      await outbox.deliver(waiting as OutcomeRecord);
    }
    expect(await outcomes.undelivered()).toBe(1);
    isBroken = false;
    clock.move(HOUR_MS / 2);
    await allDelivered();
    expect(texts()).toEqual(['kept']);
  });

  it('gives up what nobody has mended in a day', async () => {
    isBroken = true;
    await outbox.deliver(await stored(['too old'], { ageMs: 25 * HOUR_MS }));
    expect(await outcomes.undelivered()).toBe(0);
    expect(texts()).toEqual([]);
  });

  it('sends what was left from before the clock was set back', async () => {
    await stored(['from the future'], { ageMs: -HOUR_MS });
    outbox.start();
    await allDelivered();
    expect(texts()).toEqual(['from the future']);
  });

  it('takes over from a dead process only, and does not send again what that one had noted as sent', async () => {
    const noted = await stored(['noted', 'next'], { owner: 'dead', ageMs: 5_000 });
    await stored(['not yet'], { owner: 'other', ageMs: 5_000 });
    const [first] = noted.messages;
    await createMessageCopies(test.database, 'home').put(
      first?.copyKey ?? '',
      conversationKey(first?.conversation as ConversationReference),
      { activityId: 'sent-before', messageId: first?.id ?? '' },
      clock.now(),
    );
    dead = ['dead'];
    outbox.start();
    await eventually(async () => expect(await outcomes.undelivered()).toBe(1), 10_000);
    expect(texts()).toEqual(['next']);
  });

  it.each([1, 2])(
    'leaves the newest state of a card to stand when two processes rewrite it and the older is slow, time %i',
    async (round) => {
      const version = round * 10;
      const another = open('other');
      let end = (): void => undefined;
      slow.set(
        `version ${version + 3}`,
        new Promise((resolve) => {
          end = resolve;
        }),
      );
      await outbox.deliver(await rewriting(version + 2));
      const older = outbox.deliver(await rewriting(version + 3));
      await eventually(() => expect(begun).toContain(`version ${version + 3}`));
      await another.deliver(await rewriting(version + 4, 'other'));
      end();
      await older;
      await another.stop();
      expect(texts().at(-1)).toBe(`version ${version + 4}`);
      // Whoever comes even later with an old state sends nothing.
      await outbox.deliver(await rewriting(version + 1));
      expect(texts().at(-1)).toBe(`version ${version + 4}`);
    },
  );

  it('never lets an older state of a card reach the channel behind a newer one', async () => {
    let end = (): void => undefined;
    slow.set(
      'version 3',
      new Promise((resolve) => {
        end = resolve;
      }),
    );
    const newer = outbox.deliver(await rewriting(3));
    const older = outbox.deliver(await rewriting(2));
    end();
    await Promise.all([newer, older]);
    expect(texts()).toEqual(['version 3']);
    await outbox.deliver(await rewriting(4));
    expect(texts()).toEqual(['version 3', 'version 4']);
  });

  it('shows a card once more when the call of a process that died may still arrive', async () => {
    const died = open('died');
    slow.set('version 42', new Promise(() => undefined));
    await outbox.deliver(await rewriting(41));
    void died.deliver(await rewriting(42, 'died'));
    await eventually(() => expect(begun).toContain('version 42'));
    outbox.start();
    await outbox.deliver(await rewriting(43));
    await outbox.deliver(await rewriting(44));
    expect(texts()).toEqual(['version 41', 'version 43', 'version 44']);
    clock.move(16_000); // whatever was on its way has arrived
    await eventually(
      () => expect(texts()).toEqual(['version 41', 'version 43', 'version 44', 'version 44']),
      10_000,
    );
    dead = ['died']; // what it owed is old by now
    await allDelivered();
    await outbox.deliver(await rewriting(45));
    clock.move(16_000);
    await allDelivered();
    expect(texts().slice(4)).toEqual(['version 45']);
  });

  it('does not show a card twice after a call that the channel refused', async () => {
    outbox.start();
    await outbox.deliver(await rewriting(51));
    isBusy = true;
    await outbox.deliver(await rewriting(52));
    isBusy = false;
    clock.move(2_000);
    await eventually(() => expect(texts()).toEqual(['version 51', 'version 52']), 10_000);
    clock.move(16_000);
    await allDelivered();
    expect(texts()).toEqual(['version 51', 'version 52']);
  });

  it('shows a card’s newest state again when another process began to show it before the answer to a click had left', async () => {
    const another = open('other');
    await outbox.deliver(await rewriting(61));
    const clicked = `sent-${taken.length}`;
    await outbox.settle('home', clicked, 61);
    await another.deliver(await rewriting(63, 'other'));
    const now = `sent-${taken.length}`; // the channel of this test gives a new id each time
    await another.settle('home', now, 62); // its own, in order
    expect(texts()).toEqual(['version 61', 'version 63']);
    await outbox.settle('home', now, 62);
    expect(texts()).toEqual(['version 61', 'version 63', 'version 63']);
    await another.stop();
  });

  it('sends nothing that another process took over while this one was silent', async () => {
    const outcome = await stored(['taken over'], { owner: 'other' });
    isSure = false;
    await outbox.deliver({ ...outcome, owner: 'this' });
    expect(taken).toEqual([]);
  });

  it('holds a conversation no longer for a message that another process took over', async () => {
    outbox.start();
    failing = 1;
    const waiting = await stored(['waits']);
    await outbox.deliver(waiting);
    await test.database.acrossTenants(outcomeCollection).updateOne({ _id: waiting._id }, { delivered: true });
    await outbox.deliver(await stored(['behind it']));
    await eventually(() => expect(texts()).toEqual(['behind it']), 10_000);
  });
});
