import { z } from 'zod';
import type { AgentDefinition } from '../../core/agents/definition.js';
import { advanceRun, type RunDependencies } from '../../core/agents/run/advance.js';
import { createRun } from '../../core/agents/run/run.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import { teamPickerContent } from '../cards/work-cards.js';
import type { Dialog } from '../dialog.js';
import { recogniseCommand } from '../recognise-command.js';
import type { Texts } from '../texts.js';
import { runContent, runTrace } from './run-content.js';

export interface AgentsDialogDependencies extends RunDependencies {
  texts: Texts;
  titleOf(tool: string): string;
}

const startSchema = z.object({ team: z.string().max(60), goal: z.string().trim().min(1).max(2_000) });
const stopSchema = z.object({ runId: z.string().max(100) });
/** "agent analyst: travel costs" */
const TYPED = /^\/?(?:agents?|agenten?|agentes?)\s+(?<who>[\p{L}-]+(?: [\p{L}-]+)?)\s*:\s*(?<goal>.+)$/isu;

/** Picks an agent, works through its task, shows how it got there, and stops it. */
export function agentsDialog(deps: AgentsDialogDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed, action, text } = turn.activity;
    if (kind === 'card-action') {
      if (action?.verb === 'team.start') return startFromCard(turn, deps);
      if (action?.verb === 'run.stop') return stopRun(turn, deps);
      return false;
    }
    if (kind !== 'message' || !addressed) return false;
    const typed = TYPED.exec(text.trim())?.groups;
    if (typed) {
      await work(turn, deps, typed.who ?? '', (typed.goal ?? '').trim());
      return true;
    }
    const command = recogniseCommand(text);
    if (command?.name === 'agents' && command.rest === '') {
      turn.reply(picker(turn, deps));
      return true;
    }
    return command?.name === 'trace' ? showTrace(turn, deps) : false;
  };
}

function picker(turn: Turn, { agents, texts }: AgentsDialogDependencies) {
  const list = [...agents.values()].map(({ name, title, goal }) => ({
    id: name,
    name: title,
    description: goal,
    isRecommended: name === 'concierge',
  }));
  return teamPickerContent(texts, turn.locale, list, {});
}

async function startFromCard(turn: Turn, deps: AgentsDialogDependencies): Promise<boolean> {
  const read = startSchema.safeParse(turn.activity.action?.data);
  if (!read.success) {
    turn.respond({ kind: 'field-errors', errors: { goal: deps.texts.text('team.goal-error', turn.locale) } });
    return true;
  }
  await work(turn, deps, read.data.team, read.data.goal);
  return true;
}

/** Works in the turn itself. The run's id comes from the turn's: a turn that is repeated goes on with the same run. */
async function work(turn: Turn, deps: AgentsDialogDependencies, who: string, goal: string): Promise<void> {
  const { texts, clock } = deps;
  const { tenant, person, locale, correlationId } = turn;
  const agent = find(deps.agents, who);
  if (!agent) {
    const names = texts.list([...deps.agents.keys()], locale);
    return turn.reply(noticeContent(locale, { text: texts.text('agent.unknown', locale, { names }) }));
  }
  const id = `run-${turn.id}`;
  const runs = deps.runs(tenant.id);
  const run = {
    id,
    tenantId: tenant.id,
    agent: agent.name,
    personId: person.id,
    origin: turn.conversation,
    locale,
    correlationId,
    createdAt: clock.now(),
  };
  await createRun(runs, run, [{ kind: 'started', goal }], { owner: turn.id, now: run.createdAt });
  turn.live.status(texts.text('progress.title', locale));
  const worked = await advanceRun(deps, tenant.id, id, {
    owner: turn.id,
    signal: turn.signal,
    isStopped: () => turn.live.stopped,
    onText: (text) => turn.live.append(text),
    onStep: (step) => {
      if (step.kind === 'action')
        turn.live.status(texts.text('progress.tool', locale, { tool: deps.titleOf(step.tool) }));
    },
  });
  turn.audit({
    action: 'agent-run',
    resource: `run:${id}`,
    after: { agent: agent.name, status: worked?.status ?? 'elsewhere', steps: worked?.steps.length ?? 0 },
  });
  if (!worked) return turn.reply(noticeContent(locale, { text: texts.text('agent.elsewhere', locale) }));
  // a job may have gone on with it, and told its end, while this turn was being repeated
  if (worked.status !== 'suspended' && !(await runs.claimTelling(id, turn.id))) return;
  turn.reply(runContent(texts, { locale }, worked.status, worked.steps), { copyKey: `run:${id}` });
}

function find(agents: ReadonlyMap<string, AgentDefinition>, who: string): AgentDefinition | undefined {
  const wanted = who.trim().toLowerCase();
  return agents.get(wanted) ?? [...agents.values()].find(({ title }) => title.toLowerCase() === wanted);
}

async function showTrace(turn: Turn, deps: AgentsDialogDependencies): Promise<boolean> {
  const runs = deps.runs(turn.tenant.id);
  const [latest] = await runs.ofPerson(turn.person.id, 1);
  const steps = latest ? await runs.steps(latest.id) : [];
  turn.reply(runTrace(deps.texts, turn.locale, steps, deps.titleOf));
  return true;
}

async function stopRun(turn: Turn, deps: AgentsDialogDependencies): Promise<boolean> {
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
