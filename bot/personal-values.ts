import type { MemoryStore } from '../core/agents/memory/conversation-memory.js';
import type { CallOrigin } from '../core/gateway/model.js';
import { rememberLast } from '../core/guardrails/input-screen.js';
import { siftPersonal, type PersonalValue } from '../core/guardrails/pii/concealment.js';
import { createPiiScreen, type PiiScreen } from '../core/guardrails/pii/pii-screen.js';
import { secretDetector } from '../core/guardrails/pii/secrets.js';
import { LONGEST_REMEMBERED, rememberTexts } from '../core/guardrails/remembered-texts.js';
import type { GuardrailPolicy } from '../core/guardrails/policy.js';

/** What models must not see of a tenant's texts, and what was found of it in a conversation. */
export interface PersonalValues {
  screenOf(tenantId: string): Pick<PiiScreen, 'find'>;
  /** A text as it may be kept, and the personal values in it. */
  sift(tenantId: string, text: string): { text: string; personal: PersonalValue[] };
  /** What was found so far in the conversation that a call belongs to. */
  knownIn(origin: Pick<CallOrigin, 'tenantId' | 'sessionId'>): Promise<PersonalValue[]>;
}

export interface PersonalValuesOptions {
  policyOf(tenantId: string): GuardrailPolicy;
  memories(tenantId: string): Pick<MemoryStore, 'conversation'>;
}

/** Hides what the tenant's policy calls personal; keys and passwords never leave, whatever a policy says. */
export function createPersonalValues({ policyOf, memories }: PersonalValuesOptions): PersonalValues {
  const screenBy = rememberLast(({ input, customPatterns }: GuardrailPolicy) =>
    input.pii.mode === 'enforce'
      ? createPiiScreen({ ignore: input.pii.leave, custom: customPatterns })
      : { find: secretDetector.find },
  );
  const screenOf = (tenantId: string): Pick<PiiScreen, 'find'> => screenBy(policyOf(tenantId));
  // What everybody asks, and its answer, is sifted again and again; only texts without anything personal are remembered.
  const clean = rememberTexts<true>();
  const sift: PersonalValues['sift'] = (tenantId, text) => {
    const screen = screenOf(tenantId);
    if (clean.get(screen, text)) return { text, personal: [] };
    const sifted = siftPersonal(screen, text);
    if (text.length <= LONGEST_REMEMBERED && sifted.text === text && sifted.personal.length === 0)
      clean.set(screen, text, true);
    return sifted;
  };
  return {
    screenOf,
    sift,
    knownIn: async ({ tenantId, sessionId }) => {
      if (sessionId === undefined || policyOf(tenantId).input.pii.mode !== 'enforce') return [];
      return (await memories(tenantId).conversation(sessionId)).personal;
    },
  };
}
