/**
 * Rewrites Markdown into the subset that every Teams client shows in a message: bold, italic, code, quotes, lists and
 * links stay; headings become bold lines, tables become lists, images become links, rules become blank lines, and HTML
 * is shown as it is written. Source of the subset: "Format your bot messages" in Microsoft's Teams documentation.
 */
export function toTeamsMarkdown(markdown: string): string {
  const lines = markdown.replace(/\r\n?/g, '\n').split('\n');
  const out: string[] = [];
  let fence: string | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
      out.push(line);
    } else if (mark) {
      fence = mark;
      out.push(line);
    } else if (isTableRow(line) && isTableRule(lines[index + 1] ?? '')) {
      const end = lines.findIndex((row, at) => at > index + 1 && !isTableRow(row));
      const rows = lines.slice(index + 2, end === -1 ? lines.length : end);
      out.push(...listOfTable(cells(line), rows.map(cells)));
      index += rows.length + 1;
    } else {
      out.push(plainLine(line));
    }
  }
  return out
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function plainLine(line: string): string {
  const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1];
  if (heading !== undefined) return heading === '' ? '' : `**${inline(heading.replace(/\*\*/g, ''))}**`;
  if (/^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/.test(line)) return '';
  return inline(line);
}

/** Changes text outside of inline code. */
function inline(line: string): string {
  if (!/[<!\\]/.test(line)) return line;
  return line
    .split(/(`+[^`]*`+)/)
    .map((part, position) => (position % 2 === 1 ? part : safeText(part)))
    .join('');
}

const safeText = (text: string): string =>
  text
    .replace(
      /!\[([^\]]*)\]\(([^)\s]+)[^)]*\)/g,
      (_image, label: string, url: string) => `[${label || url}](${url})`,
    )
    .replace(/<(?=[a-z/!?])/gi, '&lt;');

const isTableRow = (line: string): boolean => /^\s*\|.*\|\s*$/.test(line);
const isTableRule = (line: string): boolean => /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/.test(line);

const cells = (row: string): string[] =>
  row
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replace(/\\\|/g, '|'));

/** One bullet per row: the first cell in bold, the others with their column's name. */
function listOfTable(head: string[], rows: string[][]): string[] {
  return rows.map((row) => {
    const [first = '', ...rest] = row;
    const facts = rest.map((cell, at) => (head[at + 1] ? `${head[at + 1]}: ${cell}` : cell)).filter(Boolean);
    return inline(`- **${first}**${facts.length > 0 ? ` – ${facts.join(', ')}` : ''}`);
  });
}

/** Markdown without its marks, on one line, for a notification of at most `limit` characters. */
export function toSummary(markdown: string, limit: number): string {
  const plain = markdown
    .replace(/```[\s\S]*?(?:```|$)/g, ' ')
    .replace(/!?\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replace(/[*_`~|]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return shorten(plain, limit);
}

/** At most `limit` UTF-16 units, ending with an ellipsis when shortened, never inside of a surrogate pair. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text
    .slice(0, limit - 1)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd()}…`;
}
