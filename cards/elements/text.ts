import type { CardElement } from '../adaptive-card.js';
import { tableElement } from './table.js';

const FENCE = /^(`{3,}|~{3,})\s*([\w+#-]*)\s*$/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/;
const TABLE_RULE = /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/;
const PICTURE = /!\[([^\]]{0,300})\]\(\s{0,9}<?([^)\s>]{1,3000})>?[^)]{0,200}\)/g;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;

/**
 * Markdown as card elements. A TextBlock knows bold, italic, lists and links only, so headings become bold lines,
 * code fences CodeBlocks, tables Tables and pictures links.
 */
export function textElements(markdown: string): CardElement[] {
  const elements: CardElement[] = [];
  let lines: string[] = [];
  const endText = (): void => {
    const text = lines.join('\n').trim();
    if (text !== '') elements.push({ type: 'TextBlock', text, wrap: true, spacing: 'small' });
    lines = [];
  };
  const source = markdown.replace(/\r\n?/g, '\n').split('\n');
  for (let at = 0; at < source.length; at += 1) {
    const line = source[at] ?? '';
    const fence = FENCE.exec(line);
    if (fence) {
      const end = endOfFence(source, at + 1, fence[1] ?? '```');
      endText();
      elements.push(codeElement(source.slice(at + 1, end).join('\n')));
      at = end;
    } else if (
      line.includes('|') &&
      TABLE_RULE.test(source[at + 1] ?? '') &&
      (source[at + 1] ?? '').includes('|')
    ) {
      let end = at + 2;
      while (end < source.length && (source[end] ?? '').includes('|')) end += 1;
      endText();
      elements.push(tableElement(cells(line), source.slice(at + 2, end).map(cells)));
      at = end - 1;
    } else {
      lines.push(plainLine(line));
    }
  }
  endText();
  return elements;
}

/** Code in a fixed-width block; clients without one show it as text in a shaded box. */
export function codeElement(code: string): CardElement {
  return {
    type: 'CodeBlock',
    codeSnippet: code,
    language: 'PlainText',
    fallback: {
      type: 'Container',
      style: 'emphasis',
      items: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: code, fontType: 'monospace' }] }],
    },
  };
}

function endOfFence(source: string[], from: number, marker: string): number {
  let end = from;
  while (end < source.length && !(source[end] ?? '').trim().startsWith(marker)) end += 1;
  return end;
}

function plainLine(line: string): string {
  const heading = HEADING.exec(line);
  if (heading) return `\n**${(heading[1] ?? '').replaceAll('**', '')}**\n`;
  if (RULE.test(line)) return '';
  return line.replace(PICTURE, (_all, alt: string, url: string) => `[${alt === '' ? url : alt}](${url})`);
}

function cells(row: string): string[] {
  return row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
