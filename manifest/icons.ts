import { encodePng, type Colour } from './png.js';

/** The colour of Steward's icons and of the app's frame in Teams. */
export const ACCENT_COLOUR = '#5B5FC7';

const VIOLET: Colour = [0x5b, 0x5f, 0xc7, 255];
const WHITE: Colour = [255, 255, 255, 255];
const CLEAR: Colour = [255, 255, 255, 0];

/** Distance to a shape in units of a picture of size 1; negative inside. */
type Shape = (x: number, y: number) => number;

/** A speech bubble with a tail at its lower left. */
const bubble: Shape = (x, y) => Math.min(roundedBox(x, y, 0.5, 0.45, 0.3, 0.22, 0.1), tail(x, y));
/** The sign of something that was checked and agreed to. */
const check: Shape = (x, y) =>
  Math.min(stroke(x, y, 0.37, 0.45, 0.46, 0.54), stroke(x, y, 0.46, 0.54, 0.64, 0.35));

/** 192 pixels: a white bubble with a violet check mark on violet. */
export function colourIcon(): Buffer {
  return draw(192, (x, y) => {
    if (bubble(x, y) > 0) return VIOLET;
    return check(x, y) <= 0.038 ? VIOLET : WHITE;
  });
}

/** 32 pixels, white on nothing: the outline of the same bubble and its check mark. */
export function outlineIcon(): Buffer {
  const [left, scale] = [0.13, 0.74];
  return draw(32, (x, y) => {
    const [u, v] = [left + x * scale, 0.12 + y * scale];
    const isLine = Math.abs(bubble(u, v) + 0.03) <= 0.03 || check(u, v) <= 0.033;
    return isLine ? WHITE : CLEAR;
  });
}

/** Samples each pixel several times, a small picture's more often, so that edges are smooth. */
function draw(size: number, colourAt: (x: number, y: number) => Colour): Buffer {
  const grid = size > 64 ? [0.25, 0.75] : [0.125, 0.375, 0.625, 0.875];
  return encodePng(size, (x, y) => {
    const samples = grid.flatMap((dx) => grid.map((dy) => colourAt((x + dx) / size, (y + dy) / size)));
    const opacity = mean(samples.map((sample) => sample[3]));
    const visible = opacity === 0 ? samples : samples.filter((sample) => sample[3] > 0);
    const channel = (index: 0 | 1 | 2): number => Math.round(mean(visible.map((sample) => sample[index])));
    return [channel(0), channel(1), channel(2), Math.round(opacity)];
  });
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function roundedBox(
  x: number,
  y: number,
  centreX: number,
  centreY: number,
  halfWidth: number,
  halfHeight: number,
  radius: number,
): number {
  const dx = Math.abs(x - centreX) - halfWidth + radius;
  const dy = Math.abs(y - centreY) - halfHeight + radius;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
}

/** A triangle that points down to the left. */
function tail(x: number, y: number): number {
  const isInside = x >= 0.3 && y >= 0.6 && y <= 0.82 && x - 0.3 <= (0.82 - y) * 0.9;
  return isInside ? -0.05 : Math.max(0.3 - x, y - 0.82, x - 0.3 - (0.82 - y) * 0.9, 0.6 - y);
}

/** Distance to the line between two points. */
function stroke(x: number, y: number, fromX: number, fromY: number, toX: number, toY: number): number {
  const [dx, dy] = [toX - fromX, toY - fromY];
  const along = Math.min(1, Math.max(0, ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - fromX - along * dx, y - fromY - along * dy);
}
