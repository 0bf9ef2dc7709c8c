import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { cited } from '../support/cited.js';
import { eventually } from '../support/eventually.js';
import { startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

/** Answers are streamed at the pace that Teams allows. */
const PATIENCE_MS = 20_000;
/** Micro-dollars of a call: 11 tokens in and 7 out at the prices of gpt-4.1-mini. */
const CALL = Math.ceil(11 * 0.4 + 7 * 1.6);

let endpoint: FakeOpenAi;
let folder: string;
let people: TeamsPeople;
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
  people = await startTeamsPeople({
    handbook: true,
    env: { STEWARD_MODELS: file, STEWARD_RATE_LIMITS: 'off' },
  });
}, 120_000);
afterAll(async () => {
  await people.close();
  await endpoint.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

/** Calls that were made for a person's questions; the judges of guardrails are not on anybody's bill. */
const answersAsked = (): number => endpoint.calls.filter(({ body }) => body.stream).length;

// Zoe is the owner: an administrator whom Steward can write to
it('tells the person and the owner at 80 % and at the end of a budget, and then quotes the documents', async () => {
  const ask = async (number: number): Promise<void> => {
    const before = people.shown('priya').length;
    await people.say('priya', `How many days of parental leave do I get? (${number})`);
    await eventually(() => expect(people.shown('priya').length).toBeGreaterThan(before), PATIENCE_MS);
  };
  for (let number = 0; number < 7; number += 1) await ask(number);
  expect(people.cardsWith('priya', 'budget')).toEqual([]);

  await ask(7); // the eighth call takes it to 80 %
  for (const who of ['priya', 'zoe'])
    await eventually(() => {
      const [card, ...more] = people.cardsWith(who, 'The budget runs low');
      expect(JSON.stringify(card?.activity)).toMatch(/80\s?% of the budget for Priya Nair today are used/);
      expect(more).toEqual([]);
    });

  for (let number = 8; number < 10; number += 1) await ask(number);
  for (const who of ['priya', 'zoe'])
    await eventually(() => {
      const cards = people.cardsWith(who, 'The budget is used up');
      expect(cards).toHaveLength(1);
      expect(JSON.stringify(cards[0]?.activity)).toContain(
        'Nothing that costs money is started for Priya Nair today',
      );
    });
  expect(answersAsked()).toBe(10);

  await ask(10);
  await eventually(() =>
    expect(people.cardsWith('priya', 'budget for language models is used up for now')).toHaveLength(1),
  );
  expect(answersAsked()).toBe(10);
}, 120_000);
