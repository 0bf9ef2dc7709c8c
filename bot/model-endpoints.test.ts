import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeEntraGraph } from '../tests/fakes/entra-graph.js';
import { startFakeOpenAi, type FakeOpenAi } from '../tests/fakes/openai-server.js';
import { parseModelsFile } from '../core/gateway/models-file.js';
import type { ModelRequest, ModelTier } from '../core/gateway/model.js';
import { loadPrices } from '../core/gateway/prices.js';
import { systemClock } from '../core/kernel/clock.js';
import { silentLogger } from '../core/kernel/logger.js';
import type { OutboundFetch } from '../core/kernel/outbound-fetch.js';
import { loadConfig } from './config.js';
import {
  createEndpoints,
  providerOfEnvironment,
  type ModelEndpoint,
  type ProviderEntry,
} from './model-endpoints.js';

let server: FakeOpenAi;
beforeEach(async () => {
  server = await startFakeOpenAi();
});
afterEach(() => server.close());

const endpointOf = (entry: ProviderEntry | undefined, entraFetch?: OutboundFetch): ModelEndpoint => {
  const options = { prices: loadPrices(), clock: systemClock, logger: silentLogger, entraFetch };
  const [endpoint] = entry ? createEndpoints(entry, options) : [];
  if (!endpoint) throw new Error('no endpoint');
  return endpoint;
};
const fromEnv = (env: NodeJS.ProcessEnv): ProviderEntry | undefined =>
  providerOfEnvironment(loadConfig({ NODE_ENV: 'test', ...env }, '/nowhere'))?.[0];
const ask = (tier: ModelTier = 'standard'): ModelRequest => ({
  messages: [{ role: 'user', content: 'hello' }],
  tier,
  origin: { tenantId: 'home', correlationId: 'c', purpose: 'answer' },
});

describe('the address of a compatible server alone', () => {
  it('is enough: the model is taken from the server’s own list, and costs nothing on this machine', async () => {
    server.models.push('nomic-embed-text:latest', 'llama3.2:3b');
    server.script({ text: 'hi' });
    const { model } = endpointOf(fromEnv({ OPENAI_BASE_URL: server.baseUrl }));
    expect(await model.generate(ask())).toMatchObject({ model: '127.0.0.1/llama3.2:3b', costMicroUsd: 0 });
  });

  it('takes the usual models, at their price, where the server passes calls on to a provider', async () => {
    server.models.push('claude-x', 'gpt-4.1-mini', 'gpt-4.1-nano', 'gpt-4.1');
    server.script({ text: 'hi' }, { text: 'hi' });
    const { model } = endpointOf(fromEnv({ OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'k' }));
    const light = await model.generate(ask('light'));
    expect(light.model).toBe('127.0.0.1/gpt-4.1-nano');
    expect(light.costMicroUsd).toBeGreaterThan(0);
    expect((await model.generate(ask('heavy'))).model).toBe('127.0.0.1/gpt-4.1');
  });

  it('asks for the usual models where the server keeps no list', async () => {
    server.script({ text: 'hi' });
    const { model } = endpointOf(fromEnv({ OPENAI_BASE_URL: server.baseUrl }));
    expect((await model.generate(ask())).model).toBe('127.0.0.1/gpt-4.1-mini');
  });

  it('serves every tier with the one model that is named', async () => {
    server.script({ text: 'a' }, { text: 'b' });
    const { model } = endpointOf(
      fromEnv({ OPENAI_BASE_URL: server.baseUrl, OPENAI_MODEL_STANDARD: 'qwen3' }),
    );
    await model.generate(ask('light'));
    await model.generate(ask('heavy'));
    expect(server.calls.map(({ body }) => body.model)).toEqual(['qwen3', 'qwen3']);
  });
});

describe('Azure OpenAI', () => {
  const azure = (): NodeJS.ProcessEnv => ({
    AZURE_OPENAI_ENDPOINT: new URL(server.baseUrl).origin,
    AZURE_OPENAI_DEPLOYMENT: 'dep',
  });

  it('is called with its key', async () => {
    server.script({ text: 'hi' });
    await endpointOf(fromEnv({ ...azure(), AZURE_OPENAI_API_KEY: 'key' })).model.generate(ask());
    expect(server.calls[0]).toMatchObject({ headers: { 'api-key': 'key' } });
    expect(server.calls[0]?.path).toMatch(/\/openai\/deployments\/dep\/chat\/completions\?api-version=/);
  });

  it('is called with an Entra token of a registered application, fetched once for many calls', async () => {
    const entra = await startFakeEntraGraph('client', 'secret');
    try {
      server.script({ text: 'a' }, { text: 'b' });
      const env = {
        ...azure(),
        AZURE_OPENAI_TENANT_ID: 'tenant',
        AZURE_OPENAI_CLIENT_ID: 'client',
        AZURE_OPENAI_CLIENT_SECRET: 'secret',
      };
      const { model } = endpointOf(fromEnv(env), entra.fetch);
      await model.generate(ask());
      await model.generate(ask());
      expect(server.calls.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer token-1',
        'Bearer token-1',
      ]);
      expect(server.calls[0]?.headers['api-key']).toBeUndefined();
      const asked = entra.requests.find(({ path }) => path.includes('/token'));
      expect(new URLSearchParams(asked?.body).get('scope')).toContain('cognitiveservices.azure.com/.default');
    } finally {
      await entra.close();
    }
  });

  it('says so when Entra gives no token', async () => {
    const entra = await startFakeEntraGraph('client', 'other');
    try {
      const env = {
        ...azure(),
        AZURE_OPENAI_TENANT_ID: 't',
        AZURE_OPENAI_CLIENT_ID: 'client',
        AZURE_OPENAI_CLIENT_SECRET: 's',
      };
      const { model } = endpointOf(fromEnv(env), entra.fetch);
      await expect(model.generate(ask())).rejects.toMatchObject({ code: 'governance.no-entra-token' });
    } finally {
      await entra.close();
    }
  });

  it('is called with the managed identity where nothing else is given', async () => {
    const asked: string[] = [];
    const platform: OutboundFetch = (url, request) => {
      asked.push(url, request?.headers?.['X-IDENTITY-HEADER'] ?? '');
      const expiresOn = Math.round(systemClock.now().getTime() / 1_000) + 3_600;
      const body = JSON.stringify({
        access_token: 'of-the-machine',
        expires_on: String(expiresOn),
        token_type: 'Bearer',
      });
      const bytes = new TextEncoder().encode(body);
      return Promise.resolve({
        status: 200,
        headers: new Headers({ 'content-type': 'application/json' }),
        body: bytes,
        text: () => body,
        json: () => JSON.parse(body) as unknown,
      });
    };
    process.env.IDENTITY_ENDPOINT = 'http://127.0.0.1:9/msi/token';
    process.env.IDENTITY_HEADER = 'of-the-platform';
    try {
      server.script({ text: 'hi' });
      await endpointOf(fromEnv(azure()), platform).model.generate(ask());
      expect(server.calls[0]?.headers.authorization).toBe('Bearer of-the-machine');
      expect(asked[0]).toContain('resource=https%3A%2F%2Fcognitiveservices.azure.com');
      expect(asked[1]).toBe('of-the-platform');
    } finally {
      delete process.env.IDENTITY_ENDPOINT;
      delete process.env.IDENTITY_HEADER;
    }
  });
});

describe('the models file', () => {
  it('may leave models out and set its own limits of time', () => {
    const file = parseModelsFile(
      `providers: [{ name: vllm, deployments: [{ baseUrl: "${server.baseUrl}" }], timeouts: { firstToken: 90 } }]`,
    );
    expect(endpointOf(file.providers?.[0]).timeouts.firstTokenMs).toBe(90_000);
  });

  it('says what is wrong in it', () => {
    expect(() => parseModelsFile('providers: [{ name: "My Server", deployments: [] }]')).toThrow(
      /STEWARD_MODELS.*name/s,
    );
  });
});
