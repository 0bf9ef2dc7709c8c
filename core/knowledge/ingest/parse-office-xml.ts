import { Parser } from 'htmlparser2';
import { BlockWriter } from './block-writer.js';
import { breathe, SEGMENT } from './segments.js';
import { reason } from './reason.js';
import { Unreadable } from './unreadable.js';
import type { ZipArchive } from './zip-archive.js';

type Attributes = Record<string, string>;
type Open = (name: string, attributes: Attributes) => void;

/** Elements inside each other; Office's own files need about thirty. */
const MAX_DEPTH = 500;

/**
 * Reads XML as a stream, piece by piece; external entities do not exist for it and internal ones are not expanded.
 * @throws Unreadable for what is nested too deeply.
 */
async function streamXml(
  source: string,
  handlers: { open?: Open; text?: (data: string) => void; close?: (name: string) => void },
): Promise<void> {
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > MAX_DEPTH) throw new Unreadable(reason('nested-too-deeply'));
        handlers.open?.(name, attributes);
      },
      ontext: handlers.text,
      onclosetag(name) {
        depth -= 1;
        handlers.close?.(name);
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  for (let at = 0; at < source.length; at += SEGMENT) {
    parser.write(source.slice(at, at + SEGMENT));
    await breathe();
  }
  parser.end();
}

const xmlOf = async (archive: ZipArchive, name: string): Promise<string | undefined> =>
  (await archive.read(name))?.toString('utf8');

/** `ppt/slides/slide10.xml` after `slide9.xml`. */
const byNumber = (a: string, b: string): number => numberIn(a) - numberIn(b);
const numberIn = (name: string): number => Number(/(\d+)\.xml$/.exec(name)?.[1] ?? 0);

/**
 * Reads a presentation (ECMA-376 PresentationML): a slide is a section under its title, with its texts as a list and its
 * tables as tables; the speaker's notes follow.
 */
export async function readPresentation(archive: ZipArchive): Promise<BlockWriter> {
  const slides = archive.names.filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name)).sort(byNumber);
  if (slides.length === 0) throw new Unreadable(reason('slides-none'));
  const writer = new BlockWriter();
  for (const [position, name] of slides.entries()) {
    const slide = await slideContent((await xmlOf(archive, name)) ?? '');
    writer.heading(position === 0 ? 1 : 2, slide.title || `Slide ${position + 1}`);
    writer.block('list', slide.lines.join('\n'));
    for (const rows of slide.tables) writer.table(rows);
    const notes = await notesOf(archive, name);
    if (notes.length > 0) writer.block('paragraph', notes.join(' '));
  }
  return writer;
}

/** The notes page that a slide's relations name. */
async function notesOf(archive: ZipArchive, slideName: string): Promise<string[]> {
  const relations = await xmlOf(archive, slideName.replace('slides/', 'slides/_rels/') + '.rels');
  const target = /Target="\.\.\/(notesSlides\/notesSlide\d+\.xml)"/.exec(relations ?? '')?.[1];
  const notes = target ? await xmlOf(archive, `ppt/${target}`) : undefined;
  if (!notes) return [];
  const { lines } = await slideContent(notes);
  return lines.filter((line) => !/^\d+$/.test(line));
}

interface SlideContent {
  title: string;
  lines: string[];
  tables: string[][][];
}

async function slideContent(source: string): Promise<SlideContent> {
  const content: SlideContent = { title: '', lines: [], tables: [] };
  let paragraph = '';
  let isTitle = false;
  let inText = false;
  let cell: string[] | undefined;
  await streamXml(source, {
    open(name, attributes) {
      if (name === 'p:sp') isTitle = false;
      else if (name === 'p:ph') isTitle = attributes.type === 'title' || attributes.type === 'ctrTitle';
      else if (name === 'a:p') paragraph = '';
      else if (name === 'a:t') inText = true;
      else if (name === 'a:br') paragraph += ' ';
      else if (name === 'a:tbl') content.tables.push([]);
      else if (name === 'a:tr') content.tables.at(-1)?.push([]);
      else if (name === 'a:tc') cell = [];
    },
    text(data) {
      if (inText) paragraph += data;
    },
    close(name) {
      if (name === 'a:t') inText = false;
      if (name === 'a:tc' && cell) {
        content.tables.at(-1)?.at(-1)?.push(cell.join(' '));
        cell = undefined;
      }
      if (name !== 'a:p' || !paragraph.trim()) return;
      if (cell) cell.push(paragraph.trim());
      else if (isTitle) content.title = `${content.title} ${paragraph}`.trim();
      else content.lines.push(paragraph.trim());
      paragraph = '';
    },
  });
  return content;
}

/** Reads a workbook (ECMA-376 SpreadsheetML): a sheet is a section with one table. Formulas show their last value. */
export async function readWorkbook(archive: ZipArchive): Promise<BlockWriter> {
  const sheets = archive.names.filter((name) => /^xl\/worksheets\/sheet\d+\.xml$/.test(name)).sort(byNumber);
  if (sheets.length === 0) throw new Unreadable(reason('sheets-none'));
  const strings = await sharedStrings((await xmlOf(archive, 'xl/sharedStrings.xml')) ?? '');
  const dateStyles = await dateStyleIndexes((await xmlOf(archive, 'xl/styles.xml')) ?? '');
  const workbook = (await xmlOf(archive, 'xl/workbook.xml')) ?? '';
  const tabs = await sheetTabs(workbook, (await xmlOf(archive, 'xl/_rels/workbook.xml.rels')) ?? '');
  const writer = new BlockWriter();
  for (const [position, name] of sheets.entries()) {
    const tab = tabs.get(name);
    if (tab?.hidden) continue;
    const rows = await sheetRows((await xmlOf(archive, name)) ?? '', strings, dateStyles);
    if (rows.length === 0) continue;
    writer.heading(2, tab?.title ?? `Sheet ${position + 1}`);
    writer.table(rows);
  }
  return writer;
}

async function sheetTabs(
  workbook: string,
  relations: string,
): Promise<Map<string, { title: string; hidden: boolean }>> {
  const targets = new Map<string, string>();
  await streamXml(relations, {
    open(name, { Id, Target }) {
      if (name === 'Relationship' && Id && Target) targets.set(Id, `xl/${Target.replace(/^\/?(xl\/)?/, '')}`);
    },
  });
  const tabs = new Map<string, { title: string; hidden: boolean }>();
  await streamXml(workbook, {
    open(name, attributes) {
      const target = name === 'sheet' ? targets.get(attributes['r:id'] ?? '') : undefined;
      if (target)
        tabs.set(target, { title: attributes.name ?? '', hidden: /hidden/i.test(attributes.state ?? '') });
    },
  });
  return tabs;
}

async function sharedStrings(source: string): Promise<string[]> {
  const strings: string[] = [];
  let inText = false;
  let phonetic = false;
  await streamXml(source, {
    open(name) {
      if (name === 'si') strings.push('');
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    text(data) {
      if (inText) strings[strings.length - 1] += data;
    },
    close(name) {
      if (name === 't') inText = false;
      if (name === 'rPh') phonetic = false;
    },
  });
  return strings;
}

/** Built-in number formats that are dates (ECMA-376 part 1, 18.8.30). */
const DATE_FORMATS = new Set([14, 15, 16, 17, 22, 27, 30, 36, 50, 57]);

/** Which cell styles show a number as a date. */
async function dateStyleIndexes(styles: string): Promise<Set<number>> {
  const formats = new Set(DATE_FORMATS);
  const indexes = new Set<number>();
  let inCellStyles = false;
  let index = 0;
  await streamXml(styles, {
    open(name, attributes) {
      if (
        name === 'numFmt' &&
        /[dy]/i.test((attributes.formatCode ?? '').replace(/"[^"]*"|\[[^\]]*\]/g, ''))
      ) {
        formats.add(Number(attributes.numFmtId));
      } else if (name === 'cellXfs') inCellStyles = true;
      else if (name === 'xf' && inCellStyles) {
        if (formats.has(Number(attributes.numFmtId))) indexes.add(index);
        index += 1;
      }
    },
    close(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  return indexes;
}

const MAX_COLUMNS = 256;

async function sheetRows(source: string, strings: string[], dateStyles: Set<number>): Promise<string[][]> {
  const rows: string[][] = [];
  let cell: { column: number; type: string; isDate: boolean; value: string } | undefined;
  let inValue = false;
  await streamXml(source, {
    open(name, attributes) {
      if (name === 'row') rows.push([]);
      else if (name === 'c') {
        cell = {
          column: attributes.r ? columnIndex(attributes.r) : (rows.at(-1)?.length ?? 0),
          type: attributes.t ?? 'n',
          isDate: dateStyles.has(Number(attributes.s ?? -1)),
          value: '',
        };
      } else if (name === 'v' || name === 't') inValue = true;
    },
    text(data) {
      if (inValue && cell) cell.value += data;
    },
    close(name) {
      if (name === 'v' || name === 't') inValue = false;
      if (name !== 'c' || !cell) return;
      const row = rows.at(-1);
      if (row && cell.column < MAX_COLUMNS && cell.value) {
        while (row.length < cell.column) row.push('');
        row[cell.column] = shownValue(cell, strings);
      }
      cell = undefined;
    },
  });
  return rows.filter((row) => row.some((value) => value.trim()));
}

/** `C7` -> 2. */
function columnIndex(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? 'A')
    column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function shownValue(
  { type, value, isDate }: { type: string; value: string; isDate: boolean },
  strings: string[],
): string {
  if (type === 's') return strings[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'yes' : 'no';
  if (type !== 'n' || value.trim() === '') return value;
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  return isDate ? isoDay(number) : String(Number(number.toPrecision(12)));
}

/** Days since 30 December 1899, as workbooks count them, to `2026-01-31`. */
const isoDay = (days: number): string => {
  const day = new Date(Math.round((days - 25_569) * 86_400_000));
  return Number.isNaN(day.getTime()) ? String(days) : day.toISOString().slice(0, 10);
};
