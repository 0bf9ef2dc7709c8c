import { describe, expect, it } from '@jest/globals';
import { rememberPasses } from './remember-passes.js';
import type { Screen, Verdict } from './screen.js';

function counting(verdictOf: (text: string) => Partial<Verdict>): Screen & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    name: 'test',
    version: '1',
    check: (text) => {
      asked.push(text);
      return {
        outcome: 'pass',
        score: 0.1,
        reasons: [],
        text,
        spans: [],
        restore: {},
        version: '1',
        ...verdictOf(text),
      };
    },
  };
}

const user = { tenantId: 'home', origin: 'user' as const };

describe('remembering what passed a screen', () => {
  it('screens a harmless text once per origin and tenant', async () => {
    const inner = counting(() => ({}));
    const screen = rememberPasses(inner);
    expect(await screen.check('help', user)).toEqual(await screen.check('help', user));
    await screen.check('help', { ...user, origin: 'document' });
    await screen.check('help', { ...user, tenantId: 'other' });
    expect(inner.asked).toEqual(['help', 'help', 'help']);
  });

  it('asks again about whatever was blocked, changed or only noted', async () => {
    const inner = counting((text) => ({
      outcome: text === 'bad' ? 'block' : text === 'mail' ? 'redact' : 'pass',
      reasons: ['noted'],
    }));
    const screen = rememberPasses(inner);
    for (const text of ['bad', 'bad', 'mail', 'mail', 'odd', 'odd']) await screen.check(text, user);
    expect(inner.asked).toHaveLength(6);
  });

  it('tells an answer from the same answer with other sources', async () => {
    const inner = counting(() => ({}));
    const screen = rememberPasses(inner);
    await screen.check('16 weeks', { ...user, origin: 'model', passages: ['You get 16 weeks.'] });
    await screen.check('16 weeks', { ...user, origin: 'model', passages: ['You get 12 weeks.'] });
    expect(inner.asked).toHaveLength(2);
  });

  it('hands out verdicts that a caller may change', async () => {
    const screen = rememberPasses(counting(() => ({})));
    (await screen.check('help', user)).reasons.push('mine');
    (await screen.check('help', user)).reasons.push('mine');
    expect((await screen.check('help', user)).reasons).toEqual([]);
  });
});
