import type { JsonObject } from '../../core/kernel/json.js';
import { SLACK_LIMITS } from '../slack-limits.js';
import { clamp, warn, type Conversion } from './conversion.js';
import { harmless } from './mrkdwn.js';
import { list } from './texts.js';
import type { SlackBlock } from './types.js';
import { asText } from '../as-text.js';
import { escapeMarkdown } from '../escape-markdown.js';

/**
 * A chart by Slack's own block (data_visualization, since 2026-06), or undefined when its numbers do not fit one; the
 * caller then shows the table that every chart brings along.
 */
export function chartBlock(
  chart: JsonObject,
  title: string,
  conversion: Conversion,
  path: string,
): SlackBlock | undefined {
  const native = conversion.chartsLeft > 0 ? nativeChart(chart) : undefined;
  if (!native) {
    warn(conversion, path, 'fallback', `${asText(chart.type)} as a table`);
    return undefined;
  }
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
