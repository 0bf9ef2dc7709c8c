import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { HttpModule } from '../../core/kernel/http-route.js';
import type { Labels, Metrics } from '../../core/kernel/telemetry.js';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const SIZES = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

export interface PrometheusMetrics extends Metrics {
  /** `GET /metrics`. */
  http: HttpModule;
  /** Called before each scrape, for gauges that are asked for and not told. */
  onScrape(collect: () => Promise<void>): void;
}

/** Metrics in Prometheus' text form; a metric is made at its first use with the labels it then has. */
export function createMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'steward_' });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  const collectors: (() => Promise<void>)[] = [];

  const options = (name: string, labels: Labels) => ({
    name: `steward_${name}`,
    help: name.replaceAll('_', ' '),
    labelNames: Object.keys(labels),
    registers: [registry],
  });
  const made = <T>(map: Map<string, T>, name: string, make: () => T): T => {
    const known = map.get(name) ?? make();
    map.set(name, known);
    return known;
  };

  return {
    count: (name, labels = {}, by = 1) =>
      made(counters, name, () => new Counter(options(name, labels))).inc(labels, by),
    gauge: (name, value, labels = {}) =>
      made(gauges, name, () => new Gauge(options(name, labels))).set(labels, value),
    observe: (name, value, labels = {}) =>
      made(
        histograms,
        name,
        () =>
          new Histogram({ ...options(name, labels), buckets: name.endsWith('_seconds') ? SECONDS : SIZES }),
      ).observe(labels, value),
    onScrape: (collect) => {
      collectors.push(collect);
    },
    http: {
      routes: [
        {
          method: 'GET',
          path: '/metrics',
          body: 'none',
          handle: async () => {
            await Promise.all(collectors.map((collect) => collect().catch(() => undefined))); // a gauge that fails is missing
            return {
              status: 200,
              headers: { 'content-type': registry.contentType },
              body: await registry.metrics(),
            };
          },
        },
      ],
    },
  };
}
