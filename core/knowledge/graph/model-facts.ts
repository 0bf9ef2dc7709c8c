import { z } from 'zod';
import { askByPrompt, type PromptedModel } from '../../gateway/prompts/ask-by-prompt.js';
import { subjectOf } from '../../gateway/prompts/registry.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../guardrails/untrusted.js';
import type { Passage } from '../../kernel/answer.js';
import type { Clock } from '../../kernel/clock.js';
import { newId } from '../../kernel/ids.js';
import type { Logger } from '../../kernel/logger.js';
import { distinctFacts, entityKey, type Fact } from './fact.js';

/** Draws facts from passages with a model. */
export interface FactReader {
  /** The prompt's version: what was read by another one is read anew. */
  readonly version: string;
  /** @throws what the gateway throws, such as when the endpoint is down or a budget is used up. */
  read(passage: Passage, signal?: AbortSignal): Promise<Fact[]>;
}

export interface FactReaderOptions {
  mind: PromptedModel;
  tenantId: string;
  /** Tells whether a text tries to steer whoever reads it; such passages are not shown to the model. */
  isHostile(text: string, tenantId: string): Promise<boolean>;
  clock: Clock;
  logger: Logger;
}

export const FACTS_PURPOSE = 'facts';
const PROMPT = 'facts';
const MAX_FACTS = 40;
const variables = { notice: UNTRUSTED_NOTICE };

const replySchema = z.object({
  facts: z
    .array(
      z.object({
        subject: z.string().min(2).max(80),
        relation: z.string().min(2).max(40),
        object: z.string().min(1).max(160),
      }),
    )
    .max(MAX_FACTS),
});

/** A relation is a word or a few, and nothing that could be an order or a value. */
const RELATION = /^\p{L}[\p{L}'’-]*(?: [\p{L}'’-]+){0,3}$/u;

/**
 * A fact counts only when its subject and its object stand in the passage word for word, so that neither an invention nor
 * what an order hidden in a document asks for gets into the graph. The calls have a budget of their own by the day, the
 * one of a conversation, beside the tenant's.
 */
export function createFactReader({
  mind,
  tenantId,
  isHostile,
  clock,
  logger,
}: FactReaderOptions): FactReader {
  const origin = { tenantId, sessionId: `knowledge-graph:${tenantId}`, purpose: FACTS_PURPOSE };
  return {
    version: mind.prompts.render(PROMPT, variables, subjectOf(origin)).id,
    read: async (passage, signal) => {
      if (await isHostile(passage.text, tenantId)) {
        logger.warn({ tenantId, passage: passage.id }, 'A passage that gives orders is not read for facts.');
        return [];
      }
      const correlationId = newId(clock.now());
      const user = markUntrusted(
        { text: passage.text, origin: 'document', label: [passage.title, ...passage.headings].join(' > ') },
        correlationId,
      );
      const reply = await askByPrompt(
        mind,
        {
          prompt: PROMPT,
          variables,
          user,
          tier: 'light',
          origin: { ...origin, correlationId },
          temperature: 0,
          maxOutputTokens: 1_500,
          ...(signal ? { signal } : {}),
        },
        replySchema,
      );
      if (reply.ok) return verified(reply.value.facts, passage);
      logger.warn(
        { tenantId, passage: passage.id },
        'A model gave no facts that can be read; the rules did.',
      );
      return [];
    },
  };
}

function verified(facts: z.infer<typeof replySchema>['facts'], passage: Passage): Fact[] {
  const { id: passageId, documentId, title, headings, text } = passage;
  const stated = spaced([title, ...headings, text].join(' '));
  const stands = (words: string): boolean => spaced(words).length > 3 && stated.includes(spaced(words));
  return distinctFacts(
    facts
      .map(({ subject, relation, object }) => ({
        subject: subject.trim(),
        relation: relation.toLowerCase().trim(),
        object: object.trim(),
        passageId,
        documentId,
        by: 'model' as const,
      }))
      .filter(
        ({ subject, relation, object }) =>
          stands(subject) &&
          stands(object) &&
          RELATION.test(relation) &&
          entityKey(subject) !== entityKey(object),
      ),
  );
}

/** Whole words between single spaces, so that `art` does not stand in `start`. */
const spaced = (text: string): string =>
  ` ${entityKey(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;
