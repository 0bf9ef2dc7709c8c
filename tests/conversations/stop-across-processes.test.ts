import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi, type ReceivedCall } from '../fakes/openai-server.js';
import { eventually } from '../support/eventually.js';
import { startSlackChat, type SlackChat } from '../support/slack-chat.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

const ANSWER =
  'Every parent gets 80 days of paid parental leave [1]. The leave must be taken before the second birthday [1]. ' +
  'Tell your manager and the people team at least eight weeks before the first day [1].';

/** Two processes on one store; Slack delivers the question to the first and what follows to the second. */
describe('Stop, pressed where another process is writing', () => {
  let model: FakeOpenAi;
  let people: SlackChat;
  let second: RunningSteward;
  beforeAll(async () => {
    model = await startFakeOpenAi();
    const write = (call: ReceivedCall) =>
      call.body.stream ? { text: ANSWER, pieceLength: 6, pieceDelayMs: 400 } : { status: 400 };
    model.script(...Array.from({ length: 40 }, () => write));
    const env = { STEWARD_RATE_LIMITS: '0', OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: model.baseUrl };
    people = await startSlackChat({ env });
    second = await startSteward({ env: people.env, handbook: false });
    // The first has to have seen that it is not alone.
    await eventually(async () => {
      const replicas = people.running.steward.store.database.connection.collection('replicas');
      expect(await replicas.countDocuments({})).toBe(2);
    });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
  }, 120_000);
  afterAll(async () => {
    await second.close();
    await people.close();
    await model.close();
  }, 30_000);
  beforeEach(() => people.deliverTo(people.running.url));

  const writing = async (who: string): Promise<void> => {
    await people.say(who, 'How many days of parental leave do I get?', { withAgent: true });
    await eventually(
      () => expect(people.growing(who).some((text) => text.startsWith('Every parent'))).toBe(true),
      10_000,
    );
  };
  const isStopped = (who: string): Promise<void> =>
    eventually(() => {
      const said = people
        .shown(who)
        .map(({ words }) => words)
        .join();
      expect(said).toContain('Stopped here, as you asked');
      expect(said).not.toContain('eight weeks before');
      expect(model.calls.findLast(({ body }) => body.stream)?.aborted).toBe(true);
    }, 15_000);

  it('ends the answer and calls the model off', async () => {
    await writing('tom');
    people.deliverTo(second.url);
    await people.pressStop('tom');
    await isStopped('tom');
  }, 40_000);

  it('does so when it is said in words', async () => {
    await writing('ana');
    people.deliverTo(second.url);
    await people.say('ana', 'stop');
    await isStopped('ana');
  }, 40_000);

  it('does not stop what is asked afterwards', async () => {
    people.deliverTo(second.url);
    await people.pressStop('max');
    people.deliverTo(people.running.url);
    await writing('max');
    await eventually(
      () =>
        expect(
          people
            .shown('max')
            .map(({ words }) => words)
            .join(),
        ).toContain('eight weeks before'),
      25_000,
    );
  }, 40_000);
});
