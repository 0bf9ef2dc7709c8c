import { BULLET } from '../index/sentences.js';
import type { ReadSentence } from '../retrieve/match.js';

/** A quote takes its neighbours along as long as it stays this short. */
const QUOTED_WORDS = 60;
/** So few words make no statement. */
const CRUMB_WORDS = 4;
const CELL = ' | ';
const NUMBERED = /^\d{1,3}[.)] /;
/** A line that ends so introduces what follows. */
const INTRODUCES = /[:：]$/;

/** What only code has: space before a line, comments, prompts, brackets and semicolons at the end, settings, options. */
const CODE =
  /^\s|^#(?: |!)|^\/\/|^\$ |[{};\\]$|^(?:export )?[\w.]+=\S|^[a-z][\w.-]*(?: [\w./:@=$-]+)* --?[a-z][^.!?]*$/u;
/** A line beside code that may be code as well: neither sentence nor heading. */
const LIKE_CODE = /^[^\p{Lu}].*[^.!?:：]$/u;
const FENCE = '```';

type Kind = 'item' | 'row' | 'code' | 'prose';

interface Line {
  start: number;
  end: number;
  text: string;
  kind: Kind;
}

const kindAlone = (text: string): Kind =>
  text.includes(CELL) ? 'row' : text.startsWith(BULLET) || NUMBERED.test(text) ? 'item' : 'prose';
const countWords = (text: string): number => text.split(/\s+/).length;
const introduces = (line: Line | undefined): boolean =>
  line !== undefined && line.kind === 'prose' && INTRODUCES.test(line.text);

function linesOf(text: string): Line[] {
  let start = 0;
  const lines = text.split('\n').map((line) => {
    const found: Line = { start, end: start + line.length, text: line, kind: kindAlone(line) };
    start = found.end + 1;
    return found;
  });
  markCode(lines);
  return lines;
}

/** Lines of code, and what stands right beside them without being a sentence. */
function markCode(lines: Line[]): void {
  // A pipe between commands looks like a row of a table, but no other row stands beside it.
  const mayBeCode = (at: number): boolean =>
    lines[at]?.kind === 'prose' ||
    (lines[at]?.kind === 'row' && lines[at - 1]?.kind !== 'row' && lines[at + 1]?.kind !== 'row');
  const spread = (at: number, step: number): void => {
    const beside = lines[at + step];
    if (!beside || !mayBeCode(at + step)) return;
    if (!CODE.test(beside.text) && !LIKE_CODE.test(beside.text)) return;
    beside.kind = 'code';
    spread(at + step, step);
  };
  for (const [at, line] of lines.entries()) {
    if (!mayBeCode(at) || !CODE.test(line.text)) continue;
    line.kind = 'code';
    spread(at, -1);
    spread(at, 1);
  }
}

/** The lines of the list or table around one of them: first and last. */
function runAround(lines: Line[], at: number, kind: Kind): [first: number, last: number] {
  const belongs = (line: Line | undefined): boolean => line !== undefined && line.kind === kind;
  let [first, last] = [at, at];
  while (belongs(lines[first - 1])) first -= 1;
  while (belongs(lines[last + 1])) last += 1;
  return [first, last];
}

/** Where a quote for one sentence may begin and end. */
interface Spans {
  own: [start: number, end: number];
  /** The short list or table that the sentence is in, unless it says it by itself. */
  whole?: { span: [start: number, end: number]; line: string; others: string[] };
}

/** A passage stays as it is, so its sentences are looked at once. */
const spansBySentence = new WeakMap<ReadSentence, Spans>();

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
  const spans = spansBySentence.get(sentence) ?? spansOf(text, sentences, at);
  spansBySentence.set(sentence, spans);
  const { own, whole } = spans;
  return whole && !isAlone(whole.line, whole.others) ? whole.span : own;
}

function spansOf(text: string, sentences: ReadSentence[], at: number): Spans {
  const sentence = sentences[at] as ReadSentence;
  const lines = linesOf(text);
  const here = lines.findIndex(({ start, end }) => start <= sentence.start && sentence.end <= end);
  const line = lines[here];
  if (!line) return { own: [sentence.start, sentence.end] };
  const kind = line.kind;
  if (kind === 'prose') {
    const introduced = introduces(line) ? lastThatFits(text, lines, here, sentence.start) : undefined;
    return {
      own: introduced ? [sentence.start, introduced.end] : withNeighbours(text, sentences, at, line),
    };
  }
  const [first, last] = runAround(lines, here, kind);
  if (kind === 'code') return { own: codeSpan(text, lines, here, [first, last]) };
  const own: Spans['own'] =
    kind === 'row' ? [line.start, line.end] : withNeighbours(text, sentences, at, line);
  const from = introduces(lines[first - 1]) ? first - 1 : first;
  const [start, end] = [contentStart(lines[from] as Line), (lines[last] as Line).end];
  if (!fits(text, start, end)) return { own };
  const others = lines.slice(first, last + 1).filter((other) => other !== line);
  return {
    own,
    whole: { span: [start, end], line: line.text, others: others.map((other) => other.text) },
  };
}

/** A piece of code whole, under the line that introduces it; of a long one as much around the line as a quote takes. */
function codeSpan(
  text: string,
  lines: Line[],
  here: number,
  [first, last]: [first: number, last: number],
): [start: number, end: number] {
  const startOf = (at: number): number => (lines[at] as Line).start;
  const endOf = (at: number): number => (lines[at] as Line).end;
  let [from, to] = [here, here];
  for (let grown = true; grown;) {
    grown = false;
    if (to < last && fits(text, startOf(from), endOf(to + 1))) [to, grown] = [to + 1, true];
    if (from > first && fits(text, startOf(from - 1), endOf(to))) [from, grown] = [from - 1, true];
  }
  const isLed = from === first && introduces(lines[first - 1]) && fits(text, startOf(first - 1), endOf(to));
  return [startOf(isLed ? first - 1 : from), endOf(to)];
}

/** The last line of the list or table after a line that introduces it, as far as a quote goes. */
function lastThatFits(text: string, lines: Line[], lead: number, start: number): Line | undefined {
  const next = lines[lead + 1];
  if (!next || next.kind === 'prose') return undefined;
  const [first, last] = runAround(lines, lead + 1, next.kind);
  return lines.slice(first, last + 1).findLast(({ end }) => fits(text, start, end));
}

/**
 * A few words that say nothing by themselves: an entry of a list of links, a label, a line that introduces what does not
 * follow.
 */
export function isCrumb(text: string, sentence: ReadSentence): boolean {
  const known = crumbs.get(sentence) ?? findCrumb(text, sentence);
  crumbs.set(sentence, known);
  return known;
}

const crumbs = new WeakMap<ReadSentence, boolean>();

function findCrumb(text: string, { start, end, text: sentence }: ReadSentence): boolean {
  const lines = linesOf(text);
  const here = lines.findIndex((line) => line.start <= start && end <= line.end);
  const line = lines[here];
  if (!line || line.kind === 'row' || line.kind === 'code') return false;
  if (INTRODUCES.test(sentence)) return end === line.end && here === lines.length - 1;
  if (countWords(line.text.replace(BULLET, '')) > CRUMB_WORDS || /[\d@:]/.test(line.text)) return false;
  return line.kind === 'prose' || !introduces(lines[runAround(lines, here, 'item')[0] - 1]);
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
 * A quote as Markdown: items of a list as items under the line that introduces them, code as code, each cell of a row with
 * the name of its column.
 */
export function shownQuote(text: string, start: number, end: number): string {
  const lines = linesOf(text);
  const quoted = lines.filter((line) => line.start < end && line.end > start);
  const isRowOfMany = quoted.filter((line) => line.kind === 'row').length > 1;
  const lead = leadOf(text, start, end);
  const isList = quoted.length > 1 || lead !== undefined;
  const shown = quoted.flatMap((line) => {
    const piece = text.slice(Math.max(start, line.start), Math.min(end, line.end));
    if (line.kind === 'row') {
      const head = lines[runAround(lines, lines.indexOf(line), 'row')[0]];
      if (line === head) return isRowOfMany ? [] : [shownRow(piece, undefined, false)];
      return shownRow(piece, head?.text, isRowOfMany);
    }
    if (line.kind === 'code') {
      const at = lines.indexOf(line);
      const isIn = (beside: Line | undefined): boolean =>
        beside !== undefined && beside.kind === 'code' && quoted.includes(beside);
      return [...(isIn(lines[at - 1]) ? [] : [FENCE]), piece, ...(isIn(lines[at + 1]) ? [] : [FENCE])];
    }
    if (line.kind === 'item' && isList && !NUMBERED.test(piece)) {
      return piece.startsWith(BULLET) ? piece : `${BULLET}${piece}`;
    }
    return piece;
  });
  const isUnderItsLead = lead !== undefined && !lead.includes(CELL);
  return [...(isUnderItsLead ? [lead] : []), ...shown].join('\n');
}

/** The line above a quote that belongs to it: what introduces its list, or the head of its table. */
export function leadOf(text: string, start: number, end: number): string | undefined {
  const lines = linesOf(text);
  const at = lines.findIndex((line) => line.start < end && line.end > start);
  const first = lines[at];
  if (!first || first.kind === 'prose') return undefined;
  const [top] = runAround(lines, at, first.kind);
  if (first.kind === 'row') return top < at ? lines[top]?.text : undefined;
  const above = lines[top - 1];
  return introduces(above) ? above?.text : undefined;
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
