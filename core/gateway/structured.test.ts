import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { startFakeOpenAi, type FakeOpenAi } from '../../tests/fakes/openai-server.js';
import type { Model } from './model.js';
import { loadPrompts } from './prompts/registry.js';
import { createOpenAiClient, createOpenAiModel } from './providers/openai.js';
import { generateStructured } from './structured.js';

let server: FakeOpenAi;
let model: Model;
beforeEach(async () => {
  server = await startFakeOpenAi();
  model = createOpenAiModel({
    name: 'fake',
    client: createOpenAiClient({ apiKey: 'k', baseUrl: server.baseUrl }),
    models: { light: 's', standard: 'm', heavy: 'l' },
    countTokens: () => 1,
    price: () => 10,
  });
});
afterEach(() => server.close());

const prompts = loadPrompts();
const words = {
  schema: (given: string) => prompts.render('reply-json', { schema: given }, 'p'),
  correct: (problems: string) => prompts.render('correct-json', { problems }, 'p'),
};
const schema = z.object({ title: z.string(), days: z.number().int().positive() });
const ask = () =>
  generateStructured(
    model,
    {
      messages: [{ role: 'user', content: 'Plan it.' }],
      tier: 'light',
      origin: { tenantId: 't', correlationId: 'c', purpose: 'plan' },
    },
    schema,
    { words },
  );

describe('a structured reply', () => {
  it.each([
    ['plain', '{"title":"Move","days":3}'],
    ['fenced', 'Here you are:\n```json\n{"title":"Move","days":3}\n```'],
    ['with words around it', 'Sure! {"title":"Move","days":3}'],
    ['nearly JSON', "{title: 'Move', days: 3,}"],
    ['cut off at the end', '{"title":"Move","days":3'],
  ])('is read when it is %s', async (_kind, text) => {
    server.script({ text });
    expect(await ask()).toMatchObject({ ok: true, value: { title: 'Move', days: 3 }, calls: 1 });
  });

  it('is corrected when the model is told what does not fit, and all calls are counted', async () => {
    server.script({ text: '{"title":"Move","days":"three"}' }, { text: '{"title":"Move","days":3}' });
    expect(await ask()).toMatchObject({ ok: true, calls: 2, costMicroUsd: 20 });
    expect(server.calls[1]?.body.messages.at(-1)?.content).toMatch(/days/);
    expect(JSON.stringify(server.calls[0]?.body)).toContain('json_schema');
  });

  it('is given up after three corrections, with what was still wrong', async () => {
    server.script(...Array.from({ length: 5 }, () => ({ text: '{"title":"Move","days":-1}' })));
    const result = await ask();
    expect(result).toMatchObject({ ok: false, calls: 4 });
    expect(result.ok ? '' : result.problems).toMatch(/days/);
  });
});
