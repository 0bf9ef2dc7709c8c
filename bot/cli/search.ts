import { Command } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { KnowledgeBase } from '../../core/knowledge/knowledge-base.js';
import type { CliContext } from './context.js';
import { type AskedQuestion, eachQuestion, type QuestionOptions } from './each-question.js';
import type { OpenKnowledge } from './open-knowledge.js';

interface SearchOptions extends QuestionOptions {
  queries?: string;
  k: number;
}

/** `steward search`: finds the documents for one query, or a file of them. */
export function searchCommand(context: CliContext, open: OpenKnowledge): Command {
  return new Command('search')
    .description('Find the documents for a query')
    .argument('[query]', 'what to look for')
    .option(
      '--queries <file>',
      'JSON Lines with query_id and query (- for stdin); one line out for each line in',
    )
    .option('--kb <folder>', 'search this folder instead, on a temporary index')
    .option('--corpus <file>', 'search this JSON Lines file (doc_id, title, text) instead')
    .option('--synonyms <file>', "more synonyms (YAML) instead of the tenant's own")
    .option('--k <count>', 'how many documents at most', parseCount, 10)
    .option('--json', 'one JSON object a line')
    .action((inWords: string | undefined, options: SearchOptions) =>
      eachQuestion(
        context,
        open,
        { inWords, file: options.queries, option: '--queries' },
        options,
        (question, knowledge) => searchLine(question, knowledge, options, context),
      ),
    );
}

function parseCount(value: string): number {
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= 1_000) return count;
  throw new InvalidInput('cli.bad-count', '--k takes a whole number from 1 to 1000.');
}

async function searchLine(
  { id, text }: AskedQuestion,
  knowledge: KnowledgeBase,
  { k, json, corpus }: SearchOptions,
  context: CliContext,
): Promise<void> {
  const found = await knowledge.searchDocuments(text, { k, mayRead: () => true });
  if (json) {
    // A corpus names its documents by id; everything else by path.
    const name = corpus === undefined ? 'path' : 'id';
    const hits = found.map(({ document, score }) => ({
      [name]: document.path,
      score: Number(score.toFixed(4)),
    }));
    context.emit({ id, query: text, hits });
    return;
  }
  for (const { document } of found) context.say(`${document.title} (${document.path})`);
}
