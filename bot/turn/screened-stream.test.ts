import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createOutputScreen } from '../../core/guardrails/screens.js';
import { parseGuardrailPolicy } from '../../core/guardrails/policy.js';
import { createScreenedStream } from './screened-stream.js';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
};

async function shownOf(
  parts: readonly string[],
  mayShow: (text: string) => Promise<boolean>,
): Promise<string> {
  let shown = '';
  const stream = createScreenedStream((text) => {
    shown += text;
  }, mayShow);
  for (const part of parts) stream.append(part);
  await settle();
  return shown;
}

const screen = createOutputScreen({
  policy: parseGuardrailPolicy(
    'version: 1\noutput: { links: { allowedHosts: [wiki.acme.example], onlyAllowed: true } }',
  ),
});
const byScreen = async (text: string): Promise<boolean> =>
  (await screen.check(text, { tenantId: 'home', origin: 'model' })).outcome === 'pass';

/** As a model sends it: a few letters at a time. */
const inPieces = (text: string, size = 5): string[] => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];

describe('an answer that grows in front of the reader', () => {
  it.each([
    ['a dangerous command', 'Here is how. Run rm -rf / --no-preserve-root as root. Then reboot.', 'rm -rf'],
    ['a link to a foreign host', 'See this. It is at https://evil.example/x?q=1 for you. Bye now.', 'evil'],
    ['a card number', 'The number is noted. It is 4111 1111 1111 1111 as you know. Done.', '4111'],
    ['a key', 'Sure thing.\nAKIAIOSFODNN7EXAMPLE is the key.\nAnything else?\n', 'AKIA'],
  ])('is shown up to %s and no further', async (_what, answer, secret) => {
    const shown = await shownOf(inPieces(answer), byScreen);
    expect(shown).not.toContain(secret);
    expect(shown.length).toBeGreaterThan(5);
    expect(answer.startsWith(shown)).toBe(true);
    expect(shown).not.toMatch(/Then reboot|Bye now|Done|Anything else/);
  });

  it('is shown sentence by sentence when all is well', async () => {
    const answer = 'You get 20 days. See https://wiki.acme.example/leave for more.\nAsk HR if in doubt. ';
    expect(await shownOf(inPieces(answer), byScreen)).toBe(answer.trimEnd());
  });

  it('looks at two sentences together, so that a secret in two halves does not pass', async () => {
    const shown = await shownOf(
      ['First the half. ', 'Now the rest. '],
      async (text) => !/half.*rest/s.test(text),
    );
    expect(shown).toBe('First the half.');
  });

  it('shows nothing more when the look fails or the whole answer took over', async () => {
    expect(await shownOf(['One. ', 'Two. '], async () => Promise.reject(new Error('no store')))).toBe('');
    let shown = '';
    const stream = createScreenedStream(
      (text) => {
        shown += text;
      },
      async () => true,
    );
    stream.append('One. ');
    await settle();
    stream.append('Two. ');
    stream.close();
    await settle();
    expect(shown).toBe('One.');
  });

  it('never changes, repeats or reorders what it shows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { maxLength: 20 }),
        async (parts) => {
          const shown = await shownOf(parts, async () => true);
          expect(parts.join('').startsWith(shown)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
