const SCALE = 127;

/**
 * Vectors of the sentences of passages, in a byte a dimension: a passage says what it is about, a sentence what it
 * answers. They refine the ranking; a passage without them is ranked by its own vector.
 */
export class SentenceVectors {
  private readonly rows = new Map<string, Int8Array>();

  /** @param vectors the sentences' vectors one after the other, of unit length or zero. */
  set(passageId: string, vectors: Float32Array): void {
    const rows = new Int8Array(vectors.length);
    for (let at = 0; at < vectors.length; at += 1) rows[at] = Math.round((vectors[at] as number) * SCALE);
    this.rows.set(passageId, rows);
  }

  delete(passageId: string): void {
    this.rows.delete(passageId);
  }

  /** The first of the vectors, of any length. */
  vectorOf(passageId: string): Float32Array | undefined {
    const rows = this.rows.get(passageId);
    return rows && Float32Array.from(rows, (value) => value / SCALE);
  }

  /** Cosine of each sentence of a passage with the question, in order. */
  cosines(passageId: string, question: Float32Array): number[] | undefined {
    const rows = this.rows.get(passageId);
    if (!rows || rows.length === 0) return undefined;
    const size = question.length;
    return Array.from({ length: rows.length / size }, (_, row) => cosineOf(question, rows, row * size));
  }
}

function cosineOf(question: Float32Array, rows: Int8Array, offset: number): number {
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < question.length; at += 1) {
    const there = rows[offset + at] as number;
    sum += (question[at] as number) * there;
    squares += there * there;
  }
  return squares > 0 ? sum / Math.sqrt(squares) : 0;
}
