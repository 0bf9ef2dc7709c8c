import {
  ADD,
  type Code,
  constant,
  createRoutine,
  load,
  loadSplat,
  loop,
  simd,
  store,
  TIMES,
  ZERO,
} from './assembler.js';

/** Rows and columns of the result that are made at once (`integer-matrices.mjs` fills matrices up to them). */
const [ROWS, COLUMNS] = [4, 8];
const PAIRS_A_ROUND = 4;
const DOT = simd(186);
const ADD_INTEGERS = simd(174);
const TO_FLOATS = simd(250);
const [ADD_FLOATS, TIMES_FLOATS] = [simd(228), simd(230)];
const RANGE = [0, 1, 2, 3];
const HALVES = [0, 1];

const { get, set, step, isLess, assemble } = createRoutine(
  ['a', 'b', 'out', 'rowScale', 'columnScale', 'bias', 'rows', 'inner', 'columns', 'outStride'],
  ['i', 'j', 'left', 'strideA', 'pb', 'columnB', 'a0', 'a1', 'a2', 'a3', 'target'],
  ['b0', 'b1', 's', 'c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'],
);

/** Two columns' worth of one row, for one pair of inner places. */
const accumulate = (row: number, pair: number): Code => [
  get(`a${row}`),
  loadSplat(pair * 4),
  set('s'),
  HALVES.map((half) => {
    const sum = `c${row * 2 + half}`;
    return [get(sum), get('s'), get(`b${half}`), DOT, ADD_INTEGERS, set(sum)];
  }),
];

const innerLoop = loop(
  RANGE.map((pair) => [
    HALVES.map((half) => [get('pb'), load(pair * 32 + half * 16), set(`b${half}`)]),
    RANGE.map((row) => accumulate(row, pair)),
  ]),
  RANGE.map((row) => step(`a${row}`, constant(PAIRS_A_ROUND * 4))),
  step('pb', constant(PAIRS_A_ROUND * 32)),
  step('left', constant(-PAIRS_A_ROUND)),
  get('left'),
);

/** The place of the first of four floats that stand at an index. */
const at = (name: string, index: string): Code => [get(name), get(index), constant(4), TIMES, ADD];

/** out = integers * scale of the row * scale of the column + bias of the column */
const storeRow = (row: number): Code => [
  HALVES.map((half) => [
    [get('target'), get(`c${row * 2 + half}`), TO_FLOATS],
    [at('rowScale', 'i'), loadSplat(row * 4), TIMES_FLOATS],
    [at('columnScale', 'j'), load(half * 16), TIMES_FLOATS],
    [at('bias', 'j'), load(half * 16), ADD_FLOATS],
    store(half * 16),
  ]),
  step('target', get('outStride')),
];

const rowLoop = loop(
  [get('a'), get('i'), get('strideA'), TIMES, ADD, set('a0')],
  [1, 2, 3].map((row) => [get(`a${row - 1}`), get('strideA'), ADD, set(`a${row}`)]),
  [get('columnB'), set('pb')],
  Array.from({ length: RANGE.length * 2 }, (_, sum) => [ZERO, set(`c${sum}`)]),
  [get('inner'), constant(2), 0x6d, set('left')],
  innerLoop,
  [get('out'), get('i'), get('outStride'), TIMES, ADD, get('j'), constant(4), TIMES, ADD, set('target')],
  RANGE.map(storeRow),
  step('i', constant(ROWS)),
  isLess('i', 'rows'),
);

/**
 * Products of 16-bit integer matrices in WebAssembly SIMD, which every processor multiplies twice as fast as floats: a
 * module, as threads have to be given it.
 */
export const assembleIntegerProducts = (): WebAssembly.Module =>
  assemble([
    [get('inner'), constant(2), TIMES, set('strideA')],
    [get('b'), set('columnB')],
    loop(
      [constant(0), set('i')],
      rowLoop,
      step('columnB', [get('inner'), constant(COLUMNS * 2), TIMES]),
      step('j', constant(COLUMNS)),
      isLess('j', 'columns'),
    ),
  ]);
