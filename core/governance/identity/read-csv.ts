export interface CsvRow {
  /** Line on which the row begins, from 1. */
  line: number;
  cells: string[];
}

/** Reads CSV as RFC 4180 has it: quotes double inside quotes, quoted cells may span lines. Empty lines are left out. */
export function readCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let begins = 1;
  const endRow = (): void => {
    if (cells.length > 0 || cell !== '') rows.push({ line: begins, cells: [...cells, cell] });
    cells = [];
    cell = '';
  };
  const source = text.replace(/^\uFEFF/, '');
  for (let position = 0; position < source.length; position += 1) {
    const character = source.charAt(position);
    if (character === '\n') line += 1;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (source.charAt(position + 1) === '"') {
        cell += '"';
        position += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      endRow();
      begins = line;
    } else if (character !== '\r') cell += character;
  }
  endRow();
  return rows;
}
