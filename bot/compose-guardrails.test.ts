import { expect, it } from '@jest/globals';
import { createMemoryRateLimitStore } from '../core/guardrails/rate-limits.js';
import { parseGuardrailPolicies } from '../core/guardrails/policy.js';
import { createCanaries } from '../core/guardrails/output/leaks.js';
import { silentLogger } from '../core/kernel/logger.js';
import { noMetrics } from '../core/kernel/telemetry.js';
import { createTexts } from '../dialogs/texts.js';
import { testClock } from '../tests/fakes/test-clock.js';
import { createGuards } from './compose-guardrails.js';
import { loadConfig } from './config.js';

const guardsOf = (policy = 'version: 1') =>
  createGuards(loadConfig({ NODE_ENV: 'test' }, '/nowhere'), {
    mind: undefined,
    policyOf: parseGuardrailPolicies(policy).of,
    canariesOf: (tenantId) => createCanaries('a secret for this test alone', tenantId),
    rates: createMemoryRateLimitStore(),
    hashKey: 'key',
    texts: createTexts(),
    clock: testClock(),
    logger: silentLogger,
    metrics: noMetrics,
  });

it('asks no source for what Steward remarks on an answer, and marks what else none supports', async () => {
  const { steps } = guardsOf();
  const quote = 'You get 80 days of paid parental leave for each child.';
  const remark =
    '\n\n_The language model does not answer at the moment; I answer by quoting your documents._';
  const citation = {
    number: 1,
    passageId: 'p',
    documentId: 'd',
    path: 'a.md',
    title: 'A',
    headings: [],
    quote,
  };
  const screened = async (text: string, own?: string): Promise<string> => {
    const content = { text, citations: [citation], aiGenerated: true, ...(own ? { remark: own } : {}) };
    return (await steps.screenOutput({ id: 'home', name: 'home' }, content, 'en', 'c')).content.text;
  };
  const quoted = `${quote} [1]${remark}`;
  expect(await screened(quoted, remark)).toBe(quoted);
  const claim = 'Pets are allowed in every office of the company [1].';
  expect(await screened(`${claim}${remark}`, remark)).toBe(
    `${claim} [not supported by the sources]${remark}`,
  );
});

it("limits a tenant by its policy's plan, and no other tenant", async () => {
  const { steps } = guardsOf('version: 1\ntenants: { acme: { plan: free } }');
  const refusedOf = async (tenantId: string): Promise<number> => {
    let refused = 0;
    for (let number = 0; number < 101; number += 1) {
      const answer = await steps.limitRate(
        { id: tenantId, name: tenantId },
        { id: `p${number}` } as Parameters<typeof steps.limitRate>[1],
        { conversation: `c${number}` } as Parameters<typeof steps.limitRate>[2],
        'en',
      );
      if (answer) refused += 1;
    }
    return refused;
  };
  expect([await refusedOf('acme'), await refusedOf('home')]).toEqual([1, 0]);
});
