/**
 * Products of 16-bit integer matrices in WebAssembly SIMD, which every processor multiplies twice as fast as floats. The
 * module is assembled here, instruction by instruction (https://webassembly.github.io/spec/core/binary/), so that
 * neither a compiler nor a binary file is needed.
 */

/** The largest magnitude of an entry: 1,536 products of two such entries still fit into 32 bits. */
export const LARGEST = 1_023;
/** Rows come in multiples of this, columns and the inner dimension in multiples of `COLUMNS`. */
export const ROWS = 4;
export const COLUMNS = 8;

const PAIRS_A_ROUND = 4;
const [I32, V128] = [0x7f, 0x7b];
const PARAMETERS = [
  'a',
  'b',
  'out',
  'rowScale',
  'columnScale',
  'bias',
  'rows',
  'inner',
  'columns',
  'outStride',
];
const INTEGERS = ['i', 'j', 'left', 'strideA', 'pb', 'columnB', 'a0', 'a1', 'a2', 'a3', 'target'];
const VECTORS = ['b0', 'b1', 's', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'];
const LOCALS = new Map([...PARAMETERS, ...INTEGERS, ...VECTORS].map((name, at) => [name, at]));

function unsigned(value) {
  const bytes = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

/** A signed LEB128 constant between 0 and 63, all that is needed. */
const constant = (value) => [0x41, value];
const get = (name) => [0x20, LOCALS.get(name)];
const set = (name) => [0x21, LOCALS.get(name)];
const add = 0x6a;
const times = 0x6c;
const step = (name, by) => [...get(name), ...by, add, ...set(name)];
const simd = (code) => [0xfd, ...unsigned(code)];
const load = (offset) => [...simd(0), 4, ...unsigned(offset)];
const loadSplat = (offset) => [...simd(9), 2, ...unsigned(offset)];
const store = (offset) => [...simd(11), 4, ...unsigned(offset)];
const DOT = simd(186);
const ADD_INTEGERS = simd(174);
const TO_FLOATS = simd(250);
const [ADD_FLOATS, TIMES_FLOATS] = [simd(228), simd(230)];
const ZERO = [...simd(12), ...Array.from({ length: 16 }, () => 0)];
const RANGE = [0, 1, 2, 3];
/** Repeats a body while a condition that it leaves on the stack holds. */
const loop = (...body) => [0x03, 0x40, ...body.flat(Infinity), 0x0d, 0, 0x0b];
const isLess = (name, limit) => [...get(name), ...get(limit), 0x48];

/** Two columns' worth of one row, for one pair of inner places. */
const accumulate = (row, pair) => [
  get(`a${row}`),
  loadSplat(pair * 4),
  set('s'),
  [0, 1].map((half) => [
    get(`c${row * 2 + half}`),
    get('s'),
    get(`b${half}`),
    DOT,
    ADD_INTEGERS,
    set(`c${row * 2 + half}`),
  ]),
];

const innerLoop = loop(
  RANGE.map((pair) => [
    [0, 1].map((half) => [get('pb'), load(pair * 32 + half * 16), set(`b${half}`)]),
    RANGE.map((row) => accumulate(row, pair)),
  ]),
  RANGE.map((row) => step(`a${row}`, constant(PAIRS_A_ROUND * 4))),
  // 128 bytes of b: twice 63 and twice 1, as a constant has seven bits
  [63, 63, 1, 1].map((bytes) => step('pb', constant(bytes))),
  step('left', [0x41, 0x7c]), // minus four
  get('left'),
);

/** out = integers * scale of the row * scale of the column + bias of the column */
const storeRow = (row) => [
  [0, 1].map((half) => [
    get('target'),
    get(`c${row * 2 + half}`),
    TO_FLOATS,
    [get('rowScale'), get('i'), constant(4), times, add, loadSplat(row * 4), TIMES_FLOATS],
    [get('columnScale'), get('j'), constant(4), times, add, load(half * 16), TIMES_FLOATS],
    [get('bias'), get('j'), constant(4), times, add, load(half * 16), ADD_FLOATS],
    store(half * 16),
  ]),
  step('target', get('outStride')),
];

const rowLoop = loop(
  [...get('a'), ...get('i'), ...get('strideA'), times, add, ...set('a0')],
  [1, 2, 3].map((row) => [get(`a${row - 1}`), get('strideA'), add, set(`a${row}`)]),
  [get('columnB'), set('pb')],
  [0, 1, 2, 3, 4, 5, 6, 7].map((at) => [ZERO, set(`c${at}`)]),
  [get('inner'), constant(2), 0x6d, set('left')],
  innerLoop,
  [get('out'), get('i'), get('outStride'), times, add, get('j'), constant(4), times, add, set('target')],
  RANGE.map(storeRow),
  step('i', constant(ROWS)),
  isLess('i', 'rows'),
);

const body = [
  [get('inner'), constant(2), times, set('strideA')],
  [get('b'), set('columnB')],
  loop(
    [constant(0), set('i')],
    rowLoop,
    step('columnB', [...get('inner'), ...constant(16), times]),
    step('j', constant(COLUMNS)),
    isLess('j', 'columns'),
  ),
].flat(Infinity);

function assemble(pages) {
  const text = (value) => [value.length, ...Buffer.from(value)];
  const section = (id, bytes) => [id, ...unsigned(bytes.length), ...bytes];
  const code = [2, INTEGERS.length, I32, VECTORS.length, V128, ...body, 0x0b];
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, PARAMETERS.length, ...PARAMETERS.map(() => I32), 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, [2, ...text('memory'), 2, 0, ...text('multiply'), 0, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ];
  return new WebAssembly.Module(Uint8Array.from(bytes));
}

/** Memory that matrices lie in, and what multiplies them. All places are byte offsets from `reserve`. */
export function createIntegerMatrices(bytes) {
  const { memory, multiply } = new WebAssembly.Instance(assemble(Math.ceil(bytes / 65_536) + 1)).exports;
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
