import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { eventually } from '../support/eventually.js';
import { startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

const REFUSAL = 'I am sorry, but I cannot help with that request.';
const PATIENCE_MS = 20_000;

describe('a model that refuses, or talks of something else', () => {
  let endpoint: FakeOpenAi;
  let people: TeamsPeople;
  beforeAll(async () => {
    endpoint = await startFakeOpenAi();
    endpoint.script(
      ...Array.from({ length: 40 }, () => (call: FakeOpenAi['calls'][number]) => ({
        text: call.body.stream ? REFUSAL : '{"score": 0}',
      })),
    );
    people = await startTeamsPeople({
      handbook: true,
      env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k' },
    });
  }, 120_000);
  afterAll(async () => {
    await people.close();
    await endpoint.close();
  }, 30_000);

  /** The last message that Priya sees, once there is an answer to rate or a way to ask a person. */
  const lastAnswer = async (text: string): Promise<string> => {
    const before = people.shown('priya').length;
    await people.say('priya', text);
    let last = '';
    await eventually(() => {
      const shown = people.shown('priya').slice(before);
      last = JSON.stringify(shown.at(-1)?.activity ?? '');
      expect(last).toMatch(/feedback|escalat/);
    }, PATIENCE_MS);
    return last;
  };

  it('leaves the answer to the documents', async () => {
    const answer = await lastAnswer('How many days of parental leave do I get?');
    expect(answer).toMatch(/80 (?:working )?days/);
    expect(answer).not.toContain(REFUSAL);
    expect(answer).not.toContain('not supported by the sources');
    expect(endpoint.calls.some(({ body }) => body.stream)).toBe(true);
  }, 60_000);

  it('says that the documents do not hold what they do not hold', async () => {
    const answer = await lastAnswer('What is the boiling point of tungsten?');
    expect(answer).not.toContain(REFUSAL);
    expect(answer).not.toContain('not supported by the sources');
  }, 60_000);
});
