/** Numbers of one vector (`WORD_DIMENSIONS` of the encoder's directions). */
const SIZE = 64;
const SCALE = 127;

/**
 * Short vectors of the pieces of words, each as it is meant in its passage, in a byte a dimension: whether a passage has
 * something for each word of a question (late interaction; Khattab and Zaharia, ColBERT, 2020).
 */
export class WordsInContext {
  private readonly rows = new Map<string, Int8Array>();

  /** @param vectors one after the other, of unit length or zero. */
  set(passageId: string, vectors: Float32Array): void {
    this.rows.set(
      passageId,
      Int8Array.from(vectors, (value) => Math.round(value * SCALE)),
    );
  }

  delete(passageId: string): void {
    this.rows.delete(passageId);
  }

  /** Mean over the question's vectors of the cosine of the passage's nearest one; nothing where either has none. */
  cosine(passageId: string, question: Float32Array): number | undefined {
    const rows = this.rows.get(passageId);
    if (!rows || rows.length === 0 || question.length === 0) return undefined;
    const asked = Float64Array.from(question);
    const best = new Float64Array(question.length / SIZE).fill(-SCALE);
    const row = new Float64Array(SIZE);
    for (let start = 0; start < rows.length; start += SIZE) {
      for (let at = 0; at < SIZE; at += 1) row[at] = rows[start + at] as number;
      for (let word = 0; word < best.length; word += 1) {
        const product = productOf(asked, word * SIZE, row);
        if (product > (best[word] as number)) best[word] = product;
      }
    }
    return best.reduce((total, product) => total + product / SCALE, 0) / best.length;
  }
}

/** Four sums side by side, which a processor adds up at once. */
function productOf(asked: Float64Array, offset: number, row: Float64Array): number {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  for (let at = 0; at < SIZE; at += 4) {
    const there = offset + at;
    one += (asked[there] as number) * (row[at] as number);
    two += (asked[there + 1] as number) * (row[at + 1] as number);
    three += (asked[there + 2] as number) * (row[at + 2] as number);
    four += (asked[there + 3] as number) * (row[at + 3] as number);
  }
  return one + two + three + four;
}
