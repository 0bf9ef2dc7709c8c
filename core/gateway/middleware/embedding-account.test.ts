import { expect, it } from '@jest/globals';
import { memoryBudgets } from '../../../tests/fakes/memory-budgets.js';
import { systemClock } from '../../kernel/clock.js';
import { encoderOf } from '../../knowledge/encoder/embedding-encoder.js';
import { createAccounts } from '../account.js';
import type { CostRecord } from '../cost-record.js';
import type { CallOrigin, EmbeddingEndpoint } from '../model.js';
import { withEmbeddingAccount } from './embedding-account.js';

const origin: CallOrigin = { tenantId: 't', correlationId: 'c', purpose: 'embed' };
const asker = (personId: string): CallOrigin => ({ ...origin, personId, purpose: 'answer' });
const endpoint = (fault?: Error): EmbeddingEndpoint => ({
  id: 'fake/e/4',
  model: 'fake/e',
  dimensions: 4,
  embed: (texts) =>
    fault
      ? Promise.reject(fault)
      : Promise.resolve({
          vectors: texts.map(() => Float32Array.of(1, 0, 0, 0)),
          usage: { inputTokens: 5 * texts.length, outputTokens: 0, cachedInputTokens: 0, reported: true },
          costMicroUsd: 10 * texts.length,
        }),
});

function accounted(inner: EmbeddingEndpoint, record: (record: CostRecord) => Promise<void>) {
  const store = memoryBudgets();
  const { open } = createAccounts({
    budget: { store, limits: () => ({ personDay: 25, tenantMonth: 1_000 }), onNotice: () => undefined },
    record,
    onBooksFailed: (error) => {
      throw error;
    },
    clock: systemClock,
  });
  return withEmbeddingAccount(inner, { open, origin, highestPrice: (texts) => 12 * texts.length });
}

it('puts what is embedded on record: questions for who asked, passages for the tenant', async () => {
  const records: CostRecord[] = [];
  const model = accounted(endpoint(), (record) => Promise.resolve(void records.push(record)));
  await model.embed(['a', 'b']);
  await model.embed(['question'], { origin: asker('ann') });
  await model.settled();
  expect(records).toMatchObject([
    { origin: { tenantId: 't' }, model: 'fake/e', inputTokens: 10, outputTokens: 0, costMicroUsd: 20 },
    { origin: { tenantId: 't', personId: 'ann', purpose: 'embed' }, inputTokens: 5, costMicroUsd: 10 },
  ]);
  expect(records[0]?.origin.personId).toBeUndefined();
});

it('is not held up by the books', async () => {
  let kept = (): void => {};
  const model = accounted(endpoint(), () => new Promise((resolve) => (kept = resolve)));
  expect(await model.embed(['a'])).toHaveLength(1);
  kept();
  await model.settled();
});

it('is refused when the budget is used up, which takes the endpoint away from nobody else', async () => {
  const records: CostRecord[] = [];
  const model = accounted(endpoint(), (record) => Promise.resolve(void records.push(record)));
  const encoder = encoderOf(model, systemClock);
  for (let question = 0; question < 3; question += 1) {
    await encoder.embed([`question ${question}`], { origin: asker('ann') });
    await model.settled();
  }
  for (let reading = 0; reading < 3; reading += 1)
    await expect(encoder.embed(['more'], { origin: asker('ann') })).rejects.toMatchObject({
      code: 'gateway.budget',
    });
  expect(records.filter(({ fault }) => fault)).toHaveLength(1);
  expect(records.at(-1)).toMatchObject({ fault: 'gateway.budget', costMicroUsd: 0 });
  expect(await encoder.embed(['more'], { origin: asker('bob') })).toHaveLength(1);
  expect(await encoder.encodePassages([{ text: 'passage', parts: [] }])).toHaveLength(1);
});

it('charges nothing for a call that fails', async () => {
  const records: CostRecord[] = [];
  const model = accounted(endpoint(new Error('odd')), (record) => Promise.resolve(void records.push(record)));
  await expect(model.embed(['a'], { origin: asker('ann') })).rejects.toThrow('odd');
  await model.settled();
  expect(records).toMatchObject([{ fault: 'gateway.defect', costMicroUsd: 0 }]);
});
