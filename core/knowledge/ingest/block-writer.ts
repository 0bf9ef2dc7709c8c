import type { BlockKind, DocumentBlock } from '../document.js';
import { cleanText, singleLine } from './text-cleaning.js';

/**
 * Collects what a parser reads, in order, and keeps the path of headings. The first heading of level 1 is the
 * document's title and not part of the path.
 */
export class BlockWriter {
  private readonly written: DocumentBlock[] = [];
  private path: { level: number; text: string }[] = [];
  private firstHeading: string | undefined;

  /** The heading of level 1 that stands before every other heading of that level. */
  get title(): string | undefined {
    return this.firstHeading;
  }

  get blocks(): DocumentBlock[] {
    return this.written;
  }

  heading(level: number, text: string): void {
    const line = singleLine(cleanText(text));
    if (!line) return;
    this.path = this.path.filter((above) => above.level < level);
    if (level === 1 && this.firstHeading === undefined) {
      this.firstHeading = line;
      return;
    }
    this.path.push({ level, text: line });
  }

  /** Adds a block; empty ones are left out. Lines are kept, white space inside a line is made one space. */
  block(kind: BlockKind, text: string): void {
    const lines = cleanText(text)
      .split('\n')
      .map((line) => (kind === 'code' ? line.trimEnd() : singleLine(line)))
      .filter((line) => line.trim());
    if (lines.length === 0) return;
    this.written.push({
      kind,
      headings: this.path.map((above) => above.text),
      text: lines.join(kind === 'paragraph' ? ' ' : '\n'),
    });
  }

  /** Adds a table; the first row is its header. Rows get as many cells as the header has. */
  table(rows: string[][]): void {
    const filled = rows.filter((row) => row.some((cell) => cell.trim()));
    const width = filled.reduce((most, row) => Math.max(most, row.length), 0);
    if (width === 0) return;
    this.block('table', filled.map((row) => tableLine(row, width)).join('\n'));
  }
}

function tableLine(row: string[], width: number): string {
  const cells = row.map((cell) => singleLine(cell).replaceAll(' | ', ' / '));
  while (cells.length < width) cells.push('');
  return cells.map((cell) => cell || '-').join(' | ');
}
