const SCALE = 127;

/**
 * Vectors of the sentences of passages, in a byte a dimension: a passage says what it is about, a sentence what it
 * answers. They refine the ranking; a passage without them is ranked by its own vector.
 */
export class SentenceVectors {
  private readonly rows = new Map<string, Int8Array>();
  private readonly lengths = new Map<string, number[]>();

  /** @param vectors the sentences' vectors one after the other, of unit length or zero. */
  set(passageId: string, vectors: Float32Array): void {
    const rows = new Int8Array(vectors.length);
    for (let at = 0; at < vectors.length; at += 1) rows[at] = Math.round((vectors[at] as number) * SCALE);
    this.rows.set(passageId, rows);
    this.lengths.delete(passageId);
  }

  delete(passageId: string): void {
    this.rows.delete(passageId);
    this.lengths.delete(passageId);
  }

  /** The vector of one sentence, of about unit length. */
  vector(passageId: string, sentence: number, size: number): Float32Array | undefined {
    const rows = this.rows.get(passageId);
    if (!rows || rows.length < (sentence + 1) * size) return undefined;
    return Float32Array.from(rows.subarray(sentence * size, (sentence + 1) * size), (value) => value / SCALE);
  }

  /** Cosine of the first vectors of two passages. */
  between(passageId: string, otherId: string): number | undefined {
    const [one, other] = [this.rows.get(passageId), this.rows.get(otherId)];
    if (!one || !other) return undefined;
    let sum = 0;
    for (let at = 0; at < other.length; at += 1)
      sum = (sum + (one[at] as number) * (other[at] as number)) | 0;
    const length = this.lengthsOf(otherId, other, other.length)[0] as number;
    return length > 0 ? sum / SCALE / length : 0;
  }

  /** Cosine of each sentence of a passage with the question, in order. */
  cosines(passageId: string, question: Float32Array): number[] | undefined {
    const rows = this.rows.get(passageId);
    if (!rows || rows.length === 0) return undefined;
    const size = question.length;
    return this.lengthsOf(passageId, rows, size).map((length, row) =>
      length > 0 ? productOf(question, rows, row * size) / length : 0,
    );
  }

  /** Rounding changes the lengths a little; they are made when a passage is first compared. */
  private lengthsOf(passageId: string, rows: Int8Array, size: number): number[] {
    const known = this.lengths.get(passageId);
    if (known) return known;
    const made = Array.from({ length: rows.length / size }, (_, row) => {
      let squares = 0;
      for (let at = row * size; at < (row + 1) * size; at += 1) squares += (rows[at] as number) ** 2;
      return Math.sqrt(squares);
    });
    this.lengths.set(passageId, made);
    return made;
  }
}

/** The length is a multiple of four. */
function productOf(question: Float32Array, rows: Int8Array, offset: number): number {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  for (let at = 0; at < question.length; at += 4) {
    const there = offset + at;
    one += (question[at] as number) * (rows[there] as number);
    two += (question[at + 1] as number) * (rows[there + 1] as number);
    three += (question[at + 2] as number) * (rows[there + 2] as number);
    four += (question[at + 3] as number) * (rows[there + 3] as number);
  }
  return one + two + three + four;
}
