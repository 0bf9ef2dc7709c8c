import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../../tests/fakes/openai-server.js';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { loadConfig } from '../config.js';
import type { CliContext } from './context.js';
import type { Finding } from './doctor.js';
import { examineModels } from './examine-models.js';

let server: FakeOpenAi;
beforeEach(async () => {
  server = await startFakeOpenAi();
});
afterEach(() => server.close());

const examine = (env: NodeJS.ProcessEnv): Promise<Finding[]> => {
  const config = loadConfig({ NODE_ENV: 'test', OPENAI_BASE_URL: server.baseUrl, ...env }, '/nowhere');
  return examineModels({ config, clock: systemClock, logger: silentLogger } as CliContext);
};

describe('the doctor’s look at models', () => {
  it('says which model answers, and how fast', async () => {
    server.models.push('llama3.2');
    server.script({ text: 'ok' });
    expect(await examine({})).toMatchObject([
      { state: 'on', detail: expect.stringMatching(/llama3\.2 at http.* in \d+ ms/) },
    ]);
  });

  it('names a wrong model and those that are there', async () => {
    server.models.push('llama3.2', 'qwen3');
    server.script({ status: 404, rawBody: '{"error":{"message":"model \\"lama\\" not found"}}' });
    expect(await examine({ OPENAI_MODEL_STANDARD: 'lama' })).toMatchObject([
      {
        state: 'problem',
        detail: expect.stringContaining('"lama"'),
        fix: expect.stringContaining('llama3.2, qwen3'),
      },
    ]);
  });

  it('names a wrong key, and a server that is not there', async () => {
    server.script({ status: 401 });
    expect(await examine({ OPENAI_MODEL_STANDARD: 'm' })).toMatchObject([
      { detail: expect.stringContaining('OPENAI_API_KEY') },
    ]);
    await server.close();
    expect(await examine({})).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('Is it running?') },
    ]);
  });

  it('says nothing where no model is configured', async () => {
    expect(await examine({ OPENAI_BASE_URL: '' })).toEqual([]);
  });
});
