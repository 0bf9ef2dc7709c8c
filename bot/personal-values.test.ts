import { describe, expect, it } from '@jest/globals';
import { EMPTY_MEMORY } from '../core/agents/memory/conversation-memory.js';
import { defaultPolicy, type GuardrailPolicy } from '../core/guardrails/policy.js';
import { createPersonalValues } from './personal-values.js';

const priya = { type: 'PERSON', value: 'Priya Raman' };
const valuesUnder = (policy: GuardrailPolicy) =>
  createPersonalValues({
    policyOf: () => policy,
    memories: (tenantId) => ({
      conversation: async (key) =>
        tenantId === 'acme' && key === 'chat' ? { ...EMPTY_MEMORY, personal: [priya] } : EMPTY_MEMORY,
    }),
  });

describe('what models must not see', () => {
  it('is known of the conversation that a call belongs to, and of no other', async () => {
    const { knownIn } = valuesUnder(defaultPolicy());
    expect(await knownIn({ tenantId: 'acme', sessionId: 'chat' })).toEqual([priya]);
    expect(await knownIn({ tenantId: 'acme', sessionId: 'other' })).toEqual([]);
    expect(await knownIn({ tenantId: 'other', sessionId: 'chat' })).toEqual([]);
    expect(await knownIn({ tenantId: 'acme' })).toEqual([]);
  });

  it('is only keys and passwords where the policy does not hide personal data', async () => {
    const policy = defaultPolicy();
    policy.input.pii.mode = 'observe';
    const { knownIn, sift } = valuesUnder(policy);
    expect(await knownIn({ tenantId: 'acme', sessionId: 'chat' })).toEqual([]);
    expect(sift('acme', 'My name is Priya Raman, the password is Tr0ub4dor&3')).toEqual({
      text: 'My name is Priya Raman, the password is [PASSWORD]',
      personal: [],
    });
  });
});
