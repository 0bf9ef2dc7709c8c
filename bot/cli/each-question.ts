import { InvalidInput } from '../../core/kernel/errors.js';
import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';
import { chosenSynonyms } from './chosen-synonyms.js';
import type { CliContext } from './context.js';
import type { OpenKnowledge } from './open-knowledge.js';
import { type QuestionLine, readQuestionLines } from './question-lines.js';
import { openTemporaryKnowledge, type TemporarySource } from './temporary-knowledge.js';

/** What `ask` and `search` are told alike. */
export interface QuestionOptions {
  kb?: string;
  corpus?: string;
  synonyms?: string;
  tenant?: string;
  json?: boolean;
}

/** How the questions were given: in words, or as a file under an option of this name. */
export interface GivenQuestions {
  inWords: string | undefined;
  file: string | undefined;
  option: '--questions' | '--queries';
}

/** A question that can be asked. */
export type AskedQuestion = Extract<QuestionLine, { text: string }>;

/**
 * Asks each question in order, of the installation's documents, a folder or a corpus, and closes what it opened. A line that cannot be used
 * is told, with `--json` as `{"id","error"}` in its place, and makes the exit code 1; so does a stop before the last answer.
 * @throws InvalidInput for options that do not go together and for files that cannot be read.
 */
export async function eachQuestion(
  context: CliContext,
  open: OpenKnowledge,
  given: GivenQuestions,
  options: QuestionOptions,
  ask: (question: AskedQuestion, knowledge: KnowledgeBase) => Promise<void>,
): Promise<void> {
  const source = sourceOf(options);
  const stopped = (): void => {
    context.progress('Stopped.\n');
    context.fail(1);
  };
  const lines = await linesOf(given);
  if (lines.length === 0) context.progress(`There is no question in ${given.file}.\n`);
  const texts = lines.flatMap((line) => ('text' in line ? line.text : []));
  const synonyms = await chosenSynonyms(context, options);
  const opened = await (
    source ? openTemporaryKnowledge(source, texts, { ...context, synonyms }) : open(synonyms)
  ).catch((error: unknown) => {
    if (!context.signal.aborted) throw error;
  });
  if (!opened) return stopped();
  const { knowledge, close } = opened;
  try {
    if (knowledge.size.documents === 0) {
      context.progress(
        'Nothing has been taken in yet. Start the server once, or run: steward ingest FOLDER\n',
      );
    }
    for (const line of lines) {
      if (context.signal.aborted) return stopped();
      if ('text' in line) {
        // Without JSON nothing else tells which answer belongs to which question.
        if (lines.length > 1 && !options.json) context.say(`\n${line.id}: ${line.text}`);
        await ask(line, knowledge);
        continue;
      }
      context.progress(`${line.error}\n`);
      context.fail(1);
      if (options.json) context.emit({ id: line.id, error: line.error });
    }
  } finally {
    await close();
  }
}

function sourceOf({ kb, corpus }: QuestionOptions): TemporarySource | undefined {
  if (kb !== undefined && corpus !== undefined) {
    throw new InvalidInput('cli.one-source', 'Give either --kb or --corpus.');
  }
  if (kb !== undefined) return { folder: kb };
  return corpus === undefined ? undefined : { corpus };
}

async function linesOf({ inWords, file, option }: GivenQuestions): Promise<QuestionLine[]> {
  if (file !== undefined && inWords === undefined) return readQuestionLines(file);
  if (inWords?.trim() && file === undefined) return [{ number: 1, id: '1', text: inWords }];
  throw new InvalidInput(
    'cli.questions-usage',
    `Give either a question in quotes or ${option} FILE (- for what comes in on stdin).`,
  );
}
