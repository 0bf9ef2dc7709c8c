import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DEFAULT_BUDGETS, type BudgetNotice } from '../core/gateway/budget.js';
import { countTokens } from '../core/gateway/count-tokens.js';
import { createGateway, type Gateway, type GatewayProvider } from '../core/gateway/create-gateway.js';
import { createMemoryCache } from '../core/gateway/middleware/cache.js';
import type { ModelTier } from '../core/gateway/model.js';
import { parseModelsFile, type ModelsFile } from '../core/gateway/models-file.js';
import { loadPrices, type PriceTable } from '../core/gateway/prices.js';
import { createOpenAiClient, createOpenAiModel } from '../core/gateway/providers/openai.js';
import { DEFAULT_ROUTER } from '../core/gateway/router.js';
import { secretDetector } from '../core/guardrails/pii/secrets.js';
import type { Clock } from '../core/kernel/clock.js';
import { describeError, InvalidInput } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import { createBudgetStore } from '../storage/mongo/budget-repository.js';
import { createCostLog } from '../storage/mongo/cost-repository.js';
import type { Database } from '../storage/mongo/database.js';
import type { Config } from './config.js';

export interface GatewayRoomOptions {
  database: Database;
  /** Told once when a budget runs low and once when it is used up. */
  onNotice(notice: BudgetNotice): void;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

type ProviderEntry = NonNullable<ModelsFile['providers']>[number];

const DEFAULT_MODELS: Record<ModelTier, string> = {
  light: 'gpt-4.1-nano',
  standard: 'gpt-4.1-mini',
  heavy: 'gpt-4.1',
};
const CONNECT_MS = 20_000;
const CACHE_ENTRIES = 500;

/** The configured model endpoints behind one gateway; undefined means that Steward works offline. */
export function createModel(config: Config, options: GatewayRoomOptions): Gateway | undefined {
  const { database, clock, logger, metrics, onNotice } = options;
  const file = readModelsFile(config.models.file);
  const entries = file.providers ?? fromEnvironment(config);
  if (!entries) return undefined;
  const prices = loadPrices(file.prices && resolve(dirname(config.models.file ?? '.'), file.prices));
  const providers = entries.map((entry) => toProvider(entry, prices, clock));
  const modelOf = (tier: ModelTier): string => entries[0]?.models[tier] ?? DEFAULT_MODELS[tier];
  const { weights, ...router } = file.router;
  return createGateway({
    providers,
    redact: hideSecrets,
    routing: {
      options: { ...DEFAULT_ROUTER, ...router, weights: { ...DEFAULT_ROUTER.weights, ...weights } },
      onRoute: ({ tier, score }, { origin }) => {
        metrics.count('model_routes_total', { tier, purpose: origin.purpose });
        metrics.observe('model_route_score', score);
      },
    },
    budget: {
      store: createBudgetStore(database),
      limits: () => ({ ...DEFAULT_BUDGETS, ...file.budgets }),
      onNotice,
    },
    price: (tier, inputTokens, outputTokens) =>
      prices.price(modelOf(tier), { inputTokens, outputTokens, cachedInputTokens: 0 }, clock.now()),
    record: (record) => createCostLog(database, record.origin.tenantId).add(record),
    cache: file.cacheSeconds
      ? createMemoryCache({ clock, ttlMs: file.cacheSeconds * 1_000, entries: CACHE_ENTRIES })
      : undefined,
    random: Math.random,
    clock,
    logger,
    metrics,
  });
}

function readModelsFile(path: string | undefined): ModelsFile {
  if (!path) return parseModelsFile('');
  try {
    return parseModelsFile(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('bot.models-file', `STEWARD_MODELS cannot be read: ${describeError(error)}`);
  }
}

/** The one endpoint that the `OPENAI_*` or `AZURE_OPENAI_*` variables name. */
function fromEnvironment({ models }: Config): ProviderEntry[] | undefined {
  const { apiKey, baseUrl, azure, light, standard, heavy } = models;
  if (!apiKey && !baseUrl && !azure.endpoint) return undefined;
  const { deployment, apiVersion = '2024-10-21' } = azure;
  const nameOf = (tier: ModelTier, given: string | undefined): string =>
    given ?? deployment ?? DEFAULT_MODELS[tier];
  return [
    {
      name: azure.endpoint ? 'azure' : baseUrl ? new URL(baseUrl).hostname : 'openai',
      models: {
        light: nameOf('light', light),
        standard: nameOf('standard', standard),
        heavy: nameOf('heavy', heavy),
      },
      deployments: [
        azure.endpoint
          ? { azure: { endpoint: azure.endpoint, apiVersion, deployment }, apiKey: azure.apiKey, weight: 1 }
          : { baseUrl, apiKey, weight: 1 },
      ],
    },
  ];
}

function toProvider(
  { name, models, deployments }: ProviderEntry,
  prices: PriceTable,
  clock: Clock,
): GatewayProvider {
  return {
    name,
    deployments: deployments.map(({ baseUrl, azure, apiKey, weight }) => ({
      weight,
      model: createOpenAiModel({
        name,
        client: createOpenAiClient({ apiKey: apiKey ?? 'none', baseUrl, azure }),
        models,
        countTokens,
        price: (model, usage) => (isOnThisMachine(baseUrl) ? 0 : prices.price(model, usage, clock.now())),
        connectTimeoutMs: CONNECT_MS,
      }),
    })),
  };
}

/** A model that runs here costs nothing per call. */
function isOnThisMachine(baseUrl: string | undefined): boolean {
  return baseUrl !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(baseUrl).hostname);
}

/** Keys and passwords never leave, whoever put them into a prompt. */
function hideSecrets(text: string): string {
  return secretDetector
    .find(text)
    .sort((a, b) => b.start - a.start)
    .reduce((left, { start, end, type }) => `${left.slice(0, start)}[${type}]${left.slice(end)}`, text);
}
