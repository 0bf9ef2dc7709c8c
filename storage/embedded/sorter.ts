import type { StringOrder } from './compare.js';
import { binaryOrder } from './compare.js';
import { sortKey } from './key.js';
import type { Doc } from './bson.js';
import { Turn } from './scan.js';
import { compareTuples, sortValues, type SortField } from './sort.js';

interface Row<T> {
  item: T;
  key: Buffer | unknown[];
  place: number;
}

/** Rows that are sorted in one go: about a millisecond's work. */
const runLength = 512;
/** As many as are kept by sorting them again with each run; of more, the runs are merged in the end. */
const mostKept = 256;
/** Rows that are merged or copied between two looks at the clock. */
const step = 256;

/** Sorts what is added to it in small steps, so that nobody waits for a long sort; keeps only the first `most`. */
export class Sorter<T> {
  private readonly compare: (left: Row<T>, right: Row<T>) => number;
  private readonly directions: (1 | -1)[];
  private runs: Row<T>[][] = [];
  private run: Row<T>[] = [];
  private added = 0;

  constructor(
    private readonly fields: readonly SortField[],
    private readonly order: StringOrder,
    private readonly most = Infinity,
  ) {
    this.directions = fields.map(({ direction }) => direction);
    this.compare =
      order === binaryOrder
        ? (left, right) => Buffer.compare(left.key as Buffer, right.key as Buffer) || left.place - right.place
        : (left, right) =>
            compareTuples(left.key as unknown[], right.key as unknown[], fields, order) ||
            left.place - right.place;
  }

  add(doc: Doc, item: T): void {
    const values = sortValues(doc, this.fields, this.order);
    this.run.push({
      item,
      key: this.order === binaryOrder ? sortKey(values, this.directions) : values,
      place: this.added,
    });
    this.added += 1;
    if (this.run.length >= runLength) this.endRun();
  }

  private endRun(): void {
    this.run.sort(this.compare);
    if (this.most <= mostKept) this.run.length = Math.min(this.run.length, this.most);
    else {
      this.runs.push(this.run);
      this.run = [];
    }
  }

  /** Everything in order, at once; for few rows. */
  sorted(): T[] {
    const rows = [...this.runs.flat(), ...this.run].sort(this.compare);
    return rows.slice(0, this.most).map(({ item }) => item);
  }

  /** Everything in order, with pauses. */
  async sortedSlowly(): Promise<T[]> {
    if (this.run.length > 0) this.endRun();
    if (this.run.length > 0) return this.run.map(({ item }) => item);
    const turn = new Turn();
    let { runs } = this;
    this.runs = [];
    while (runs.length > 1) {
      const next: Row<T>[][] = [];
      for (let at = 0; at < runs.length; at += 2) {
        const [left, right] = [runs[at] as Row<T>[], runs[at + 1]];
        next.push(right ? await this.merge(left, right, turn) : left);
      }
      runs = next;
    }
    const [rows = []] = runs;
    const items: T[] = [];
    for (const { item } of rows) {
      if (items.length >= this.most) break;
      items.push(item);
      if (items.length % step === 0) await turn.pause();
    }
    return items;
  }

  private async merge(left: Row<T>[], right: Row<T>[], turn: Turn): Promise<Row<T>[]> {
    const merged: Row<T>[] = [];
    let [a, b] = [0, 0];
    while (merged.length < this.most && (a < left.length || b < right.length)) {
      const takeLeft =
        b >= right.length || (a < left.length && this.compare(left[a] as Row<T>, right[b] as Row<T>) <= 0);
      merged.push((takeLeft ? left[a++] : right[b++]) as Row<T>);
      if (merged.length % step === 0) await turn.pause();
    }
    return merged;
  }
}
