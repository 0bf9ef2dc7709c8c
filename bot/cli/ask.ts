import { Command } from 'commander';
import type { Answer } from '../../core/kernel/answer.js';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';
import type { CliContext } from './context.js';
import type { OpenKnowledge } from './open-knowledge.js';
import { type QuestionLine, readQuestionLines } from './question-lines.js';
import { openTemporaryKnowledge } from './temporary-knowledge.js';

interface AskOptions {
  questions?: string;
  kb?: string;
  json?: boolean;
}

/** Passages that an answer may draw on. */
const PASSAGES = 10;

/** `steward ask`: answers one question, or a file of them, from the installation's documents or a folder. */
export function askCommand(context: CliContext, open: OpenKnowledge): Command {
  return new Command('ask')
    .description('Answer from the documents, with citations')
    .argument('[question]', 'what to ask')
    .option('--questions <file>', 'JSON Lines with id and question; one line out for each line in')
    .option('--kb <folder>', 'answer from this folder instead, on a temporary index')
    .option('--json', 'one JSON object a line')
    .action(async (question: string | undefined, options: AskOptions) => {
      const lines = await linesOf(question, options);
      const texts = lines.flatMap((line) => ('text' in line ? line.text : []));
      const { knowledge, close } = options.kb
        ? await openTemporaryKnowledge({ folder: options.kb }, texts, context)
        : await open();
      try {
        if (knowledge.size.documents === 0) {
          context.progress(
            'Nothing has been taken in yet. Start the server once, or run: steward ingest FOLDER\n',
          );
        }
        for (const line of lines) {
          if (context.signal.aborted) break;
          await answerLine(line, knowledge, options, context);
        }
      } finally {
        await close();
      }
    });
}

async function linesOf(question: string | undefined, { questions }: AskOptions): Promise<QuestionLine[]> {
  if (questions !== undefined && question === undefined) return readQuestionLines(questions);
  if (question?.trim() && questions === undefined) return [{ number: 1, id: '1', text: question }];
  throw new InvalidInput('cli.ask-usage', 'Give either a question in quotes or --questions FILE.');
}

async function answerLine(
  line: QuestionLine,
  knowledge: KnowledgeBase,
  { json }: AskOptions,
  context: CliContext,
): Promise<void> {
  if ('error' in line) {
    context.progress(`${line.error}\n`);
    context.fail(1);
    if (json) context.emit({ id: line.id, error: line.error });
    return;
  }
  const started = context.clock.now().getTime();
  const answer = await knowledge.answer(line.text, { k: PASSAGES, mayRead: () => true });
  const latencyMs = context.clock.now().getTime() - started;
  if (json) context.emit(answerRecord(line.id, line.text, answer, latencyMs));
  else context.say(answerText(answer));
}

function answerRecord(id: string | null, question: string, answer: Answer, latencyMs: number): object {
  return {
    id,
    question,
    answered: answer.answered,
    answer: answer.text,
    citations: answer.citations.map(({ path, title, quote }) => ({ path, title, quote })),
    confidence: Number(answer.confidence.toFixed(4)),
    latencyMs,
  };
}

function answerText(answer: Answer): string {
  const sources = answer.citations.map(({ number, title, path }) => `[${number}] ${title} (${path})`);
  const nearest = answer.nearest.map(
    ({ title, path, quote }) => `- ${title} (${path})${quote ? `: “${quote.replaceAll('\n', ' ')}”` : ''}`,
  );
  if (!answer.answered) return ['The documents do not say. Nearest:', ...nearest].join('\n');
  return [answer.text, ...sources].join('\n');
}
