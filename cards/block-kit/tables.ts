import type { JsonObject } from '../../core/kernel/json.js';
import { SLACK_LIMITS } from '../slack-limits.js';
import { warn, type Conversion } from './conversion.js';
import { harmless, plainText } from './mrkdwn.js';
import { codeBlock, list } from './texts.js';
import type { SlackBlock } from './types.js';
import { asText } from '../as-text.js';

/** Characters of one preformatted block. */
const CODE_LENGTH = 2_900;
const CELL_WIDTH = 28;

/** A table by Slack's own block; the second one of a message, and what does not fit, as aligned text. */
export function tableBlocks(table: JsonObject, conversion: Conversion, path: string): SlackBlock[] {
  const rows = list(table.rows).map((row) => list(row.cells).map(cellText));
  if (rows.length === 0) return [];
  const columns = Math.max(...rows.map((row) => row.length));
  const characters = rows.flat().reduce((sum, cell) => sum + cell.length, 0);
  const fits =
    conversion.tablesLeft > 0 &&
    rows.length <= SLACK_LIMITS.tableRows &&
    columns <= SLACK_LIMITS.tableColumns &&
    characters < SLACK_LIMITS.tableText - rows.length * columns;
  if (!fits) {
    warn(conversion, path, 'fallback', 'a table as text');
    return textTable(rows);
  }
  conversion.tablesLeft -= 1;
  return [
    {
      type: 'table',
      rows: rows.map((row) =>
        Array.from({ length: columns }, (_, column) => ({
          type: 'raw_text',
          text: harmless(row[column] || ' '),
        })),
      ),
      column_settings: Array.from({ length: columns }, () => ({ is_wrapped: true })),
    },
  ];
}

function cellText(cell: JsonObject): string {
  return list(cell.items)
    .map((item) => plainText(asText(item.text ?? '')))
    .join('\n');
}

/** Rows in columns of one width each; cells that are too long for a column stand under the row, in full. */
export function textTable(rows: string[][]): SlackBlock[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(CELL_WIDTH, Math.max(...rows.map((row) => (row[column] ?? '').length))),
  );
  const lines = rows.flatMap((row) => rowLines(row, widths));
  const blocks: SlackBlock[] = [];
  let part = '';
  for (const line of lines) {
    if (part !== '' && part.length + line.length + 1 > CODE_LENGTH) {
      blocks.push(codeBlock(part));
      part = '';
    }
    part += part === '' ? line : `\n${line}`;
  }
  return part === '' ? blocks : [...blocks, codeBlock(part)];
}

function rowLines(row: string[], widths: number[]): string[] {
  const wrapped = widths.map((width, column) => wrap(row[column] ?? '', width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) =>
    wrapped
      .map((lines, column) => (lines[at] ?? '').padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const source of text.split('\n')) {
    let line = '';
    for (const word of source.split(' ').flatMap((long) => chop(long, width))) {
      if (line !== '' && line.length + word.length + 1 > width) {
        lines.push(line);
        line = '';
      }
      line += line === '' ? word : ` ${word}`;
    }
    lines.push(line);
  }
  return lines;
}

function chop(word: string, width: number): string[] {
  return word.length <= width
    ? [word]
    : (word.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gu')) ?? [word]);
}
