/**
 * The Universal Sentence Encoder lite (Cer et al., 2018; weights by npm, Apache-2.0) computed with integer matrices: two
 * transformer layers over word pieces, their mean, one dense layer. The graph that comes with the weights says what is
 * computed; it agrees with it to about three digits of the cosine's distance from one (see its test) in a fifth of
 * the time.
 */
import { COLUMNS, createIntegerMatrices, LARGEST, packedPlace, ROWS } from './integer-matrices.mjs';

/** Word pieces that the model reads of a text. */
export const LONGEST = 128;
const HEADS = 4;
const EPSILON = 1e-6;
const MEMORY = 24 * 1024 * 1024;
/** Rows of the head at once: a text and its sentences. */
const MOST_ROWS = 128;
const WIDEST = 1_536;
/** Numbers of a piece before and after the first layer. */
const NARROW = 256;
const WIDE = 512;
/** Makes what is cut off positive, so that cutting is rounding: several times faster than Math.round. */
const SHIFT = LARGEST + 1.5;

const APPLIED = 'module_apply_default/Encoder_en/';
const STACK = `${APPLIED}KonaTransformer/Encode/`;

const rounded = (value) => ((value + SHIFT) | 0) - LARGEST - 1;
const padded = (size, to) => Math.ceil(size / to) * to;

/**
 * @param products the module that multiplies (`simd/integer-products.ts`).
 * @param weight finds the model's numbers by name; what is needed of them is copied.
 */
export function createSentenceModel(products, weight) {
  const matrices = createIntegerMatrices(products, MEMORY);
  const { buffer, reserve, multiply } = matrices;
  const floats = (size) => {
    const at = reserve(size * 4);
    return { at, values: new Float32Array(buffer, at, size) };
  };
  const integers = (size) => {
    const at = reserve(size * 2);
    return { at, values: new Int16Array(buffer, at, size) };
  };

  const left = integers(MOST_ROWS * WIDEST);
  const rowScale = floats(MOST_ROWS);
  const right = integers(LONGEST * WIDEST);
  const rightScale = floats(WIDEST);
  const noBias = floats(WIDEST);
  const layers = { in: floats(MOST_ROWS * WIDEST), out: floats(MOST_ROWS * WIDEST) };
  const scores = floats(LONGEST * LONGEST);
  const input = floats(LONGEST * NARROW).values;
  const normal = floats(LONGEST * WIDE).values;
  const means = floats(MOST_ROWS * WIDE).values;
  /** The vectors of the last texts; it grows to what the longest need. */
  let block = new Float32Array();

  /** Numbers that are read at each text, in memory that goes back as a whole. */
  const keep = (name) => {
    const values = weight(name);
    const copy = floats(values.length).values;
    copy.set(values);
    return copy;
  };

  /** A right-hand matrix that stays: each column on a scale of its own. */
  const packed = (values, inner, columns, biasValues) => {
    const place = integers(inner * columns);
    const scale = floats(columns);
    const bias = floats(columns);
    for (let column = 0; column < columns; column += 1) {
      let largest = 0;
      for (let at = 0; at < inner; at += 1)
        largest = Math.max(largest, Math.abs(values[at * columns + column]));
      scale.values[column] = largest / LARGEST || 1;
      for (let at = 0; at < inner; at += 1) {
        place.values[packedPlace(at, column, inner)] = Math.round(
          values[at * columns + column] / scale.values[column],
        );
      }
    }
    bias.values.set(biasValues);
    return { at: place.at, scale: scale.at, bias: bias.at, inner, columns };
  };

  /** Brings rows of floats into the left-hand matrix, each row on a scale of its own. */
  const takeRows = (source, rows, size, { stride = size, offset = 0, inner = size } = {}) => {
    const target = left.values;
    for (let row = 0; row < rows; row += 1) {
      const from = row * stride + offset;
      const to = row * inner;
      let largest = 0;
      for (let at = 0; at < size; at += 1) {
        const magnitude = Math.abs(source[from + at]);
        if (magnitude > largest) largest = magnitude;
      }
      const factor = largest > 0 ? LARGEST / largest : 0;
      rowScale.values[row] = largest / LARGEST;
      for (let at = 0; at < size; at += 1) target[to + at] = rounded(source[from + at] * factor);
      if (inner > size) target.fill(0, to + size, to + inner);
    }
  };
  const product = ({ at, scale, bias, inner, columns }, rows, out, stride) =>
    multiply(left.at, at, out, rowScale.at, scale, bias, padded(rows, ROWS), inner, columns, stride * 4);

  const readLayer = (layer, width, inWidth, residualKernel) => {
    const own = `${STACK}Layer_${layer}/TransformerLayer/`;
    const head = `module/Encoder_en/KonaTransformer/Encode/Layer_${layer}/TransformerLayer/MultiheadAttention/`;
    const dense = (name, values, inner, columns) =>
      packed(weight(values), inner, columns, weight(`${own}${name}/bias/ConcatPartitions/concat`));
    const norm = (name) => ({
      scale: keep(`${own}${name}layer_prepostprocess/layer_norm/layer_norm_scale/ConcatPartitions/concat`),
      bias: keep(`${own}${name}layer_prepostprocess/layer_norm/layer_norm_bias/ConcatPartitions/concat`),
    });
    const forward = (at) =>
      `${STACK}TransformerStack/Layer_${layer}/TransformerLayer/FFN/conv${at}/Tensordot/Reshape_1`;
    return {
      inWidth,
      sum: floats(LONGEST * width).values,
      before: norm(''),
      queries: dense(
        'MultiheadAttention/qkv_transform_single',
        `${head}qkv_transform_single/kernel/part_0`,
        inWidth,
        inWidth * 3,
      ),
      output: dense(
        'MultiheadAttention/output_transform_single',
        `${head}output_transform_single/kernel/part_0`,
        inWidth,
        width,
      ),
      between: norm('FFN/'),
      widen: dense('FFN/conv1', forward(1), width, WIDEST),
      narrow: dense('FFN/conv2', forward(2), WIDEST, width),
      ...(residualKernel ? { residual: dense('dense', residualKernel, inWidth, width) } : {}),
    };
  };
  const embeddings = keep('module/Embeddings_en');
  const first = readLayer(
    0,
    WIDE,
    NARROW,
    `${STACK}Layer_0/TransformerLayer/dense/kernel/ConcatPartitions/concat`,
  );
  const second = readLayer(1, WIDE, WIDE, undefined);
  const finalLayer = packed(
    weight('module/Encoder_en/hidden_layers/tanh_layer_0/weights'),
    WIDE,
    WIDE,
    weight('module/Encoder_en/hidden_layers/tanh_layer_0/bias'),
  );
  const steps = weight(`${STACK}TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`);

  /** The waves that tell a piece's place. */
  const waves = new Float64Array(LONGEST * NARROW);
  for (let at = 0; at < waves.length; at += 1) {
    const wave = at % NARROW;
    const angle = Math.floor(at / NARROW) * steps[wave % (NARROW / 2)];
    waves[at] = wave < NARROW / 2 ? Math.sin(angle) : Math.cos(angle);
  }

  /** Twice the piece's vector and its waves, as the graph has it, of all texts one after the other. */
  function read(texts) {
    let to = 0;
    for (const { pieces } of texts) {
      for (let at = 0; at < pieces.length; at += 1) {
        const from = pieces[at] * NARROW;
        for (let wave = 0; wave < NARROW; wave += 1)
          input[to + wave] = 2 * embeddings[from + wave] + waves[at * NARROW + wave];
        to += NARROW;
      }
    }
    return input;
  }

  function normalised(values, rows, width, { scale, bias }) {
    for (let row = 0; row < rows; row += 1) {
      const from = row * width;
      let sum = 0;
      for (let at = 0; at < width; at += 1) sum += values[from + at];
      const mean = sum / width;
      let squares = 0;
      for (let at = 0; at < width; at += 1) squares += (values[from + at] - mean) ** 2;
      const factor = 1 / Math.sqrt(squares / width + EPSILON);
      for (let at = 0; at < width; at += 1)
        normal[from + at] = (values[from + at] - mean) * factor * scale[at] + bias[at];
    }
    return normal;
  }

  function softmax(values, rows, count, stride) {
    for (let row = 0; row < rows; row += 1) {
      const from = row * stride;
      let largest = -Infinity;
      for (let at = 0; at < count; at += 1) if (values[from + at] > largest) largest = values[from + at];
      let sum = 0;
      for (let at = 0; at < count; at += 1) {
        const power = Math.exp(values[from + at] - largest);
        values[from + at] = power;
        sum += power;
      }
      for (let at = 0; at < count; at += 1) values[from + at] /= sum;
    }
  }

  /**
   * A right-hand matrix for one product: its columns on one scale.
   * @param strides how far entries of neighbouring inner places, and of neighbouring columns, stand apart in `source`.
   */
  function packOnce(source, start, [inner, columns], [innerStride, columnStride], innerSize) {
    let largest = 0;
    for (let column = 0; column < columns; column += 1) {
      let from = start + column * columnStride;
      for (let at = 0; at < inner; at += 1) {
        const magnitude = Math.abs(source[from]);
        if (magnitude > largest) largest = magnitude;
        from += innerStride;
      }
    }
    const factor = largest > 0 ? LARGEST / largest : 0;
    const columnSize = padded(columns, COLUMNS);
    const target = right.values;
    if (innerSize > inner || columnSize > columns) target.fill(0, 0, innerSize * columnSize);
    for (let column = 0; column < columns; column += 1) {
      let from = start + column * columnStride;
      for (let at = 0; at < inner; at += 1) {
        target[packedPlace(at, column, innerSize)] = rounded(source[from] * factor);
        from += innerStride;
      }
    }
    rightScale.values.fill(largest / LARGEST, 0, columnSize);
    return { at: right.at, scale: rightScale.at, bias: noBias.at, inner: innerSize, columns: columnSize };
  }

  /**
   * Attention of every piece to every piece of its text, into `layers.out`; `mixed` holds queries, keys and values side by
   * side. What is written beyond a text's rows, to fill up, the next text overwrites.
   */
  function attend(mixed, texts, width) {
    const size = width / HEADS;
    const stride = width * 3;
    const factor = 1 / Math.sqrt(size);
    let first = 0;
    for (const { pieces } of texts) {
      const rows = pieces.length;
      if (rows === 0) continue;
      const start = first * stride;
      const inner = padded(rows, COLUMNS);
      for (let query = 0; query < width; query += size) {
        takeRows(mixed, rows, size, { stride, offset: start + query });
        const keys = packOnce(mixed, start + width + query, [size, rows], [1, stride], size);
        product(keys, rows, scores.at, keys.columns);
        for (let at = 0; at < rows * keys.columns; at += 1) scores.values[at] *= factor;
        softmax(scores.values, rows, rows, keys.columns);
        takeRows(scores.values, rows, rows, { stride: keys.columns, inner });
        const values = packOnce(mixed, start + 2 * width + query, [rows, size], [stride, 1], inner);
        product(values, rows, layers.out.at + (first * width + query) * 4, width);
      }
      first += rows;
    }
  }

  function applyLayer(values, texts, rows, layer) {
    const { inWidth, sum, before, queries, output, between, widen, narrow: back, residual } = layer;
    takeRows(normalised(values, rows, inWidth, before), rows, inWidth);
    product(queries, rows, layers.in.at, queries.columns);
    attend(layers.in.values, texts, inWidth);
    takeRows(layers.out.values, rows, inWidth);
    product(output, rows, layers.in.at, WIDE);
    sum.set(layers.in.values.subarray(0, rows * WIDE));
    let kept = values;
    if (residual) {
      takeRows(values, rows, inWidth);
      product(residual, rows, layers.out.at, WIDE);
      kept = layers.out.values;
    }
    for (let at = 0; at < rows * WIDE; at += 1) sum[at] += kept[at];
    takeRows(normalised(sum, rows, WIDE, between), rows, WIDE);
    product(widen, rows, layers.in.at, WIDEST);
    const hidden = layers.in.values;
    for (let at = 0; at < rows * WIDEST; at += 1) if (hidden[at] < 0) hidden[at] = 0;
    takeRows(hidden, rows, WIDEST);
    product(back, rows, layers.out.at, WIDE);
    for (let at = 0; at < rows * WIDE; at += 1) sum[at] += layers.out.values[at];
    return sum;
  }

  /**
   * The vectors of spans of pieces, each read in the light of all pieces of its text; unit length, zero for an empty span.
   * They stand in memory that the next call uses again.
   * @param texts which have no more pieces than `LONGEST` together.
   */
  return function encode(texts) {
    const rows = texts.reduce((sum, { pieces }) => sum + pieces.length, 0);
    const spans = absolute(texts);
    if (block.length < spans.length * WIDE) block = new Float32Array(spans.length * WIDE);
    else block.fill(0, 0, spans.length * WIDE);
    if (rows === 0) return split(texts);
    const states = applyLayer(applyLayer(read(texts), texts, rows, first), texts, rows, second);
    for (let from = 0; from < spans.length; from += MOST_ROWS) {
      const some = spans.slice(from, from + MOST_ROWS);
      means.fill(0, 0, some.length * WIDE);
      for (const [row, [start, end]] of some.entries()) {
        for (let piece = start; piece < end; piece += 1) {
          for (let at = 0; at < WIDE; at += 1)
            means[row * WIDE + at] += states[piece * WIDE + at] / (end - start);
        }
      }
      takeRows(means, some.length, WIDE);
      product(finalLayer, some.length, layers.out.at, WIDE);
      for (const [row, [start, end]] of some.entries()) {
        if (end <= start) continue;
        let squares = 0;
        const own = layers.out.values.subarray(row * WIDE, (row + 1) * WIDE);
        for (let at = 0; at < WIDE; at += 1) {
          own[at] = Math.tanh(own[at]);
          squares += own[at] ** 2;
        }
        const length = Math.sqrt(squares) || 1;
        for (let at = 0; at < WIDE; at += 1) block[(from + row) * WIDE + at] = own[at] / length;
      }
    }
    return split(texts);
  };

  /** Spans of all texts, counted from the first piece of the first. */
  function absolute(texts) {
    let before = 0;
    return texts.flatMap(({ pieces, spans }) => {
      const own = spans.map(([start, end]) => [start + before, end + before]);
      before += pieces.length;
      return own;
    });
  }

  /** Each text's own vectors. */
  function split(texts) {
    let from = 0;
    return texts.map(({ spans }) => {
      const own = block.subarray(from, from + spans.length * WIDE);
      from += own.length;
      return own;
    });
  }
}
