import { cardContent } from '../../cards/data.js';
import type { RunDependencies } from '../../core/agents/run/advance.js';
import { forkRun, resolveFork, summariseRun, type RunSummary } from '../../core/agents/run/fork-run.js';
import { forkPlaces } from '../../core/agents/run/places.js';
import { TEAM, type Run, type Step } from '../../core/agents/run/run.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { TextKey, TextParameters, Texts } from '../texts.js';
import { answerTrace, type GivenAnswer } from './answer-trace.js';
import { inReadersWords } from './offline-words.js';
import { runContent, runTrace } from './run-content.js';

export interface RunCommandDependencies extends RunDependencies {
  texts: Texts;
  titleOf(tool: string): string;
  /** What a model should know of the conversation and the person; undefined where none reads it. */
  memory?(turn: Turn): Promise<string>;
  /** Remembers what was said and what came of it. */
  note(turn: Turn, answered: string): Promise<void>;
  /** The person's latest answer here, if how it came about is known. */
  lastAnswer(turn: Turn): Promise<GivenAnswer | undefined>;
}

type Deps = RunCommandDependencies;

const RECENT = 20;
const LISTED = 8;
const GOAL_LENGTH = 80;
/** How long a stop may be under way as a message. */
const JUST_MS = 60_000;

/** The person's runs of this conversation, newest first: what was done elsewhere is not shown here. */
async function runsHere(turn: Turn, deps: Deps): Promise<Run[]> {
  const here = conversationKey(turn.conversation);
  const recent = await deps.runs(turn.tenant.id).ofPerson(turn.person.id, RECENT);
  return recent.filter(({ origin }) => conversationKey(origin) === here);
}

/** How the last answer came about, or the last run got where it is; of a team, the steps of its parts as well. */
export async function showTrace(turn: Turn, deps: Deps): Promise<void> {
  const [latest] = await runsHere(turn, deps);
  const runs = deps.runs(turn.tenant.id);
  const steps = latest ? await runs.steps(latest.id) : [];
  const answer = await deps.lastAnswer(turn);
  const ranUntil = steps.at(-1)?.at.getTime() ?? 0;
  if (answer && answer.at.getTime() > ranUntil)
    return turn.reply(answerTrace(deps.texts, turn.locale, answer));
  const parts = new Map<string, Step[]>();
  for (const step of steps)
    if (step.kind === 'delegated') parts.set(step.runId, await runs.steps(step.runId));
  turn.reply(runTrace(deps.texts, turn.locale, steps, { parts, titleOf: deps.titleOf, agents: deps.agents }));
}

export async function listRuns(turn: Turn, deps: Deps): Promise<void> {
  const runs = (await runsHere(turn, deps)).slice(0, LISTED);
  if (runs.length === 0) return say(turn, deps, 'run.none');
  const { texts } = deps;
  const { locale } = turn;
  const rows: string[][] = [];
  for (const run of runs) {
    const summary = summariseRun(run, await deps.runs(turn.tenant.id).steps(run.id));
    rows.push([
      titleOfRun(run, deps, locale),
      texts.text(`run.status-${summary.status}`, locale),
      summary.goal.slice(0, GOAL_LENGTH),
      texts.money(summary.costMicroUsd, locale),
    ]);
  }
  const columns = (['agent', 'status', 'goal', 'cost'] as const).map((name) =>
    texts.text(`run.column-${name}`, locale),
  );
  turn.reply(tableContent(locale, texts.text('run.title', locale), columns, rows, ['trace']));
}

/** The word itself ends a run as soon as it comes in, which may be before it is read as a command here. */
async function hasJustStopped({ id, tenantId, status, cancelRequested }: Run, deps: Deps): Promise<boolean> {
  if (status === 'finished' || status === 'suspended' || cancelRequested) return false;
  const last = (await deps.runs(tenantId).steps(id)).at(-1);
  const isCancelled = last?.kind === 'stopped' && last.reason === 'cancelled';
  return isCancelled && deps.clock.now().getTime() - last.at.getTime() < JUST_MS;
}

/** Stops what runs or waits of the person's work here. */
export async function stopRuns(turn: Turn, deps: Deps): Promise<void> {
  const runs = deps.runs(turn.tenant.id);
  let stopped = 0;
  for (const run of await runsHere(turn, deps)) {
    const isOpen = run.status === 'running' || run.status === 'suspended';
    if ((isOpen && (await runs.requestCancel(run.id))) || (await hasJustStopped(run, deps))) stopped += 1;
  }
  if (stopped > 0)
    turn.audit({ action: 'agent-stop', resource: `person:${turn.person.id}`, after: { stopped } });
  say(turn, deps, stopped > 0 ? 'run.stopping' : 'run.nothing-runs', { count: stopped });
}

/** Keeps the last run up to a step, goes on from there with what was said, and shows both side by side. */
export async function forkLatest(
  turn: Turn,
  deps: Deps,
  { at = 0, say: instruction }: { at?: number; say: string },
  work: (runId: string) => Promise<void>,
): Promise<void> {
  const id = `run-${turn.id}`;
  const runs = deps.runs(turn.tenant.id);
  const latest = (await runsHere(turn, deps)).find((run) => run.id !== id);
  if (!latest) return say(turn, deps, 'run.none');
  const steps = await runs.steps(latest.id);
  const atStep = forkPlaces(steps).findLast((place) => place <= at) ?? 0;
  await forkRun(runs, { runId: latest.id, atStep, instruction, id, owner: turn.id }, deps.clock);
  turn.audit({ action: 'agent-fork', resource: `run:${id}`, after: { from: latest.id, step: atStep } });
  say(turn, deps, 'run.forked', { step: atStep });
  await work(id);
  await compareRuns(turn, deps);
}

/** The last fork that nobody decided on yet, with the run it came from. */
async function openFork(turn: Turn, deps: Deps): Promise<{ fork: Run; origin: Run } | undefined> {
  const fork = (await runsHere(turn, deps)).find(({ forkedFrom, resolution }) => forkedFrom && !resolution);
  const origin = fork?.forkedFrom && (await deps.runs(turn.tenant.id).get(fork.forkedFrom.runId));
  return fork && origin ? { fork, origin } : undefined;
}

export async function compareRuns(turn: Turn, deps: Deps): Promise<void> {
  const pair = await openFork(turn, deps);
  if (!pair) return say(turn, deps, 'run.no-fork');
  const runs = deps.runs(turn.tenant.id);
  const [before, after] = await Promise.all(
    [pair.origin, pair.fork].map(async (run) => summariseRun(run, await runs.steps(run.id))),
  );
  if (before && after) turn.reply(comparison(deps, turn.locale, before, after));
}

function comparison({ texts }: Deps, locale: string, before: RunSummary, after: RunSummary): OutboundContent {
  const value: Record<string, (run: RunSummary) => string> = {
    status: ({ status }) => texts.text(`run.status-${status}`, locale),
    steps: ({ steps, toolUses, failures }) => `${steps} / ${toolUses} / ${failures}`,
    cost: ({ costMicroUsd }) => texts.money(costMicroUsd, locale),
    outcome: ({ outcome }) => inReadersWords(texts, outcome, locale).replaceAll(/[*_`]/g, '').slice(0, 700),
  };
  const rows = (['status', 'steps', 'cost', 'outcome'] as const).map((name) => [
    texts.text(`run.column-${name}`, locale),
    value[name]?.(before) ?? '',
    value[name]?.(after) ?? '',
  ]);
  const columns = ['', texts.text('run.before', locale), texts.text('run.fork', locale)];
  return tableContent(locale, texts.text('run.compared', locale), columns, rows, [
    texts.text('run.merge-fork', locale),
    texts.text('run.discard-fork', locale),
  ]);
}

/** Puts a fork's outcome in place of the first run's, in the message that told it, or lets the fork go. */
export async function decideFork(turn: Turn, deps: Deps, decision: 'merge' | 'discard'): Promise<void> {
  const pair = await openFork(turn, deps);
  if (!pair) return say(turn, deps, 'run.no-fork');
  const { fork, origin } = pair;
  const runs = deps.runs(turn.tenant.id);
  if (fork.status === 'running' || fork.status === 'suspended') {
    if (decision === 'merge') return say(turn, deps, 'run.fork-runs');
    await runs.requestCancel(fork.id);
  }
  const isDecided = await resolveFork(runs, fork.id, decision === 'merge' ? 'merged' : 'discarded');
  if (!isDecided) return say(turn, deps, 'run.no-fork');
  turn.audit({ action: `agent-fork-${decision}`, resource: `run:${fork.id}`, after: { from: origin.id } });
  if (decision === 'discard') return say(turn, deps, 'run.discarded');
  const content = runContent(deps.texts, fork, fork.status, await runs.steps(fork.id));
  turn.update(origin.origin, `run:${origin.id}`, content);
  say(turn, deps, 'run.merged');
}

/** What agents share here: who wrote what, in which version, and until when it holds. */
export async function showContext(turn: Turn, deps: Deps): Promise<void> {
  const { texts } = deps;
  const { locale } = turn;
  const now = deps.clock.now();
  const shared = deps.shared(turn.tenant.id);
  const [latest] = (await runsHere(turn, deps)).filter(({ agent }) => agent === TEAM);
  const entries = [
    ...(await shared.read(`conversation:${conversationKey(turn.conversation)}`, now)),
    ...(latest ? await shared.read(latest.id, now) : []),
  ];
  if (entries.length === 0) return say(turn, deps, 'run.no-context');
  const rows = entries.map(({ key, version, expiresAt, value }) => [
    key,
    String(version),
    texts.moment(expiresAt, now, locale, turn.person.timeZone),
    value.replaceAll(/[*_`]/g, '').replaceAll(/\s+/g, ' ').slice(0, 160),
  ]);
  const columns = (['agent', 'version', 'until', 'what'] as const).map((name) =>
    texts.text(`run.column-${name}`, locale),
  );
  turn.reply(tableContent(locale, texts.text('run.context', locale), columns, rows));
}

const titleOfRun = ({ agent }: Run, { agents, texts }: Deps, locale: string): string =>
  agent === TEAM ? texts.text('team.several', locale) : (agents.get(agent)?.title ?? agent);

function tableContent(
  locale: string,
  title: string,
  columns: string[],
  rows: string[][],
  suggestions?: string[],
): OutboundContent {
  const lines = rows.map((row) => `- ${row.filter(Boolean).join(' · ')}`);
  return {
    text: [`**${title}**`, ...lines].join('\n'),
    card: cardContent('table', { locale, kind: 'table', title, columns, rows }),
    ...(suggestions ? { suggestions } : {}),
  };
}

function say(turn: Turn, { texts }: Deps, key: TextKey, parameters?: TextParameters): void {
  turn.reply(noticeContent(turn.locale, { text: texts.text(key, turn.locale, parameters) }));
}
