import type { JsonObject } from '../../core/kernel/json.js';
import { asText } from '../as-text.js';
import { list } from '../block-kit/texts.js';

/** The numbers of a chart of Teams, whichever way its kind writes them. */
export interface ChartNumbers {
  kind: 'pie' | 'bar' | 'line' | 'stacked' | 'gauge';
  labels: string[];
  /** One value per label; `undefined` where a series has none. */
  series: { name: string; values: (number | undefined)[] }[];
}

const KIND_OF: Record<string, ChartNumbers['kind']> = {
  'Chart.Pie': 'pie',
  'Chart.Donut': 'pie',
  'Chart.Line': 'line',
  'Chart.VerticalBar': 'bar',
  'Chart.VerticalBar.Grouped': 'bar',
  'Chart.HorizontalBar': 'bar',
  'Chart.HorizontalBar.Stacked': 'stacked',
  'Chart.Gauge': 'gauge',
};

/** @returns undefined for a chart without numbers, or of a kind that is not known. */
export function chartNumbers(chart: JsonObject): ChartNumbers | undefined {
  const kind = KIND_OF[asText(chart.type)];
  if (!kind) return undefined;
  if (kind === 'gauge') return gauge(chart);
  const data = list(chart.data);
  const inner = (one: JsonObject): JsonObject[] => [...list(one.values), ...list(one.data)];
  const isNested = data.some((one) => inner(one).length > 0);
  const labels = [...new Set((isNested ? data.flatMap(inner) : data).map(labelOf))];
  const valuesOf = (points: JsonObject[]): (number | undefined)[] => {
    const byLabel = new Map(points.map((point) => [labelOf(point), valueOf(point)]));
    return labels.map((label) => byLabel.get(label));
  };
  const series = isNested
    ? data.map((one) => ({ name: asText(one.legend ?? one.title ?? ''), values: valuesOf(inner(one)) }))
    : [{ name: '', values: valuesOf(data) }];
  const hasNumbers = series.some(({ values }) => values.some((value) => value !== undefined));
  return hasNumbers ? { kind, labels, series } : undefined;
}

/** A needle on a scale: its value, and where each stretch of the scale ends. */
function gauge(chart: JsonObject): ChartNumbers | undefined {
  const value = finite(chart.value);
  if (value === undefined) return undefined;
  const segments = list(chart.segments);
  return {
    kind: 'gauge',
    labels: [asText(chart.subLabel ?? ''), ...segments.map(({ legend }) => asText(legend ?? ''))],
    series: [{ name: '', values: [value, ...segments.map(({ size }) => finite(size))] }],
  };
}

const labelOf = ({ x, legend }: JsonObject): string => asText(x ?? legend ?? '');
const valueOf = ({ value, y }: JsonObject): number | undefined => finite(value ?? y);

function finite(value: unknown): number | undefined {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) && value !== '' ? number : undefined;
}

/** Every figure in words: "W43: Answered 120, Handed to a person 14; W44: …". */
export function inWords({ labels, series }: ChartNumbers): string {
  return labels
    .map((label, at) => {
      const figures = series.flatMap(({ name, values }) =>
        values[at] === undefined ? [] : [`${name} ${values[at]}`.trim()],
      );
      return `${label}: ${figures.join(', ') || '–'}`;
    })
    .join('; ');
}
