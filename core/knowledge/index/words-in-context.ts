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
    let total = 0;
    for (let word = 0; word < question.length; word += SIZE) {
      let best = -SCALE;
      for (let row = 0; row < rows.length; row += SIZE) {
        let sum = 0;
        for (let at = 0; at < SIZE; at += 1)
          sum += (question[word + at] as number) * (rows[row + at] as number);
        if (sum > best) best = sum;
      }
      total += best / SCALE;
    }
    return total / (question.length / SIZE);
  }
}
