import { BULLET } from '../index/sentences.js';
import type { ReadSentence } from '../retrieve/match.js';

/** A quote takes its neighbours along as long as it stays this short. */
const QUOTED_WORDS = 60;
const CELL = ' | ';
const NUMBERED = /^\d{1,3}[.)] /;
/** A line that ends so introduces what follows. */
const INTRODUCES = /[:：]$/;

interface Line {
  start: number;
  end: number;
  text: string;
}

type Kind = 'item' | 'row' | 'prose';

const kindOf = ({ text }: Line): Kind =>
  text.includes(CELL) ? 'row' : text.startsWith(BULLET) || NUMBERED.test(text) ? 'item' : 'prose';
const countWords = (text: string): number => text.split(/\s+/).length;
const introduces = (line: Line | undefined): boolean =>
  line !== undefined && kindOf(line) === 'prose' && INTRODUCES.test(line.text);

function linesOf(text: string): Line[] {
  let start = 0;
  return text.split('\n').map((line) => {
    const found = { start, end: start + line.length, text: line };
    start = found.end + 1;
    return found;
  });
}

/** The lines of the list or table around one of them: first and last. */
function runAround(lines: Line[], at: number, kind: Kind): [first: number, last: number] {
  const belongs = (line: Line | undefined): boolean => line !== undefined && kindOf(line) === kind;
  let [first, last] = [at, at];
  while (belongs(lines[first - 1])) first -= 1;
  while (belongs(lines[last + 1])) last += 1;
  return [first, last];
}

/**
 * Where a quote begins and ends that is read for one sentence: a short list or table whole with the line that introduces
 * it, a sentence with its neighbours of the same line.
 * @param isAlone the row or item says it by itself; the others beside it would only be read in vain.
 */
export function quoteSpan(
  text: string,
  sentences: ReadSentence[],
  at: number,
  isAlone: (line: string, others: string[]) => boolean,
): [start: number, end: number] {
  const sentence = sentences[at] as ReadSentence;
  const lines = linesOf(text);
  const here = lines.findIndex(({ start, end }) => start <= sentence.start && sentence.end <= end);
  const line = lines[here];
  if (!line) return [sentence.start, sentence.end];
  const kind = kindOf(line);
  if (kind === 'prose') {
    const [, last] = runAround(lines, here + 1, 'item');
    const list = lines[last];
    if (introduces(line) && list && kindOf(list) === 'item' && fits(text, sentence.start, list.end))
      return [sentence.start, list.end];
    return withNeighbours(text, sentences, at, line);
  }
  const [first, last] = runAround(lines, here, kind);
  const others = lines.slice(first, last + 1).filter((other) => other !== line);
  const from = introduces(lines[first - 1]) ? first - 1 : first;
  const [start, end] = [contentStart(lines[from] as Line), (lines[last] as Line).end];
  if (
    fits(text, start, end) &&
    !isAlone(
      line.text,
      others.map((other) => other.text),
    )
  )
    return [start, end];
  return kind === 'row' ? [line.start, line.end] : withNeighbours(text, sentences, at, line);
}

const fits = (text: string, start: number, end: number): boolean =>
  countWords(text.slice(start, end)) <= QUOTED_WORDS;
const contentStart = ({ start, text }: Line): number => start + (text.startsWith(BULLET) ? BULLET.length : 0);

/** A sentence with those after it and the one before, if they stand in the same line. */
function withNeighbours(
  text: string,
  sentences: ReadSentence[],
  at: number,
  line: Line,
): [start: number, end: number] {
  const isHere = (one: ReadSentence | undefined): one is ReadSentence =>
    one !== undefined && line.start <= one.start && one.end <= line.end;
  let { start, end } = sentences[at] as ReadSentence;
  const [before, next] = [sentences[at - 1], sentences[at + 1]];
  if (isHere(next) && fits(text, start, next.end)) end = next.end;
  if (isHere(before) && fits(text, before.start, end)) start = before.start;
  return [start, end];
}

/**
 * A quote as Markdown: items of a list as items under the line that introduces them, each cell of a row with the name of
 * its column.
 */
export function shownQuote(text: string, start: number, end: number): string {
  const lines = linesOf(text);
  const quoted = lines.filter((line) => line.start < end && line.end > start);
  const first = quoted[0];
  if (!first) return text.slice(start, end);
  const [top] = runAround(lines, lines.indexOf(first), kindOf(first));
  const lead = lines[top - 1];
  const head = kindOf(first) === 'row' && lines.length > 1 ? lines[top] : undefined;
  const isList = quoted.length > 1 || introduces(lead);
  const shown = quoted.flatMap((line) => {
    const piece = text.slice(Math.max(start, line.start), Math.min(end, line.end));
    if (line === head && quoted.length > 1) return [];
    if (kindOf(line) === 'row')
      return shownRow(piece, head === line ? undefined : head?.text, quoted.length > 1);
    if (kindOf(line) === 'item' && isList && !NUMBERED.test(piece)) {
      return piece.startsWith(BULLET) ? piece : `${BULLET}${piece}`;
    }
    return piece;
  });
  const above = kindOf(first) === 'item' && introduces(lead) ? [(lead as Line).text] : [];
  return [...above, ...shown].join('\n');
}

/** `Amount: up to 5,000 euros; Approved by: the manager`. */
function shownRow(row: string, head: string | undefined, isOneOfMany: boolean): string {
  const names = head?.split(CELL) ?? [];
  const cells = row.split(CELL).flatMap((cell, at) => {
    const name = names[at];
    if (!cell || cell === '-') return [];
    return name && name !== '-' ? `${name}: ${cell}` : cell;
  });
  return `${isOneOfMany ? BULLET : ''}${cells.join('; ')}`;
}
