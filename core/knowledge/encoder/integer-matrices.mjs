/** The largest magnitude of an entry: 1,536 products of two such entries still fit into 32 bits. */
export const LARGEST = 1_023;
/** Rows come in multiples of this, columns and the inner dimension in multiples of `COLUMNS`. */
export const ROWS = 4;
export const COLUMNS = 8;

const PAGE = 65_536;

/**
 * Memory that 16-bit integer matrices lie in, and what multiplies them. All places are byte offsets from `reserve`.
 * @param products the module of `simd/integer-products.ts`.
 */
export function createIntegerMatrices(products, bytes) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) + 1 });
  const { run: multiply } = new WebAssembly.Instance(products, { own: { memory } }).exports;
  let used = 16;
  return {
    buffer: memory.buffer,
    /** Takes a piece of the memory, for good. */
    reserve(size) {
      const at = used;
      used += Math.ceil(size / 16) * 16;
      if (used > memory.buffer.byteLength) throw new RangeError('The matrices need more memory.');
      return at;
    },
    multiply,
  };
}

/** Where entry (inner, column) of the right-hand matrix lies: eight columns together, two inner places side by side. */
export const packedPlace = (inner, column, innerSize) =>
  ((column >> 3) * innerSize + (inner & ~1)) * COLUMNS + (column & 7) * 2 + (inner & 1);
