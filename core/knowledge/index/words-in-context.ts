import { NearestRows } from '../simd/nearest-rows.js';

const SCALE = 127;

/**
 * Short vectors of the pieces of words, each as it is meant in its passage, in a byte a dimension: whether a passage has
 * something for each word of a question (late interaction; Khattab and Zaharia, ColBERT, 2020).
 */
export class WordsInContext {
  private readonly rows = new Map<string, Int8Array>();
  private nearest: NearestRows | undefined;

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
    this.nearest ??= new NearestRows();
    const products = this.nearest.largest(question, rows);
    return products.reduce((total, product) => total + product / SCALE, 0) / products.length;
  }
}
