interface Interval {
  start: number;
  end: number;
}

/** Stretches that do not overlap, kept in order; looking one up takes logarithmic time. */
export class Intervals<T extends Interval> {
  private readonly items: T[] = [];

  /** Adds an interval unless it overlaps one that is there. @returns whether it was added. */
  add(item: T): boolean {
    const place = this.placeOf(item.start);
    if (this.touches(place, item)) return false;
    this.items.splice(place, 0, item);
    return true;
  }

  overlaps(item: Interval): boolean {
    return this.touches(this.placeOf(item.start), item);
  }

  /** In order of their starts. */
  list(): T[] {
    return this.items;
  }

  private touches(place: number, item: Interval): boolean {
    const left = this.items[place - 1];
    const right = this.items[place];
    return (left !== undefined && left.end > item.start) || (right !== undefined && right.start < item.end);
  }

  /** Index of the first interval that starts at or after `start`. */
  private placeOf(start: number): number {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.items[middle]?.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
