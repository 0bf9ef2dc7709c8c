import type { ChartNumbers } from './numbers.js';

/** Told apart on white also by people who do not see all colours; the legend names each. */
const COLOURS = [
  '#1f6fb4',
  '#e8760a',
  '#2b8a3e',
  '#c92a2a',
  '#7048a8',
  '#8c564b',
  '#d6498f',
  '#5c6770',
  '#a39a00',
  '#0b97a8',
];
const INK = '#1d1c1d';
const GRID = '#d8d8d8';
const WIDTH = 960;
const PLOT_HEIGHT = 420;
const TEXT = 20;
/** Characters of the font that pictures are drawn with, by width; a little wider than it is on average. */
const CHARACTER = 0.62 * TEXT;
const LONGEST_LABEL = 24;

/** What the font has: Latin, Greek, Cyrillic, and signs. */
export const isDrawable = (text: string): boolean =>
  /^[\u0020-\u024f\u0370-\u04ff\u2000-\u206f\u20a0-\u22ff]*$/u.test(text);

/** A chart as a picture: no scripts, no fonts from elsewhere, nothing but shapes and words. */
export function chartSvg(numbers: ChartNumbers): string {
  const { body, height, legend } = DRAWN[numbers.kind](numbers);
  const keys = legendOf(legend, height + 16);
  const whole = height + 16 + keys.height + 12;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${whole}" viewBox="0 0 ${WIDTH} ${whole}" font-family="DejaVu Sans" font-size="${TEXT}"><rect width="${WIDTH}" height="${whole}" fill="#fff"/>${body}${keys.body}</svg>`;
}

interface Drawing {
  body: string;
  height: number;
  /** What each colour stands for, in the colours' order. */
  legend: string[];
}

const DRAWN: Record<ChartNumbers['kind'], (numbers: ChartNumbers) => Drawing> = {
  pie,
  bar: (numbers) => columns(numbers, false),
  line: (numbers) => columns(numbers, true),
  stacked,
  gauge,
};

const colour = (at: number): string => COLOURS[at % COLOURS.length] ?? INK;
const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\p{Cc}/gu, ' ');
const short = (text: string, most = LONGEST_LABEL): string =>
  text.length > most ? `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
const round = (value: number): number => Math.round(value * 10) / 10;
const words = (x: number, y: number, text: string, anchor = 'start', more = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" fill="${INK}" text-anchor="${anchor}"${more}>${escaped(text)}</text>`;

/** Coloured squares and their words, as many in a row as fit. */
function legendOf(names: string[], top: number): { body: string; height: number } {
  let x = 40;
  let y = top + TEXT;
  const shown = names.map((name, at) => ({ name: short(name, 60), at })).filter(({ name }) => name !== '');
  const parts = shown.map(({ name, at }) => {
    const width = 30 + name.length * CHARACTER + 24;
    if (x > 40 && x + width > WIDTH - 20) {
      x = 40;
      y += TEXT * 1.6;
    }
    const part = `<rect x="${round(x)}" y="${round(y - 15)}" width="18" height="18" rx="3" fill="${colour(at)}"/>${words(x + 28, y, name)}`;
    x += width;
    return part;
  });
  return { body: parts.join(''), height: shown.length === 0 ? 0 : y - top + 8 };
}

/** Round steps of an axis that holds all values and zero. */
export function ticks(values: number[]): number[] {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10);
  const from = Math.floor(low / step + 1e-9);
  const until = Math.max(from + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: until - from + 1 }, (_, at) => Number(((from + at) * step).toPrecision(12)));
}

const figure = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 1e12 || (size > 0 && size < 1e-4)) return value.toExponential(1);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(4))}G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(4))}M`;
  return String(Number(value.toPrecision(6)));
};

/** Columns side by side, or lines over the same axis. */
function columns({ labels, series }: ChartNumbers, isLine: boolean): Drawing {
  const all = series.flatMap(({ values }) => values.filter((value) => value !== undefined));
  const steps = ticks(all);
  const low = steps[0] ?? 0;
  const high = steps.at(-1) ?? 1;
  const ofSteps = 30 + Math.max(...steps.map((step) => figure(step).length)) * CHARACTER;
  // Slanted words reach out to the left of what they stand under.
  const reach = longestOf(labels) * 0.77 + 12;
  const isSlanted = longestOf(labels) + 10 > (WIDTH - ofSteps - 30) / Math.max(1, labels.length);
  const left = isSlanted ? Math.max(ofSteps, reach) : ofSteps;
  const wide = WIDTH - left - 30;
  const yOf = (value: number): number => 24 + PLOT_HEIGHT * (1 - (value - low) / (high - low));
  const slot = wide / Math.max(1, labels.length);
  const grid = steps.map(
    (step) =>
      `<line x1="${round(left)}" x2="${WIDTH - 30}" y1="${round(yOf(step))}" y2="${round(yOf(step))}" stroke="${step === 0 ? INK : GRID}"/>${words(left - 10, yOf(step) + 7, figure(step), 'end')}`,
  );
  const body = series.map(({ values }, at) =>
    isLine ? lineOf(values, at, left, slot, yOf) : barsOf(values, at, series.length, left, slot, yOf),
  );
  const under = labelsUnder(labels, left, slot, 24 + PLOT_HEIGHT + 10);
  return {
    body: grid.join('') + body.join('') + under.body,
    height: 24 + PLOT_HEIGHT + 10 + under.height,
    legend: series.map(({ name }) => name),
  };
}

function barsOf(
  values: (number | undefined)[],
  at: number,
  of: number,
  left: number,
  slot: number,
  yOf: (value: number) => number,
): string {
  const width = (slot * 0.8) / of;
  return values
    .map((value, index) => {
      if (value === undefined) return '';
      const y = Math.min(yOf(value), yOf(0));
      const height = Math.abs(yOf(value) - yOf(0));
      return `<rect x="${round(left + index * slot + slot * 0.1 + at * width)}" y="${round(y)}" width="${round(Math.max(1, width - 1))}" height="${round(height)}" fill="${colour(at)}"/>`;
    })
    .join('');
}

/** A gap where a series has no value. */
function lineOf(
  values: (number | undefined)[],
  at: number,
  left: number,
  slot: number,
  yOf: (value: number) => number,
): string {
  let path = '';
  let isDown = false;
  const dots = values.map((value, index) => {
    if (value === undefined) {
      isDown = false;
      return '';
    }
    const x = round(left + (index + 0.5) * slot);
    const y = round(yOf(value));
    path += `${isDown ? 'L' : 'M'}${x} ${y}`;
    isDown = true;
    return `<circle cx="${x}" cy="${y}" r="4" fill="${colour(at)}"/>`;
  });
  return `<path d="${path}" fill="none" stroke="${colour(at)}" stroke-width="3"/>${dots.join('')}`;
}

const longestOf = (labels: string[]): number =>
  Math.max(1, ...labels.map((label) => short(label).length)) * CHARACTER;

/** Level where they fit, slanted where they do not, and not all of them where even that is too narrow. */
function labelsUnder(
  labels: string[],
  left: number,
  slot: number,
  top: number,
): { body: string; height: number } {
  const shown = labels.map((label) => short(label));
  const longest = longestOf(labels);
  const every = Math.max(1, Math.ceil((TEXT * 1.3) / slot));
  const isLevel = longest + 10 <= slot;
  const body = shown.map((label, at) => {
    if (at % every !== 0) return '';
    const x = left + (at + 0.5) * slot;
    return isLevel
      ? words(x, top + TEXT, label, 'middle')
      : words(x, top + TEXT, label, 'end', ` transform="rotate(-40 ${round(x)} ${round(top + TEXT)})"`);
  });
  return { body: body.join(''), height: isLevel ? TEXT * 1.6 : longest * 0.66 + TEXT * 1.6 };
}

/** Rows of one bar each, whose parts add up. */
function stacked({ labels, series }: ChartNumbers): Drawing {
  const ofLabel = (at: number): number[] => series.map(({ values }) => Math.max(0, values[at] ?? 0));
  const most = Math.max(1e-9, ...labels.map((_, at) => ofLabel(at).reduce((sum, value) => sum + value, 0)));
  const left = 40 + Math.max(1, ...labels.map((label) => short(label).length)) * CHARACTER;
  const scale = (WIDTH - left - 40) / most;
  const rows = labels.map((label, at) => {
    const y = 24 + at * 44;
    let x = left;
    const parts = ofLabel(at).map((value, index) => {
      const part = `<rect x="${round(x)}" y="${y}" width="${round(value * scale)}" height="32" fill="${colour(index)}"/>`;
      x += value * scale;
      return part;
    });
    return words(left - 12, y + 23, short(label), 'end') + parts.join('');
  });
  return { body: rows.join(''), height: 24 + labels.length * 44, legend: series.map(({ name }) => name) };
}

/** Slices by share; what is zero or less has none, and stands in the legend. */
function pie({ labels, series }: ChartNumbers): Drawing {
  const values = labels.map((_, at) => Math.max(0, series[0]?.values[at] ?? 0));
  const sum = values.reduce((total, value) => total + value, 0);
  const radius = 200;
  let angle = -Math.PI / 2;
  const slices = values.map((value, at) => {
    if (value === 0) return '';
    const share = value / sum;
    if (share > 0.9999) return `<circle cx="${WIDTH / 2}" cy="220" r="${radius}" fill="${colour(at)}"/>`;
    const from = angle;
    angle += share * 2 * Math.PI;
    return `<path d="M${WIDTH / 2} 220L${pointAt(from, radius)}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${pointAt(angle, radius)}Z" fill="${colour(at)}" stroke="#fff" stroke-width="2"/>`;
  });
  const legend = labels.map((label, at) => `${short(label, 40)}: ${figure(series[0]?.values[at] ?? 0)}`);
  return { body: slices.join(''), height: 430, legend };
}

const pointAt = (angle: number, radius: number): string =>
  `${round(WIDTH / 2 + radius * Math.cos(angle))} ${round(220 + radius * Math.sin(angle))}`;

/** Half a circle from zero to the scale's end, with a needle. */
function gauge({ labels, series }: ChartNumbers): Drawing {
  const [value = 0, ...sizes] = (series[0]?.values ?? []).map((each) => each ?? 0);
  const total = sizes.reduce((sum, size) => sum + Math.max(0, size), 0) || Math.max(Math.abs(value), 1);
  const parts = sizes.length > 0 ? sizes : [total];
  const radius = 260;
  const at = (share: number): string => {
    const angle = Math.PI * (1 + Math.min(1, Math.max(0, share)));
    return `${round(WIDTH / 2 + radius * Math.cos(angle))} ${round(320 + radius * Math.sin(angle))}`;
  };
  let from = 0;
  const arcs = parts.map((size, index) => {
    const until = from + Math.max(0, size) / total;
    const arc = `<path d="M${at(from)}A${radius} ${radius} 0 0 1 ${at(until)}" fill="none" stroke="${colour(index)}" stroke-width="56"/>`;
    from = until;
    return arc;
  });
  const needle = `<path d="M${WIDTH / 2} 320L${at(value / total)}" stroke="${INK}" stroke-width="6"/><circle cx="${WIDTH / 2}" cy="320" r="12" fill="${INK}"/>`;
  const said = words(WIDTH / 2, 375, `${short(labels[0] ?? '')} ${figure(value)}`.trim(), 'middle');
  const legend = sizes.map((size, index) => `${short(labels[index + 1] ?? '', 40)}: ${figure(size)}`);
  return { body: arcs.join('') + needle + said, height: 385, legend };
}
