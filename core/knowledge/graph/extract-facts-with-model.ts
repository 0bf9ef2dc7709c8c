import { z } from 'zod';
import type { CallOrigin } from '../../gateway/model.js';
import { askByPrompt, type PromptedModel } from '../../gateway/prompts/ask-by-prompt.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../guardrails/untrusted.js';
import type { Passage } from '../../kernel/answer.js';
import { describeError, Unavailable } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import { type FactExtractor, extractFacts } from './extract-facts.js';
import { type Fact, entityKey } from './fact.js';

const replySchema = z.object({
  facts: z
    .array(
      z.object({
        subject: z.string().min(2).max(80),
        relation: z.string().min(2).max(40),
        object: z.string().min(1).max(160),
      }),
    )
    .max(40),
});

/**
 * Draws facts with a model, beside the rules. A fact counts only when its subject and its object stand in the passage word
 * for word, so that neither an invention nor an order hidden in a document gets into the graph. Without an answer the
 * rules' facts remain.
 */
export function createModelFactExtractor(
  mind: PromptedModel,
  origin: CallOrigin,
  logger: Logger,
): FactExtractor {
  return async (passage) => {
    const byRules = extractFacts(passage);
    try {
      const read = await askByPrompt(
        mind,
        {
          prompt: 'facts',
          variables: { notice: UNTRUSTED_NOTICE },
          user: markUntrusted({ text: passage.text, origin: 'document', label: pageOf(passage) }, passage.id),
          tier: 'light',
          origin,
          temperature: 0,
          cacheable: true,
          maxOutputTokens: 1_500,
        },
        replySchema,
      );
      if (!read.ok) throw new Unavailable('knowledge.facts', 'The model gave no facts that can be read.');
      return merged(byRules, verified(read.value.facts, passage));
    } catch (error) {
      logger.warn(
        { passage: passage.id, reason: describeError(error) },
        'A model drew no facts; the rules did.',
      );
      return byRules;
    }
  };
}

const pageOf = ({ title, headings }: Passage): string => [title, ...headings].join(' > ');

function verified(facts: z.infer<typeof replySchema>['facts'], passage: Passage): Fact[] {
  const stated = entityKey([passage.title, ...passage.headings, passage.text].join(' '));
  const isStated = (words: string): boolean => {
    const key = entityKey(words);
    return key.length > 1 && stated.includes(key);
  };
  return facts
    .filter(
      ({ subject, object }) =>
        isStated(subject) && isStated(object) && entityKey(subject) !== entityKey(object),
    )
    .map(({ subject, relation, object }) => ({
      subject,
      relation: relation.toLowerCase().trim(),
      object,
      passageId: passage.id,
      documentId: passage.documentId,
    }));
}

function merged(...lists: Fact[][]): Fact[] {
  const facts = new Map<string, Fact>();
  for (const fact of lists.flat()) {
    const key = [fact.subject, fact.relation, fact.object].map(entityKey).join('\n');
    if (!facts.has(key)) facts.set(key, fact);
  }
  return [...facts.values()];
}
