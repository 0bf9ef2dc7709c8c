import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createTokenSigner, sameSecret } from './tokens.js';

const now = new Date('2026-11-21T09:00:00Z');
const signer = createTokenSigner(randomBytes(32));

describe('a Direct Line token', () => {
  it('gives back what was signed, until it expires', () => {
    const token = signer.sign({ use: 'conversation', conv: 'c', user: 'ines' }, now, 60);
    expect(signer.read(token, 'conversation', now)).toMatchObject({
      kind: 'valid',
      claims: { conv: 'c', user: 'ines' },
    });
    expect(signer.read(token, 'conversation', new Date(now.getTime() + 59_999))).toMatchObject({
      kind: 'valid',
    });
    expect(signer.read(token, 'conversation', new Date(now.getTime() + 60_000))).toEqual({ kind: 'expired' });
  });

  it('is good for its own use only, and only with its own secret', () => {
    const token = signer.sign({ use: 'stream', conv: 'c' }, now, 60);
    expect(signer.read(token, 'conversation', now)).toEqual({ kind: 'unknown' });
    expect(createTokenSigner(randomBytes(32)).read(token, 'stream', now)).toEqual({ kind: 'unknown' });
  });

  it('is worth nothing once any character was changed', () => {
    const token = signer.sign({ use: 'conversation', conv: 'c', user: 'ines' }, now, 60);
    fc.assert(
      fc.property(fc.nat(token.length - 2), fc.constantFrom('A', 'b', '0', '.', '-'), (at, character) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(signer.read(changed, 'conversation', now).kind).toBe('unknown');
      }),
    );
  });

  it('is unknown when it is anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => expect(signer.read(text, 'stream', now).kind).toBe('unknown')),
    );
  });

  it('is compared like a secret', () => {
    expect(sameSecret('a', 'a')).toBe(true);
    expect(sameSecret('a', 'ab')).toBe(false);
    expect(sameSecret('', 'a')).toBe(false);
  });
});
