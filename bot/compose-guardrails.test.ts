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

it("limits a tenant by its policy's plan, and no other tenant", async () => {
  const policies = parseGuardrailPolicies('version: 1\ntenants: { acme: { plan: free } }');
  const { steps } = createGuards(loadConfig({ NODE_ENV: 'test' }, '/nowhere'), {
    mind: undefined,
    policyOf: policies.of,
    canariesOf: (tenantId) => createCanaries('a secret for this test alone', tenantId),
    rates: createMemoryRateLimitStore(),
    hashKey: 'key',
    texts: createTexts(),
    clock: testClock(),
    logger: silentLogger,
    metrics: noMetrics,
  });
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
