/** A stretch of a long text. */
export interface TextWindow {
  start: number;
  text: string;
}

/**
 * Cuts a long text into overlapping windows at line or sentence ends, so that a short attack in a long text is not
 * drowned. A text up to one and a half sizes is one window.
 */
export function cutWindows(text: string, size = 1_000, overlap = 200): TextWindow[] {
  if (text.length <= size * 1.5) return [{ start: 0, text }];
  const windows: TextWindow[] = [];
  let start = 0;
  while (start < text.length) {
    const end = start + size >= text.length ? text.length : breakBefore(text, start + size, start + size / 2);
    windows.push({ start, text: text.slice(start, end) });
    if (end >= text.length) break;
    start = breakBefore(text, Math.max(start + size / 2, end - overlap), start + size / 4);
  }
  return windows;
}

/** The last line end, sentence end or space before `limit`, at or after `floor`; never inside a surrogate pair. */
function breakBefore(text: string, limit: number, floor: number): number {
  const until = Math.floor(limit);
  const part = text.slice(Math.floor(floor), until);
  const at = Math.max(part.lastIndexOf('\n'), part.lastIndexOf('. '));
  const place = at >= 0 ? at : part.lastIndexOf(' ');
  const cut = place >= 0 ? Math.floor(floor) + place + 1 : until;
  const code = text.charCodeAt(cut);
  return code >= 0xdc00 && code <= 0xdfff ? cut + 1 : cut;
}
