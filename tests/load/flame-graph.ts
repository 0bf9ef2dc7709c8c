/** One call path's share: what it is called, how much time was spent in and below it, and what it called. */
export interface FlameNode {
  name: string;
  /** Microseconds a message, in it and below. */
  micros: number;
  calls: Map<string, FlameNode>;
}

const WIDTH = 1200;
const ROW = 17;
const TEXT_WIDTH = 6.6;
/** Narrower boxes are left out, with what they call. */
const NARROWEST = 1.5;
const FOOT = 24;

export const newFlame = (): FlameNode => ({ name: 'all', micros: 0, calls: new Map() });

/** Adds time that was spent at the end of a call path, outermost first. */
export function addPath(root: FlameNode, path: readonly string[], micros: number): void {
  root.micros += micros;
  let node = root;
  for (const name of path) {
    let called = node.calls.get(name);
    if (!called) node.calls.set(name, (called = { name, micros: 0, calls: new Map() }));
    called.micros += micros;
    node = called;
  }
}

/**
 * Draws a flame graph (Gregg, "The Flame Graph", ACM Queue 2016) as SVG: the width of a box is time, a box stands on what
 * called it, neighbours are in alphabetical order. Pointing at a box tells its figures.
 */
export function drawFlame(root: FlameNode, title: string): string {
  const boxes: string[] = [];
  let depth = 0;
  const perMicro = WIDTH / Math.max(1, root.micros);
  const draw = (node: FlameNode, x: number, level: number): void => {
    const width = node.micros * perMicro;
    if (width < NARROWEST) return;
    depth = Math.max(depth, level + 1);
    const letters = Math.floor((width - 4) / TEXT_WIDTH);
    const label = letters < 3 ? '' : clipped(node.name, letters);
    const share = ((node.micros / root.micros) * 100).toFixed(1);
    boxes.push(
      `<g><title>${escaped(node.name)}: ${node.micros.toFixed(0)} µs, ${share} %</title>` +
        `<rect x="${x.toFixed(1)}" y="{y${level}}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${colourOf(node.name)}"/>` +
        (label && `<text x="${(x + 2).toFixed(1)}" y="{t${level}}">${escaped(label)}</text>`) +
        '</g>',
    );
    let at = x;
    for (const called of [...node.calls.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      draw(called, at, level + 1);
      at += called.micros * perMicro;
    }
  };
  draw(root, 0, 0);
  const height = depth * ROW + FOOT;
  const top = (level: number): number => height - FOOT - (level + 1) * ROW;
  const placed = boxes.map((box) =>
    box
      .replace(/\{y(\d+)\}/, (_, level: string) => String(top(Number(level))))
      .replace(/\{t(\d+)\}/, (_, level: string) => String(top(Number(level)) + 12)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="11">
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${placed.join('\n')}
<text x="2" y="${height - 8}">${escaped(title)}</text>
</svg>
`;
}

const clipped = (name: string, letters: number): string =>
  name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One colour for each package and each of our own folders, so that they are told apart at a glance. */
function colourOf(name: string): string {
  const place = /\(([^)]*?)(?:\/[^/)]*)?\)$/.exec(name)?.[1] ?? name;
  let hash = 0;
  for (const letter of place) hash = (hash * 31 + letter.charCodeAt(0)) % 360;
  return `hsl(${hash}, 60%, 78%)`;
}
