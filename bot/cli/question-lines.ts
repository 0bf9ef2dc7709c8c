import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { z } from 'zod';
import { InvalidInput } from '../../core/kernel/errors.js';

/** Tables that were written as JSON have `null` where a cell is empty. */
const id = z.union([z.string(), z.number()]).transform(String).nullish();
const words = z.string().nullish();
const lineSchema = z.object({
  id,
  query_id: id,
  doc_id: id,
  question: words,
  query: words,
  text: words,
});
/** The ids of a line whose other fields may be anything. */
const idsSchema = z.object({ id: id.catch(null), query_id: id.catch(null), doc_id: id.catch(null) });

/** One line of a question file: what is asked, or why the line cannot be used. */
export type QuestionLine = { number: number; id: string | null } & ({ text: string } | { error: string });

/**
 * Reads a file of questions, one JSON object a line; blank lines are passed over. The id is `id`, `query_id` or
 * `doc_id`, else the line's number (null when the line cannot be used); the text is `question`, `query` or `text`.
 * @param file its path; `-` is stdin.
 * @throws InvalidInput when the file cannot be read.
 */
export async function readQuestionLines(
  file: string,
  stdin: Readable = process.stdin,
): Promise<QuestionLine[]> {
  const content = await contentOf(file, stdin);
  return content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, at) => (line.trim() ? [parseLine(line, at + 1)] : []));
}

async function contentOf(file: string, stdin: Readable): Promise<string> {
  try {
    return file === '-' ? await textOf(stdin) : await readFile(file, 'utf8');
  } catch (error) {
    const isFolder = (error as NodeJS.ErrnoException).code === 'EISDIR';
    throw new InvalidInput(
      'cli.unreadable-file',
      isFolder
        ? `${file} is a folder. Give a file of JSON Lines.`
        : `${file} cannot be read. Check the path and its permissions.`,
      { cause: error },
    );
  }
}

function parseLine(line: string, number: number): QuestionLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { number, id: null, error: `Line ${number} is not JSON.` };
  }
  const ids = idsSchema.safeParse(value);
  if (!ids.success) return { number, id: null, error: `Line ${number} is not a JSON object.` };
  const known = ids.data.id ?? ids.data.query_id ?? ids.data.doc_id ?? null;
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.');
    return { number, id: known, error: `Line ${number}: ${field} has the wrong type.` };
  }
  const { data } = parsed;
  const text = data.question ?? data.query ?? data.text;
  if (!text?.trim()) {
    return { number, id: known, error: `Line ${number} has no question, query or text.` };
  }
  return { number, id: known ?? String(number), text };
}
