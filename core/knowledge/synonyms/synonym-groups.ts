import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Pair } from 'yaml';
import { InvalidInput } from '../../kernel/errors.js';
import { distance } from '../index/spelling.js';

const NAMES = ['same', 'near', 'kinds', 'leads', 'across'] as const;
type GroupName = (typeof NAMES)[number];

/**
 * Groups of words. In English: `same` for words that mean the same at work, `near` for words of the same topic; the first
 * of `kinds` covers the others (pet: dog, cat), which are not taken for each other; with the first of `leads` people ask,
 * and where one of the others stands they are answered (payday: salary). `across` is for the same thing in several
 * languages.
 */
export type SynonymGroups = Record<GroupName, string[][]>;

/** A mistake in a file of synonyms, for whoever edits it; what it stands in is left out. */
export interface SynonymFault {
  /** From 1. */
  line: number;
  message: string;
}

/** The groups of a file that can be used, and what is wrong with the others. */
export interface ReadSynonyms extends SynonymGroups {
  faults: SynonymFault[];
}

export const NO_SYNONYMS: SynonymGroups = { same: [], near: [], kinds: [], leads: [], across: [] };

/** More are counted, not told: who mixed up a whole file learns it from the first. */
const MOST_TOLD = 20;
/** Slips in a name that is taken for another one. */
const SLIPS = 2;

/**
 * Reads groups from YAML text, as a tenant writes them: `same: [[boss, manager]]`. A group that cannot be used is left out and told.
 * @throws InvalidInput when it is no YAML, or when nothing in it can be used.
 */
export function parseSynonyms(yaml: string): ReadSynonyms {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const lineAt = (place: number | undefined): number => Math.max(1, lines.linePos(place ?? 0).line);
  const broken = document.errors.map(({ pos, message }) => ({ line: lineAt(pos[0]), message }));
  if (broken.length > 0) throw refusal(broken.slice(0, 1));
  const read: ReadSynonyms = { same: [], near: [], kinds: [], leads: [], across: [], faults: [] };
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return read;
  if (isMap(contents)) for (const pair of contents.items) readList(pair, read, lineAt);
  else read.faults.push({ line: lineAt(contents.range?.[0]), message: 'there are no lists by name here' });
  if (read.faults.length > 0 && NAMES.every((name) => read[name].length === 0)) throw refusal(read.faults);
  return read;
}

/** The first faults as text, each with its line. */
export const faultLines = (faults: SynonymFault[]): string[] => [
  ...faults.slice(0, MOST_TOLD).map(({ line, message }) => `line ${line}: ${message}`),
  ...(faults.length > MOST_TOLD ? [`and ${faults.length - MOST_TOLD} more`] : []),
];

export const mergeSynonyms = (...all: SynonymGroups[]): SynonymGroups => ({
  same: all.flatMap(({ same }) => same),
  near: all.flatMap(({ near }) => near),
  kinds: all.flatMap(({ kinds }) => kinds),
  leads: all.flatMap(({ leads }) => leads),
  across: all.flatMap(({ across }) => across),
});

const refusal = (faults: SynonymFault[]): InvalidInput =>
  new InvalidInput(
    'knowledge.bad-synonyms',
    'The synonyms need the lists `same`, `near`, `kinds`, `leads` and `across`, each of groups of at least two words: ' +
      `${faultLines(faults).join('; ')}.`,
  );

type LineAt = (place: number | undefined) => number;

function readList({ key, value: list }: Pair, read: ReadSynonyms, lineAt: LineAt): void {
  const line = lineAt(placeOf(key));
  const fault = (message: string, at = line): void => void read.faults.push({ line: at, message });
  const written = isScalar(key) ? String(key.value).slice(0, 40) : '';
  const name = NAMES.find((known) => known === written);
  if (!name) return fault(unknownName(written));
  if (list === null || (isScalar(list) && list.value === null)) return;
  if (!isSeq(list)) return fault(`\`${name}\` needs a list of groups, such as ${name}: [[boss, manager]]`);
  for (const group of list.items) {
    const words = isSeq(group) ? group.items.map(wordOf) : undefined;
    const at = lineAt(placeOf(group) ?? placeOf(list));
    if (!words) fault(`a group of \`${name}\` is a list of words, such as [boss, manager]`, at);
    else if (words.length < 2) fault(`a group of \`${name}\` needs at least two words`, at);
    else if (!words.every((word) => word !== undefined))
      fault(`a group of \`${name}\` holds something that is not a word; put it in quotes if it is one`, at);
    else read[name].push(words);
  }
}

/** A bare number or `true` is a word, too, as it is written: a cost centre 0815, a form. */
function wordOf(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  const written = typeof node.value === 'string' ? node.value : (node.source ?? '');
  return written.trim() || undefined;
}

function placeOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;
}

function unknownName(written: string): string {
  const slips = (name: string): number => distance(written.toLowerCase(), name, SLIPS);
  const [meant] = [...NAMES].sort((one, other) => slips(one) - slips(other));
  const hint =
    meant && slips(meant) <= SLIPS
      ? `\`${meant}\` was probably meant`
      : `there are ${NAMES.map((name) => `\`${name}\``).join(', ')}`;
  return `there is no list \`${written}\`; ${hint}`;
}
