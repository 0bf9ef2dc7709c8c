import { describe, expect, it } from '@jest/globals';
import { createInjectionScorer } from './injection/injection-scorer.js';
import { defaultPolicies, parseGuardrailPolicies } from './policy.js';
import { replayPolicy, type PastText, type ReplayChange } from './replay.js';

describe('trying a policy on past traffic', () => {
  it('reports what would change, by hash and never by text', async () => {
    const traffic: PastText[] = [
      {
        id: '1',
        direction: 'input',
        text: 'My customer number is KD-123456',
        context: { tenantId: 't1', origin: 'user' },
      },
      {
        id: '2',
        direction: 'input',
        text: 'When is the summer party?',
        context: { tenantId: 't1', origin: 'user' },
      },
      {
        id: '3',
        direction: 'output',
        text: 'Globex is cheaper.',
        context: { tenantId: 't1', origin: 'model' },
      },
    ];
    const changes: ReplayChange[] = [];
    const summary = await replayPolicy({
      traffic,
      current: defaultPolicies(),
      proposed: parseGuardrailPolicies(
        "version: 1\ninput: { pii: { custom: [{ type: CUSTOMER_NUMBER, pattern: 'KD-\\d{6}' }] } }\noutput: { topics: { not: [competitors], competitors: [Globex] } }",
      ),
      scorer: createInjectionScorer(),
      hashKey: 'key',
      onChange: (change) => changes.push(change),
    });
    expect(summary).toMatchObject({
      texts: 3,
      changed: 2,
      before: { pass: 3 },
      after: { pass: 1, redact: 1, review: 1 },
    });
    expect(changes).toMatchObject([
      { id: '1', before: 'pass', after: 'redact', rules: ['pii.customer_number'] },
      { id: '3', before: 'pass', after: 'review', rules: ['topic.competitors'] },
    ]);
    expect(JSON.stringify(changes)).not.toMatch(/KD-123456|Globex/);
  });
});
