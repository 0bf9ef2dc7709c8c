import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseGuardrailPolicy } from '../../core/guardrails/policy.js';
import type { Screen, ScreenContext } from '../../core/guardrails/screen.js';

/** A policy that switches on what costs a screen the most. */
export const hostilePolicy = parseGuardrailPolicy(
  "version: 1\ninput: { pii: { custom: [{ type: CASE, pattern: '[A-Z]+-\\d+' }] } }\noutput: { topics: { not: [financial-advice, medical-advice, legal-advice, competitors], competitors: [Globex] } }",
);

/** Pieces that make greedy and nested patterns work hardest when repeated, each near a start of one of ours. */
const PIECES = [
  'a',
  'A',
  '1',
  ' ',
  '\n',
  '.',
  '-',
  '@',
  ':',
  '/',
  '%',
  '<',
  '[',
  '(',
  '{',
  '"',
  "'",
  '=',
  '\u200b',
  'é',
  '語',
  '😀',
  'a ',
  'A ',
  '1 ',
  '1-',
  '1.',
  '(1',
  'a@',
  'a.a@',
  '@a.',
  'Aa ',
  'Aa. ',
  "A'",
  'Aa-',
  'AB1 ',
  'a1',
  'a\n',
  '\n\n',
  ' .',
  '. A',
  '?!',
  '%41',
  '\\x41',
  '\\u0041',
  '&#65;',
  '01000001 ',
  '41 ',
  'QUJD',
  'vtaber ',
  '<!--',
  '<a ',
  '<a b=',
  '![',
  '![a',
  '[a](',
  '[a](b',
  '](',
  '<img src=',
  'http://',
  'http://a',
  'https://a.b/?c=',
  'ftp:',
  'www.',
  '===',
  '---',
  '"""',
  '```',
  '<|a',
  '[INST',
  'system:',
  '\nsystem: you ',
  'rm -rf ',
  'curl a ',
  'curl | ',
  'dd if=a ',
  'powershell -e ',
  'Remove-Item ',
  'IEX ',
  'select ',
  "' or ",
  "' or 1",
  'union select a, ',
  'update a set b ',
  '; drop ',
  'password ',
  'password is ',
  'password: ',
  'token=',
  'key ',
  'eyJa',
  'sk-',
  'xoxb-',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN A ',
  'Mr. A',
  'Dear Aa ',
  'My name is Aa ',
  'lives at ',
  'address: 1 ',
  'address: Aa ',
  '1 Aa ',
  'Rue ',
  'Aastraße ',
  'Unit 1, Box ',
  '1 Aa St ',
  'Aa 1, ',
  'call ',
  'phone: 1',
  '+1 ',
  '0 1',
  '1x',
  'IBAN ',
  'DE1',
  'card 1',
  'tax 1',
  'passport A1',
  'born 1/',
  '::',
  'a:',
  '1.1.1.',
  'ignore ',
  'ignore previous ',
  'you are now ',
  'reveal the system prompt ',
  'i g n o r e ',
  'p.a.s.s.',
  '1gn0r3 ',
  'you should buy ',
  'https://x@',
  'fuck',
  'a, ',
  '1, ',
  'Aa of ',
  'the corner of ',
  ' and ',
  '_',
  '[EMAIL_ADDRESS_1]',
  '[A_1',
  'A-1',
  'AAAA-',
  '\u0430a',
  'ａ',
];

const fill = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** Milliseconds of processor time. */
async function processor(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

/** What a screen must bear of texts made to slow it down or to break it; a file for each screen, so that they run side by side. */
export const underAttack = (name: string, screen: Screen, context: ScreenContext): void =>
  describe(`the ${name} screen under attack`, () => {
    it('takes less than 50 ms for 10 KB of the worst that could be found, and grows with the length, not its square', async () => {
      for (const piece of PIECES) await screen.check(fill(piece, 1_000), context);
      const slow: string[] = [];
      for (const piece of PIECES) {
        for (const tail of ['', ' x@!']) {
          const small = fill(piece, 10_240) + tail;
          // The first runs pay for the compiler as well; noise only ever adds.
          let best = Infinity;
          for (let run = 0; run < 8 && best > 50; run += 1)
            best = Math.min(best, await processor(() => screen.check(small, context)));
          if (best > 50) slow.push(`${JSON.stringify(piece)} ${tail}: ${best.toFixed(0)} ms`);
        }
        const large = fill(piece, 102_400);
        let long = Infinity;
        for (let run = 0; run < 2 && long > 500; run += 1)
          long = Math.min(long, await processor(() => screen.check(large, context)));
        if (long > 500) slow.push(`${JSON.stringify(piece)} x 100 KB: ${long.toFixed(0)} ms`);
      }
      expect(slow).toEqual([]);
    }, 600_000);

    it('never throws and keeps its offsets, on random Unicode up to a megabyte', async () => {
      const chunk = fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
        fc.constantFrom(...PIECES),
      );
      const text = fc
        .tuple(fc.array(chunk, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 1_000_000 }))
        .map(([chunks, length]) => fill(chunks.join(''), length));
      await fc.assert(
        fc.asyncProperty(text, async (given) => {
          const verdict = await screen.check(given, context);
          expect(verdict.reasons.filter((reason) => reason.endsWith('.failed'))).toEqual([]);
          expect(verdict.score).toBeGreaterThanOrEqual(0);
          expect(verdict.score).toBeLessThanOrEqual(1);
          const astray = verdict.spans.filter(
            ({ start, end }) => !(start >= 0 && start <= end && end <= given.length),
          );
          expect(astray).toEqual([]);
        }),
        { numRuns: 25 },
      );
    }, 900_000);

    it(`redacts once: a second pass of the ${name} screen changes nothing`, async () => {
      const chunk = fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 12 }),
        fc.constantFrom(
          ...PIECES,
          'anna@firma.example',
          '+49 30 901820',
          '4111 1111 1111 1111',
          '123-45-6789',
          'DE89370400440532013000',
          'Mr. Okonkwo',
          '10.20.30.40',
          'AKIAIOSFODNN7EXAMPLE',
        ),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(chunk, { maxLength: 25 }), async (chunks) => {
          const once = (await screen.check(chunks.join(' '), { ...context, passages: undefined })).text;
          expect((await screen.check(once, { ...context, passages: undefined })).text).toBe(once);
        }),
        { numRuns: 600 },
      );
    }, 600_000);
  });
