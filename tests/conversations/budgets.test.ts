import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { cited } from '../support/cited.js';
import { eventually } from '../support/eventually.js';
import { startSlackChat } from '../support/slack-chat.js';
import { startTeamsPeople } from '../support/teams-people.js';

/** Answers are streamed at the pace that Teams allows. */
const PATIENCE_MS = 20_000;
/** Micro-dollars of a call: 11 tokens in and 7 out at the prices of gpt-4.1-mini. */
const CALL = Math.ceil(11 * 0.4 + 7 * 1.6);

/** People of a company in the chat of one channel. */
interface Company {
  say(who: string, text: string): Promise<unknown>;
  /** What a person sees, with the markup of the channel. */
  shown(who: string): string[];
  close(): Promise<void>;
}

const inTeams = async (env: NodeJS.ProcessEnv): Promise<Company> => {
  const people = await startTeamsPeople({ handbook: true, env });
  return {
    say: (who, text) => people.say(who, text),
    shown: (who) => people.shown(who).map(({ activity }) => JSON.stringify(activity)),
    close: () => people.close(),
  };
};

const inSlack = async (env: NodeJS.ProcessEnv): Promise<Company> => {
  const chat = await startSlackChat({ env });
  const shown = (who: string): string[] => chat.shown(who).map(({ words }) => words);
  for (const who of ['priya', 'zoe']) {
    await chat.say(who, 'help');
    await eventually(() => expect(shown(who)).not.toEqual([]), PATIENCE_MS);
  }
  return { say: (who, text) => chat.say(who, text), shown, close: () => chat.close() };
};

describe.each([
  ['Teams', inTeams],
  ['Slack', inSlack],
])('a budget, in %s', (_channel, open) => {
  let endpoint: FakeOpenAi;
  let folder: string;
  let people: Company;
  beforeAll(async () => {
    endpoint = await startFakeOpenAi();
    endpoint.script(
      ...Array.from({ length: 400 }, () => (call: FakeOpenAi['calls'][number]) => ({
        text: call.body.stream
          ? cited('You get 80 days of paid parental leave', '80 days of paid parental leave', call)
          : '{"score": 0.9}',
      })),
    );
    folder = mkdtempSync(join(tmpdir(), 'steward-budgets-'));
    const file = join(folder, 'models.yaml');
    const name = 'gpt-4.1-mini';
    writeFileSync(
      file,
      `providers:
  - name: fake
    models: { light: ${name}, standard: ${name}, heavy: ${name} }
    deployments: [{ baseUrl: ${endpoint.baseUrl}, apiKey: k }]
budgets: { personDay: ${(10 * CALL) / 1_000_000} }
`,
    );
    people = await open({ STEWARD_MODELS: file, STEWARD_RATE_LIMITS: 'off' });
  }, 120_000);
  afterAll(async () => {
    await people.close();
    await endpoint.close();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  /** Calls that were made for a person's questions; the judges of guardrails are not on anybody's bill. */
  const answersAsked = (): number => endpoint.calls.filter(({ body }) => body.stream).length;
  const cards = (who: string, words: string): string[] =>
    people.shown(who).filter((shown) => shown.includes(words));

  // Zoe is the owner: an administrator whom Steward can write to
  it('is told of to the person and the owner at 80 % and at its end, and then the documents are quoted', async () => {
    const ask = async (number: number): Promise<void> => {
      const before = answersShown();
      await people.say('priya', `How many days of parental leave do I get? (${number})`);
      await eventually(() => expect(answersShown()).toBeGreaterThan(before), PATIENCE_MS);
    };
    const answersShown = (): number => cards('priya', 'feedback').length;
    for (let number = 0; number < 7; number += 1) await ask(number);
    expect(cards('priya', 'budget')).toEqual([]);

    await ask(7); // the eighth call takes it to 80 %
    for (const who of ['priya', 'zoe'])
      await eventually(() => {
        const [card, ...more] = cards(who, 'The budget runs low');
        expect(card).toMatch(/80\s?% of the budget for Priya Nair today are used/);
        expect(more).toEqual([]);
      }, PATIENCE_MS);

    for (let number = 8; number < 10; number += 1) await ask(number);
    for (const who of ['priya', 'zoe'])
      await eventually(() => {
        const found = cards(who, 'The budget is used up');
        expect(found).toHaveLength(1);
        expect(found[0]).toContain('Nothing that costs money is started for Priya Nair today');
      }, PATIENCE_MS);
    expect(answersAsked()).toBe(10);

    await ask(10);
    await eventually(
      () => expect(cards('priya', 'budget for language models is used up for now')).toHaveLength(1),
      PATIENCE_MS,
    );
    expect(answersAsked()).toBe(10);
  }, 180_000);
});
