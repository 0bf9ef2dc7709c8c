export interface VectorEntry {
  id: string;
  vector: Float32Array;
}

export interface VectorHit {
  id: string;
  /** Cosine. */
  score: number;
}

/**
 * Unit vectors by id. Two implementations pass one contract suite: in process (exact) and Chroma
 * (`storage/vectors/chroma-vector-index.ts`). One index holds vectors of one encoder only.
 */
export interface VectorIndex {
  /** Adds or replaces. */
  put(entries: VectorEntry[]): Promise<void>;
  remove(ids: string[]): Promise<void>;
  /**
   * The nearest entries, best first.
   * @param accept leaves entries out before they are counted, so that `k` others are still found.
   */
  search(vector: Float32Array, k: number, accept?: (id: string) => boolean): Promise<VectorHit[]>;
  /** Cosines of named entries; absent ones are left out. */
  similarities(vector: Float32Array, ids: string[]): Promise<Map<string, number>>;
  count(): Promise<number>;
  close(): Promise<void>;
}

/** Inner product of a vector with the row of a block that starts at `offset`; the length is a multiple of four. */
export function dot(a: Float32Array, block: Float32Array, offset = 0): number {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  for (let at = 0; at < a.length; at += 4) {
    const there = offset + at;
    one += (a[at] as number) * (block[there] as number);
    two += (a[at + 1] as number) * (block[there + 1] as number);
    three += (a[at + 2] as number) * (block[there + 2] as number);
    four += (a[at + 3] as number) * (block[there + 3] as number);
  }
  return one + two + three + four;
}
