import type { CardElement } from '../adaptive-card.js';

/** Rows that a card shows of a longer table. */
export const TABLE_MAX_ROWS = 40;

/** A table with its first row as header; every row gets as many cells as there are columns. */
export function tableElement(columns: string[], rows: string[][]): CardElement {
  return {
    type: 'Table',
    firstRowAsHeaders: true,
    showGridLines: true,
    gridStyle: 'default',
    spacing: 'small',
    columns: columns.map((_, index) => ({ width: columnWidth(index, columns, rows) })),
    rows: [columns, ...rows].map((row, index) => ({
      type: 'TableRow',
      ...(index === 0 ? { style: 'emphasis' } : {}),
      cells: columns.map((_, column) => cellElement(row[column] ?? '', index === 0)),
    })),
  };
}

function cellElement(text: string, isHeader: boolean): CardElement {
  return {
    type: 'TableCell',
    items: [{ type: 'TextBlock', text, wrap: true, ...(isHeader ? { weight: 'bolder' } : {}) }],
  };
}

/** Relative width by the longest content, so that a column of numbers leaves its room to a column of sentences. */
function columnWidth(column: number, columns: string[], rows: string[][]): number {
  const longest = Math.max(
    (columns[column] ?? '').length,
    ...rows.slice(0, TABLE_MAX_ROWS).map((row) => (row[column] ?? '').length),
  );
  return Math.min(4, Math.max(1, Math.round(longest / 10)));
}

/** A table part: title, the first rows and how many there are more. */
export function tablePartElements(part: {
  title?: string;
  columns: string[];
  rows: string[][];
  more?: string;
}): CardElement[] {
  const shown = part.rows.slice(0, TABLE_MAX_ROWS);
  return [
    ...titleElements(part.title),
    tableElement(part.columns, shown),
    ...(shown.length < part.rows.length ? [moreElement(part.more, shown.length, part.rows.length)] : []),
  ];
}

export function titleElements(title: string | undefined): CardElement[] {
  return title === undefined
    ? []
    : [{ type: 'TextBlock', text: title, weight: 'bolder', wrap: true, spacing: 'medium' }];
}

/** "40 of 112": what is not shown is said, in the caller's words where there are some. */
export function moreElement(words: string | undefined, shown: number, total: number): CardElement {
  const text = (words ?? '{shown} / {total}')
    .replace('{shown}', String(shown))
    .replace('{total}', String(total));
  return { type: 'TextBlock', text, isSubtle: true, size: 'small', wrap: true };
}
