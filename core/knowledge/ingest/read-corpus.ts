import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Clock } from '../../kernel/clock.js';
import { InvalidInput } from '../../kernel/errors.js';
import type { DocumentBlock } from '../document.js';
import type { StoredDocument } from '../document-store.js';
import { buildDocument, contentHashOf } from './build-document.js';
import { type ChunkOptions, DEFAULT_CHUNKING } from './chunk.js';
import { type LanguageDetector, loadLanguageDetector } from './detect-language.js';
import { DEFAULT_LIMITS } from './limits.js';
import { cleanText, singleLine } from './text-cleaning.js';

const id = z.union([z.string().min(1), z.number()]).transform(String);
const lineSchema = z
  .object({ id: id.optional(), doc_id: id.optional(), title: z.string().optional(), text: z.string() })
  .refine((line) => line.doc_id !== undefined || line.id !== undefined, { message: 'doc_id is missing' });

export interface ReadCorpusOptions {
  clock: Clock;
  chunking?: ChunkOptions;
  /** A sentence that says which line is wrong and how. */
  onRefused: (problem: string) => void;
}

/**
 * Reads a corpus, one JSON object a line: `doc_id` or `id`, `title`, `text`. A document's path is its id.
 * A line that is not of this form is told to `onRefused` by its number and left out; the rest is read.
 */
export async function* readCorpus(
  file: string,
  { clock, chunking = DEFAULT_CHUNKING, onRefused }: ReadCorpusOptions,
): AsyncGenerator<StoredDocument, void> {
  const detect = await loadLanguageDetector();
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const plain = number === 1 ? line.replace(/^\uFEFF/, '') : line;
    if (!plain.trim()) continue;
    try {
      yield documentOf(parseLine(plain, number), { detect, now: clock.now(), chunking });
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      onRefused(error.message);
    }
  }
}

function documentOf(
  { id: plainId, doc_id: docId, title = '', text }: z.infer<typeof lineSchema>,
  { detect, now, chunking }: { detect: LanguageDetector; now: Date; chunking: ChunkOptions },
): StoredDocument {
  const path = docId ?? plainId ?? '';
  const language = detect(text);
  const defaultAccess = { classification: 'internal' } as const;
  return buildDocument(
    {
      title: singleLine(cleanText(title)) || path,
      blocks: blocksOf(text),
      ...(language ? { language } : {}),
    },
    {
      collection: 'corpus',
      path,
      contentHash: contentHashOf(Buffer.from(text), chunking, defaultAccess),
      version: 1,
      modifiedAt: now,
      ingestedAt: now,
      defaultAccess,
    },
    chunking,
    DEFAULT_LIMITS,
  );
}

function parseLine(line: string, number: number): z.infer<typeof lineSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new InvalidInput('knowledge.bad-corpus', `Line ${number} of the corpus is not JSON.`, {
      cause: error,
    });
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const problem = parsed.error.issues[0];
    throw new InvalidInput(
      'knowledge.bad-corpus',
      `Line ${number} of the corpus needs doc_id (or id) and text: ${describe(problem)}`,
    );
  }
  return parsed.data;
}

/** What the schema has to say, led by the field's name where it does not name it itself. */
const describe = (problem?: { path: PropertyKey[]; message: string }): string =>
  problem ? [...problem.path.map(String), problem.message].join(' ') : '';

const blocksOf = (text: string): DocumentBlock[] =>
  cleanText(text)
    .split(/\n\s*\n/)
    .map((paragraph) => singleLine(paragraph))
    .filter(Boolean)
    .map((paragraph) => ({ kind: 'paragraph', headings: [], text: paragraph }));
