import type { JsonObject } from '../../core/kernel/json.js';
import { SLACK_LIMITS } from '../slack-limits.js';
import { chartNumbers, inWords, type ChartNumbers } from '../charts/numbers.js';
import { chartSvg, isDrawable } from '../charts/svg.js';
import { clamp, warn, type Conversion } from './conversion.js';
import { harmless } from './mrkdwn.js';
import { list } from './texts.js';
import type { SlackBlock } from './types.js';
import { asText } from '../as-text.js';
import { escapeMarkdown } from '../escape-markdown.js';

/** A chart and, where it does not hold all words and figures, rows that do. */
export interface ShownChart {
  block: SlackBlock;
  rows?: JsonObject[];
}

/**
 * A chart by Slack's own block (data_visualization, since 2026-06), by a picture where its numbers do not fit one, or
 * undefined where none can be drawn; the caller then shows the table that every chart brings along.
 */
export function chartBlock(
  chart: JsonObject,
  title: string,
  conversion: Conversion,
  path: string,
): ShownChart | undefined {
  const native = conversion.chartsLeft > 0 ? nativeChart(chart) : undefined;
  return native
    ? { block: nativeBlock(native, title, conversion, path) }
    : pictureBlock(chart, title, conversion, path);
}

/** A drawing with every figure in its alternative text. */
function pictureBlock(
  chart: JsonObject,
  title: string,
  conversion: Conversion,
  path: string,
): ShownChart | undefined {
  const numbers = conversion.picture && chartNumbers(chart);
  if (!conversion.picture || !numbers) {
    warn(conversion, path, 'fallback', `${asText(chart.type)} as a table`);
    return undefined;
  }
  const words = harmless([title, inWords(numbers)].filter((part) => part !== '').join(' – '));
  const alt = clamp(conversion, path, words, SLACK_LIMITS.altText);
  const { labels, series } = numbers;
  const isWritable = [...labels, ...series.map(({ name }) => name)].every(isDrawable);
  const number = (name: string, at: number): string => (isDrawable(name) ? name : String(at + 1));
  const shown = named(numbers, number);
  const id = conversion.picture({ svg: chartSvg(shown), title, words: alt });
  warn(conversion, path, 'fallback', `${asText(chart.type)} as a picture`);
  const block = { type: 'image', slack_file: { id }, alt_text: alt };
  if (isWritable && alt === words) return { block };
  // Names that the font cannot write stand in the drawing as numbers, which the rows explain.
  const told = named(numbers, (name, at) => (isDrawable(name) ? name : `${at + 1}. ${name}`));
  return { block, rows: rowsOf(told) };
}

function named(
  { kind, labels, series }: ChartNumbers,
  name: (name: string, at: number) => string,
): ChartNumbers {
  return {
    kind,
    labels: labels.map(name),
    series: series.map((one, at) => ({ ...one, name: name(one.name, at) })),
  };
}

function rowsOf({ labels, series }: ChartNumbers): JsonObject[] {
  const names = series.map(({ name }) => name);
  return [
    ...(names.some((name) => name !== '') ? [rowOf([' ', ...names])] : []),
    ...labels.map((label, at) => rowOf([label, ...series.map(({ values }) => asText(values[at] ?? ''))])),
  ];
}

function nativeBlock(native: JsonObject, title: string, conversion: Conversion, path: string): SlackBlock {
  conversion.chartsLeft -= 1;
  return {
    type: 'data_visualization',
    title: harmless(clamp(conversion, path, title, SLACK_LIMITS.chartTitle)) || '–',
    chart: native,
  };
}

function nativeChart(chart: JsonObject): JsonObject | undefined {
  const data = list(chart.data);
  if (chart.type === 'Chart.Pie' || chart.type === 'Chart.Donut') {
    const segments = data.map(({ legend, value }) => ({
      label: harmless(asText(legend)),
      value: Number(value),
    }));
    const areAllPositive = segments.every(({ value }) => value > 0);
    const labels = segments.map(({ label }) => label);
    return areAllPositive && labelsFit(labels, SLACK_LIMITS.chartSeries)
      ? { type: 'pie', segments }
      : undefined;
  }
  const type = TYPE_OF[asText(chart.type)];
  if (!type) return undefined;
  const series =
    list(data[0]?.values).length > 0
      ? data.map(({ legend, values }) => ({ name: harmless(asText(legend)), data: pointsOf(list(values)) }))
      : [{ name: '–', data: pointsOf(data) }];
  const categories = (series[0]?.data ?? []).map(({ label }) => label);
  const isDrawn =
    labelsFit(categories, SLACK_LIMITS.chartPoints) &&
    labelsFit(
      series.map(({ name }) => name),
      SLACK_LIMITS.chartSeries,
    ) &&
    series.every((one) => one.data.every(({ value }) => Number.isFinite(value)));
  return isDrawn ? { type, series, axis_config: { categories } } : undefined;
}

/** Slack draws no gauge and no stack: their numbers are told. */
const TYPE_OF: Record<string, 'line' | 'bar'> = {
  'Chart.Line': 'line',
  'Chart.VerticalBar': 'bar',
  'Chart.VerticalBar.Grouped': 'bar',
  'Chart.HorizontalBar': 'bar',
};

/** The numbers of any chart of Teams as rows of a table, for one that brings no table along. */
export function chartRows(chart: JsonObject): JsonObject[] {
  const data = list(chart.data);
  const inner = (one: JsonObject): JsonObject[] => [...list(one.values), ...list(one.data)];
  if (data.some((one) => inner(one).length > 0)) {
    const nameOf = ({ legend, title }: JsonObject): string => asText(legend ?? title ?? '');
    const labelOf = ({ x, legend }: JsonObject): string => asText(x ?? legend ?? '');
    const labels = [...new Set(data.flatMap((one) => inner(one).map(labelOf)))];
    return [
      rowOf([' ', ...data.map(nameOf)]),
      ...labels.map((label) =>
        rowOf([
          label,
          ...data.map((one) => numberOf(inner(one).find((point) => labelOf(point) === label) ?? {})),
        ]),
      ),
    ];
  }
  if (chart.type === 'Chart.Gauge') {
    const segments = list(chart.segments).map(({ legend, size }) =>
      rowOf([asText(legend ?? ''), asText(size ?? '')]),
    );
    return [rowOf([asText(chart.subLabel ?? ' '), asText(chart.value ?? '')]), ...segments];
  }
  return data.map((point) => rowOf([asText(point.legend ?? point.x ?? ''), numberOf(point)]));
}

const numberOf = ({ value, y }: JsonObject): string => asText(value ?? y ?? '');

const rowOf = (texts: string[]): JsonObject => ({
  cells: texts.map((text) => ({ items: [{ text: escapeMarkdown(text) }] })),
});

function pointsOf(values: JsonObject[]): { label: string; value: number }[] {
  return values.map(({ x, y }) => ({ label: harmless(asText(x)), value: Number(y) }));
}

function labelsFit(labels: string[], most: number): boolean {
  return (
    labels.length > 0 &&
    labels.length <= most &&
    new Set(labels).size === labels.length &&
    labels.every((label) => label !== '' && label.length <= SLACK_LIMITS.chartLabel)
  );
}
