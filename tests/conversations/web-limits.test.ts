import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

const PER_MINUTE = 10;

describe('a Direct Line client that says too much', () => {
  let running: RunningSteward;
  beforeAll(async () => {
    running = await startSteward({ handbook: false });
  }, 60_000);
  afterAll(() => running.close());

  const start = async (): Promise<{ conversationId: string; token: string }> => {
    const response = await fetch(`${running.url}/directline/conversations`, { method: 'POST' });
    return (await response.json()) as { conversationId: string; token: string };
  };

  const post = (
    { conversationId, token }: { conversationId: string; token: string },
    activity: object,
  ): Promise<Response> =>
    fetch(`${running.url}/directline/conversations/${conversationId}/activities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'message', ...activity }),
    });

  it('is told when to try again by status, header and sentence; others and clicks go on', async () => {
    const chat = await start();
    const say = (number: number, from: string): Promise<Response> =>
      post(chat, {
        text: 'help',
        from: { id: from },
        channelData: { clientActivityID: `${from}-${number}` },
      });
    for (let number = 1; number <= PER_MINUTE; number += 1)
      expect((await say(number, 'priya')).status).toBe(200);

    const refused = await say(PER_MINUTE + 1, 'priya');
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(60);
    const { error } = (await refused.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('TooManyRequests');
    expect(error.message).toMatch(/\d/);

    expect((await post(chat, { type: 'typing', from: { id: 'priya' } })).status).toBe(200);
    const other = await start();
    expect((await post(other, { text: 'help', from: { id: 'tom' } })).status).toBe(200);
    // what was refused at the door was never taken in
    const log = await fetch(`${running.url}/directline/conversations/${chat.conversationId}/activities`, {
      headers: { authorization: `Bearer ${chat.token}` },
    });
    const { activities } = (await log.json()) as { activities: { from: { id: string } }[] };
    expect(activities.filter(({ from }) => from.id === 'priya')).toHaveLength(PER_MINUTE);
  }, 60_000);

  it('counts each message once, at the door or in its turn', async () => {
    const chat = await start();
    const message = (clientActivityID: string): Promise<Response> =>
      post(chat, { text: 'help', from: { id: 'lee' }, channelData: { clientActivityID } });
    // the same message again is the same message
    for (let time = 0; time < 3; time += 1) expect((await message('once')).status).toBe(200);
    for (let number = 2; number <= PER_MINUTE; number += 1)
      expect((await message(`n${number}`)).status).toBe(200);
    expect((await message('one-too-many')).status).toBe(429);
  }, 60_000);
});
