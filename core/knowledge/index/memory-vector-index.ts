import { FloatRows } from '../simd/float-rows.js';
import { type VectorEntry, type VectorHit, type VectorIndex, dot } from './vector-index.js';

/** Exact cosine over one growing block of memory: `dimensions` x 4 bytes a vector; `dimensions` is a multiple of four. */
export class MemoryVectorIndex implements VectorIndex {
  private readonly vectors: FloatRows;
  private readonly rows = new Map<string, number>();
  private readonly ids: string[] = [];

  constructor(dimensions: number) {
    this.vectors = new FloatRows(dimensions);
  }

  put(entries: VectorEntry[]): Promise<void> {
    for (const { id, vector } of entries) this.vectors.set(this.rows.get(id) ?? this.newRow(id), vector);
    return Promise.resolve();
  }

  remove(ids: string[]): Promise<void> {
    for (const id of ids) this.removeRow(id);
    return Promise.resolve();
  }

  search(
    vector: Float32Array,
    k: number,
    accept: (id: string) => boolean = () => true,
  ): Promise<VectorHit[]> {
    const scores = this.vectors.products(vector, this.ids.length);
    // Mostly all may be read, and then only those that are given need to be asked for.
    const nearest = this.nearest(scores, k, () => true);
    return Promise.resolve(nearest.every(({ id }) => accept(id)) ? nearest : this.nearest(scores, k, accept));
  }

  private nearest(scores: Float64Array, k: number, accept: (id: string) => boolean): VectorHit[] {
    const best: VectorHit[] = [];
    let floor = -Infinity;
    for (let row = 0; row < scores.length; row += 1) {
      const score = scores[row] as number;
      if (score <= floor) continue;
      const id = this.ids[row] as string;
      if (!accept(id)) continue;
      best.push({ id, score });
      if (best.length >= k * 2) {
        best.sort(byScore).length = k;
        floor = best[k - 1]?.score ?? -Infinity;
      }
    }
    return best.sort(byScore).slice(0, k);
  }

  similarities(vector: Float32Array, ids: string[]): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const id of ids) {
      const row = this.rows.get(id);
      if (row !== undefined) found.set(id, dot(vector, this.vectors.row(row)));
    }
    return Promise.resolve(found);
  }

  count(): Promise<number> {
    return Promise.resolve(this.ids.length);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private newRow(id: string): number {
    const row = this.ids.push(id) - 1;
    this.rows.set(id, row);
    return row;
  }

  /** The last row takes the place of the removed one. */
  private removeRow(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    const last = this.ids.length - 1;
    const moved = this.ids[last] as string;
    this.vectors.copy(last, row);
    this.ids[row] = moved;
    this.rows.set(moved, row);
    this.ids.pop();
    this.rows.delete(id);
  }
}

const byScore = (a: VectorHit, b: VectorHit): number => b.score - a.score || (a.id < b.id ? -1 : 1);
