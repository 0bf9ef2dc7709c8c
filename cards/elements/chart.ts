import type { CardElement } from '../adaptive-card.js';
import { escapeMarkdown } from '../escape-markdown.js';
import type { JsonObject } from '../../core/kernel/json.js';
import { TABLE_MAX_ROWS, moreElement, tableElement, titleElements } from './table.js';

export interface ChartPart {
  title: string;
  chart: 'bar' | 'line' | 'pie';
  labels: string[];
  series: { name: string; values: number[] }[];
  more?: string;
}

/** A chart by Teams' own elements; where they are unknown, the numbers as a table. */
export function chartPartElements(part: ChartPart): CardElement[] {
  const table = chartTable(part);
  return [
    ...titleElements(part.title),
    { ...chartElement(part), fallback: { type: 'Container', items: table } },
  ];
}

/** The numbers of a chart: a row per label, a column per series. */
export function chartTable({ labels, series, more }: ChartPart): CardElement[] {
  const shown = labels.slice(0, TABLE_MAX_ROWS);
  const rows = shown.map((label, index) => [
    escapeMarkdown(label),
    ...series.map(({ values }) => String(values[index] ?? '')),
  ]);
  return [
    tableElement([' ', ...series.map(({ name }) => escapeMarkdown(name))], rows),
    ...(shown.length < labels.length ? [moreElement(more, shown.length, labels.length)] : []),
  ];
}

function chartElement({ chart, labels, series }: ChartPart): CardElement {
  const first = series[0]?.values ?? [];
  if (chart === 'pie') {
    return {
      type: 'Chart.Pie',
      colorSet: 'categorical',
      data: labels.map((label, index) => ({ legend: label, value: first[index] ?? 0 })),
    };
  }
  if (chart === 'line') {
    return {
      type: 'Chart.Line',
      colorSet: 'categorical',
      data: series.map((one) => points(one, labels, 'legend')),
    };
  }
  if (series.length === 1) {
    return {
      type: 'Chart.VerticalBar',
      colorSet: 'categorical',
      data: labels.map((label, index) => ({ x: label, y: first[index] ?? 0 })),
    };
  }
  return {
    type: 'Chart.VerticalBar.Grouped',
    colorSet: 'categorical',
    data: series.map((one) => points(one, labels, 'legend')),
  };
}

function points(one: { name: string; values: number[] }, labels: string[], nameKey: string): JsonObject {
  return {
    [nameKey]: one.name,
    values: labels.map((label, index) => ({ x: label, y: one.values[index] ?? 0 })),
  };
}
