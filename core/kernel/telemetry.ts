export type Labels = Record<string, string>;

/** Metrics port. Names are Prometheus names without the `steward_` prefix; a failing metric never stops a turn. */
export interface Metrics {
  /** Adds to a counter (`…_total`). */
  count(name: string, labels?: Labels, by?: number): void;
  /** Observes a duration in seconds or a size; the name carries the unit (`…_seconds`, `…_bytes`). */
  observe(name: string, value: number, labels?: Labels): void;
  /** Sets a gauge. */
  gauge(name: string, value: number, labels?: Labels): void;
}

export const noMetrics: Metrics = { count: () => {}, observe: () => {}, gauge: () => {} };
