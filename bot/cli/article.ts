import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { Article, ArticleAction } from '../../core/knowledge/learning/article.js';
import type { ArticleDesk, ArticleStore } from '../../core/knowledge/learning/article-desk.js';
import type { CliContext } from './context.js';
import { dateOf } from './date-option.js';
import { workWith } from './work-with.js';

export interface OpenedArticles {
  articles: Pick<ArticleStore, 'list'>;
  desk: ArticleDesk;
  close(): Promise<void>;
}

const REFUSED: Record<string, string> = {
  'wrong-state': 'The article is not in a state for this.',
  'own-article': 'Nobody approves what they wrote themselves.',
  empty: 'Title and text need words.',
  'review-date-passed': '--review-by has to lie in the future.',
};
const OPEN: Article['state'][] = ['requested', 'drafted', 'published'];

/**
 * `article request|list|write|approve|send-back|retire`: what experts write where the documents are silent. A published
 * article is a document like any other. Exit code 2 for what does not fit or does not exist.
 * @param open opens the tenant's articles; called once, when a command runs.
 */
export function articleCommand(context: CliContext, open: () => Promise<OpenedArticles>): Command {
  const work = workWith(context, open);
  const change = (id: string, action: () => ArticleAction | Promise<ArticleAction>): Promise<void> =>
    work(async ({ desk }) => {
      const outcome = await desk.change(id, await action());
      if ('refused' in outcome)
        throw new InvalidInput('cli.article-refused', REFUSED[outcome.refused] ?? 'This does not fit.');
      context.say(lineOf(outcome.article));
    });
  const command = new Command('article').description('Answers that experts write, reviewed and published');
  command
    .command('request')
    .description('Put a question that the documents leave open to an expert; print its id')
    .argument('<question>')
    .requiredOption('--by <mail>', 'who wants to know')
    .option('--expert <mail>', 'who should write it')
    .action((question: string, { by, expert }: { by: string; expert?: string }) =>
      work(async ({ desk }) => {
        if (!question.trim()) throw new InvalidInput('cli.empty-question', 'The question needs words.');
        context.say((await desk.request(question.trim(), by, expert)).id);
      }),
    );
  command
    .command('list')
    .description('Show what is asked for, waits for review or is published')
    .option('--json', 'one JSON line each')
    .action(({ json }: { json?: boolean }) =>
      work(async ({ articles }) => {
        for (const article of await articles.list(OPEN)) {
          if (json) context.emit(article);
          else context.say(lineOf(article));
        }
      }),
    );
  command
    .command('write')
    .description('Write or rewrite it; what is published stays until somebody else approves the new text')
    .argument('<id>')
    .requiredOption('--by <mail>', 'the author')
    .requiredOption('--title <text>')
    .requiredOption('--file <path>', 'Markdown')
    .action((id: string, { by, title, file }: { by: string; title: string; file: string }) =>
      change(id, async () => ({ kind: 'write', by, title, body: await textOf(file) })),
    );
  command
    .command('approve')
    .description('Publish it, as somebody else than its author')
    .argument('<id>')
    .requiredOption('--by <mail>', 'who reviewed it')
    .requiredOption('--owner <mail>', 'who answers for it')
    .requiredOption('--review-by <date>', 'when it has to be looked at again, as 2027-01-31')
    .action((id: string, { by, owner, reviewBy }: { by: string; owner: string; reviewBy: string }) =>
      change(id, () => ({ kind: 'approve', by, owner, reviewBy: dateOf(reviewBy, '--review-by') })),
    );
  for (const [name, kind, about] of [
    ['send-back', 'send-back', 'Give it back to its author with a reason'],
    ['retire', 'retire', 'Take it out of the knowledge base'],
  ] as const) {
    command
      .command(name)
      .description(about)
      .argument('<id>')
      .requiredOption('--by <mail>', 'who decides')
      .requiredOption('--reason <text>')
      .action((id: string, { by, reason }: { by: string; reason: string }) =>
        change(id, () => ({ kind, by, reason })),
      );
  }
  return command;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InvalidInput('cli.unreadable-file', `${file} cannot be read.`, { cause: error });
  }
}

const lineOf = ({ id, state, title, question, owner }: Article): string =>
  [id, state, owner, title ?? question].filter(Boolean).join('  ');
