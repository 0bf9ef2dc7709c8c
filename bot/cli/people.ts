import { Command } from 'commander';
import type { PeopleRepository } from '../../core/governance/identity/people.js';
import { HeldBack, type PeopleRefresh } from '../../core/governance/identity/refresh-people.js';
import { describeError, InvalidInput } from '../../core/kernel/errors.js';
import type { CliContext } from './context.js';
import type { Finding } from './doctor.js';
import { workWith } from './work-with.js';

export interface OpenedPeople {
  people: Pick<PeopleRepository, 'get'>;
  /** Undefined where people are only known by their channels. */
  source: PeopleRefresh | undefined;
  close(): Promise<void>;
}

type OpenPeople = () => Promise<OpenedPeople>;

const MOST_NAMED = 50;

/**
 * `people refresh`: reads the organisation file or the directory now. Exit code 2 when unusually many people would be set
 * inactive by it: then they are named, nothing is changed, and `--accept-leaving` lets them go.
 * @param open opens the home tenant's people; called once, when a command runs.
 */
export function peopleCommand(context: CliContext, open: OpenPeople): Command {
  const work = workWith(context, open);
  const command = new Command('people').description('The people of the organisation file or the directory');
  command
    .command('refresh')
    .description('Read the organisation file or the directory now')
    .option('--accept-leaving <count>', 'let so many people go; the number that was told when they were not')
    .action(({ acceptLeaving }: { acceptLeaving?: string }) =>
      work(async ({ people, source }) => {
        if (!source)
          throw new InvalidInput(
            'cli.no-directory',
            'There is no directory to read. Set STEWARD_ORG_FILE or MICROSOFT_GRAPH_*.',
          );
        try {
          const { changed, left } = await source.take(countOf(acceptLeaving));
          context.say(`People are refreshed: ${changed} new or changed, ${left} set inactive.`);
        } catch (error) {
          if (error instanceof HeldBack) await nameLeaving(context, people, error.leave.leaving);
          throw error;
        }
      }),
    );
  return command;
}

/** What the doctor says of the directory that is configured. */
export async function examinePeople({ config }: CliContext, open: OpenPeople): Promise<Finding[]> {
  if (!config.people.orgFile && !config.people.graph.clientId) return [];
  const { source, close } = await open();
  try {
    await source?.look();
    return [];
  } catch (error) {
    const fix =
      'Mend it; until then people stay as they were, and after a while nobody can approve or reject.';
    return [{ part: 'People', state: 'problem', detail: describeError(error), fix }];
  } finally {
    await close();
  }
}

/** Names stand on the operator's screen only, never in a log. */
async function nameLeaving(
  { say }: CliContext,
  people: OpenedPeople['people'],
  leaving: string[],
): Promise<void> {
  for (const id of leaving.slice(0, MOST_NAMED)) say(`  ${id}  ${(await people.get(id))?.name ?? ''}`);
  if (leaving.length > MOST_NAMED) say(`  and ${leaving.length - MOST_NAMED} more`);
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new InvalidInput('cli.no-count', '--accept-leaving takes the number that was told.');
  return Number(text);
}
