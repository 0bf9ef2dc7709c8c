import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { shippedFile } from '../../../core/kernel/package-root.js';

const caseSchema = z.object({
  id: z.string(),
  kind: z.string(),
  question: z.string(),
  /** Earlier questions of the conversation. */
  history: z.array(z.string()).optional(),
  /** Who asks; an employee unless told. */
  as: z.enum(['employee', 'manager', 'board']).default('employee'),
  expect: z.union([
    z.object({ answered: z.literal(true), documents: z.array(z.string()), quote: z.string() }),
    /** `hidden`: the document that would answer but may not be seen by this reader. */
    z.object({ answered: z.literal(false), hidden: z.string().optional() }),
  ]),
});

export type GoldenCase = z.infer<typeof caseSchema>;

/** Questions about the sample handbook with what a right answer cites and quotes. */
export async function loadGoldenSet(): Promise<GoldenCase[]> {
  const text = await readFile(shippedFile('tests', 'evals', 'knowledge', 'golden.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => caseSchema.parse(JSON.parse(line)));
}
