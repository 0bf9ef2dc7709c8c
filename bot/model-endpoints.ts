import { countTokens } from '../core/gateway/count-tokens.js';
import { DEFAULT_TIMEOUTS, type Timeouts } from '../core/gateway/middleware/timeouts.js';
import type { Model, ModelTier } from '../core/gateway/model.js';
import type { ModelsFile } from '../core/gateway/models-file.js';
import type { PriceTable } from '../core/gateway/prices.js';
import { createModelNames } from '../core/gateway/providers/model-names.js';
import { createOpenAiClient, createOpenAiModel } from '../core/gateway/providers/openai.js';
import { createEntraToken, createManagedIdentityToken } from '../core/governance/identity/entra-token.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import { createOutboundFetch, type OutboundFetch } from '../core/kernel/outbound-fetch.js';
import type { Config } from './config.js';

export type ProviderEntry = NonNullable<ModelsFile['providers']>[number];
type Deployment = ProviderEntry['deployments'][number];

export const DEFAULT_MODELS: Record<ModelTier, string> = {
  light: 'gpt-4.1-nano',
  standard: 'gpt-4.1-mini',
  heavy: 'gpt-4.1',
};
const AZURE_SCOPE = 'https://cognitiveservices.azure.com/.default';
const ENTRA_HOST = 'login.microsoftonline.com';
/** Until an endpoint begins to answer. */
const CONNECT_MS = 20_000;
/** A server of one's own loads its model with the first call. */
const OWN_MACHINE: Timeouts & { connectMs: number } = {
  connectMs: 60_000,
  firstTokenMs: 60_000,
  idleMs: 30_000,
  totalMs: 300_000,
};

/** One deployment that can be called. */
export interface ModelEndpoint {
  provider: string;
  /** Where it is, for people. */
  address: string;
  model: Model;
  client: ReturnType<typeof createOpenAiClient>;
  /** The model of a tier; asks the endpoint where none is named. */
  nameOf(tier: ModelTier): Promise<string>;
  weight: number;
  timeouts: Timeouts;
}

export interface EndpointsOptions {
  prices: PriceTable;
  clock: Clock;
  logger: Logger;
  /** How Entra is reached; tests put a stand-in here. */
  entraFetch?: OutboundFetch;
}

/** The one endpoint that the `OPENAI_*` or `AZURE_OPENAI_*` variables name. */
export function providerOfEnvironment({ models }: Config): ProviderEntry[] | undefined {
  const { apiKey, baseUrl, azure, light, standard, heavy } = models;
  if (!apiKey && !baseUrl && !azure.endpoint) return undefined;
  const { endpoint, deployment, apiVersion = '2024-10-21', tenantId, clientId, clientSecret } = azure;
  const named = { light, standard, heavy };
  return [
    {
      name: endpoint ? 'azure' : baseUrl ? new URL(baseUrl).hostname : 'openai',
      models: endpoint ? withDefaults(named, deployment) : baseUrl ? named : withDefaults(named),
      timeouts: {},
      deployments: [
        endpoint
          ? {
              azure: { endpoint, apiVersion, deployment, entra: { tenantId, clientId, clientSecret } },
              apiKey: azure.apiKey,
              weight: 1,
            }
          : { baseUrl, apiKey, weight: 1 },
      ],
    },
  ];
}

function withDefaults(named: ProviderEntry['models'], deployment?: string): ProviderEntry['models'] {
  const { light, standard, heavy } = DEFAULT_MODELS;
  return {
    light: named.light ?? deployment ?? light,
    standard: named.standard ?? deployment ?? standard,
    heavy: named.heavy ?? deployment ?? heavy,
  };
}

/** The deployments of one provider, ready to be called. */
export function createEndpoints(entry: ProviderEntry, options: EndpointsOptions): ModelEndpoint[] {
  return entry.deployments.map((deployment) => createEndpoint(entry, deployment, options));
}

function createEndpoint(
  { name, models, timeouts }: ProviderEntry,
  { baseUrl, azure, apiKey, weight }: Deployment,
  { prices, clock, logger, entraFetch }: EndpointsOptions,
): ModelEndpoint {
  const address = azure?.endpoint ?? baseUrl ?? 'https://api.openai.com/v1';
  const isOwn = isOnThisMachine(baseUrl);
  const usual = isOwn ? OWN_MACHINE : { ...DEFAULT_TIMEOUTS, connectMs: CONNECT_MS };
  const token = azure && !apiKey ? azureToken(azure, entraFetch) : undefined;
  const client = createOpenAiClient({
    apiKey: apiKey ?? 'none',
    baseUrl,
    azure: azure && { ...azure, token },
    timeoutMs: ms(timeouts.total) ?? usual.totalMs,
  });
  const nameOf = createModelNames({
    client,
    given: models,
    usual: DEFAULT_MODELS,
    onChosen: (model) =>
      logger.info(
        { endpoint: name, model },
        'No model is named; the endpoint’s own is used (OPENAI_MODEL_*).',
      ),
  });
  return {
    provider: name,
    address,
    client,
    nameOf,
    weight,
    model: createOpenAiModel({
      name,
      client,
      models: nameOf,
      countTokens,
      price: (model, usage) => (isFree(model, baseUrl, prices) ? 0 : prices.price(model, usage, clock.now())),
      connectTimeoutMs: ms(timeouts.connect) ?? usual.connectMs,
    }),
    timeouts: {
      firstTokenMs: ms(timeouts.firstToken) ?? usual.firstTokenMs,
      idleMs: ms(timeouts.idle) ?? usual.idleMs,
      totalMs: ms(timeouts.total) ?? usual.totalMs,
    },
  };
}

const ms = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1_000;

/** An Entra token in place of a key: of a registered application, or of the machine itself. */
function azureToken(
  { entra = {} }: NonNullable<Deployment['azure']>,
  fetch: OutboundFetch | undefined,
): () => Promise<string> {
  const { tenantId, clientId, clientSecret } = entra;
  if (tenantId && clientId && clientSecret) {
    const reach = fetch ?? createOutboundFetch(({ hostname }) => hostname === ENTRA_HOST);
    return createEntraToken({ tenantId, clientId, clientSecret }, AZURE_SCOPE, reach);
  }
  // where the platform gives its tokens is the platform's to say: each has another address of its own
  return createManagedIdentityToken(clientId, AZURE_SCOPE, fetch ?? createOutboundFetch(() => true));
}

/** A model that runs here costs nothing per call, unless the price table has it: then something here passes calls on. */
export function isFree(model: string, baseUrl: string | undefined, prices: PriceTable): boolean {
  return isOnThisMachine(baseUrl) && !prices.knows(model);
}

function isOnThisMachine(baseUrl: string | undefined): boolean {
  return (
    baseUrl !== undefined &&
    ['localhost', '127.0.0.1', '[::1]', 'host.docker.internal'].includes(new URL(baseUrl).hostname)
  );
}

/** What so many tokens cost at most, at the dearest endpoint that may be asked. */
export function highestPrice(
  entries: ProviderEntry[],
  prices: PriceTable,
  {
    tier,
    inputTokens,
    outputTokens,
    at,
  }: { tier: ModelTier; inputTokens: number; outputTokens: number; at: Date },
): number {
  const usage = { inputTokens, outputTokens, cachedInputTokens: 0 };
  const costs = entries.flatMap(({ models, deployments }) =>
    deployments.map(({ baseUrl }) => {
      const named = models[tier] ?? models.standard ?? models.heavy ?? models.light;
      const model = named ?? DEFAULT_MODELS[tier];
      return isFree(model, baseUrl, prices) ? 0 : prices.price(model, usage, at);
    }),
  );
  return Math.max(0, ...costs);
}
