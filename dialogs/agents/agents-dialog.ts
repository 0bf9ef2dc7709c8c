import { z } from 'zod';
import type { AgentDefinition } from '../../core/agents/definition.js';
import { advanceRun, type Advanced } from '../../core/agents/run/advance.js';
import { createRun, TEAM, type NewRun, type Step, type StepBody } from '../../core/agents/run/run.js';
import { PATTERNS } from '../../core/agents/team/pattern.js';
import { contextText, CONTEXT_TTL_MS } from '../../core/agents/team/shared-context.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import { teamPickerContent } from '../cards/work-cards.js';
import type { Dialog } from '../dialog.js';
import type { TextKey, TextParameters } from '../texts.js';
import { readAgentCommand, type AgentCommand } from './read-agent-command.js';
import {
  compareRuns,
  decideFork,
  forkLatest,
  listRuns,
  showContext,
  showTrace,
  stopRuns,
  type RunCommandDependencies,
} from './run-commands.js';
import { handOverNotes, runContent } from './run-content.js';

export type AgentsDialogDependencies = RunCommandDependencies;

const startSchema = z.object({ team: z.string().max(60), goal: z.string().trim().min(1).max(2_000) });
const stopSchema = z.object({ runId: z.string().max(100) });

/** Agents and teams by word and by card: starts them, shows how they got there, forks, compares and stops their runs. */
export function agentsDialog(deps: AgentsDialogDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed, action, text } = turn.activity;
    if (kind === 'card-action') {
      if (action?.verb === 'team.start') return startFromCard(turn, deps);
      if (action?.verb === 'run.stop') return stopFromCard(turn, deps);
      return false;
    }
    if (kind !== 'message' || !addressed) return false;
    const command = readAgentCommand(text, [...deps.agents.values()]);
    if (!command) return false;
    await obey(turn, deps, command);
    return true;
  };
}

async function obey(turn: Turn, deps: AgentsDialogDependencies, command: AgentCommand): Promise<void> {
  switch (command.kind) {
    case 'list':
      return turn.reply(picker(turn, deps));
    case 'ask':
      if (command.goal === '') return say(turn, deps, 'team.goal-error');
      return startAgent(turn, deps, command.who, command.goal);
    case 'team': {
      const { pattern, who, unknown, goal } = command;
      if (unknown) return tellUnknownInTeam(turn, deps, unknown);
      if (goal === '') return say(turn, deps, 'team.goal-error');
      return startRun(turn, deps, { agent: TEAM, team: { pattern, agents: who } }, { kind: 'started', goal });
    }
    case 'hand-over':
      return handOver(turn, deps, command);
    case 'trace':
      return showTrace(turn, deps);
    case 'runs':
      return listRuns(turn, deps);
    case 'stop':
      return stopRuns(turn, deps);
    case 'fork':
      return forkLatest(turn, deps, command, (runId) => work(turn, deps, runId));
    case 'compare':
      return compareRuns(turn, deps);
    case 'merge':
    case 'discard':
      return decideFork(turn, deps, command.kind);
    default:
      return showContext(turn, deps);
  }
}

function picker(turn: Turn, { agents, texts }: AgentsDialogDependencies) {
  const list = [...agents.values()].map(({ name, title, goal }) => ({
    id: name,
    name: title,
    description: texts.tools.sentence(goal, turn.locale),
    isRecommended: name === 'concierge',
  }));
  const team = {
    id: TEAM,
    name: texts.text('team.several', turn.locale),
    description: texts.text('team.several-text', turn.locale),
  };
  return teamPickerContent(texts, turn.locale, [...list, team], {});
}

async function startFromCard(turn: Turn, deps: AgentsDialogDependencies): Promise<boolean> {
  const read = startSchema.safeParse(turn.activity.action?.data);
  if (!read.success) {
    turn.respond({ kind: 'field-errors', errors: { goal: deps.texts.text('team.goal-error', turn.locale) } });
    return true;
  }
  await startAgent(turn, deps, read.data.team, read.data.goal);
  return true;
}

async function startAgent(
  turn: Turn,
  deps: AgentsDialogDependencies,
  who: string,
  goal: string,
): Promise<void> {
  const agent = who.trim().toLowerCase() === TEAM ? TEAM : find(deps.agents, who)?.name;
  if (!agent) return tellUnknown(turn, deps);
  return startRun(turn, deps, { agent }, { kind: 'started', goal });
}

function tellUnknown(turn: Turn, { agents, texts }: AgentsDialogDependencies): void {
  const names = texts.list([...agents.keys()], turn.locale);
  turn.reply(noticeContent(turn.locale, { text: texts.text('agent.unknown', turn.locale, { names }) }));
}

function tellUnknownInTeam(turn: Turn, { agents, texts }: AgentsDialogDependencies, unknown: string[]): void {
  const names = texts.list([...agents.keys()], turn.locale);
  const text = texts.text('team.unknown', turn.locale, {
    unknown: texts.list(unknown, turn.locale),
    names,
    patterns: texts.list([...PATTERNS], turn.locale),
  });
  turn.reply(noticeContent(turn.locale, { text }));
}

function find(agents: ReadonlyMap<string, AgentDefinition>, who: string): AgentDefinition | undefined {
  const wanted = who.trim().toLowerCase();
  return (
    agents.get(wanted.replaceAll(' ', '-')) ??
    [...agents.values()].find(({ title, alsoCalled }) =>
      [title, ...alsoCalled].some((called) => called.toLowerCase() === wanted),
    )
  );
}

/** Works in the turn itself. The run's id comes from the turn's: a turn that is repeated goes on with the same run. */
async function startRun(
  turn: Turn,
  deps: AgentsDialogDependencies,
  who: Pick<NewRun, 'agent' | 'team'>,
  first: Extract<StepBody, { kind: 'started' }>,
): Promise<void> {
  turn.live.status(deps.texts.text('progress.title', turn.locale)); // before anything is stored
  const now = deps.clock.now();
  const run: NewRun = {
    id: `run-${turn.id}`,
    tenantId: turn.tenant.id,
    ...who,
    personId: turn.person.id,
    origin: turn.conversation,
    locale: turn.locale,
    correlationId: turn.correlationId,
    createdAt: now,
  };
  const memory = await deps.memory?.(turn);
  const begun: StepBody = { ...first, ...(memory ? { memory } : {}) };
  await createRun(deps.runs(turn.tenant.id), run, [begun], { owner: turn.id, now });
  await work(turn, deps, run.id);
}

/** Gives what the last run found to another agent, with a note of who handed over what and how long it holds. */
async function handOver(
  turn: Turn,
  deps: AgentsDialogDependencies,
  { who, goal }: Extract<AgentCommand, { kind: 'hand-over' }>,
): Promise<void> {
  const agent = find(deps.agents, who);
  if (!agent) return tellUnknown(turn, deps);
  const { tenant, locale } = turn;
  const runs = deps.runs(tenant.id);
  const here = conversationKey(turn.conversation);
  const latest = (await runs.ofPerson(turn.person.id, 20)).find(
    ({ origin, status, id }) =>
      conversationKey(origin) === here && status === 'finished' && id !== `run-${turn.id}`,
  );
  const steps = latest ? await runs.steps(latest.id) : [];
  const end = steps.findLast((step) => step.kind === 'finished');
  if (!latest || end?.kind !== 'finished') return say(turn, deps, 'agent.nothing-to-hand-over');
  const now = deps.clock.now();
  const from = deps.agents.get(latest.agent)?.title ?? deps.texts.text('team.several', locale);
  const shared = deps.shared(tenant.id);
  const entry = await shared.write(`conversation:${here}`, {
    key: from,
    value: end.text,
    writtenBy: latest.agent,
    writtenAt: now,
    expiresAt: new Date(now.getTime() + CONTEXT_TTL_MS),
    runId: latest.id,
  });
  say(turn, deps, 'agent.handed-over', {
    from,
    to: agent.title,
    version: entry.version,
    until: deps.texts.moment(entry.expiresAt, now, locale, turn.person.timeZone),
  });
  const started = steps[0]?.kind === 'started' ? steps[0].goal : '';
  const context = contextText(await shared.read(`conversation:${here}`, now));
  return startRun(turn, deps, { agent: agent.name }, { kind: 'started', goal: goal || started, context });
}

async function work(turn: Turn, deps: AgentsDialogDependencies, id: string): Promise<void> {
  const { texts } = deps;
  const { tenant, locale } = turn;
  const runs = deps.runs(tenant.id);
  turn.live.status(texts.text('progress.title', locale));
  const worked = await advanceRun(deps, tenant.id, id, {
    owner: turn.id,
    signal: turn.signal,
    isStopped: () => turn.live.stopped,
    onText: (text) => turn.live.append(text),
    onWithdrawn: () => turn.live.append(`\n\n_${texts.text('agent.withdrawn', locale)}_\n\n`),
    onStep: (step) => {
      const line = statusOf(step, deps, locale);
      if (line) turn.live.status(line);
    },
  });
  turn.audit({
    action: 'agent-run',
    resource: `run:${id}`,
    after: {
      agent: worked?.run.agent ?? '',
      status: worked?.status ?? 'elsewhere',
      steps: worked?.steps.length ?? 0,
    },
  });
  if (!worked) return say(turn, deps, 'agent.elsewhere');
  // a job may have gone on with it, and told its end, while this turn was being repeated
  if (worked.status !== 'suspended' && !(await runs.claimTelling(id, turn.id))) return;
  await tell(turn, deps, worked);
}

async function tell(
  turn: Turn,
  deps: AgentsDialogDependencies,
  { run, status, steps }: Advanced,
): Promise<void> {
  const notes = handOverNotes(deps.texts, turn.locale, steps, deps.agents);
  if (notes) turn.reply({ text: notes });
  const content = runContent(deps.texts, run, status, steps);
  turn.reply(content, { copyKey: `run:${run.id}` });
  await deps.note(turn, content.text);
}

function statusOf(step: Step, { texts, titleOf, agents }: AgentsDialogDependencies, locale: string) {
  if (step.kind === 'action') {
    const tool = texts.tools.title({ name: step.tool, title: titleOf(step.tool) }, locale);
    return texts.text('progress.tool', locale, { tool });
  }
  if (step.kind !== 'delegated') return undefined;
  return texts.text('agent.works', locale, { name: agents.get(step.agent)?.title ?? step.agent });
}

async function stopFromCard(turn: Turn, deps: AgentsDialogDependencies): Promise<boolean> {
  const read = stopSchema.safeParse(turn.activity.action?.data);
  if (!read.success) return false;
  const runs = deps.runs(turn.tenant.id);
  const run = await runs.get(read.data.runId);
  const key =
    run?.personId !== turn.person.id
      ? 'error.not-permitted'
      : (await runs.requestCancel(run.id))
        ? 'progress.stopped'
        : 'error.not-found';
  turn.respond({ kind: 'message', text: deps.texts.text(key, turn.locale) });
  return true;
}

function say(
  turn: Turn,
  { texts }: AgentsDialogDependencies,
  key: TextKey,
  parameters?: TextParameters,
): void {
  turn.reply(noticeContent(turn.locale, { text: texts.text(key, turn.locale, parameters) }));
}
