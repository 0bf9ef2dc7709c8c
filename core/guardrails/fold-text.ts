/** Text made comparable, with the way back: `starts[i]` is where folded unit `i` begins in the original. */
export interface FoldedText {
  text: string;
  /** One entry per folded UTF-16 unit and one for the end; undefined when the fold changed no position. */
  starts?: Uint32Array;
  ends?: Uint32Array;
}

const ASCII = /^[\t\n\r\x20-\x7e]*$/;

/** Characters that are not seen: zero width, joiners, bidi controls, tags, variation selectors, soft hyphen. */
export const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/** Single characters that stand for whole phrases stay as they are: they hide nothing and would make a text grow. */
const MOST_GROWTH = 4;

function foldPoint(point: string): string {
  const folded = point.normalize('NFKC');
  return folded.length > MOST_GROWTH ? point : folded;
}

/**
 * NFKC and removal of invisible characters, code point by code point, so that every folded character knows where it
 * came from. Single letters only: marks that combine across code points keep their decomposed form.
 */
export function foldText(text: string): FoldedText {
  if (ASCII.test(text)) return { text };
  const parts: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let at = 0;
  for (const point of text) {
    const next = at + point.length;
    const folded = point < '\u0080' ? point : INVISIBLE.test(point) ? '' : foldPoint(point);
    parts.push(folded);
    for (let unit = 0; unit < folded.length; unit += 1) {
      starts.push(at);
      ends.push(next);
    }
    at = next;
  }
  return { text: parts.join(''), starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) };
}

/** Where a stretch of the folded text stands in the original. */
export function unfold(folded: FoldedText, start: number, end: number): { start: number; end: number } {
  if (!folded.starts || !folded.ends) return { start, end };
  return {
    start: folded.starts[start] ?? 0,
    end: end > start ? (folded.ends[end - 1] ?? 0) : (folded.starts[start] ?? 0),
  };
}
