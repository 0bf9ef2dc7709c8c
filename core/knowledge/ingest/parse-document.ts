import { InvalidInput } from '../../kernel/errors.js';
import type { ParsedDocument } from '../document.js';
import { BlockWriter } from './block-writer.js';
import { type LanguageDetector, loadLanguageDetector } from './detect-language.js';
import { createDocumentWorker } from './document-worker.js';
import { type FileKind, checkedKind, isTextKind } from './file-kind.js';
import { type DocumentHeader, readHeader, splitFrontMatter } from './front-matter.js';
import { type IngestLimits, formatBytes } from './limits.js';
import { readCsv } from './parse-csv.js';
import { readHtmlPage } from './parse-html.js';
import { createMarkdownReader } from './parse-markdown.js';
import { readPresentation, readWorkbook } from './parse-office-xml.js';
import { readPlainText } from './parse-plain-text.js';
import { readPdfPages } from './pdf-layout.js';
import { cleanText, decodeText, titleFromPath } from './text-cleaning.js';
import { reason, reasonOf, type Reason } from './reason.js';
import { NothingInIt, UnclearReaders, Unreadable } from './unreadable.js';
import { openZip } from './zip-archive.js';

/** A file as its source delivered it. */
export interface SourceFile {
  /** Path inside the collection, with `/`; its extension says what the content has to be. */
  path: string;
  bytes: Uint8Array;
}

export type ParseOutcome =
  | { parsed: ParsedDocument }
  /** `withdraw`: its readers are unclear, so that an earlier version may not stay either. */
  | { refused: Reason; withdraw?: true }
  /** There is nothing to read, and nothing wrong with that. */
  | { ignored: Reason };

/** Reads files of all kinds into documents. Close it: it may hold a thread. */
export interface DocumentParser {
  /** Never throws for what is wrong with a file: `refused` is what the report says. */
  parse(file: SourceFile): Promise<ParseOutcome>;
  close(): Promise<void>;
}

interface Content {
  writer: BlockWriter;
  header: DocumentHeader;
  /** The file format's own title, which counts after the header's and the first heading. */
  title?: string;
}

/** Makes a parser; loads the language tables. */
export async function createDocumentParser(limits: IngestLimits): Promise<DocumentParser> {
  const detect = await loadLanguageDetector();
  const worker = createDocumentWorker(limits.parseTimeoutMs);
  const readMarkdown = createMarkdownReader();

  const text = (bytes: Uint8Array): string => cleanText(decodeText(bytes));

  const readers: Record<FileKind, (bytes: Uint8Array) => Content | Promise<Content>> = {
    markdown: async (bytes) => {
      const { header, body } = splitFrontMatter(text(bytes));
      return { writer: await readMarkdown(body), header };
    },
    html: async (bytes) => {
      const writer = new BlockWriter();
      const { meta, title, language } = await readHtmlPage(text(bytes), writer);
      return { writer, header: readHeader({ language, ...meta }), title };
    },
    text: (bytes) => {
      const { header, body } = splitFrontMatter(text(bytes));
      return { writer: readPlainText(body), header };
    },
    csv: (bytes) => ({ writer: readCsv(text(bytes)), header: {} }),
    pdf: async (bytes) => {
      const content = await worker.pdf(bytes, limits.maxPages);
      if ('tooManyPages' in content) {
        throw new Unreadable(reason('pdf-pages', { pages: content.tooManyPages, most: limits.maxPages }));
      }
      return { writer: readPdfPages(content.pages), header: {}, title: content.title };
    },
    docx: async (bytes) => {
      await unpackedWithinLimits(bytes, limits);
      const writer = new BlockWriter();
      await readHtmlPage(await worker.word(bytes), writer);
      return { writer, header: {} };
    },
    pptx: async (bytes) => ({ writer: await readPresentation(openZip(bytes, limits)), header: {} }),
    xlsx: async (bytes) => ({ writer: await readWorkbook(openZip(bytes, limits)), header: {} }),
  };

  return {
    async parse({ path, bytes }) {
      try {
        const kind = checkedKind(path, bytes);
        const maxBytes = isTextKind(kind) ? limits.maxTextBytes : limits.maxFileBytes;
        if (bytes.byteLength > maxBytes) throw tooLarge(bytes.byteLength, maxBytes);
        return { parsed: assemble(path, kind, await readers[kind](bytes), detect) };
      } catch (error) {
        if (error instanceof UnclearReaders) return { refused: reasonOf(error), withdraw: true };
        if (error instanceof NothingInIt) return { ignored: reasonOf(error) };
        if (error instanceof InvalidInput) return { refused: reasonOf(error) };
        if (error instanceof RangeError) return { refused: reason('nested-too-deeply') };
        throw error;
      }
    },
    close: () => worker.close(),
  };
}

export const tooLarge = (bytes: number, maxBytes: number): Unreadable =>
  new Unreadable(reason('too-large', { size: formatBytes(bytes), most: formatBytes(maxBytes) }));

/** Word files go to a library that unpacks without limits, so they are unpacked here first. */
async function unpackedWithinLimits(bytes: Uint8Array, limits: IngestLimits): Promise<void> {
  const archive = openZip(bytes, limits);
  if (!archive.names.includes('word/document.xml')) throw new Unreadable(reason('word-none'));
  for (const name of archive.names) await archive.read(name);
}

function assemble(path: string, kind: FileKind, content: Content, detect: LanguageDetector): ParsedDocument {
  const { header, writer } = content;
  if (writer.blocks.length === 0) {
    if (kind !== 'pdf') throw new NothingInIt(reason('no-text'));
    throw new Unreadable(reason('pdf-no-text'));
  }
  const parsed: ParsedDocument = {
    title: header.title ?? writer.title ?? (content.title?.trim() || titleFromPath(path)),
    blocks: writer.blocks,
  };
  const language = header.language ?? detect(sampleOf(writer));
  if (language) parsed.language = language;
  if (header.access) parsed.access = header.access;
  if (header.updatedAt) parsed.updatedAt = header.updatedAt;
  if (header.owner) parsed.owner = header.owner;
  if (header.reviewBy) parsed.reviewBy = header.reviewBy;
  return parsed;
}

function sampleOf(writer: BlockWriter): string {
  let sample = '';
  for (const block of writer.blocks) {
    if (block.kind !== 'code' && block.kind !== 'table') sample += `${block.text}\n`;
    if (sample.length > 1_000) break;
  }
  return sample;
}
