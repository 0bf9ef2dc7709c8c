import { createGateway, type Gateway } from '../core/gateway/create-gateway.js';
import { createMemoryCache } from '../core/gateway/middleware/cache.js';
import { loadPrices } from '../core/gateway/prices.js';
import { DEFAULT_ROUTER, lowerTier } from '../core/gateway/router.js';
import type { Conceal } from '../core/gateway/middleware/redact.js';
import type { PromptRegistry } from '../core/gateway/prompts/registry.js';
import type { PromptMarks } from '../core/gateway/middleware/prompt-marks.js';
import { createConcealment } from '../core/guardrails/pii/concealment.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { Books } from './compose-books.js';
import type { Config } from './config.js';
import type { PersonalValues } from './personal-values.js';
import { createEndpoints, highestPrice, providerOfEnvironment } from './model-endpoints.js';
import { pricesFile, readModelsFile } from './read-models-file.js';

export interface GatewayRoomOptions {
  books: Books;
  personal: Pick<PersonalValues, 'screenOf' | 'knownIn'>;
  marks: PromptMarks;
  prompts: Pick<PromptRegistry, 'render'>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

const CACHE_ENTRIES = 500;

/** The configured model endpoints behind one gateway; undefined means that Steward works offline. */
export function createModel(config: Config, options: GatewayRoomOptions): Gateway | undefined {
  const { books, clock, logger, metrics } = options;
  const file = readModelsFile(config.models.file);
  const entries = file.providers ?? providerOfEnvironment(config);
  if (!entries) return undefined;
  const prices = loadPrices(pricesFile(config.models.file, file));
  const providers = entries.map((entry) => ({
    name: entry.name,
    deployments: createEndpoints(entry, { prices, clock, logger }),
  }));
  const { weights, highest = 'heavy', ...router } = file.router;
  return createGateway({
    providers,
    conceal: concealBy(options.personal),
    marks: options.marks,
    prompts: options.prompts,
    routing: {
      options: { ...DEFAULT_ROUTER, ...router, weights: { ...DEFAULT_ROUTER.weights, ...weights } },
      highestTier: (origin) =>
        lowerTier(file.tenants[origin.tenantId]?.highest ?? highest, books.highestTier(origin)),
      onRoute: ({ tier, score }, { origin }) => {
        metrics.count('model_routes_total', { tier, purpose: origin.purpose });
        metrics.observe('model_route_score', score);
      },
    },
    open: books.open,
    price: (tier, inputTokens, outputTokens) =>
      highestPrice(entries, prices, { tier, inputTokens, outputTokens, at: clock.now() }),
    cache: file.cacheSeconds
      ? createMemoryCache({ clock, ttlMs: file.cacheSeconds * 1_000, entries: CACHE_ENTRIES })
      : undefined,
    random: Math.random,
    clock,
    logger,
    metrics,
  });
}

/** Hides what a call's texts hold and what is known of its conversation. */
const concealBy =
  ({ screenOf, knownIn }: GatewayRoomOptions['personal']): Conceal =>
  async (origin, texts) =>
    createConcealment(screenOf(origin.tenantId), texts, await knownIn(origin));
