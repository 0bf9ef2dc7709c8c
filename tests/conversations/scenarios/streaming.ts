import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi, type ReceivedCall } from '../../fakes/openai-server.js';
import type { ChatPeople } from '../../support/chat-people.js';
import { eventually } from '../../support/eventually.js';

const ANSWER =
  'Every parent gets 80 days of paid parental leave [1]. The leave must be taken before the second birthday [1]. ' +
  'Tell your manager and the people team at least eight weeks before the first day [1].';

/** Answers that are written by a model, word by word, told once for every channel. */
export function describeStreaming(
  name: string,
  start: (env: NodeJS.ProcessEnv) => Promise<ChatPeople>,
): void {
  describe(`Conversations on ${name}`, () => {
    let model: FakeOpenAi;
    let people: ChatPeople;
    let pieceDelayMs = 60;
    beforeAll(async () => {
      model = await startFakeOpenAi();
      const write = (call: ReceivedCall) =>
        call.body.stream ? { text: ANSWER, pieceLength: 6, pieceDelayMs } : { status: 400 };
      model.script(...Array.from({ length: 40 }, () => write));
      people = await start({
        STEWARD_RATE_LIMITS: '0',
        OPENAI_API_KEY: 'test-key',
        OPENAI_BASE_URL: model.baseUrl,
      });
    }, 90_000);
    afterAll(async () => {
      await people.close();
      await model.close();
    }, 30_000);

    const streams = (): ReceivedCall[] => model.calls.filter(({ body }) => body.stream);

    it('stream: an answer is seen while it is written, and ends as one message with its source', async () => {
      const question = 'How many days of parental leave do I get?';
      await people.say('priya', question, { withAgent: true });
      await eventually(() => {
        const seen = people.growing('priya');
        expect(seen[0]).toContain('Searching');
        expect(
          seen.find((text) => text.startsWith('Every parent') && text.length < ANSWER.length),
        ).toBeDefined();
      }, 10_000);
      await eventually(() => {
        // While the index is still being made an answer may be less sure of itself, which calls a person beside it.
        const [answer, ...more] = people
          .shown('priya')
          .filter(({ words }) => !words.includes('I was not sure enough'));
        expect(answer?.words).toContain('eight weeks before');
        expect(answer?.words).toContain('Parental leave');
        expect(more).toEqual([]);
      }, 10_000);
    }, 30_000);

    it('stop: whoever presses Stop gets no more of it, and the model is called off', async () => {
      pieceDelayMs = 400;
      await people.say('sam', 'How many days of parental leave do I get?', { withAgent: true });
      await eventually(
        () => expect(people.growing('sam').some((text) => text.startsWith('Every parent'))).toBe(true),
        10_000,
      );
      await people.pressStop('sam');
      await eventually(() => {
        const said = people
          .shown('sam')
          .map(({ words }) => words)
          .join();
        expect(said).toContain('Stopped here, as you asked');
        expect(said).not.toContain('eight weeks before');
      }, 15_000);
      await eventually(() => expect(streams().at(-1)?.aborted).toBe(true));
    }, 40_000);
  });
}
