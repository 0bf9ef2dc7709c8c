import { BlockWriter } from './block-writer.js';
import type { PdfItem } from './document-worker.js';

interface Line {
  text: string;
  /** Parts of the line that stand apart, as cells of a table do. */
  cells: string[];
  x: number;
  y: number;
  size: number;
  page: number;
}

/**
 * Turns the placed texts of PDF pages into blocks: items on one height are a line; a line in a larger font is a heading;
 * lines with the same number of separate parts are a table; a gap or a full stop before a short line ends a paragraph;
 * what repeats at the head or foot of most pages is left out.
 */
export function readPdfPages(pages: PdfItem[][]): BlockWriter {
  const lines = withoutRunningHeads(
    pages.flatMap((items, page) => linesOf(items, page)),
    pages.length,
  );
  const bodySize = commonSize(lines);
  const headingSizes = [
    ...new Set(lines.filter((line) => isHeading(line, bodySize)).map((line) => line.size)),
  ].sort((a, b) => b - a);
  const writer = new BlockWriter();
  let open: Line[] = [];
  const close = (): void => {
    writeGroup(writer, open);
    open = [];
  };
  for (const line of lines) {
    const before = open.at(-1);
    if (isHeading(line, bodySize)) {
      close();
      writer.heading(Math.min(6, headingSizes.indexOf(line.size) + 1), line.text);
    } else {
      if (before && startsNewBlock(before, line)) close();
      open.push(line);
    }
  }
  close();
  return writer;
}

function linesOf(items: PdfItem[], page: number): Line[] {
  const rows: PdfItem[][] = [];
  for (const item of items) {
    if (!item.text.trim()) continue;
    const row = rows.at(-1);
    const height = row?.[0];
    if (row && height && Math.abs(height.y - item.y) < Math.max(2, item.size * 0.4)) row.push(item);
    else rows.push([item]);
  }
  return rows.map((row) => toLine(row, page));
}

function toLine(row: PdfItem[], page: number): Line {
  const ordered = [...row].sort((a, b) => a.x - b.x);
  const cells: string[] = [];
  let end: number | undefined;
  for (const { text, x, width, size } of ordered) {
    const gap = end === undefined ? Infinity : x - end;
    if (gap > size * 1.5) cells.push(text);
    else cells[cells.length - 1] += gap > size * 0.15 && !/\s$/.test(cells.at(-1) ?? '') ? ` ${text}` : text;
    end = x + width;
  }
  const first = ordered[0];
  return {
    text: cells.join(' ').replace(/\s+/g, ' ').trim(),
    cells: cells.map((cell) => cell.trim()),
    x: first?.x ?? 0,
    y: first?.y ?? 0,
    size: Math.round(Math.max(...row.map((item) => item.size)) * 2) / 2,
    page,
  };
}

/** The font size that most letters have. */
function commonSize(lines: Line[]): number {
  const letters = new Map<number, number>();
  for (const line of lines) letters.set(line.size, (letters.get(line.size) ?? 0) + line.text.length);
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

const isHeading = (line: Line, bodySize: number): boolean =>
  line.size >= bodySize * 1.12 &&
  line.text.length <= 120 &&
  /\p{L}/u.test(line.text) &&
  line.cells.length === 1;

/** Page numbers and lines that stand at the same height on more than half of at least three pages. */
function withoutRunningHeads(lines: Line[], pages: number): Line[] {
  const place = (line: Line): string => `${Math.round(line.y)}|${line.text.replace(/\d+/g, '#')}`;
  const times = new Map<string, Set<number>>();
  for (const line of lines) {
    const seen = times.get(place(line)) ?? new Set<number>();
    times.set(place(line), seen.add(line.page));
  }
  return lines.filter((line) => pages < 3 || (times.get(place(line))?.size ?? 0) <= pages / 2);
}

const ITEM = /^(?:[•‣▪◦●–-]|\d{1,2}[.)])\s+/;

function startsNewBlock(before: Line, line: Line): boolean {
  if (before.page !== line.page) return /[.!?:]$/.test(before.text);
  const asTable = (other: Line): boolean => other.cells.length > 1;
  if (asTable(before) !== asTable(line)) return true;
  if (ITEM.test(line.text) && ITEM.test(before.text)) return false;
  return before.y - line.y > Math.max(before.size, line.size) * 1.75 || line.y > before.y + line.size;
}

function writeGroup(writer: BlockWriter, lines: Line[]): void {
  if (lines.length === 0) return;
  if (lines.length > 1 && lines.every((line) => line.cells.length > 1)) {
    writer.table(lines.map((line) => line.cells));
    return;
  }
  const items: string[] = [];
  let isList = false;
  for (const line of lines) {
    if (ITEM.test(line.text)) {
      isList = true;
      items.push(line.text.replace(/^[•‣▪◦●–-]\s+/, ''));
    } else if (items.length === 0) items.push(line.text);
    else items[items.length - 1] = joined(items.at(-1) ?? '', line.text);
  }
  writer.block(isList ? 'list' : 'paragraph', items.join('\n'));
}

/** A word that was divided at the end of a line is put together again. */
const joined = (before: string, next: string): string =>
  /\p{Ll}-$/u.test(before) && /^\p{Ll}/u.test(next) ? before.slice(0, -1) + next : `${before} ${next}`;
