import type { JsonObject } from '../../core/kernel/json.js';
import { SLACK_LIMITS } from '../slack-limits.js';
import { warn, type Conversion } from './conversion.js';
import { harmless } from './mrkdwn.js';
import { list } from './texts.js';
import type { SlackBlock } from './types.js';
import { asText } from '../as-text.js';

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
    title: harmless(title.slice(0, SLACK_LIMITS.chartTitle)) || '–',
    chart: native,
  };
}

function nativeChart(chart: JsonObject): JsonObject | undefined {
  const data = list(chart.data);
  if (chart.type === 'Chart.Pie') {
    const segments = data.map(({ legend, value }) => ({
      label: harmless(asText(legend)),
      value: Number(value),
    }));
    const areAllPositive = segments.every(({ value }) => value > 0);
    return areAllPositive &&
      labelsFit(
        segments.map(({ label }) => label),
        SLACK_LIMITS.chartSeries,
      )
      ? { type: 'pie', segments }
      : undefined;
  }
  const series =
    chart.type === 'Chart.VerticalBar'
      ? [{ name: '–', data: pointsOf(data) }]
      : data.map(({ legend, values }) => ({ name: harmless(asText(legend)), data: pointsOf(list(values)) }));
  const categories = (series[0]?.data ?? []).map(({ label }) => label);
  if (!labelsFit(categories, SLACK_LIMITS.chartPoints)) return undefined;
  if (
    !labelsFit(
      series.map(({ name }) => name),
      SLACK_LIMITS.chartSeries,
    )
  )
    return undefined;
  return { type: chart.type === 'Chart.Line' ? 'line' : 'bar', series, axis_config: { categories } };
}

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
