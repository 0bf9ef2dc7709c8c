import { describe, expect, it } from '@jest/globals';
import { appraisalDirections } from './directions.js';

describe('The directions that vectors are shortened along', () => {
  const { size, shorten } = appraisalDirections();
  const axis = (at: number, length = 1): Float32Array =>
    Float32Array.from({ length: size }, (_, i) => (i === at ? length : 0));
  const minus = (one: number[], other: number[]): number[] =>
    one.map((value, at) => value - (other[at] as number));

  it('are for vectors of the sentence encoder', () => {
    expect(size).toBe(512);
    expect(shorten('word', axis(0))).toHaveLength(24);
    expect(shorten('sentence', axis(0))).toHaveLength(16);
  });

  it('take a mean off and are linear beside it', () => {
    const nothing = shorten('word', axis(0, 0));
    const once = minus(shorten('word', axis(7)), nothing);
    const twice = minus(shorten('word', axis(7, 2)), nothing);
    for (const [at, value] of once.entries()) expect(twice[at]).toBeCloseTo(2 * value, 5);
  });

  it('keep no more than the length of what is shortened', () => {
    for (const kind of ['word', 'sentence'] as const) {
      const [there, nothing] = [shorten(kind, axis(100)), shorten(kind, axis(100, 0))];
      expect(Math.hypot(...minus(there, nothing))).toBeLessThanOrEqual(1.001);
    }
  });
});
