import type { OpenAccount } from '../core/gateway/account.js';
import { countTokens, roughTokens } from '../core/gateway/count-tokens.js';
import {
  withEmbeddingAccount,
  type AccountedEmbeddings,
} from '../core/gateway/middleware/embedding-account.js';
import { withEmbeddingRetry } from '../core/gateway/middleware/retry.js';
import type { EmbeddingEndpoint, TokenUsage } from '../core/gateway/model.js';
import { loadPrices } from '../core/gateway/prices.js';
import { createOpenAiEmbeddings, embeddingDimensions } from '../core/gateway/providers/openai.js';
import type { Clock } from '../core/kernel/clock.js';
import { describeError, InvalidInput, StewardError } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Config } from './config.js';
import { createEndpoints, isFree, providerOfEnvironment } from './model-endpoints.js';
import { pricesFile, readModelsFile } from './read-models-file.js';

const PROBE_MS = 15_000;
/** How soon an endpoint that did not answer is asked again: later and later. */
const FIRST_LOOK_MS = 5_000;
const LAST_LOOK_MS = 5 * 60_000;
const RETRY = { attempts: 4, baseMs: 500, longestMs: 10_000, random: Math.random };

/** The embedding model that is configured; its endpoint may not answer yet. */
export interface EmbeddingSource {
  /** The model as a tenant uses it; undefined until its endpoint has answered, and once its vectors have another length. */
  of(tenantId: string): AccountedEmbeddings | undefined;
  /** Asks an endpoint whose vectors are not known yet, unless it was asked just now. @returns whether they are. */
  look(): Promise<boolean>;
}

export interface EmbeddingsOptions {
  open: OpenAccount;
  clock: Clock;
  logger: Logger;
}

/**
 * The embedding model that is configured, at the endpoint of the environment or else at the first of STEWARD_MODELS. It is
 * asked once; while it does not answer the built-in encoders serve, and it is asked again by `look`.
 * @returns undefined when none is configured.
 * @throws InvalidInput when a model is named and no endpoint.
 */
export async function createEmbeddings(
  config: Config,
  { open, clock, logger }: EmbeddingsOptions,
): Promise<EmbeddingSource | undefined> {
  const { embedding: model, file: path } = config.models;
  if (!model) return undefined;
  const file = readModelsFile(path);
  const [entry] = providerOfEnvironment(config) ?? file.providers ?? [];
  if (!entry)
    throw new InvalidInput(
      'bot.embedding-endpoint',
      'OPENAI_EMBEDDING_MODEL needs an endpoint: set OPENAI_API_KEY, OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT or STEWARD_MODELS.',
    );
  const prices = loadPrices(pricesFile(path, file));
  // Azure serves each model under the deployment that is asked for, so the one of the chat models must not be fixed
  const deployments = entry.deployments.map((each) => ({
    ...each,
    azure: each.azure && { ...each.azure, deployment: undefined },
  }));
  const [endpoint] = createEndpoints({ ...entry, deployments }, { prices, clock, logger });
  if (!endpoint) return undefined;
  const { client, provider } = endpoint;
  const price = (name: string, usage: TokenUsage): number =>
    isFree(name, deployments[0]?.baseUrl, prices) ? 0 : prices.price(name, usage, clock.now(), 'embedding');
  const highestPrice = (texts: string[]): number =>
    price(model, { inputTokens: roughTokens(texts), outputTokens: 0, cachedInputTokens: 0, reported: false });

  let found: EmbeddingEndpoint | undefined;
  let failures = 0;
  let askAgainAt = 0;
  /** An endpoint that serves another model by the same name now is asked anew how long its vectors are. */
  const unlessChanged = (error: unknown): never => {
    if (error instanceof StewardError && error.code === 'gateway.embedding-dimensions') {
      if (found) logger.warn({ model, error: error.message }, 'Its vectors are made anew.');
      found = undefined;
    }
    throw error;
  };
  const look = async (): Promise<boolean> => {
    if (found || clock.now().getTime() < askAgainAt) return found !== undefined;
    try {
      const dimensions = await embeddingDimensions(provider, client, model, AbortSignal.timeout(PROBE_MS));
      const made = createOpenAiEmbeddings({ name: provider, client, model, dimensions, countTokens, price });
      const patient = withEmbeddingRetry(made, { ...RETRY, clock });
      found = { ...patient, embed: (texts, how) => patient.embed(texts, how).catch(unlessChanged) };
      if (failures > 0) logger.info({ model }, 'OPENAI_EMBEDDING_MODEL answers now; its vectors are made.');
    } catch (error) {
      const waitMs = Math.min(LAST_LOOK_MS, FIRST_LOOK_MS * 2 ** failures);
      failures += 1;
      askAgainAt = clock.now().getTime() + waitMs;
      logger.error(
        { model, error: describeError(error), retryInMs: waitMs },
        'OPENAI_EMBEDDING_MODEL does not answer; the built-in encoders are used until it does.',
      );
    }
    return found !== undefined;
  };
  await look();

  return {
    look,
    of: (tenantId) =>
      found &&
      withEmbeddingAccount(found, {
        open,
        origin: { tenantId, correlationId: 'knowledge', purpose: 'embed' },
        highestPrice,
      }),
  };
}
