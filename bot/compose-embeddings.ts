import type { EmbeddingModel } from '../core/gateway/model.js';
import { createOpenAiEmbeddings, embeddingDimensions } from '../core/gateway/providers/openai.js';
import { loadPrices } from '../core/gateway/prices.js';
import type { Clock } from '../core/kernel/clock.js';
import { describeError, InvalidInput } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Config } from './config.js';
import { createEndpoints, providerOfEnvironment } from './model-endpoints.js';
import { readModelsFile } from './read-models-file.js';

const PROBE_MS = 15_000;

/**
 * The embedding model that is configured, at the endpoint of the environment or else at the first of STEWARD_MODELS.
 * @returns undefined when none is, or when the endpoint does not answer now: then the built-in encoders serve until the next start.
 * @throws InvalidInput when a model is named and no endpoint.
 */
export async function createEmbeddings(
  config: Config,
  { clock, logger }: { clock: Clock; logger: Logger },
): Promise<EmbeddingModel | undefined> {
  const { embedding: model, file } = config.models;
  if (!model) return undefined;
  const [entry] = providerOfEnvironment(config) ?? readModelsFile(file).providers ?? [];
  if (!entry)
    throw new InvalidInput(
      'bot.embedding-endpoint',
      'OPENAI_EMBEDDING_MODEL needs an endpoint: set OPENAI_API_KEY, OPENAI_BASE_URL, AZURE_OPENAI_ENDPOINT or STEWARD_MODELS.',
    );
  // Azure serves each model under the deployment that is asked for, so the one of the chat models must not be fixed
  const deployments = entry.deployments.map((each) => ({
    ...each,
    azure: each.azure && { ...each.azure, deployment: undefined },
  }));
  const [endpoint] = createEndpoints({ ...entry, deployments }, { prices: loadPrices(), clock, logger });
  if (!endpoint) return undefined;
  const { client, provider } = endpoint;
  try {
    const dimensions = await embeddingDimensions(provider, client, model, AbortSignal.timeout(PROBE_MS));
    return createOpenAiEmbeddings(provider, client, model, dimensions);
  } catch (error) {
    logger.error(
      { model, error: describeError(error) },
      'OPENAI_EMBEDDING_MODEL does not answer; the built-in encoders are used until the next start.',
    );
    return undefined;
  }
}
