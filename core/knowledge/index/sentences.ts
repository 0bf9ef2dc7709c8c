/** A piece of a passage that can be quoted by itself: offsets are UTF-16, `text` is the exact substring. */
export interface Sentence {
  start: number;
  end: number;
  text: string;
}

/** What stands before an item of a list; sentences begin after it. */
export const BULLET = '- ';

const ABBREVIATION =
  /(?:\b(?:e\.g|i\.e|etc|vs|approx|incl|no|nr|dr|mr|mrs|ms|st|inc|ltd|co|corp|z\.b|d\.h|bzw|ca|p\.ej|u\.s|u\.k|a\.m|p\.m)|\b\p{Lu})\.$/iu;
/** "31." before "März" is the thirty-first, in German. */
const ORDINAL = /(?:^|\s)\d{1,2}\.$/u;
const COUNTED =
  /^\s*(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Tag|Woche|Monat|Quartal|Jahr|Stock|Etage|Obergeschoss|Untergeschoss|Geburtstag|Lebensjahr|Klasse|Stufe|Schicht)/u;
const END = /[.!?。！？]+["'”’»)\]]*(?=\s)|[。！？]/gu;

/** A text without the marks before the items of its lists. */
export const withoutBullets = (text: string): string => text.replaceAll(/^- /gm, '');

/** Splits a passage into sentences; a line (list item, table row) is never joined with the next. */
export function sentencesOf(text: string): Sentence[] {
  const found: Sentence[] = [];
  let lineStart = 0;
  for (const line of text.split('\n')) {
    let start = line.startsWith(BULLET) ? BULLET.length : 0;
    for (const match of line.matchAll(END)) {
      const end = match.index + match[0].length;
      if (continues(line, start, end)) continue;
      push(found, text, lineStart + start, lineStart + end);
      start = end;
    }
    push(found, text, lineStart + start, lineStart + line.length);
    lineStart += line.length + 1;
  }
  return found;
}

/** A full stop that ends no sentence: an abbreviation, a date, or a small letter follows. */
function continues(line: string, start: number, end: number): boolean {
  const next = line.slice(end).trimStart()[0];
  if (next && /\p{Ll}/u.test(next)) return true;
  if (line[end - 1] !== '.') return false;
  const said = line.slice(start, end);
  return ABBREVIATION.test(said) || (ORDINAL.test(said) && COUNTED.test(line.slice(end)));
}

function push(found: Sentence[], text: string, from: number, to: number): void {
  const raw = text.slice(from, to);
  const trimmed = raw.trim();
  if (!/[\p{L}\p{N}]/u.test(trimmed)) return;
  const start = from + raw.indexOf(trimmed);
  found.push({ start, end: start + trimmed.length, text: trimmed });
}
