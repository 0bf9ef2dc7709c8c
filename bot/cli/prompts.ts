import { Command } from 'commander';
import type { CostLog } from '../../core/gateway/cost-record.js';
import { PROMPT_OUTCOMES, type PromptRegistry } from '../../core/gateway/prompts/registry.js';
import type { PromptOutcomeStore } from '../../storage/mongo/prompt-outcomes.js';
import type { CliContext } from './context.js';
import { workWith } from './work-with.js';

export interface OpenedPrompts {
  prompts: Pick<PromptRegistry, 'list'>;
  outcomes: Pick<PromptOutcomeStore, 'list'>;
  costs: Pick<CostLog, 'totals'>;
  close(): Promise<void>;
}

/** One version of a prompt, as `prompts --json` tells it. */
interface VersionRow {
  prompt: string;
  version: string;
  about: string;
  current: boolean;
  /** Percent of people in a running experiment. */
  share?: number;
  calls: number;
  dollars: number;
  outcomes: Record<string, number>;
}

/** `prompts`: every version there is, who gets it, and what its replies came to and cost. */
export function promptsCommand(context: CliContext, open: () => Promise<OpenedPrompts>): Command {
  const work = workWith(context, open);
  return new Command('prompts')
    .description('List the prompts, their versions, and what became of the replies to each')
    .option('--json', 'one JSON line per version')
    .action((flags: { json?: boolean }) =>
      work(async (opened) => {
        for (const row of await rowsOf(opened))
          if (flags.json) context.emit(row);
          else context.say(lineOf(row));
      }),
    );
}

async function rowsOf({ prompts, outcomes, costs }: OpenedPrompts): Promise<VersionRow[]> {
  const counted = new Map((await outcomes.list()).map(({ prompt, counts }) => [prompt, counts]));
  const spent = new Map((await costs.totals('prompt', new Date(0))).map((total) => [total.name, total]));
  return prompts.list().flatMap(({ name, about, current, experiment, versions }) =>
    versions.map((version): VersionRow => {
      const id = `${name}@${version}`;
      const total = spent.get(id);
      const share = experiment?.[version];
      return {
        prompt: name,
        version,
        about,
        current: String(current) === version,
        ...(share === undefined ? {} : { share }),
        calls: total?.calls ?? 0,
        dollars: (total?.costMicroUsd ?? 0) / 1_000_000,
        outcomes: { ...counted.get(id) },
      };
    }),
  );
}

function lineOf({ prompt, version, about, current, share, calls, dollars, outcomes }: VersionRow): string {
  const who = share === undefined ? (current ? ' current' : '') : ` ${share}%`;
  const came = PROMPT_OUTCOMES.filter((outcome) => outcomes[outcome]).map(
    (outcome) => `${outcome} ${outcomes[outcome]}`,
  );
  const use = calls > 0 ? [`${calls} calls`, `$${dollars.toFixed(4)}`, ...came] : came;
  return `${prompt}@${version}${who}: ${use.length > 0 ? use.join(', ') : 'not used yet'} (${about})`;
}
