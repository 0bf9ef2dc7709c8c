import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

let running: RunningSteward;
beforeAll(async () => {
  running = await startSteward({ busyAt: 2 });
}, 60_000);
afterAll(() => running.close(), 30_000);

let messages = 0;
const say = (who: string, text: string): Promise<{ status: number }> => {
  messages += 1;
  return running.teams({
    type: 'message',
    id: `overload-${messages}`,
    timestamp: '2026-11-21T09:00:00.000Z',
    channelId: 'msteams',
    from: { id: `29:${who}`, name: who },
    recipient: { id: '28:steward', name: 'Steward' },
    conversation: { id: `a:${who}`, conversationType: 'personal', tenantId: 'acme' },
    channelData: { tenant: { id: 'acme' } },
    text,
  });
};
const shown = (who: string): string[] =>
  running.connector
    .messages()
    .filter(({ conversationId }) => conversationId === `a:${who}`)
    .map(({ activity }) => JSON.stringify(activity));
const isWaitingNotice = (text: string): boolean => text.includes('There is much to do just now');

describe('with more to do than can be done', () => {
  it('tells new questions their place and answers them once, in order, while everything else goes first', async () => {
    // Two people whose connector is slow keep both places of this small queue.
    for (const who of ['ann', 'bob']) {
      running.connector.fail({
        delayMs: 3_000,
        when: ({ path }) => path.includes(encodeURIComponent(`a:${who}`)),
      });
      await say(who, 'help');
    }
    await eventually(() => expect(running.steward.turns.intake.load).toBe(2));

    await say('cid', 'How many weeks of parental leave do I get?');
    await say('dot', 'How many days may I work from home?');
    await eventually(() => {
      expect(shown('cid').join()).toContain('number 1 in the queue');
      expect(shown('dot').join()).toContain('number 2 in the queue');
    });
    expect(running.steward.turns.intake.waiting).toBe(2);

    await say('eve', 'help');
    await say('fay', 'I want to talk to a human');
    await eventually(() => {
      expect(shown('eve')).toHaveLength(1);
      expect(shown('fay').length).toBeGreaterThan(0);
    });
    expect(shown('cid')).toHaveLength(1);

    await eventually(() => {
      expect(shown('cid')).toHaveLength(2);
      expect(shown('dot').length).toBeGreaterThan(1);
    }, 20_000);
    expect(shown('cid')[1]).toContain('parental');
    for (const who of ['eve', 'fay']) expect(shown(who).some(isWaitingNotice)).toBe(false);
    expect(running.steward.turns.intake.waiting).toBe(0);

    await say('gil', 'How many weeks of parental leave do I get?');
    await eventually(() => expect(shown('gil')).toHaveLength(1));
    expect(isWaitingNotice(shown('gil')[0] ?? '')).toBe(false);
  }, 60_000);
});
