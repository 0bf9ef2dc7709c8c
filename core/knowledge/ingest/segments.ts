import { setImmediate } from 'node:timers/promises';

/** Lets others have the event loop between two pieces of a long document. */
export const breathe = (): Promise<void> => setImmediate();

/** Characters of one piece; parsers that take longer than linear time do so on no more than this. */
export const SEGMENT = 64 * 1024;

/** No author writes a longer line; a machine's is cut at this length. */
const LONGEST_LINE = 8 * 1024;

/**
 * Cuts a long Markdown text at blank lines outside of code fences, and where there is none for long, at the end of a line
 * or, at last, anywhere. A text of ordinary length is one piece.
 */
export function segmentsOf(source: string): string[] {
  if (source.length <= SEGMENT) return [source];
  const segments: string[] = [];
  let start = 0;
  let fence = '';
  let at = 0;
  while (at < source.length) {
    const newline = source.indexOf('\n', at);
    const end = newline < 0 ? source.length : newline + 1;
    const line = source.slice(at, Math.min(end, at + 200));
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? '';
    if (mark && !fence) fence = mark.slice(0, 3);
    else if (mark.startsWith(fence) && fence) fence = '';
    if (end - at > LONGEST_LINE) {
      if (at > start) segments.push(source.slice(start, at));
      for (start = at; start < end; start += LONGEST_LINE) {
        segments.push(source.slice(start, Math.min(end, start + LONGEST_LINE)));
      }
      start = end;
    } else if (end - start > SEGMENT || (!fence && line.trim() === '' && end - start > SEGMENT / 2)) {
      segments.push(source.slice(start, end));
      start = end;
    }
    at = end;
  }
  if (start < source.length) segments.push(source.slice(start));
  return segments;
}
