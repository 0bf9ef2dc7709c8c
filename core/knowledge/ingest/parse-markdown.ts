import MarkdownIt from 'markdown-it';
import { BULLET } from '../index/sentences.js';
import { BlockWriter } from './block-writer.js';
import { readHtml } from './parse-html.js';
import { breathe, segmentsOf } from './segments.js';
import { withoutSiteMarks } from './site-marks.js';

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];

/** Turns Markdown texts into blocks, piece by piece. One reader serves many texts; it keeps no state between them. */
export type MarkdownReader = (source: string) => Promise<BlockWriter>;

/**
 * Makes a reader of CommonMark with tables and strikethrough. Raw HTML inside Markdown is read as HTML, so that what a
 * browser would hide is hidden here too.
 */
export function createMarkdownReader(): MarkdownReader {
  const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
  // Where links lead to is not read, so it is neither checked nor rewritten.
  markdown.validateLink = () => true;
  markdown.normalizeLink = (address) => address;
  return async (source) => {
    const writer = new BlockWriter();
    for (const segment of segmentsOf(withoutSiteMarks(source))) {
      new TokenWalk(markdown.parse(segment, {}), writer).run();
      await breathe();
    }
    return writer;
  };
}

/** Walks markdown-it's flat list of tokens; a cursor moves, so depth costs no stack. */
class TokenWalk {
  private at = 0;

  constructor(
    private readonly tokens: Token[],
    private readonly writer: BlockWriter,
  ) {}

  run(): void {
    let quotes = 0;
    for (; this.at < this.tokens.length; this.at += 1) {
      const token = this.tokens[this.at] as Token;
      switch (token.type) {
        case 'heading_open':
          this.writer.heading(Number(token.tag.slice(1)), inlineText(this.tokens[this.at + 1]));
          this.skipTo('heading_close');
          break;
        case 'bullet_list_open':
        case 'ordered_list_open':
          this.list();
          break;
        case 'table_open':
          this.table();
          break;
        case 'blockquote_open':
          quotes += 1;
          break;
        case 'blockquote_close':
          quotes -= 1;
          break;
        case 'fence':
        case 'code_block':
          this.writer.block('code', token.content);
          break;
        case 'html_block':
          readHtml(token.content, this.writer);
          break;
        case 'inline':
          this.writer.block(quotes > 0 ? 'quote' : 'paragraph', inlineText(token));
          break;
        default:
      }
    }
  }

  private skipTo(type: string): void {
    while (this.at < this.tokens.length && this.tokens[this.at]?.type !== type) this.at += 1;
  }

  /** A list with all lists inside it is one block, an item a line; unordered items begin with a dash, ordered ones with their number. */
  private list(): void {
    const lines: string[] = [];
    const counters: (number | undefined)[] = [];
    let marker = '';
    let depth = 0;
    for (; this.at < this.tokens.length; this.at += 1) {
      const token = this.tokens[this.at] as Token;
      if (token.type === 'ordered_list_open' || token.type === 'bullet_list_open') {
        depth += 1;
        counters.push(token.type === 'ordered_list_open' ? Number(token.attrGet('start') ?? 1) : undefined);
      } else if (token.type === 'ordered_list_close' || token.type === 'bullet_list_close') {
        depth -= 1;
        counters.pop();
        if (depth === 0) break;
      } else if (token.type === 'list_item_open') {
        const number = counters.at(-1);
        marker = number === undefined ? BULLET : `${number}. `;
        if (number !== undefined) counters[counters.length - 1] = number + 1;
      } else if (token.type === 'inline' || token.type === 'fence' || token.type === 'code_block') {
        const text = token.type === 'inline' ? inlineText(token) : token.content;
        if (!text.trim()) continue;
        lines.push(`${marker}${text.trim()}`);
        marker = '';
      } else if (token.type === 'html_block') {
        const inner = new BlockWriter();
        readHtml(token.content, inner);
        lines.push(...inner.blocks.map((block) => block.text));
      }
    }
    this.writer.block('list', lines.join('\n'));
  }

  private table(): void {
    const rows: string[][] = [];
    for (; this.at < this.tokens.length; this.at += 1) {
      const token = this.tokens[this.at] as Token;
      if (token.type === 'table_close') break;
      if (token.type === 'tr_open') rows.push([]);
      else if (token.type === 'inline') rows.at(-1)?.push(inlineText(token));
    }
    this.writer.table(rows);
  }
}

/** The words of an inline token as a reader sees them: link texts, code, no pictures, no tags. */
function inlineText(token: Token | undefined): string {
  if (!token) return '';
  if (!token.children) return token.content;
  let text = '';
  for (const child of token.children) {
    if (child.type === 'text' || child.type === 'code_inline' || child.type === 'text_special')
      text += child.content;
    else if (child.type === 'softbreak') text += ' ';
    else if (child.type === 'hardbreak') text += ' ';
    else if (child.type === 'html_inline' && /^<br\b/i.test(child.content)) text += ' ';
  }
  return text.replace(/^\[[ xX]\] /, '').trim();
}
