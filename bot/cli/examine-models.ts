import type { ModelTier } from '../../core/gateway/model.js';
import { loadPrices } from '../../core/gateway/prices.js';
import { listModels } from '../../core/gateway/providers/model-names.js';
import { describeError } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import { createEmbeddings } from '../compose-embeddings.js';
import { createEndpoints, providerOfEnvironment, type ModelEndpoint } from '../model-endpoints.js';
import { readModelsFile } from '../read-models-file.js';
import type { CliContext } from './context.js';
import type { Finding } from './doctor.js';

const TIERS: ModelTier[] = ['light', 'standard', 'heavy'];
const PATIENCE_MS = 60_000;
/** Room for a model that thinks before it says a word. */
const SHORT = 64;

/** Calls each model of each endpoint once, with a few tokens: whether it answers, how fast, and what to do when not. */
export async function examineModels({ config, clock, logger }: CliContext): Promise<Finding[]> {
  const entries = readModelsFile(config.models.file).providers ?? providerOfEnvironment(config) ?? [];
  const options = { prices: loadPrices(), clock, logger };
  const endpoints = entries.flatMap((entry) => createEndpoints(entry, options));
  const findings: Finding[] = [];
  for (const endpoint of endpoints) findings.push(...(await examineEndpoint(endpoint, clock)));
  if (config.models.embedding) findings.push(await examineEmbeddings(config, { clock, logger }));
  return findings;
}

async function examineEmbeddings(
  config: CliContext['config'],
  options: Pick<CliContext, 'clock' | 'logger'>,
): Promise<Finding> {
  const part = 'Embeddings';
  const unpaid = (): Promise<never> => Promise.reject(new Error('Nothing is embedded here.'));
  const source = await createEmbeddings(config, { ...options, open: unpaid });
  const embedding = source?.of('doctor');
  return embedding
    ? {
        part,
        state: 'on',
        detail: `${embedding.id.split('/').slice(0, -1).join('/')}, ${embedding.dimensions} numbers`,
      }
    : {
        part,
        state: 'problem',
        detail: `${config.models.embedding} does not answer; the built-in encoders are used until it does.`,
        fix: 'Check the address, the key and OPENAI_EMBEDDING_MODEL (docs/models.md).',
      };
}

async function examineEndpoint(endpoint: ModelEndpoint, clock: CliContext['clock']): Promise<Finding[]> {
  const part = `Model ${endpoint.provider}`;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const tiers = new Map<string, ModelTier>();
  try {
    for (const tier of TIERS) {
      const name = await endpoint.nameOf(tier);
      if (!tiers.has(name)) tiers.set(name, tier);
    }
  } catch {
    tiers.set('?', 'standard'); // the call below says why
  }
  const findings: Finding[] = [];
  for (const [name, tier] of tiers) {
    const started = clock.now();
    try {
      const { model } = await endpoint.model.generate({
        messages: [{ role: 'user', content: 'Reply with the word ok.' }],
        tier,
        maxOutputTokens: SHORT,
        origin: { tenantId: 'doctor', correlationId: newId(started), purpose: 'doctor' },
        signal,
      });
      const ms = clock.now().getTime() - started.getTime();
      findings.push({ part, state: 'on', detail: `${model} at ${endpoint.address} answers in ${ms} ms` });
    } catch (error) {
      const listed = await listModels(endpoint.client, signal).catch(() => []);
      const known = listed.length > 0 ? ` It has: ${listed.slice(0, 8).join(', ')}.` : '';
      findings.push({
        part,
        state: 'problem',
        detail: `${name}: ${describeError(error)}`,
        fix: `Check the address, the key and the model’s name (docs/models.md).${known}`,
      });
    }
  }
  return findings;
}
