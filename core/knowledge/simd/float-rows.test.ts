import { describe, expect, it } from '@jest/globals';
import { array, assert as holds, constant, integer, oneof, property, record, tuple } from 'fast-check';
import { FloatRows } from './float-rows.js';

const value = integer({ min: -1_000, max: 1_000 }).map((whole) => Math.fround(whole / 997));
const vector = (dimensions: number) =>
  oneof(
    array(value, { minLength: dimensions, maxLength: dimensions }),
    constant(Array.from({ length: dimensions }, () => 0)),
  );

/** What becomes of rows: one set anew or at the end, or one put in the place of another. */
const change = (dimensions: number) =>
  record({
    isCopy: integer({ min: 0, max: 3 }),
    at: integer({ min: 0, max: 999 }),
    to: integer({ min: 0, max: 999 }),
    numbers: vector(dimensions),
  });

const history = integer({ min: 1, max: 70 }).chain((dimensions) =>
  tuple(constant(dimensions), array(change(dimensions), { maxLength: 200, size: 'max' }), vector(dimensions)),
);

describe('Rows of floats', () => {
  it('give the products that plain JavaScript gives, of any width, while rows come, change and the memory grows', () => {
    holds(
      property(history, ([dimensions, changes, asked]) => {
        const rows = new FloatRows(dimensions);
        const plain: number[][] = [];
        for (const { isCopy, at, to, numbers } of changes) {
          const [from, place] = [at % (plain.length + 1), to % (plain.length + 1)];
          if (isCopy === 0 && from < plain.length && place < plain.length) {
            rows.copy(from, place);
            plain[place] = plain[from] as number[];
          } else {
            rows.set(place, Float32Array.from(numbers));
            plain[place] = numbers;
          }
          if (at % 10 === 0) rows.products(Float32Array.from(asked), plain.length);
        }
        const products = [...rows.products(Float32Array.from(asked), plain.length)];
        expect(products).toHaveLength(plain.length);
        for (const [row, numbers] of plain.entries()) {
          const product = numbers.reduce((sum, one, at) => sum + one * (asked[at] as number), 0);
          expect(products[row]).toBeCloseTo(product, 10);
          expect([...rows.row(row)]).toEqual(numbers);
        }
      }),
    );
  });

  it('give nothing for no rows', () => {
    expect(new FloatRows(8).products(new Float32Array(8), 0)).toHaveLength(0);
  });

  it('start small and grow to many rows', () => {
    const rows = new FloatRows(512);
    for (let row = 0; row < 3_000; row += 1) rows.set(row, new Float32Array(512).fill(row));
    const products = rows.products(new Float32Array(512).fill(1), 3_000);
    expect([products[0], products[1], products[64], products[2_999]]).toEqual([
      0,
      512,
      64 * 512,
      2_999 * 512,
    ]);
  });
});
