import { ADD, constant, createRoutine, load, loadHalf, loop, simd, storeDouble, ZERO } from './assembler.js';

/** Numbers of a row that are multiplied in one round; rows are filled up with zeros. */
const ROUND = 8;
/** Rows that are multiplied at once. */
const TOGETHER = 4;
const FIRST_ROWS = 64;
const PAGE = 65_536;
const [FLOAT, DOUBLE] = [4, 8];

const padded = (size: number, to: number): number => Math.ceil(size / to) * to;

let assembled: WebAssembly.Module | undefined;

/** Inner products of one vector of doubles with many rows of floats, as exact as JavaScript's own. */
function assembleProducts(): WebAssembly.Module {
  const TO_DOUBLES = simd(95);
  const [ADD_DOUBLES, TIMES_DOUBLES] = [simd(240), simd(242)];
  const lane = (at: number): number[] => [...simd(33), at];
  const each = [0, 1, 2, 3];
  const { get, set, step, isLess, assemble } = createRoutine(
    ['vector', 'rows', 'out', 'stride', 'width', 'count'],
    ['row', 'at', 'asked', ...each.map((row) => `row${row}`)],
    ['v', ...each.flatMap((row) => [`even${row}`, `odd${row}`])],
  );
  const pairs = Array.from({ length: ROUND / 2 }, (_, pair) => [
    [get('asked'), load(pair * 2 * DOUBLE), set('v')],
    each.map((row) => {
      const sum = `${pair % 2 === 0 ? 'even' : 'odd'}${row}`;
      const there = [get(`row${row}`), loadHalf(pair * 2 * FLOAT), TO_DOUBLES];
      return [get(sum), get('v'), there, TIMES_DOUBLES, ADD_DOUBLES, set(sum)];
    }),
  ]);
  const round = loop(
    pairs,
    each.map((row) => step(`row${row}`, constant(ROUND * FLOAT))),
    step('asked', constant(ROUND * DOUBLE)),
    step('at', constant(ROUND)),
    isLess('at', 'width'),
  );
  const total = (row: number) => [
    [get(`even${row}`), get(`odd${row}`), ADD_DOUBLES, set('v')],
    [get('out'), get('v'), lane(0), get('v'), lane(1), 0xa0, storeDouble(row * DOUBLE)],
  ];
  return assemble(
    loop(
      [get('rows'), set('row0')],
      [1, 2, 3].map((row) => [get(`row${row - 1}`), get('stride'), ADD, set(`row${row}`)]),
      each.map((row) => [ZERO, set(`even${row}`), ZERO, set(`odd${row}`)]),
      [get('vector'), set('asked'), constant(0), set('at')],
      round,
      each.map(total),
      [get('row3'), set('rows')],
      step('out', constant(TOGETHER * DOUBLE)),
      step('row', constant(TOGETHER)),
      isLess('row', 'count'),
    ),
  );
}

type Products = (
  vector: number,
  rows: number,
  out: number,
  stride: number,
  width: number,
  count: number,
) => void;

/**
 * Rows of floats in a memory that grows, compared with a vector all at once in WebAssembly SIMD. The memory holds the
 * vector, the rows, and after them their products.
 */
export class FloatRows {
  private readonly width: number;
  private readonly rowsAt: number;
  private readonly memory = new WebAssembly.Memory({ initial: 1 });
  private readonly run: Products;
  private capacity = 0;
  private floats = new Float32Array();

  constructor(private readonly dimensions: number) {
    this.width = padded(dimensions, ROUND);
    this.rowsAt = this.width * DOUBLE;
    assembled ??= assembleProducts();
    const { exports } = new WebAssembly.Instance(assembled, { own: { memory: this.memory } });
    this.run = exports['run'] as Products;
    this.makeRoom(FIRST_ROWS);
  }

  set(row: number, vector: Float32Array): void {
    if (row >= this.capacity) this.makeRoom(Math.max(row + 1, this.capacity * 2));
    this.floats.set(vector.subarray(0, this.dimensions), row * this.width);
  }

  copy(from: number, to: number): void {
    this.floats.copyWithin(to * this.width, from * this.width, (from + 1) * this.width);
  }

  /** The numbers of a row, until a row is set again. */
  row(row: number): Float32Array {
    return this.floats.subarray(row * this.width, row * this.width + this.dimensions);
  }

  /** Inner product of the vector with each of the first `count` rows, until the next call. */
  products(vector: Float32Array, count: number): Float64Array {
    const asked = new Float64Array(this.memory.buffer, 0, this.width);
    asked.set(vector);
    asked.fill(0, vector.length);
    const out = this.rowsAt + this.floats.byteLength;
    if (count > 0) this.run(0, this.rowsAt, out, this.width * FLOAT, this.width, padded(count, TOGETHER));
    return new Float64Array(this.memory.buffer, out, count);
  }

  /** A grown memory has another buffer, so that what looked at the old one is made anew. */
  private makeRoom(rows: number): void {
    const [before, products] = [this.capacity * this.width, (this.capacity * DOUBLE) / FLOAT];
    this.capacity = padded(rows, TOGETHER);
    const bytes = this.rowsAt + this.capacity * (this.width * FLOAT + DOUBLE);
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.memory.grow(missing);
    this.floats = new Float32Array(this.memory.buffer, this.rowsAt, this.capacity * this.width);
    // where products stood come rows, whose unused ends are zeros
    this.floats.fill(0, before, before + products);
  }
}
