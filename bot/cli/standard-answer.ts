import { Command, Option } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import type { Classification } from '../../core/knowledge/document.js';
import type { StandardAnswerStore } from '../../core/knowledge/learning/standard-answers.js';
import type { CliContext } from './context.js';
import { dateOf } from './date-option.js';
import { workWith } from './work-with.js';

export interface OpenedStandardAnswers {
  answers: StandardAnswerStore;
  close(): Promise<void>;
}

interface AddFlags {
  question: string[];
  answer: string;
  owner: string;
  reviewBy: string;
  classification: Classification;
}

/**
 * `standard-answer add|list|remove`: answers that are given word for word. Exit code 2 for one that cannot be used or does
 * not exist. A running server takes a change over within seconds.
 * @param open opens the tenant's standard answers; called once, when a command runs.
 */
export function standardAnswerCommand(
  context: CliContext,
  open: () => Promise<OpenedStandardAnswers>,
): Command {
  const work = workWith(context, open);
  const command = new Command('standard-answer').description(
    'Answers that are given word for word to a question',
  );
  command
    .command('add')
    .description('Fix an answer; print its id')
    .requiredOption('--question <text...>', 'ways in which people ask it, the first as its title')
    .requiredOption('--answer <markdown>', 'given as it stands')
    .requiredOption('--owner <mail>', 'who answers for it')
    .requiredOption('--review-by <date>', 'not given any more after this day, as 2027-01-31')
    .addOption(
      new Option('--classification <name>', 'who may get it')
        .choices(['public', 'internal', 'confidential'])
        .default('internal'),
    )
    .action(({ question, answer, owner, reviewBy, classification }: AddFlags) =>
      work(async ({ answers }) => {
        const now = context.clock.now();
        const review = dateOf(reviewBy, '--review-by');
        if (review <= now) throw new InvalidInput('cli.past-date', '--review-by has to lie in the future.');
        const phrasings = question.map((text) => text.trim()).filter(Boolean);
        if (phrasings.length === 0 || !answer.trim()) {
          throw new InvalidInput('cli.empty-answer', 'Question and answer need words.');
        }
        const id = newId(now);
        await answers.put({
          id,
          phrasings,
          answer,
          owner,
          reviewBy: review,
          access: { classification },
          enabled: true,
        });
        context.say(id);
      }),
    );
  command
    .command('list')
    .description('Show them with owner and date of review')
    .option('--json', 'one JSON line each')
    .action(({ json }: { json?: boolean }) =>
      work(async ({ answers }) => {
        for (const one of await answers.list()) {
          if (json) context.emit(one);
          else {
            const state = !one.enabled ? 'off' : one.reviewBy <= context.clock.now() ? 'overdue' : 'given';
            const until = one.reviewBy.toISOString().slice(0, 10);
            context.say(`${one.id}  ${state}  until ${until}  ${one.owner}  ${one.phrasings[0] ?? ''}`);
          }
        }
      }),
    );
  command
    .command('remove')
    .description('Take one out')
    .argument('<id>')
    .action((id: string) =>
      work(async ({ answers }) => {
        if (!(await answers.list()).some((one) => one.id === id))
          throw new InvalidInput('cli.no-such-answer', `There is no standard answer ${id}.`);
        await answers.remove(id);
        context.say(`${id} is removed.`);
      }),
    );
  return command;
}
