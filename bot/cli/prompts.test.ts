import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createPromptRegistry, parsePrompt } from '../../core/gateway/prompts/registry.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { costCollection, createCostLog } from '../../storage/mongo/cost-repository.js';
import { createPromptOutcomeStore, promptOutcomeCollection } from '../../storage/mongo/prompt-outcomes.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../tests/fakes/temporary-database.js';
import { testClock } from '../../tests/fakes/test-clock.js';
import { loadConfig } from '../config.js';
import { createPromptOutcomes } from '../prompt-outcomes.js';
import { promptsCommand } from './prompts.js';

let store: TemporaryDatabase;
beforeAll(async () => {
  store = await openTemporaryDatabase([costCollection, promptOutcomeCollection]);
});
afterAll(() => store.close());

it('prompts tell for each version who gets it, what its replies cost and what they came to', async () => {
  const clock = testClock();
  const { database } = store;
  const outcomes = createPromptOutcomes({
    store: (tenantId) => createPromptOutcomeStore(database, tenantId),
    metrics: noMetrics,
    clock,
    logger: silentLogger,
  });
  const registry = createPromptRegistry(
    [
      parsePrompt(
        'name: plan\nabout: Splits a goal.\ncurrent: 1\nexperiment: { 1: 80, 2: 20 }\nversions: { 1: one, 2: two, 3: three }',
        'plan.yaml',
      ),
    ],
    outcomes.count,
  );
  for (const outcome of ['usable', 'usable', 'unusable'] as const) registry.note('plan@2', 't1', outcome);
  registry.note('plan@2', 't2', 'usable');
  await outcomes.flush();
  registry.note('plan@2', 't1', 'usable');
  await outcomes.stop();
  await createCostLog(database, 't1').add({
    id: 'c1',
    origin: { tenantId: 't1', correlationId: 'c', purpose: 'plan', prompt: 'plan@2' },
    at: clock.now(),
    inputTokens: 10,
    outputTokens: 5,
    cachedInputTokens: 0,
    reported: true,
    costMicroUsd: 1_200,
    latencyMs: 5,
    cached: false,
    fellBackFrom: [],
  });

  const lines: unknown[] = [];
  const said: string[] = [];
  const steward = (...words: string[]) =>
    promptsCommand(
      {
        config: loadConfig({ NODE_ENV: 'test' }, '/'),
        clock,
        logger: silentLogger,
        emit: (value) => void lines.push(value),
        say: (text) => void said.push(text),
        progress: (text) => void said.push(text),
        signal: new AbortController().signal,
        fail: () => undefined,
      },
      () =>
        Promise.resolve({
          prompts: registry,
          outcomes: createPromptOutcomeStore(database, 't1'),
          costs: createCostLog(database, 't1'),
          close: () => Promise.resolve(),
        }),
    ).parseAsync(words, { from: 'user' });

  await steward('--json');
  expect(lines).toEqual([
    expect.objectContaining({
      prompt: 'plan',
      version: '1',
      current: true,
      share: 80,
      calls: 0,
      outcomes: {},
    }),
    expect.objectContaining({
      version: '2',
      share: 20,
      calls: 1,
      dollars: 0.0012,
      outcomes: { usable: 3, unusable: 1 },
    }),
    expect.objectContaining({ version: '3', current: false, calls: 0 }),
  ]);
  await steward();
  expect(said[1]).toBe('plan@2 20%: 1 calls, $0.0012, usable 3, unusable 1 (Splits a goal.)');
  expect(said[2]).toContain('not used yet');
});
