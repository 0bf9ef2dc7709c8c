import { describe, expect, it } from '@jest/globals';
import { array, assert as holds, integer, property, record } from 'fast-check';
import { NearestRows } from './nearest-rows.js';

const SIZE = 64;
const vectors = (least: number, most: number, largest: number) =>
  array(array(integer({ min: -largest, max: largest }), { minLength: SIZE, maxLength: SIZE }), {
    minLength: least,
    maxLength: most,
    size: 'max',
  }).map((rows) => rows.flat());

const comparison = record({
  asked: vectors(0, 12, 999),
  passages: array(vectors(1, 40, 127), { maxLength: 4 }),
});

function plainly(asked: Float32Array, rows: Int8Array): number[] {
  return Array.from({ length: asked.length / SIZE }, (_, vector) => {
    const own = asked.subarray(vector * SIZE, (vector + 1) * SIZE);
    const products = Array.from({ length: rows.length / SIZE }, (__, row) =>
      own.reduce((sum, value, at) => sum + value * (rows[row * SIZE + at] as number), 0),
    );
    return Math.max(...products);
  });
}

describe('The nearest rows', () => {
  it('are those that plain JavaScript finds, for any number of vectors and rows, one passage after the other', () => {
    const nearest = new NearestRows();
    holds(
      property(comparison, ({ asked, passages }) => {
        const question = Float32Array.from(asked, (value) => value / 1_001);
        for (const passage of passages) {
          const rows = Int8Array.from(passage);
          const expected = plainly(question, rows);
          const found = nearest.largest(question, rows);
          expect(found).toHaveLength(expected.length);
          for (const [at, product] of found.entries()) expect(product).toBeCloseTo(expected[at] as number, 8);
        }
      }),
    );
  });

  it('are found among more than a first memory holds', () => {
    const nearest = new NearestRows();
    const rows = new Int8Array(SIZE * 5_000).fill(1);
    rows.fill(2, SIZE * 4_999);
    expect(nearest.largest(new Float32Array(SIZE * 300).fill(1), rows)).toEqual(
      Array.from({ length: 300 }, () => 2 * SIZE),
    );
  });
});
