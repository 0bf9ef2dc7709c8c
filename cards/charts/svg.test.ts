import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../core/kernel/json.js';
import { chartNumbers, inWords, type ChartNumbers } from './numbers.js';
import { toPng } from './png.js';
import { chartSvg, isDrawable, ticks } from './svg.js';

const numbersOf = (chart: JsonObject): ChartNumbers => {
  const numbers = chartNumbers(chart);
  if (!numbers) throw new Error('no numbers');
  return numbers;
};
const bars = (data: JsonObject[]): JsonObject => ({ type: 'Chart.VerticalBar', data });
const CHARTS: Record<string, JsonObject> = {
  'columns below and above zero': bars([
    { x: 'a', y: -4 },
    { x: 'b', y: 9.5 },
  ]),
  'nothing but zeros': bars([{ x: 'a', y: 0 }]),
  'huge and tiny numbers': bars([
    { x: 'a', y: 1e300 },
    { x: 'b', y: 1e-300 },
  ]),
  'three hundred columns': bars(Array.from({ length: 300 }, (_, at) => ({ x: `day ${at}`, y: at }))),
  'lines of different points': {
    type: 'Chart.Line',
    data: [
      { legend: 'one', values: [{ x: 'a', y: 1 }] },
      { legend: 'two', values: [{ x: 'b', y: 2 }] },
    ],
  },
  'a pie of one slice': { type: 'Chart.Donut', data: [{ legend: 'all', value: 7 }] },
  'a pie of nothing': { type: 'Chart.Pie', data: [{ legend: 'none', value: 0 }] },
  'rows that add up': {
    type: 'Chart.HorizontalBar.Stacked',
    data: [
      { title: 'Open', data: [{ legend: 'A', value: 3 }] },
      { title: 'Done', data: [{ legend: 'A', value: 7 }] },
    ],
  },
  'a gauge': {
    type: 'Chart.Gauge',
    value: 62,
    subLabel: 'Budget',
    segments: [
      { legend: 'fine', size: 50 },
      { legend: 'over', size: 50 },
    ],
  },
  'a gauge without a scale': { type: 'Chart.Gauge', value: -3 },
};

describe('a chart as a picture', () => {
  it.each(Object.entries(CHARTS))('shows %s by numbers alone', (_what, chart) => {
    const svg = chartSvg(numbersOf(chart));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.length).toBeLessThan(200_000);
  });

  it('takes words for words', () => {
    const label = '</text><script>alert(1)</script>&"\'\u0000';
    const svg = chartSvg(numbersOf(bars([{ x: label, y: 1 }])));
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&#60;');
  });

  it('tells every figure in words, and what is missing', () => {
    expect(inWords(numbersOf(CHARTS['lines of different points'] as JsonObject))).toBe('a: one 1; b: two 2');
    expect(inWords(numbersOf(CHARTS['a gauge'] as JsonObject))).toBe('Budget: 62; fine: 50; over: 50');
  });

  it.each([
    ['text for numbers', bars([{ x: 'a', y: 'many' }])],
    ['no data', { type: 'Chart.Line' }],
    ['an unknown kind', { type: 'Chart.Radar', data: [{ x: 'a', y: 1 }] }],
    ['a gauge without a value', { type: 'Chart.Gauge' }],
  ])('is not drawn of %s', (_what, chart) => expect(chartNumbers(chart)).toBeUndefined());

  it.each([
    [
      [3, 8, 12],
      [0, 5, 10, 15],
    ],
    [
      [-40, 39.6],
      [-40, -20, 0, 20, 40],
    ],
    [
      [0.001, 0.004],
      [0, 0.001, 0.002, 0.003, 0.004],
    ],
    [[0], [0, 0.2]],
  ])('has round steps for %j', (values, steps) => expect(ticks(values)).toEqual(steps));

  it('knows what its font can write', () => {
    expect(['Zürich', 'Αθήνα', 'Київ', '12 € – “x”'].every(isDrawable)).toBe(true);
    expect(['営業', '서울', 'القاهرة', '🎉'].some(isDrawable)).toBe(false);
  });

  it('is a PNG in the end, several at once', async () => {
    const svg = chartSvg(numbersOf(CHARTS['a gauge'] as JsonObject));
    const [one, other] = await Promise.all([toPng(svg), toPng(svg)]);
    expect(Buffer.from(one).subarray(1, 4).toString()).toBe('PNG');
    expect(Buffer.compare(one, other)).toBe(0);
  });

  it('says so where it cannot be drawn, and draws the next one', async () => {
    await expect(toPng('no picture')).rejects.toMatchObject({ code: 'cards.picture' });
    expect(
      (await toPng(chartSvg(numbersOf(CHARTS['a pie of one slice'] as JsonObject)))).length,
    ).toBeGreaterThan(500);
  });
});
