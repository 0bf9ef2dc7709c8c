import type { Clock } from '../kernel/clock.js';
import type { Logger } from '../kernel/logger.js';
import type { Metrics } from '../kernel/telemetry.js';
import type { OpenAccount } from './account.js';
import { roughTokens, textsOf } from './count-tokens.js';
import { withCache, type AnswerCache } from './middleware/cache.js';
import { createBreaker, type EndpointHealth } from './middleware/circuit-breaker.js';
import { withFallback } from './middleware/fallback.js';
import { createBalancer } from './middleware/load-balance.js';
import { withAccount } from './middleware/account.js';
import { withPromptMarks, type PromptMarks } from './middleware/prompt-marks.js';
import { withRedaction, type Conceal } from './middleware/redact.js';
import { withRetry } from './middleware/retry.js';
import { DEFAULT_TIMEOUTS, withTimeouts, type Timeouts } from './middleware/timeouts.js';
import type { Model, ModelRequest } from './model.js';
import { subjectOf, type PromptRegistry } from './prompts/registry.js';
import { withRouting, type RoutingDependencies } from './router.js';

/** One provider of the fallback chain, with one or more deployments of the same models. */
export interface GatewayProvider {
  name: string;
  deployments: { model: Model; weight?: number; timeouts?: Partial<Timeouts> }[];
}

export interface GatewayOptions {
  /** In the order in which they are asked. */
  providers: GatewayProvider[];
  /** Hides personal data and secrets from endpoints. */
  conceal: Conceal;
  /** Notices system prompts that come back. */
  marks?: PromptMarks;
  routing: RoutingDependencies;
  /** The words by which another endpoint is asked to go on. */
  prompts: Pick<PromptRegistry, 'render'>;
  /** The books that each call is on. */
  open: OpenAccount;
  /** Micro-dollars for so many tokens at the tier of a request, at the dearest endpoint that may answer it. */
  price(tier: ModelRequest['tier'], inputTokens: number, outputTokens: number): number;
  cache?: AnswerCache;
  timeouts?: Partial<Timeouts>;
  retry?: { attempts?: number; baseMs?: number; longestMs?: number };
  breaker?: { failures?: number; openMs?: number };
  /** 0 to 1; decides how long a retry waits. */
  random(): number;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface Gateway extends Model {
  /** The endpoints that were used so far. */
  health(): EndpointHealth[];
}

/** The longest reply, in tokens, where a request sets no limit: what is reserved has to be the most that a call can cost. */
const MOST_OUTPUT = 4_096;

/**
 * The only way to a model. From the outside in: mark prompts, redact, route, budget and record, cache, fall back from provider to provider
 * and deployment to deployment, and at each of them retry, circuit breaker, timeouts, the endpoint.
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { clock, logger, metrics, price } = options;
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const { failures = 5, openMs = 30_000 } = options.breaker ?? {};
  const { attempts = 3, baseMs = 500, longestMs = 10_000 } = options.retry ?? {};

  const breakers = new Map<Model, ReturnType<typeof createBreaker>>();
  const guarded = (endpoint: Model, own: Partial<Timeouts> = {}): Model => {
    const patient = withTimeouts(endpoint, { ...timeouts, ...own }, clock);
    const breaker = createBreaker(patient, { failures, openMs, clock });
    const model = withRetry(breaker.model, {
      attempts,
      baseMs,
      longestMs,
      clock,
      random: options.random,
      onRetry: ({ code }, attempt) =>
        logger.debug({ endpoint: endpoint.name, code, attempt }, 'A model call is tried again.'),
    });
    breakers.set(model, breaker);
    return model;
  };
  const chain = options.providers.map(({ deployments }) =>
    createBalancer(
      deployments.map(({ model: endpoint, weight, timeouts: own }) => {
        const model = guarded(endpoint, own);
        return { model, weight, admits: ({ tier }) => breakers.get(model)?.admits(tier) ?? true };
      }),
    ),
  );

  let model = withFallback(options.providers.map(({ name }) => name).join('+'), {
    order: (request) => chain.flatMap((order) => order(request)),
    goOn: ({ origin }) => options.prompts.render('go-on', {}, subjectOf(origin)),
    onFallback: (from, { code }) => {
      metrics.count('model_fallbacks_total', { from, code });
      logger.warn({ endpoint: from, code }, 'A model endpoint failed; the next one is asked.');
    },
  });
  if (options.cache) model = withCache(model, options.cache);
  model = withAccount(model, {
    open: options.open,
    highestPrice: (request) =>
      price(request.tier, roughTokens(textsOf(request)), request.maxOutputTokens ?? MOST_OUTPUT),
    estimate: (request, text) => {
      const [inputTokens, outputTokens] = [roughTokens(textsOf(request)), roughTokens([text])];
      return {
        usage: { inputTokens, outputTokens, cachedInputTokens: 0, reported: false },
        costMicroUsd: price(request.tier, inputTokens, outputTokens),
      };
    },
    metrics,
    clock,
  });
  model = withLongest(model, MOST_OUTPUT);
  model = withRouting(model, options.routing);
  model = withRedaction(model, options.conceal);
  if (options.marks) {
    model = withPromptMarks(model, options.marks, ({ origin }) => {
      metrics.count('prompt_leaks_total', { purpose: origin.purpose });
      logger.warn(
        { correlationId: origin.correlationId, tenantId: origin.tenantId, agent: origin.agent },
        'A model gave a system prompt away; its reply was dropped.',
      );
    });
  }
  return { ...model, health: () => [...breakers.values()].flatMap((breaker) => breaker.health()) };
}

/** No reply is longer than what was reserved for it. */
function withLongest(inner: Model, maxOutputTokens: number): Model {
  return {
    name: inner.name,
    generate: (request) => inner.generate({ maxOutputTokens, ...request }),
    stream: (request) => inner.stream({ maxOutputTokens, ...request }),
  };
}
