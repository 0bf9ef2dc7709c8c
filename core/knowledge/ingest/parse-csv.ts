import { BlockWriter } from './block-writer.js';
import { reason } from './reason.js';
import { Unreadable } from './unreadable.js';

/**
 * Splits CSV into rows (RFC 4180: quotes, doubled quotes, line breaks inside quotes). The separator is whichever of
 * comma, semicolon and tab stands most often in the first line.
 */
export function csvRows(source: string): string[][] {
  const firstLine = source.slice(0, source.indexOf('\n') === -1 ? undefined : source.indexOf('\n'));
  const separator = [',', ';', '\t']
    .map((mark) => ({ mark, times: firstLine.split(mark).length }))
    .reduce((best, next) => (next.times > best.times ? next : best)).mark;
  if (!source.includes('"')) {
    const plain = source.split('\n').map((line) => line.split(separator));
    return plain.filter((cells) => cells.some((value) => value.trim()));
  }
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < source.length; at += 1) {
    const character = source.charAt(at);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (source.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (character === separator) {
      row.push(cell);
      cell = '';
    } else if (character === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else cell += character;
  }
  if (quoted) throw new Unreadable(reason('csv-quotes'));
  if (cell || row.length > 0) rows.push([...row, cell]);
  return rows.filter((cells) => cells.some((value) => value.trim()));
}

/** Reads CSV as one table whose first row is the header. */
export function readCsv(source: string): BlockWriter {
  const writer = new BlockWriter();
  writer.table(csvRows(source));
  return writer;
}
