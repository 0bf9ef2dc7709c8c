import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { InvalidInput } from '../../core/kernel/errors.js';

const id = z.union([z.string(), z.number()]).transform(String);
const lineSchema = z.object({
  id: id.optional(),
  query_id: id.optional(),
  doc_id: id.optional(),
  question: z.string().optional(),
  query: z.string().optional(),
  text: z.string().optional(),
});

/** One line of a question file: what is asked, or why the line cannot be used. */
export type QuestionLine = { number: number; id: string | null } & ({ text: string } | { error: string });

/**
 * Reads a file of questions, one JSON object a line; blank lines are passed over. The id is `id`, `query_id` or
 * `doc_id`, else the line's number; the text is `question`, `query` or `text`.
 * @throws InvalidInput when the file cannot be read.
 */
export async function readQuestionLines(file: string): Promise<QuestionLine[]> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw new InvalidInput(
      'cli.unreadable-file',
      `${file} cannot be read. Check the path and its permissions.`,
      {
        cause: error,
      },
    );
  }
  return content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, at) => (line.trim() ? [parseLine(line, at + 1)] : []));
}

function parseLine(line: string, number: number): QuestionLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { number, id: null, error: `Line ${number} is not JSON.` };
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.');
    return {
      number,
      id: null,
      error: field ? `Line ${number}: ${field} has the wrong type.` : `Line ${number} is not a JSON object.`,
    };
  }
  const { data } = parsed;
  const known = data.id ?? data.query_id ?? data.doc_id;
  const text = data.question ?? data.query ?? data.text;
  if (text === undefined || !text.trim()) {
    return { number, id: known ?? null, error: `Line ${number} has no question, query or text.` };
  }
  return { number, id: known ?? String(number), text };
}
