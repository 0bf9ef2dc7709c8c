/** Scores by slot, and each in standard deviations. */
export class Standard {
  private readonly mean: number;
  private readonly deviation: number;

  /** @param count over how many texts; slots of texts that are gone score 0. */
  constructor(
    readonly scores: Float64Array,
    count: number,
  ) {
    let sum = 0;
    let squares = 0;
    for (let slot = 0; slot < scores.length; slot += 1) {
      const score = scores[slot] as number;
      sum += score;
      squares += score * score;
    }
    this.mean = sum / Math.max(1, count);
    const variance = squares / Math.max(1, count) - this.mean * this.mean;
    this.deviation = Math.sqrt(Math.max(variance, 0)) || 1;
  }

  z(slot: number): number {
    return ((this.scores[slot] ?? 0) - this.mean) / this.deviation;
  }
}
