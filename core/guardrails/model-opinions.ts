import { z } from 'zod';
import { promptedRequest, type PromptedModel } from '../gateway/prompts/ask-by-prompt.js';
import type { JsonObject } from '../kernel/json.js';
import type { SecondOpinion } from './input-screen.js';
import type { GroundingJudge } from './output/grounding.js';
import { markUntrusted, UNTRUSTED_NOTICE } from './untrusted.js';

const shareSchema = z.object({ score: z.number().min(0).max(1) });
const SHARE_JSON_SCHEMA: JsonObject = {
  type: 'object',
  properties: { score: { type: 'number', minimum: 0, maximum: 1 } },
  required: ['score'],
  additionalProperties: false,
};
/** Longer texts are cut: what is judged is the suspicious window or one sentence anyway. */
const TEXT_LIMIT = 4_000;

async function askShare(
  { model, prompts }: PromptedModel,
  prompt: string,
  user: string,
  { tenantId, correlationId }: { tenantId: string; correlationId: string },
): Promise<number | undefined> {
  const request = promptedRequest(prompts, {
    prompt,
    variables: { notice: UNTRUSTED_NOTICE },
    user,
    tier: 'light',
    origin: { tenantId, correlationId, purpose: 'judge' },
    maxOutputTokens: 40,
    temperature: 0,
  });
  const { text } = await model.generate({ ...request, responseSchema: SHARE_JSON_SCHEMA });
  const share = shareIn(text);
  prompts.note(request.origin.prompt, tenantId, share === undefined ? 'unusable' : 'usable');
  return share;
}

function shareIn(text: string): number | undefined {
  const json = /\{[^{}]*\}/.exec(text)?.[0];
  if (!json) return undefined;
  try {
    const read = shareSchema.safeParse(JSON.parse(json));
    return read.success ? read.data.score : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A configured model as second opinion on texts the classifier is not sure of. The text is marked as untrusted, so that
 * it cannot talk the judge round; an answer that is no number between 0 and 1 counts as no opinion.
 * @param newCorrelationId names the call in traces and cost records.
 */
export const createModelOpinion =
  (mind: PromptedModel, newCorrelationId: () => string): SecondOpinion =>
  (text, { tenantId, origin }) => {
    const correlationId = newCorrelationId();
    const shown = markUntrusted(
      {
        text: text.slice(0, TEXT_LIMIT),
        origin: origin === 'user' || origin === 'model' ? 'document' : origin,
        label: 'text to judge',
      },
      correlationId,
    );
    return askShare(mind, 'judge-attack', shown, { tenantId, correlationId });
  };

/** A configured model as judge of how well passages support a sentence, on the bill of the tenant whose text it is. */
export const createModelJudge =
  (mind: PromptedModel, newCorrelationId: () => string): ((tenantId: string) => GroundingJudge) =>
  (tenantId) =>
  (claim, passages, question) => {
    const correlationId = newCorrelationId();
    const evidence = markUntrusted(
      { text: passages.join('\n\n').slice(0, TEXT_LIMIT * 3), origin: 'document', label: 'passages' },
      correlationId,
    );
    const sentence = markUntrusted(
      { text: claim.slice(0, TEXT_LIMIT), origin: 'document', label: 'sentence' },
      correlationId,
    );
    const asked = question ? `\nThe question was: ${question.slice(0, 500)}` : '';
    return askShare(mind, 'judge-support', `${evidence}\n\n${sentence}${asked}`, {
      tenantId,
      correlationId,
    });
  };
