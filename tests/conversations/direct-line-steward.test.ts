import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import directLineJs, { type Activity as ClientActivity } from 'botframework-directlinejs';
import { installBrowserGlobals } from '../support/browser-globals.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

installBrowserGlobals();

interface Said {
  id: string;
  type: string;
  text?: string;
  replyToId?: string;
  from: { role: string };
  attachments?: { contentType: string }[];
  channelData?: { steward?: { citations?: { path: string }[]; feedbackFor?: string } };
}

describe("Microsoft's Direct Line client against the whole of Steward", () => {
  let running: RunningSteward;
  beforeAll(async () => {
    running = await startSteward();
  }, 60_000);
  afterAll(() => running.close());

  function connect(options: object = {}) {
    const client = new directLineJs.DirectLine({ domain: `${running.url}/directline`, ...options });
    const seen: Said[] = [];
    let changed = (): void => {};
    const subscription = client.activity$.subscribe((activity) => {
      seen.push(activity as unknown as Said);
      changed();
    });
    return {
      client,
      seen,
      leave: (): void => {
        subscription.unsubscribe();
        client.end();
      },
      post: (activity: object): Promise<string> =>
        client
          .postActivity({ from: { id: 'priya' }, ...activity } as unknown as ClientActivity)
          .toPromise() as Promise<string>,
      until: async (test: (activity: Said) => boolean): Promise<Said> => {
        for (;;) {
          const found = seen.find(test);
          if (found) return found;
          await new Promise<void>((resolve) => {
            changed = resolve;
          });
        }
      },
    };
  }

  it('gets one cited answer from the handbook, rates it, and goes on after a restart', async () => {
    const first = connect();
    const question = {
      type: 'message',
      text: 'How many days of parental leave do I get?',
      channelData: { clientActivityID: 'question-1' },
    };
    const id = await first.post(structuredClone(question));
    const isAnswer = ({ type, replyToId }: Said): boolean => type === 'message' && replyToId === id;
    const answer = await first.until(isAnswer);
    expect(answer.text).toContain('[1]');
    expect(answer.attachments?.[0]?.contentType).toBe('application/vnd.microsoft.card.adaptive');
    expect(answer.channelData?.steward?.citations?.[0]?.path).toContain('parental-leave');

    expect(await first.post(structuredClone(question))).toBe(id);
    const rated = await first.post({
      type: 'invoke',
      name: 'message/submitAction',
      replyToId: answer.id,
      value: {
        actionName: 'feedback',
        actionValue: { reaction: 'like', feedback: { feedbackText: 'clear' } },
      },
    });
    expect(rated).toEqual(expect.any(String));
    const { token, conversationId, watermark } = first.client as unknown as Record<string, string>;
    first.leave();

    const { dataDir } = running;
    await running.close({ keepData: true });
    running = await startSteward({ dataDir, handbook: false });
    const second = connect({ token, conversationId, watermark });
    const next = await second.post({ type: 'message', text: 'help' });
    await second.until(({ type, replyToId }) => type === 'message' && replyToId === next);
    expect(second.seen.filter(isAnswer)).toEqual([]);
    second.leave();

    const whole = connect({ token, conversationId, watermark: '0' });
    await whole.until(({ replyToId }) => replyToId === next);
    expect(whole.seen.filter(isAnswer)).toHaveLength(1);
    whole.leave();
  }, 60_000);
});
