import { Command } from 'commander';
import type { Answer } from '../../core/kernel/answer.js';
import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';
import type { CliContext } from './context.js';
import { type AskedQuestion, eachQuestion, type QuestionOptions } from './each-question.js';
import type { OpenKnowledge } from './open-knowledge.js';

interface AskOptions extends QuestionOptions {
  questions?: string;
}

/** Passages that an answer may draw on. */
const PASSAGES = 10;

/** `steward ask`: answers one question, or a file of them, from the installation's documents or a folder. */
export function askCommand(context: CliContext, open: OpenKnowledge): Command {
  return new Command('ask')
    .description('Answer from the documents, with citations')
    .argument('[question]', 'what to ask')
    .option(
      '--questions <file>',
      'JSON Lines with id and question (- for stdin); one line out for each line in',
    )
    .option('--kb <folder>', 'answer from this folder instead, on a temporary index')
    .option('--corpus <file>', 'answer from this JSON Lines file (doc_id, title, text) instead')
    .option('--synonyms <file>', "more synonyms (YAML) instead of the tenant's own")
    .option('--json', 'one JSON object a line')
    .action((inWords: string | undefined, options: AskOptions) =>
      eachQuestion(
        context,
        open,
        { inWords, file: options.questions, option: '--questions' },
        options,
        (question, knowledge) => answerLine(question, knowledge, options, context),
      ),
    );
}

async function answerLine(
  { id, text }: AskedQuestion,
  knowledge: KnowledgeBase,
  { json, corpus }: AskOptions,
  context: CliContext,
): Promise<void> {
  const started = context.clock.now().getTime();
  const answer = await knowledge.answer(text, { k: PASSAGES, mayRead: () => true });
  const latencyMs = context.clock.now().getTime() - started;
  if (json) context.emit(answerRecord(id, text, answer, { latencyMs, isCorpus: corpus !== undefined }));
  else context.say(answerText(answer));
}

function answerRecord(
  id: string | null,
  question: string,
  answer: Answer,
  { latencyMs, isCorpus }: { latencyMs: number; isCorpus: boolean },
): object {
  return {
    id,
    question,
    answered: answer.answered,
    answer: answer.text,
    // A corpus has no paths: its documents are named by id, as `search` does, and in `path` for whoever reads only that.
    citations: answer.citations.map(({ path, title, quote }) => ({
      ...(isCorpus ? { id: path } : {}),
      path,
      title,
      quote,
    })),
    confidence: Number(answer.confidence.toFixed(4)),
    latencyMs,
    ...(answer.reason ? { reason: answer.reason } : {}),
  };
}

function answerText(answer: Answer): string {
  const sources = answer.citations.map(({ number, title, path }) => `[${number}] ${title} (${path})`);
  const nearest = answer.nearest.map(
    ({ title, path, quote }) => `- ${title} (${path})${quote ? `: “${quote.replaceAll('\n', ' ')}”` : ''}`,
  );
  if (!answer.answered && nearest.length === 0) return 'The documents do not say.';
  if (!answer.answered) return ['The documents do not say. Nearest:', ...nearest].join('\n');
  return [answer.text, ...sources].join('\n');
}
