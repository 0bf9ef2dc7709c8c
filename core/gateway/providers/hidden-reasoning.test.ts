import { describe, expect, it } from '@jest/globals';
import { startFakeOpenAi } from '../../../tests/fakes/openai-server.js';
import { createReasoningFilter } from './hidden-reasoning.js';
import { createOpenAiClient, createOpenAiModel } from './openai.js';

it('hides thoughts however they are cut, and nothing else', () => {
  const shown = (text: string, length: number): string => {
    const filter = createReasoningFilter();
    const pieces = text.match(new RegExp(`[\\s\\S]{1,${length}}`, 'g')) ?? [];
    return pieces.map((piece) => filter.add(piece)).join('') + filter.end(false);
  };
  for (let length = 1; length < 12; length += 1) {
    expect(shown('<think>one\ntwo</think>\n\n The answer.', length)).toBe('The answer.');
    expect(shown('The tag <think> opens.', length)).toBe('The tag <think> opens.');
    expect(shown('<thi', length)).toBe('<thi');
    expect(shown('<think>never ended', length)).toBe('');
    expect(shown('<thought>one</thought>Two', length)).toBe('Two');
    expect(shown('Write <think> first and\n</think>\nlast.', length)).toContain('Write');
  }
});

describe('thoughts whose opening was a part of the prompt', () => {
  const events = (...pieces: string[]): string =>
    `${pieces.map((content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`).join('')}data: [DONE]\n\n`;

  it('are let go of when they end, and held back the next time', async () => {
    const server = await startFakeOpenAi();
    const model = createOpenAiModel({
      name: 'other',
      client: createOpenAiClient({ apiKey: 'k', baseUrl: server.baseUrl }),
      models: { light: 'm', standard: 'm', heavy: 'm' },
      countTokens: () => 1,
      price: () => 1,
    });
    const thinking = { rawBody: events('Hm, they want 16.\n</thi', 'nk>\n\nsixteen') };
    server.script(thinking, thinking, { rawBody: events('just ', 'so') });
    const read = async (): Promise<{ shown: string; text?: string }> => {
      let shown = '';
      const origin = { tenantId: 't', correlationId: 'c', purpose: 'answer' };
      const messages = [{ role: 'user' as const, content: 'How many?' }];
      for await (const event of model.stream({ messages, tier: 'light', origin })) {
        if (event.kind === 'end') return { shown, text: event.result.text };
        shown += event.text;
      }
      return { shown };
    };
    expect((await read()).text).toBe('sixteen');
    expect(await read()).toEqual({ shown: 'sixteen', text: 'sixteen' });
    expect(await read()).toEqual({ shown: 'just so', text: 'just so' });
    await server.close();
  });
});
