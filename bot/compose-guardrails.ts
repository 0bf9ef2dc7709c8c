import { answerPartOf } from '../core/guardrails/answer-part.js';
import type { PromptedModel } from '../core/gateway/prompts/ask-by-prompt.js';
import { createModelJudge, createModelOpinion } from '../core/guardrails/model-opinions.js';
import { newId } from '../core/kernel/ids.js';
import { scoreGrounding } from '../core/guardrails/output/grounding.js';
import { withoutDestinations } from '../core/guardrails/destinations.js';
import type { Canaries } from '../core/guardrails/output/leaks.js';
import type { GuardrailPolicy } from '../core/guardrails/policy.js';
import { createRateLimiter, type RateDecision, type RateLimitStore } from '../core/guardrails/rate-limits.js';
import type { Screen, Verdict } from '../core/guardrails/screen.js';
import { rememberPasses } from '../core/guardrails/remember-passes.js';
import { createInputScreen, createOutputScreen } from '../core/guardrails/screens.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Admission } from '../core/kernel/intake.js';
import type { Logger } from '../core/kernel/logger.js';
import type { OutboundContent } from '../core/kernel/outbound-message.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { Tenant } from '../core/kernel/tenant.js';
import { agentCommandHead } from '../dialogs/agents/read-agent-command.js';
import { isFixedCommand } from '../dialogs/fixed-command.js';
import { blockedContent, rateLimitedContent } from '../dialogs/cards/plain-cards.js';
import type { Texts } from '../dialogs/texts.js';
import type { Config } from './config.js';
import { recordVerdict } from '../core/guardrails/verdict-record.js';
import type { ScreenedOutput, TurnSteps } from './turn/pipeline.js';

export interface GuardsOptions {
  /** Gives a second opinion where the classifier is not sure, and judges grounding; both stay offline without one. */
  mind: PromptedModel | undefined;
  policyOf(tenantId: string): GuardrailPolicy;
  /** Whether a text asks for a deed: then the policy judges where something goes, and says by which rule. */
  asksForDeed(text: string): boolean;
  /** The words planted into a tenant's prompts. */
  canariesOf(tenantId: string): Canaries;
  rates: RateLimitStore;
  /** Key of the hashes that stand for texts in audit and logs. */
  hashKey: string;
  texts: Texts;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface Guards {
  input: Screen;
  output: Screen;
  /** Counts a message before it is taken in, for channels that can refuse it at the door; undefined without limits. */
  admit(tenant: Tenant, personId: string, sessionId: string, locale: string): Promise<Admission | undefined>;
  steps: Pick<TurnSteps, 'limitRate' | 'screenInput' | 'screenOutput' | 'mayShow'>;
}

/** The screens and limits of a turn, in the policy's modes. */
export function createGuards(
  config: Config,
  { mind, policyOf, asksForDeed, canariesOf, rates, hashKey, texts, clock, logger, metrics }: GuardsOptions,
): Guards {
  const newCorrelationId = (): string => newId(clock.now());
  // A model's opinion may change; what the screens themselves say of a text holds as long as the policy.
  const remember = (screen: Screen): Screen =>
    mind ? screen : rememberPasses(screen, ({ tenantId }) => policyOf(tenantId));
  const input = remember(
    createInputScreen({
      policy: policyOf,
      secondOpinion: mind && createModelOpinion(mind, newCorrelationId),
    }),
  );
  const output = remember(
    createOutputScreen({
      policy: policyOf,
      canaries: canariesOf,
      judge: mind && createModelJudge(mind, newCorrelationId),
    }),
  );
  const limiter = createRateLimiter({ store: rates, clock, logger });
  const count = async (
    tenantId: string,
    personId: string,
    sessionId: string,
  ): Promise<RateDecision | undefined> => {
    if (!config.guardrails.rateLimits) return undefined;
    const decision = await limiter.check({ tenantId, plan: policyOf(tenantId).plan, personId, sessionId });
    if (!decision.allowed) metrics.count('rate_limited_total', { scope: decision.scope });
    return decision;
  };

  /** A plain request that only looks like an attack by the place it names. */
  const isPlainDeed = async (tenantId: string, text: string): Promise<boolean> => {
    const split = asksForDeed(text) ? withoutDestinations(text) : undefined;
    if (!split) return false;
    for (const part of [split.rest, split.payload])
      if ((await input.check(part, { tenantId, origin: 'user' })).outcome === 'block') return false;
    return true;
  };

  return {
    input,
    output,
    admit: async (tenant, personId, sessionId, locale) => {
      const decision = await count(tenant.id, personId, sessionId);
      if (!decision || decision.allowed) return decision;
      const { text } = rateLimitedContent(texts, locale, decision.retryAt);
      return { allowed: false, retryAfterSeconds: decision.retryAfterSeconds, text };
    },
    steps: {
      limitRate: async (tenant, person, record, locale) => {
        const decision = await count(tenant.id, person.id, record.conversation);
        return decision && !decision.allowed
          ? rateLimitedContent(texts, locale, decision.retryAt, person.timeZone)
          : undefined;
      },
      screenInput: async (tenant, text, locale, correlationId) => {
        const said = screenedWords(text);
        if (said === '') return { kind: 'pass', text, restore: {} };
        const head = text.slice(0, text.length - said.length);
        const verdict = await input.check(said, { tenantId: tenant.id, origin: 'user' });
        const isDeed =
          verdict.outcome === 'block' &&
          head === '' &&
          isGuess(verdict) &&
          (await isPlainDeed(tenant.id, said));
        metrics.count('screened_total', { screen: 'input', outcome: isDeed ? 'deed' : verdict.outcome });
        if (verdict.outcome !== 'block' || isDeed)
          return { kind: 'pass', text: `${head}${verdict.text}`, restore: verdict.restore };
        logger.info(
          { correlationId, reasons: verdict.reasons, score: verdict.score, version: verdict.version },
          'A message was blocked.',
        );
        const rule = `${verdict.reasons.join(',')}@${verdict.version}`;
        const record = { ...recordVerdict(verdict, text, hashKey) };
        return { kind: 'stop', content: blockedContent(texts, locale, 'input', correlationId), rule, record };
      },
      mayShow: async (tenant, text, said) => {
        const context = { tenantId: tenant.id, origin: 'model' as const, question: said };
        const { outcome } = await output.check(text, context);
        if (outcome !== 'pass') metrics.count('screened_total', { screen: 'stream', outcome });
        return outcome === 'pass';
      },
      screenOutput: async (tenant, content, locale, correlationId): Promise<ScreenedOutput> => {
        const part = answerPartOf(content);
        const verdict = await output.check(part.text, {
          tenantId: tenant.id,
          origin: 'model',
          passages: part.passages,
          quotes: part.quotes,
        });
        metrics.count('screened_total', { screen: 'output', outcome: verdict.outcome });
        if (verdict.outcome === 'pass') return { content };
        const record = { ...recordVerdict(verdict, part.text, hashKey) };
        logger.info(
          { correlationId, reasons: verdict.reasons, score: verdict.score, version: verdict.version },
          'An answer was held back or changed.',
        );
        if (verdict.outcome === 'block')
          return { content: blockedContent(texts, locale, 'output', correlationId), record, withheld: part };
        if (verdict.outcome === 'review') {
          return {
            content: blockedContent(texts, locale, 'review', correlationId),
            record,
            withheld: part,
            needsReview: true,
          };
        }
        const isDoubted = verdict.reasons.includes('grounding.below-bar');
        const told = isDoubted ? doubted(texts, content, locale) : content;
        return { content: withText(told, verdict.text + (content.remark ?? '')), record, withheld: part };
      },
    },
  };
}

/**
 * What of a message is screened. Commands are Steward's own words: "forget everything" only looks like an attack, and the
 * head of "ask NAME: …" is not what is asked.
 */
export const screenedWords = (text: string): string =>
  isFixedCommand(text) ? '' : text.slice(agentCommandHead(text).length);

/** No rule found an attack, and no part of the screen failed: the text is only like one. */
const isGuess = ({ reasons }: Verdict): boolean =>
  reasons.every(
    (reason) => reason === 'injection.classifier' || (reason.startsWith('pii.') && reason !== 'pii.failed'),
  );

/** The card shows the same text as the message; both are replaced. */
function withText(content: OutboundContent, text: string): OutboundContent {
  if (!content.card) return { ...content, text };
  const { template, data } = content.card;
  const shown =
    typeof data.text === 'string' ? { ...data, text: data.text.replace(content.text, text) } : data;
  return { ...content, text, card: { template, data: shown } };
}

/** An answer with a sentence that its sources do not support is not sure, however well the rest of it is. */
function doubted(texts: Texts, content: OutboundContent, locale: string): OutboundContent {
  const { card } = content;
  const labels = card?.data.labels;
  if (card?.template !== 'answer' || typeof labels !== 'object' || labels === null || Array.isArray(labels))
    return content;
  const confidence = texts.text('answer.confidence-low', locale);
  const data = { ...card.data, labels: { ...labels, confidence }, tone: 'warning' };
  return { ...content, card: { ...card, data } };
}

/** How well passages support a text, 0 to 1. */
export const groundingOf = async (text: string, passages: string[], question: string): Promise<number> =>
  scoreGrounding(text, passages, question).score;
