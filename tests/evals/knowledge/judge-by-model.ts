import { z } from 'zod';
import { withRetry } from '../../../core/gateway/middleware/retry.js';
import { loadPrices } from '../../../core/gateway/prices.js';
import { askByPrompt, type PromptedModel } from '../../../core/gateway/prompts/ask-by-prompt.js';
import { loadPrompts } from '../../../core/gateway/prompts/registry.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../../core/guardrails/untrusted.js';
import { systemClock } from '../../../core/kernel/clock.js';
import { describeError } from '../../../core/kernel/errors.js';
import { silentLogger } from '../../../core/kernel/logger.js';
import { loadConfig } from '../../../bot/config.js';
import { createEndpoints, providerOfEnvironment } from '../../../bot/model-endpoints.js';
import { readModelsFile } from '../../../bot/read-models-file.js';
import type { CaseResult, Figures } from './measure.js';

const share = z.number().min(0).max(1);
const verdictSchema = z.object({
  claims: z.array(z.object({ claim: z.string(), supported: z.boolean() })),
  relevance: share,
  passages: z.array(z.object({ number: z.number().int(), needed: z.boolean() })),
  facts: z.array(z.object({ fact: z.string(), inPassages: z.boolean(), inAnswer: z.boolean() })),
});
type Verdict = z.output<typeof verdictSchema>;

/** What a model made of the answers of a run. */
export interface ModelJudgement {
  /** Means between 0 and 1; none where nothing could be judged. */
  figures: Figures;
  judged: number;
  /** Why others were not judged, by case. */
  problems: { id: string; problem: string }[];
}

const AT_ONCE = 4;
const RETRIES = { attempts: 4, baseMs: 500, longestMs: 20_000 };

/** The first model that is configured, as for Steward itself; undefined where there is none. */
export function configuredJudge(env: NodeJS.ProcessEnv = process.env): PromptedModel | undefined {
  const config = loadConfig(env);
  const [entry] = readModelsFile(config.models.file).providers ?? providerOfEnvironment(config) ?? [];
  if (!entry) return undefined;
  const options = { prices: loadPrices(), clock: systemClock, logger: silentLogger };
  const [endpoint] = createEndpoints(entry, options);
  if (!endpoint) return undefined;
  return {
    model: withRetry(endpoint.model, { ...RETRIES, clock: systemClock, random: Math.random }),
    prompts: loadPrompts(),
  };
}

/**
 * Has a model judge the answers to answerable questions: faithfulness (claims that the passages support), answer
 * relevance, context precision (cited passages that are needed), context recall (facts of the reference that they hold)
 * and completeness (facts of the reference that the answer tells).
 */
export async function judgeByModel(
  mind: PromptedModel,
  results: CaseResult[],
  passageText: (id: string) => string | undefined,
): Promise<ModelJudgement> {
  const open = results.filter(({ golden, answer }) => golden.expect.answered && answer.answered);
  const verdicts: Verdict[] = [];
  const problems: ModelJudgement['problems'] = [];
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let result = open.shift(); result; result = open.shift()) {
      const { id } = result.golden;
      try {
        const read = await judgeOne(mind, result, passageText);
        if (read.ok) verdicts.push(read.value);
        else problems.push({ id, problem: read.problems });
      } catch (error) {
        problems.push({ id, problem: describeError(error) });
      }
    }
  });
  await Promise.all(workers);
  return { figures: figuresOf(verdicts), judged: verdicts.length, problems };
}

function judgeOne(
  mind: PromptedModel,
  { golden, answer }: CaseResult,
  passageText: (id: string) => string | undefined,
) {
  const passages = answer.citations.map(({ number, passageId, title, headings }) => {
    const label = [number, title, ...headings].join(' ');
    return markUntrusted(
      { text: passageText(passageId) ?? '', origin: 'document', label },
      `eval:${golden.id}`,
    );
  });
  const reference = golden.expect.answered ? golden.expect.quote : '';
  const request = {
    prompt: 'judge-answer',
    variables: { notice: UNTRUSTED_NOTICE },
    user: [
      `Question: ${golden.question}`,
      `Reference: ${reference}`,
      `Answer: ${answer.text}`,
      'Passages:',
      ...passages,
    ].join('\n\n'),
    tier: 'standard' as const,
    origin: { tenantId: 'eval', correlationId: `eval:${golden.id}`, purpose: 'judge' },
    temperature: 0,
  };
  return askByPrompt(mind, request, verdictSchema);
}

function figuresOf(verdicts: Verdict[]): Figures {
  const figures: Figures = {};
  const add = (name: string, of: (verdict: Verdict) => number | undefined): void => {
    const values = verdicts.map(of).filter((value) => value !== undefined);
    if (values.length > 0) figures[name] = values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  add('faithfulness', ({ claims }) => portion(claims, ({ supported }) => supported));
  add('answer relevance', ({ relevance }) => relevance);
  add('context precision', ({ passages }) => portion(passages, ({ needed }) => needed));
  add('context recall', ({ facts }) => portion(facts, ({ inPassages }) => inPassages));
  add('completeness', ({ facts }) => portion(facts, ({ inAnswer }) => inAnswer));
  return figures;
}

/** Nothing to count is no figure. */
const portion = <T>(all: T[], holds: (one: T) => boolean): number | undefined =>
  all.length === 0 ? undefined : all.filter(holds).length / all.length;
