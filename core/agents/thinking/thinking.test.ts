import type { Model } from '../../gateway/model.js';
import { loadPrompts } from '../../gateway/prompts/registry.js';
import { StewardError } from '../../kernel/errors.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../../../tests/fakes/openai-server.js';
import { createOpenAiClient, createOpenAiModel } from '../../gateway/providers/openai.js';
import { createThinking, PERSPECTIVES, THINKING_TOOLS, type Thinking } from './thinking.js';

let server: FakeOpenAi;
let thinking: Thinking;
beforeEach(async () => {
  server = await startFakeOpenAi();
  const model = createOpenAiModel({
    name: 'fake',
    client: createOpenAiClient({ apiKey: 'k', baseUrl: server.baseUrl }),
    models: { light: 's', standard: 'm', heavy: 'l' },
    countTokens: () => 1,
    price: () => 1,
  });
  thinking = createThinking({ model, prompts: loadPrompts() });
});
afterEach(() => server.close());

const subject =
  'We always invoice by hand. Moving all 4,200 invoices to the new tool in March will save time because everybody knows it.';
const request = {
  subject,
  origin: { tenantId: 't', correlationId: 'c', purpose: 'think' },
  passages: [{ title: 'Invoicing', text: 'Invoices are kept for ten years.' }],
};

const answered = {
  toolCalls: [],
  finishReason: 'stop' as const,
  usage: { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, reported: true },
  costMicroUsd: 1,
};

describe('a council', () => {
  const chair = (verdict: string) => ({
    text: JSON.stringify({ verdict, reason: 'It pays off.', next: 'Try one team.' }),
  });
  /** Each member answers by who it is. */
  const member = (votes: Record<string, string>) =>
    Array.from({ length: PERSPECTIVES.length }, () => (call: FakeOpenAi['calls'][number]) => {
      const name = /speak for ([A-Z][\w ]+)\./.exec(call.body.messages[0]?.content ?? '')?.[1] ?? '';
      return { text: JSON.stringify({ vote: votes[name] ?? 'for', reason: `${name} says so.` }) };
    });

  it('hears every perspective, then gives a verdict, and names who voted otherwise', async () => {
    server.script(...member({ 'Security and law': 'against' }), chair('for'));
    const told = await thinking.council(request);
    for (const [name] of PERSPECTIVES) expect(told).toContain(`**${name}**`);
    expect(told).toContain('**Verdict: for.**');
    expect(told).toMatch(/\*\*Dissent:\*\* Security and law \(against\): Security and law says so\./);
    expect(server.calls).toHaveLength(PERSPECTIVES.length + 1);
    expect(server.calls.at(-1)?.body.model).toBe('l');
    // nobody hears the others before the vote
    expect(JSON.stringify(server.calls[0]?.body)).not.toContain('Opinions:');
  });

  it('shows the opinions that were heard, and says why nobody weighs them, when the budget ends before the chair', async () => {
    let calls = 0;
    const model: Model = {
      name: 'near-its-end',
      generate: (asked) => {
        calls += 1;
        if (calls > 3) return Promise.reject(new StewardError('gateway.budget', 'It is used up.'));
        const text = JSON.stringify({ vote: 'for', reason: `Reason ${calls}.` });
        return Promise.resolve({ ...answered, text, model: `m/${asked.tier}` });
      },
      stream: () => {
        throw new Error('unused');
      },
    };
    const told = await createThinking({ model, prompts: loadPrompts() }).council(request);
    expect(told).toMatch(/Reason 1\..*Reason 3\..*Not heard:\* .*, .*budget.*used up.*There is no verdict/s);
    expect(told).not.toContain('**Verdict');
  });

  it('says that nobody dissents when nobody does', async () => {
    server.script(...member({}), chair('for'));
    expect(await thinking.council(request)).toContain('**Dissent:** none.');
  });
});

it('a red team puts the worst first and says what survives', async () => {
  const attack = (weakness: string, severity: string) => ({ weakness, attack: 'a', severity, check: 'c' });
  server.script({
    text: JSON.stringify({
      attacks: [attack('minor', 'low'), attack('fatal', 'high')],
      survives: 'The goal.',
    }),
  });
  const told = await thinking['red-team'](request);
  expect(told.indexOf('fatal')).toBeLessThan(told.indexOf('minor'));
  expect(told).toContain('**What survives:** The goal.');
  expect(JSON.stringify(server.calls[0]?.body)).toContain('UNTRUSTED');
});

it('first principles tell facts from conventions and build anew', async () => {
  server.script({
    text: JSON.stringify({
      assumptions: [{ text: 'By hand', kind: 'convention' }],
      basics: ['Money is owed'],
      rebuilt: 'Send what is owed.',
    }),
  });
  expect(await thinking['first-principles'](request)).toMatch(
    /By hand \*\(convention\)\*.*Built anew:\*\* Send/s,
  );
});

describe('without a model', () => {
  it.each(THINKING_TOOLS)(
    '%s shows what can be found, judges nothing and says what a model would add',
    async (tool) => {
      const told = await createThinking(undefined)[tool](request);
      expect(told).toContain('4,200 invoices');
      expect(told).toContain('Invoices are kept for ten years.');
      expect(told).toMatch(/Without a model/);
      expect(told).not.toMatch(/\*\*Verdict|survives:/);
    },
  );

  it('or while it does not answer, the same is shown with the reason', async () => {
    expect(await thinking.council(request)).toMatch(
      /model does not answer.*Without a model there is no verdict/s,
    );
  });

  it.each([
    ['de', /Ratsrunde.*Finanzen.*Ohne Modell gibt es kein Urteil/s],
    ['es-MX', /Consejo.*Finanzas.*Sin un modelo no hay veredicto/s],
    ['fr', /Conseil.*Finances.*Sans modèle, il n’y a pas de verdict/s],
    ['ja', /評議会.*財務.*結論はありません/s],
    ['pl', /Council.*Finance.*Without a model/s],
  ])('is told in the language of the reader: %s', async (locale, words) => {
    expect(await createThinking(undefined).council({ ...request, locale })).toMatch(words);
  });
});
