import { BlockWriter } from './block-writer.js';

const MAX_HEADING_CHARACTERS = 80;

/** Reads plain text: blank lines end paragraphs; underlined, numbered or capital lines are headings. */
export function readPlainText(source: string): BlockWriter {
  const writer = new BlockWriter();
  const groups = source.split(/\n[ \t]*\n/).map((group) => group.split('\n').filter((line) => line.trim()));
  for (const [position, lines] of groups.entries()) {
    if (lines.length === 0) continue;
    const heading = headingOf(lines, position === 0 && groups.length > 1);
    if (heading) {
      writer.heading(heading.level, heading.text);
      lines.splice(0, heading.lines);
    }
    writeGroup(writer, lines);
  }
  return writer;
}

interface FoundHeading {
  level: number;
  text: string;
  /** Lines that it takes. */
  lines: number;
}

function headingOf(lines: string[], isFirst: boolean): FoundHeading | undefined {
  const [first = '', second = ''] = lines.map((line) => line.trim());
  if (first.length > MAX_HEADING_CHARACTERS) return undefined;
  if (/^(=+|-{3,}|~+)$/.test(second)) return { level: second.startsWith('=') ? 1 : 2, text: first, lines: 2 };
  const alone = lines.length === 1 && !/[.!?:;,]$/.test(first);
  if (isFirst && alone) return { level: 1, text: first, lines: 1 };
  if (alone && /^\d+(\.\d+)*\.?\s+\p{L}/u.test(first)) {
    return { level: 1 + (first.match(/\d+/g)?.length ?? 1), text: first, lines: 1 };
  }
  if (
    first.length > 3 &&
    first === first.toUpperCase() &&
    /\p{Lu}{3}/u.test(first) &&
    !/[.!?;,]$/.test(first)
  ) {
    return { level: 2, text: first, lines: 1 };
  }
  return undefined;
}

const ITEM = /^\s*(?:[-*•–]|\d+[.)])\s+/;

/** Lines that look like a list or like records stay lines; wrapped prose becomes one paragraph. */
function writeGroup(writer: BlockWriter, lines: string[]): void {
  if (lines.length === 0) return;
  const items = lines.filter((line) => ITEM.test(line)).length;
  const keyed = lines.filter((line) => /^[^:]{2,60}:\s+\S/.test(line.trim())).length;
  if (lines.length > 1 && keyed >= lines.length * 0.8) {
    writer.block('list', lines.join('\n'));
  } else if (items > 0 && ITEM.test(lines[0] ?? '')) {
    writer.block('list', joinedItems(lines).join('\n'));
  } else {
    writer.block('paragraph', lines.map((line) => line.trim()).join(' '));
  }
}

/** Lines that continue an item are joined to it; bullets go, numbers stay. */
function joinedItems(lines: string[]): string[] {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line) || items.length === 0) items.push(line.trim().replace(/^[-*•–]\s+/, ''));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  return items;
}
