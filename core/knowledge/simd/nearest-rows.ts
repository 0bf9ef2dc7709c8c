import { type Code, constant, createRoutine, load, loadHalf, loop, simd, store, ZERO } from './assembler.js';

/** Numbers of a vector. */
const SIZE = 64;
const DOUBLE = 8;
const PAGE = 65_536;
/** A row as doubles lies at the beginning of the memory, behind it the largest products and then the vectors. */
const PRODUCTS_AT = SIZE * DOUBLE;

let assembled: WebAssembly.Module | undefined;

/** For each vector of doubles its largest inner product with any of the rows of bytes. */
function assembleNearest(): WebAssembly.Module {
  const [WIDEN_BYTES, WIDEN_LOW, WIDEN_HIGH, TO_DOUBLES] = [simd(135), simd(167), simd(168), simd(254)];
  const [ADD_DOUBLES, TIMES_DOUBLES, LARGER] = [simd(240), simd(242), simd(245)];
  const UPPER_HALF: Code = [...simd(13), ...Array.from({ length: 16 }, (_, at) => (at % 8) + 8)];
  const { get, set, step, isLess, assemble } = createRoutine(
    ['vectors', 'vectorsEnd', 'rows', 'rowsEnd'],
    ['zero', 'vector', 'product'],
    ['v', 'w', 's0', 's1', 's2', 's3'],
  );
  /** Eight bytes of a row, into doubles. */
  const widened = Array.from({ length: SIZE / 8 }, (_, eight) => [
    [get('rows'), loadHalf(eight * 8), WIDEN_BYTES, set('v')],
    [WIDEN_LOW, WIDEN_HIGH].map((widen, half) => {
      const to = (eight * 8 + half * 4) * DOUBLE;
      return [
        [get('v'), widen, set('w')],
        [get('zero'), get('w'), TO_DOUBLES, store(to)],
        [get('zero'), get('w'), get('w'), UPPER_HALF, TO_DOUBLES, store(to + 2 * DOUBLE)],
      ];
    }),
  ]);
  const multiplied = Array.from({ length: SIZE / 2 }, (_, pair) => {
    const sum = `s${pair % 4}`;
    const there = [get('zero'), load(pair * 2 * DOUBLE)];
    return [get(sum), get('vector'), load(pair * 2 * DOUBLE), there, TIMES_DOUBLES, ADD_DOUBLES, set(sum)];
  });
  const added = [
    [get('s0'), get('s1'), ADD_DOUBLES, get('s2'), get('s3'), ADD_DOUBLES, ADD_DOUBLES, set('v')],
    [get('v'), get('v'), get('v'), UPPER_HALF, ADD_DOUBLES, set('v')],
  ];
  const eachVector = loop(
    ['s0', 's1', 's2', 's3'].map((sum) => [ZERO, set(sum)]),
    multiplied,
    added,
    [get('product'), get('product'), load(0), get('v'), LARGER, store(0)],
    step('product', constant(2 * DOUBLE)),
    step('vector', constant(SIZE * DOUBLE)),
    isLess('vector', 'vectorsEnd'),
  );
  return assemble(
    loop(
      widened,
      [get('vectors'), set('vector'), constant(PRODUCTS_AT), set('product')],
      eachVector,
      step('rows', constant(SIZE)),
      isLess('rows', 'rowsEnd'),
    ),
  );
}

type Nearest = (vectors: number, vectorsEnd: number, rows: number, rowsEnd: number) => void;

/** Compares vectors of 64 numbers with rows of bytes, in WebAssembly SIMD and as exactly as JavaScript does. */
export class NearestRows {
  private readonly memory = new WebAssembly.Memory({ initial: 1 });
  private readonly run: Nearest;
  private vectors: Float32Array = new Float32Array();
  private vectorsAt = PRODUCTS_AT;
  private rowsAt = PRODUCTS_AT;

  constructor() {
    assembled ??= assembleNearest();
    const { exports } = new WebAssembly.Instance(assembled, { own: { memory: this.memory } });
    this.run = exports['run'] as Nearest;
  }

  /** For each vector the largest inner product with any row, of which there is one at least; those of bytes, not of fractions. */
  largest(vectors: Float32Array, rows: Int8Array): number[] {
    if (vectors !== this.vectors) this.take(vectors);
    this.makeRoom(this.rowsAt + rows.length);
    new Int8Array(this.memory.buffer, this.rowsAt, rows.length).set(rows);
    const products = new Float64Array(this.memory.buffer, PRODUCTS_AT, (vectors.length / SIZE) * 2);
    products.fill(-Infinity);
    if (vectors.length > 0) this.run(this.vectorsAt, this.rowsAt, this.rowsAt, this.rowsAt + rows.length);
    return Array.from({ length: vectors.length / SIZE }, (_, at) => products[at * 2] as number);
  }

  /** A question's vectors stay for all passages that it is compared with. */
  private take(vectors: Float32Array): void {
    this.vectorsAt = PRODUCTS_AT + (vectors.length / SIZE) * 2 * DOUBLE;
    this.rowsAt = this.vectorsAt + vectors.length * DOUBLE;
    this.makeRoom(this.rowsAt);
    new Float64Array(this.memory.buffer, this.vectorsAt, vectors.length).set(vectors);
    this.vectors = vectors;
  }

  private makeRoom(bytes: number): void {
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.memory.grow(missing);
  }
}
