import { Parser } from 'htmlparser2';
import type { BlockKind } from '../document.js';
import { BULLET } from '../index/sentences.js';
import type { BlockWriter } from './block-writer.js';
import { breathe, SEGMENT } from './segments.js';
import { singleLine } from './text-cleaning.js';
import { reason } from './reason.js';
import { Unreadable } from './unreadable.js';

const words = (list: string): Set<string> => new Set(list.split(' '));

/** Elements whose content is not the page's text. */
const SKIPPED = words(
  'script style template noscript svg math iframe object canvas audio video button select textarea nav footer head dialog',
);
const BLOCKS = words(
  'p div section article main header body html figure figcaption address details summary dl dt dd center form aside',
);
/** Elements without an end tag (HTML Living Standard, 13.1.2, and the obsolete ones). */
const VOID = words(
  'area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr',
);
const HIDING_STYLE =
  /display\s*:\s*none|visibility\s*:\s*hidden|(font-size|opacity)\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|$)/i;

/** Elements inside each other; the parser's own stack costs its square. */
const MAX_DEPTH = 5_000;

type Attributes = Record<string, string>;

export interface HtmlPage {
  /** Content of `<title>`. */
  title?: string;
  /** `<meta name content>`, names in lower case. */
  meta: Record<string, string>;
  language?: string;
}

/**
 * Reads HTML as a stream into blocks. Navigation, scripts and invisible elements are left out; when the page has a
 * `<main>` or `<article>`, only that counts.
 * @param writer gets the blocks; for a fragment inside Markdown it is the Markdown's own writer.
 */
export function readHtml(source: string, writer: BlockWriter): HtmlPage {
  const { parser, reader } = openReader(source, writer);
  parser.end(source);
  return reader.end();
}

/** The same for a whole page, piece by piece: the event loop is free in between. */
export async function readHtmlPage(source: string, writer: BlockWriter): Promise<HtmlPage> {
  const { parser, reader } = openReader(source, writer);
  for (let at = 0; at < source.length; at += SEGMENT) {
    parser.write(source.slice(at, at + SEGMENT));
    await breathe();
  }
  parser.end();
  return reader.end();
}

function openReader(source: string, writer: BlockWriter): { parser: Parser; reader: HtmlReader } {
  const reader = new HtmlReader(writer, /<(main|article)[\s>]/i.test(source));
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (data) => reader.characters(data),
      onclosetag: (name) => reader.close(name),
    },
    { decodeEntities: true },
  );
  return { parser, reader };
}

/** Text in `hidden`, `aria-hidden` or invisible elements is for machines: a person who opens the page never sees it. */
function isHidden(attributes: Attributes): boolean {
  return (
    'hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    HIDING_STYLE.test(attributes.style ?? '')
  );
}

const headingLevel = (name: string): number => Number(/^h([1-6])$/.exec(name)?.[1] ?? 0);

class HtmlReader {
  private readonly page: HtmlPage = { meta: {} };
  private text: string[] = [];
  private depth = 0;
  private skipDepth = 0;
  private mainDepth = 0;
  private preDepth = 0;
  private quoteDepth = 0;
  private inTitle = false;
  private readonly lists: { ordered: boolean; next: number }[] = [];
  private listLines: string[] = [];
  private itemMarker = '';
  private readonly tables: { rows: string[][]; cell: string[] | undefined }[] = [];

  constructor(
    private readonly writer: BlockWriter,
    private readonly mainOnly: boolean,
  ) {}

  open(name: string, attributes: Attributes): void {
    this.noteAboutPage(name, attributes);
    if (!VOID.has(name)) this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new Unreadable(reason('nested-too-deeply'));
    if (VOID.has(name)) {
      if (name === 'br') this.characters(this.preDepth > 0 ? '\n' : ' ');
      else if (name === 'hr') this.flush();
    } else if (this.skipDepth > 0 || SKIPPED.has(name) || isHidden(attributes)) {
      this.skipDepth += 1;
    } else {
      this.openVisible(name, attributes);
    }
  }

  private noteAboutPage(name: string, attributes: Attributes): void {
    if (name === 'html' && attributes.lang) this.page.language = attributes.lang;
    if (name === 'meta' && attributes.name && attributes.content) {
      this.page.meta[attributes.name.toLowerCase()] = attributes.content;
    }
    if (name === 'title' && this.page.title === undefined) this.inTitle = true;
  }

  private openVisible(name: string, attributes: Attributes): void {
    switch (name) {
      case 'ul':
      case 'ol':
        this.flush();
        this.lists.push({ ordered: name === 'ol', next: Number.parseInt(attributes.start ?? '1', 10) || 1 });
        return;
      case 'li':
        this.flush();
        this.startItem();
        return;
      case 'table':
        this.flush();
        this.flushList();
        this.tables.push({ rows: [], cell: undefined });
        return;
      case 'tr':
        this.tables.at(-1)?.rows.push([]);
        return;
      case 'td':
      case 'th': {
        const table = this.tables.at(-1);
        if (table) table.cell = [];
        return;
      }
      default:
        if (BLOCKS.has(name) || headingLevel(name) || name === 'pre' || name === 'blockquote') this.flush();
        if (headingLevel(name)) this.flushList();
        if (name === 'pre') this.preDepth += 1;
        if (name === 'blockquote') this.quoteDepth += 1;
        if (name === 'main' || name === 'article') this.mainDepth += 1;
    }
  }

  characters(data: string): void {
    if (this.inTitle) this.page.title = `${this.page.title ?? ''}${data}`;
    else if (this.skipDepth === 0 && (!this.mainOnly || this.mainDepth > 0)) this.text.push(data);
  }

  close(name: string): void {
    if (name === 'title') this.inTitle = false;
    if (VOID.has(name)) return;
    this.depth -= 1;
    if (this.skipDepth > 0) this.skipDepth -= 1;
    else this.closeVisible(name);
  }

  private closeVisible(name: string): void {
    const level = headingLevel(name);
    if (level) {
      // Inside a table or a list a heading is only emphasis.
      if (this.tables.length > 0 || this.lists.length > 0) this.flush();
      else this.writer.heading(level, this.taken());
      return;
    }
    switch (name) {
      case 'ul':
      case 'ol':
        this.flush();
        this.lists.pop();
        if (this.lists.length === 0) this.flushList();
        return;
      case 'td':
      case 'th':
        this.endCell();
        return;
      case 'table':
        this.endTable();
        return;
      default:
        if (BLOCKS.has(name) || name === 'li' || name === 'pre' || name === 'blockquote') this.flush();
        if (name === 'pre') this.preDepth = Math.max(0, this.preDepth - 1);
        if (name === 'blockquote') this.quoteDepth = Math.max(0, this.quoteDepth - 1);
        if (name === 'main' || name === 'article') this.mainDepth = Math.max(0, this.mainDepth - 1);
    }
  }

  end(): HtmlPage {
    this.flush();
    this.flushList();
    if (this.page.title !== undefined) this.page.title = singleLine(this.page.title);
    return this.page;
  }

  private startItem(): void {
    const list = this.lists.at(-1);
    this.itemMarker = list?.ordered ? `${list.next}. ` : BULLET;
    if (list) list.next += 1;
  }

  private endCell(): void {
    const table = this.tables.at(-1);
    if (!table?.cell) return;
    table.cell.push(this.taken());
    if (table.rows.length === 0) table.rows.push([]);
    table.rows.at(-1)?.push(singleLine(table.cell.join('')));
    table.cell = undefined;
  }

  private endTable(): void {
    const table = this.tables.pop();
    if (!table) return;
    const outerCell = this.tables.at(-1)?.cell;
    if (outerCell) outerCell.push(table.rows.map((row) => row.join(' ')).join('; '));
    else this.writer.table(table.rows);
  }

  private taken(): string {
    const text = this.text.join('');
    this.text = [];
    return text;
  }

  /** Ends the piece of text that was open: a table cell's line, a list item or a block of its own. */
  private flush(): void {
    const text = this.taken();
    if (!text.trim()) return;
    const cell = this.tables.at(-1)?.cell;
    if (cell) {
      cell.push(text, ' ');
    } else if (this.lists.length > 0) {
      this.listLines.push(`${this.itemMarker}${singleLine(text)}`);
      this.itemMarker = '';
    } else {
      const kind: BlockKind = this.preDepth > 0 ? 'code' : this.quoteDepth > 0 ? 'quote' : 'paragraph';
      this.writer.block(kind, kind === 'code' ? text : singleLine(text));
    }
  }

  private flushList(): void {
    if (this.listLines.length > 0) this.writer.block('list', this.listLines.join('\n'));
    this.listLines = [];
  }
}
