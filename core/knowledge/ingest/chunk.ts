import { createHash } from 'node:crypto';
import type { Passage } from '../../kernel/answer.js';
import { BULLET } from '../index/sentences.js';
import type { DocumentBlock, ParsedDocument } from '../document.js';

export interface ChunkOptions {
  /** Words of one passage, about. The sentence encoder reads about 95 with title and headings, and no further. */
  maxWords: number;
}

export const DEFAULT_CHUNKING: ChunkOptions = { maxWords: 90 };

/**
 * Cuts a document into passages along its headings. A passage never crosses a heading; sentences, list items and table
 * rows stay whole; a table that is cut repeats its header, a list that is cut repeats the line that introduces it.
 * The id of a passage follows from its words and place in the headings, so that an edit elsewhere leaves it (and the
 * vector made of it) alone.
 */
export function chunkDocument(
  { title, blocks }: Pick<ParsedDocument, 'title' | 'blocks'>,
  document: { id: string; path: string },
  { maxWords }: ChunkOptions = DEFAULT_CHUNKING,
): Passage[] {
  const seen = new Map<string, number>();
  const shownTitle = shortened(title);
  return sections(blocks)
    .flatMap(({ headings, blocks: own }) => {
      const shown = headings.slice(-MOST_HEADINGS).map(shortened);
      return sectionTexts(own, maxWords).map((text) => ({ headings: shown, text }));
    })
    .map(({ headings, text }, position) => ({
      id: passageId(document.id, [shownTitle, ...headings, text], seen),
      documentId: document.id,
      path: document.path,
      title: shownTitle,
      headings,
      text,
      position,
    }));
}

/** Every passage repeats title and headings: what is no heading but a whole text is not carried along. */
const LONGEST_HEADING = 300;
const MOST_HEADINGS = 10;
/** A title or heading as it is kept. */
export const shortened = (heading: string): string =>
  heading.length <= LONGEST_HEADING ? heading : `${heading.slice(0, LONGEST_HEADING).trimEnd()}…`;

/** The document that a passage id belongs to. */
export const documentIdOfPassage = (id: string): string => id.slice(0, id.lastIndexOf(':'));

function passageId(documentId: string, words: string[], seen: Map<string, number>): string {
  const key = createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 16);
  const times = seen.get(key) ?? 0;
  seen.set(key, times + 1);
  return `${documentId}:${key}${times > 0 ? `-${times}` : ''}`;
}

interface Section {
  headings: string[];
  blocks: DocumentBlock[];
}

function sections(blocks: DocumentBlock[]): Section[] {
  const found: Section[] = [];
  let path: string | undefined;
  for (const block of blocks) {
    const here = JSON.stringify(block.headings);
    if (here !== path) found.push({ headings: block.headings, blocks: [] });
    path = here;
    found.at(-1)?.blocks.push(block);
  }
  return found;
}

const countWords = (text: string): number => {
  // The dashes before the items of a list are no words.
  let words = text.startsWith(BULLET) ? -1 : 0;
  for (let at = text.indexOf(`\n${BULLET}`); at >= 0; at = text.indexOf(`\n${BULLET}`, at + 1)) words -= 1;
  let inWord = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const space = code === 32 || code === 10 || code === 9;
    if (!space && !inWord) words += 1;
    inWord = !space;
  }
  // Scripts without spaces: about two characters carry a word's worth.
  return text.length > words * 20 ? Math.ceil(text.length / 6) : words;
};

/** Fills passages of one section block by block. */
function sectionTexts(blocks: DocumentBlock[], maxWords: number): string[] {
  const texts: string[] = [];
  let open: string[] = [];
  let size = 0;
  const close = (): void => {
    if (open.length > 0) texts.push(open.join('\n'));
    open = [];
    size = 0;
  };
  for (const [position, block] of blocks.entries()) {
    const words = countWords(block.text);
    if (size + words <= maxWords) {
      open.push(block.text);
      size += words;
      continue;
    }
    const lead = open.at(-1) === leadLine(blocks[position - 1], block) ? open.pop() : undefined;
    close();
    const fits = words + countWords(lead ?? '') <= maxWords;
    const pieces = fits ? [lead ? `${lead}\n${block.text}` : block.text] : cut(block, lead, maxWords);
    texts.push(...pieces.slice(0, -1));
    open = pieces.slice(-1);
    size = countWords(open[0] ?? '');
  }
  close();
  return texts;
}

const MAX_LEAD_WORDS = 30;

/** "You may:" before a list belongs to the list. */
function leadLine(before: DocumentBlock | undefined, block: DocumentBlock): string | undefined {
  if (before?.kind !== 'paragraph' || (block.kind !== 'list' && block.kind !== 'table')) return undefined;
  return before.text.endsWith(':') && countWords(before.text) <= MAX_LEAD_WORDS ? before.text : undefined;
}

/** Cuts one long block; every piece of a table or list starts with its header or lead, unless that would fill it alone. */
function cut(block: DocumentBlock, lead: string | undefined, maxWords: number): string[] {
  const lines = block.text.split('\n');
  const isWide = countWords(lines[0] ?? '') > maxWords;
  const prefix = [lead, block.kind === 'table' && !isWide ? lines.shift() : undefined].filter(
    (line) => line !== undefined,
  );
  const joint = block.kind === 'paragraph' || block.kind === 'quote' ? ' ' : '\n';
  const units = lines.flatMap((line) => (countWords(line) > maxWords ? sentences(line, maxWords) : [line]));
  const room = Math.max(maxWords - countWords(prefix.join('\n')), Math.ceil(maxWords / 3));
  const pieces: string[] = [];
  let open: string[] = [];
  let size = 0;
  for (const unit of units) {
    const words = countWords(unit);
    if (open.length > 0 && size + words > room) {
      // "In an emergency:" belongs to what follows.
      const carried = open.length > 1 && open.at(-1)?.endsWith(':') ? open.splice(-1) : [];
      pieces.push(open.join(joint));
      open = carried;
      size = countWords(carried.join(' '));
    }
    open.push(unit);
    size += words;
  }
  if (open.length > 0) pieces.push(open.join(joint));
  return pieces.map((piece) => [...prefix, piece].join('\n'));
}

/** Splits at sentence ends; a sentence that is too long by itself is split at spaces. */
function sentences(text: string, maxWords: number): string[] {
  const found = text.match(/.+?(?:[.!?。！？]["'”»)\]]*(?=\s|$)|[。！？]|$)\s*/gsu) ?? [text];
  return found
    .map((sentence) => sentence.trim())
    .filter(Boolean)
    .flatMap((sentence) => {
      if (countWords(sentence) <= maxWords) return [sentence];
      const parts = sentence.split(' ');
      if (parts.length <= maxWords / 2)
        return sentence.match(new RegExp(`.{1,${maxWords * 6}}`, 'gsu')) ?? [sentence];
      const pieces: string[] = [];
      for (let at = 0; at < parts.length; at += maxWords)
        pieces.push(parts.slice(at, at + maxWords).join(' '));
      return pieces;
    });
}
