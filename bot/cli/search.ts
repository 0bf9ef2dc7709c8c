import { Command } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';
import type { CliContext } from './context.js';
import type { OpenKnowledge } from './open-knowledge.js';
import { type QuestionLine, readQuestionLines } from './question-lines.js';
import { openTemporaryKnowledge, type TemporarySource } from './temporary-knowledge.js';

interface SearchOptions {
  queries?: string;
  kb?: string;
  corpus?: string;
  k: number;
  json?: boolean;
}

/** `steward search`: finds the documents for one query, or a file of them. */
export function searchCommand(context: CliContext, open: OpenKnowledge): Command {
  return new Command('search')
    .description('Find the documents for a query')
    .argument('[query]', 'what to look for')
    .option('--queries <file>', 'JSON Lines with query_id and query; one line out for each line in')
    .option('--kb <folder>', 'search this folder instead, on a temporary index')
    .option('--corpus <file>', 'search this JSON Lines file (doc_id, title, text) instead')
    .option('--k <count>', 'how many documents at most', parseCount, 10)
    .option('--json', 'one JSON object a line')
    .action(async (query: string | undefined, options: SearchOptions) => {
      const source = sourceOf(options);
      const lines = await linesOf(query, options);
      const texts = lines.flatMap((line) => ('text' in line ? line.text : []));
      const { knowledge, close } = source
        ? await openTemporaryKnowledge(source, texts, context)
        : await open();
      try {
        for (const line of lines) {
          if (context.signal.aborted) break;
          await searchLine(line, knowledge, options, context);
        }
      } finally {
        await close();
      }
    });
}

function parseCount(value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= 1_000) return count;
  throw new InvalidInput('cli.bad-count', '--k takes a whole number from 1 to 1000.');
}

function sourceOf({ kb, corpus }: SearchOptions): TemporarySource | undefined {
  if (kb !== undefined && corpus !== undefined) {
    throw new InvalidInput('cli.search-usage', 'Give either --kb or --corpus.');
  }
  if (kb !== undefined) return { folder: kb };
  return corpus === undefined ? undefined : { corpus };
}

async function linesOf(query: string | undefined, { queries }: SearchOptions): Promise<QuestionLine[]> {
  if (queries !== undefined && query === undefined) return readQuestionLines(queries);
  if (query?.trim() && queries === undefined) return [{ number: 1, id: '1', text: query }];
  throw new InvalidInput('cli.search-usage', 'Give either a query in quotes or --queries FILE.');
}

async function searchLine(
  line: QuestionLine,
  knowledge: KnowledgeBase,
  { k, json, corpus }: SearchOptions,
  context: CliContext,
): Promise<void> {
  if ('error' in line) {
    context.progress(`${line.error}\n`);
    context.fail(1);
    if (json) context.emit({ id: line.id, error: line.error });
    return;
  }
  const found = await knowledge.searchDocuments(line.text, { k, mayRead: () => true });
  if (json) {
    // A corpus names its documents by id; everything else by path.
    const name = corpus === undefined ? 'path' : 'id';
    const hits = found.map(({ document, score }) => ({
      [name]: document.path,
      score: Number(score.toFixed(4)),
    }));
    context.emit({ id: line.id, query: line.text, hits });
    return;
  }
  for (const { document } of found) context.say(`${document.title} (${document.path})`);
}
