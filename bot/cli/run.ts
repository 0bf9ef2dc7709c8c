import { Command } from 'commander';
import type { AgentDefinition } from '../../core/agents/definition.js';
import { forkRun, summariseRun, type RunSummary } from '../../core/agents/run/fork-run.js';
import { replayRun } from '../../core/agents/run/replay-run.js';
import type { Run, RunRepository, Step } from '../../core/agents/run/run.js';
import type { CliContext } from './context.js';

export interface OpenedRuns {
  runs: RunRepository;
  agents: ReadonlyMap<string, AgentDefinition>;
  isRead(tool: string): boolean;
  close(): Promise<void>;
}

/**
 * `run show|replay|fork|compare`: looks into past runs of agents. `replay` exits with 1 when today's loop would go another
 * way; a fork is taken up by the server.
 */
export function runCommand(context: CliContext, open: () => Promise<OpenedRuns>): Command {
  const command = new Command('run').description('Look into runs of agents');
  command
    .command('show')
    .argument('<run>', 'id of the run')
    .option('--json', 'one JSON line per step')
    .action((id: string, flags: { json?: boolean }) =>
      withRuns(context, open, async ({ runs }) => {
        const found = await load(context, runs, id);
        if (!found) return;
        for (const step of found.steps) {
          if (flags.json) context.emit(step);
          else context.say(`${step.number} ${step.at.toISOString()} ${lineOf(step)}`);
        }
      }),
    );
  command
    .command('replay')
    .argument('<run>', 'id of the run')
    .action((id: string) =>
      withRuns(context, open, async ({ runs, agents, isRead }) => {
        const found = await load(context, runs, id);
        const agent = found && agents.get(found.run.agent);
        if (!found || !agent) return context.fail(1);
        const replayed = replayRun(found.steps, agent, isRead);
        for (const step of replayed) context.emit(step);
        if (replayed.some(({ same }) => !same)) context.fail(1);
      }),
    );
  command
    .command('fork')
    .argument('<run>', 'id of the run')
    .requiredOption('--at <step>', 'number of the last step that is kept')
    .option('--say <text>', 'what is to be different')
    .action((id: string, flags: { at: string; say?: string }) =>
      withRuns(context, open, async ({ runs }) => {
        const request = { runId: id, atStep: Number(flags.at), instruction: flags.say };
        const fork = await forkRun(runs, request, context.clock);
        context.say(fork.id);
      }),
    );
  command
    .command('compare')
    .argument('<first>', 'id of a run')
    .argument('<second>', 'id of another run')
    .option('--json', 'one JSON line per run')
    .action((first: string, second: string, flags: { json?: boolean }) =>
      withRuns(context, open, async ({ runs }) => {
        const [one, two] = [await load(context, runs, first), await load(context, runs, second)];
        if (!one || !two) return;
        const pair = [summariseRun(one.run, one.steps), summariseRun(two.run, two.steps)] as const;
        if (flags.json) for (const summary of pair) context.emit(summary);
        else for (const line of sideBySide(...pair)) context.say(line);
      }),
    );
  return command;
}

async function withRuns(
  context: CliContext,
  open: () => Promise<OpenedRuns>,
  work: (opened: OpenedRuns) => Promise<void> | void,
): Promise<void> {
  const opened = await open();
  try {
    await work(opened);
  } finally {
    await opened.close();
  }
}

async function load(
  context: CliContext,
  runs: RunRepository,
  id: string,
): Promise<{ run: Run; steps: Step[] } | undefined> {
  const run = await runs.get(id);
  if (run) return { run, steps: await runs.steps(id) };
  context.progress(`There is no run ${id}.\n`);
  context.fail(1);
  return undefined;
}

function lineOf(step: Step): string {
  const { number: _number, at: _at, kind, ...rest } = step;
  return `${kind} ${JSON.stringify(rest)}`;
}

function sideBySide(one: RunSummary, two: RunSummary): string[] {
  const names = Object.keys(one) as (keyof RunSummary)[];
  return names.map((name) => {
    const [a, b] = [String(one[name]), String(two[name])];
    return `${a === b ? ' ' : '*'} ${name}: ${a}${a === b ? '' : `  |  ${b}`}`;
  });
}
