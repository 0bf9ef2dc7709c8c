/**
 * Cuts a long Markdown text into parts of at most `limit` UTF-16 units, between paragraphs where it can, else between
 * lines, words or characters. Nothing is lost but the white space at the cuts; a code block that is cut is closed and
 * opened again.
 */
export function splitText(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit) {
    const room = limit - 8;
    const at = cutPosition(rest, room);
    let part = rest.slice(0, at).trimEnd();
    rest = rest.slice(at).replace(/^\s*\n|^[ \t]+/, '');
    const fence = openFence(part);
    if (fence) {
      part += `\n${fence.mark}`;
      rest = `${fence.line}\n${rest}`;
    }
    parts.push(part);
  }
  if (rest.trim() !== '' || parts.length === 0) parts.push(rest);
  return parts;
}

function cutPosition(text: string, room: number): number {
  const head = text.slice(0, room);
  for (const gap of ['\n\n', '\n', ' ']) {
    const at = head.lastIndexOf(gap);
    if (at > room / 2) return at;
  }
  return /[\ud800-\udbff]$/.test(head) ? room - 1 : room;
}

/** The line that opened a code block which the text does not close. */
function openFence(text: string): { line: string; mark: string } | undefined {
  let open: { line: string; mark: string } | undefined;
  for (const [line, mark] of text.matchAll(/^[ \t]*(`{3,}|~{3,})[^\n]{0,40}/gm)) {
    open = open ? undefined : { line: line.trim(), mark: mark ?? '```' };
  }
  return open;
}
