import { Command } from 'commander';
import { contractBookOf, type AgentDefinition } from '../../core/agents/definition.js';
import { forkRun, resolveFork, summariseRun, type RunSummary } from '../../core/agents/run/fork-run.js';
import { replayRun, replayTeam } from '../../core/agents/run/replay-run.js';
import { TEAM, type Run, type RunRepository, type Step } from '../../core/agents/run/run.js';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { CliContext } from './context.js';

export interface OpenedRuns {
  runs: RunRepository;
  agents: ReadonlyMap<string, AgentDefinition>;
  isRead(tool: string): boolean;
  /** Names of all tools there are. */
  tools: readonly string[];
  close(): Promise<void>;
}

/**
 * `run list|show|replay|fork|compare|merge|discard`: looks into past runs of agents. `replay` exits with 1 when today's loop would go another
 * way; a fork is taken up by the server.
 */
export function runCommand(context: CliContext, open: () => Promise<OpenedRuns>): Command {
  const command = new Command('run').description('Look into runs of agents');
  command
    .command('list')
    .option('--limit <count>', 'how many of the newest', '20')
    .option('--json', 'one JSON line per run')
    .action((flags: { limit: string; json?: boolean }) =>
      withRuns(context, open, async ({ runs }) => {
        for (const run of await runs.latest(wholeNumber(flags.limit, '--limit', 1))) {
          const summary = summariseRun(run, await runs.steps(run.id));
          if (flags.json) context.emit({ ...summary, createdAt: run.createdAt });
          else
            context.say(
              `${run.id} ${run.createdAt.toISOString()} ${run.agent} ${run.status}: ${summary.goal.slice(0, 80)}`,
            );
        }
      }),
    );
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
        if (!found) return;
        const agent = agents.get(found.run.agent);
        if (!agent && found.run.agent !== TEAM) {
          context.progress(`There is no agent ${found.run.agent} any more.\n`);
          return context.fail(1);
        }
        const replayed = agent ? replayRun(found.steps, agent, isRead) : replayTeam(found.steps);
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
        const atStep = wholeNumber(flags.at, '--at', 0);
        const request = { runId: id, atStep, instruction: flags.say };
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
  for (const [name, decision, about] of [
    ['merge', 'merged', 'puts a fork in place of the run it came from'],
    ['discard', 'discarded', 'lets a fork go; the run it came from stays'],
  ] as const) {
    command
      .command(name)
      .description(about)
      .argument('<fork>', 'id of the fork')
      .action((id: string) =>
        withRuns(context, open, async ({ runs }) => {
          const found = await load(context, runs, id);
          if (!found) return;
          if (name === 'merge' && (found.run.status === 'running' || found.run.status === 'suspended')) {
            context.progress('The fork has not ended yet.\n');
            return context.fail(1);
          }
          if (name === 'discard') await runs.requestCancel(id);
          if (await resolveFork(runs, id, decision)) return context.say(decision);
          context.progress(`${id} is no fork, or was decided on already.\n`);
          context.fail(1);
        }),
      );
  }
  return command;
}

/** `agents`: who there is, and with `--matrix` which of them may use which tool for people of which role. */
export function agentsCommand(context: CliContext, open: () => Promise<OpenedRuns>): Command {
  return new Command('agents')
    .description('List the agents and what their contracts allow')
    .option('--matrix', 'one line per agent and tool, with the roles')
    .option('--json', 'one JSON line each')
    .action((flags: { matrix?: boolean; json?: boolean }) =>
      withRuns(context, open, ({ agents, tools }) => {
        const put = (value: object, line: string): void =>
          flags.json ? context.emit(value) : context.say(line);
        if (flags.matrix) {
          for (const row of contractBookOf(agents.values()).matrix(tools))
            put(row, `${row.agent} ${row.tool} ${row.roles.join(',')}`);
          return;
        }
        for (const { name, title, goal, tools: own, contract } of agents.values())
          put(
            { name, title, goal, tools: own, contract },
            `${name}: ${goal} (up to ${contract.riskCeiling}; ${contract.dataClasses.join(', ')})`,
          );
      }),
    );
}

/** @throws InvalidInput naming the option. */
function wholeNumber(text: string, option: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text.trim()) && number >= least && number <= 100_000) return number;
  throw new InvalidInput('cli.bad-count', `${option} takes a whole number from ${least} on.`);
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
