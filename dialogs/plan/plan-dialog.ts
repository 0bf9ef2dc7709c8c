import { z } from 'zod';
import {
  changed,
  endOfDay,
  type Plan,
  type PlanChange,
  type PlanRepository,
} from '../../core/agents/plan/plan.js';
import type { Planner } from '../../core/agents/plan/planner.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { PersonRecord } from '../../core/governance/identity/people.js';
import { conversationKey, roomOf } from '../../core/kernel/conversation-reference.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import type { TextKey, TextParameters, Texts } from '../texts.js';
import { milestoneLine, planContent, planCopyKey } from './plan-content.js';
import { readPlanCommand, type PlanCommand } from './read-plan-command.js';

export interface PlanDialogDependencies {
  plans(tenantId: string): PlanRepository;
  planner: Planner;
  searchPeople(tenantId: string, name: string): Promise<PersonRecord[]>;
  texts: Texts;
  clock: Clock;
}

type Deps = PlanDialogDependencies;

const doneSchema = z.object({
  planId: z.string().max(100),
  milestone: z.coerce.number().int().min(1).max(99),
});
const TITLE_LENGTH = 90;

/** Splits a goal into milestones on a card that stays up to date, and takes changes by words and by click. */
export function planDialog(deps: Deps): Dialog {
  return async (turn) => {
    const { kind, addressed, action, text } = turn.activity;
    if (kind === 'card-action' && action?.verb === 'plan.done') return markDone(turn, deps);
    if (kind !== 'message' || !addressed) return false;
    const command = readPlanCommand(text, deps.clock.now());
    if (!command) return false;
    await obey(turn, deps, command);
    return true;
  };
}

async function obey(turn: Turn, deps: Deps, command: PlanCommand): Promise<void> {
  if (command.kind === 'make') return make(turn, deps, command.goal);
  if (command.kind === 'unclear') return say(turn, deps, 'plan.unknown');
  const plan = await deps.plans(turn.tenant.id).latest(turn.conversation);
  if (!plan) return say(turn, deps, 'plan.none');
  if (command.kind === 'show')
    return turn.reply(planContent(deps.texts, plan, deps.clock.now()), { copyKey: planCopyKey(plan.id) });
  if (command.kind !== 'assign') return change(turn, deps, plan, command);
  const people = await deps.searchPeople(turn.tenant.id, command.to);
  const [owner] = people;
  if (!owner) return say(turn, deps, 'decision.unknown-person', { name: command.to });
  if (people.length > 1) {
    const names = people.map(({ name, email, id }) => `${name} (${email ?? id})`);
    const list = deps.texts.list(names, turn.locale);
    return say(turn, deps, 'decision.several-people', { name: command.to, list });
  }
  const { number } = command;
  return change(turn, deps, plan, { kind: 'assign', number, owner: { id: owner.id, name: owner.name } });
}

/** The plan's id comes from the turn's: a turn that is repeated makes the same plan. */
async function make(turn: Turn, deps: Deps, goal: string): Promise<void> {
  const { tenant, person, locale, correlationId } = turn;
  const now = deps.clock.now();
  const id = `plan-${turn.id}`;
  turn.live.status(deps.texts.text('progress.title', locale));
  const origin = {
    tenantId: tenant.id,
    personId: person.id,
    sessionId: conversationKey(turn.conversation),
    project: roomOf(turn.conversation),
    correlationId,
    purpose: 'plan',
  };
  const drafted = await deps.planner({ goal, now, locale, origin, key: id, signal: turn.signal });
  const unknown: { number: number; name: string }[] = [];
  const milestones: Plan['milestones'] = [];
  for (const [index, { name, due, owner }] of drafted.milestones.slice(0, 20).entries()) {
    const found = await deps.searchPeople(tenant.id, owner ?? firstWordOf(name));
    if (owner && found.length !== 1) unknown.push({ number: index + 1, name: owner });
    const own = found.length === 1 && found[0] ? found[0] : person;
    milestones.push({
      number: index + 1,
      text: name,
      due: endOfDay(due),
      owner: { id: own.id, name: own.name },
      state: 'open',
    });
  }
  const plan = {
    id,
    title: titleOf(goal),
    goal,
    requesterId: person.id,
    conversation: turn.conversation,
    locale,
    milestones,
    isOpen: true,
    version: 1,
    createdAt: now,
  };
  await deps.plans(tenant.id).create(plan);
  const stored = (await deps.plans(tenant.id).get(id)) ?? { ...plan, tenantId: tenant.id };
  turn.audit({ action: 'plan-make', resource: `plan:${id}`, after: { milestones: milestones.length } });
  turn.reply(planContent(deps.texts, stored, now), { copyKey: planCopyKey(id) });
  const notes = [
    ...(unknown.length > 0
      ? [
          deps.texts.text('plan.owner-unknown', locale, {
            names: deps.texts.list([...new Set(unknown.map(({ name }) => name))], locale),
            number: unknown[0]?.number ?? 1,
          }),
        ]
      : []),
    ...(drafted.isOffline ? [`_${deps.texts.text('plan.adds', locale)}_`] : []),
  ];
  if (notes.length > 0) turn.reply({ text: notes.join('\n\n') });
}

/** "Ana orders the boxes" is Ana's, when there is one person of that name. */
const firstWordOf = (milestone: string): string => /^\p{Lu}[\p{L}'’-]+/u.exec(milestone)?.[0] ?? '-';

/** The goal's first line, cut between words. */
function titleOf(goal: string): string {
  const line = goal.split('\n')[0] ?? goal;
  return line.length <= TITLE_LENGTH ? line : `${line.slice(0, TITLE_LENGTH).replace(/\s+\S*$/, '')} …`;
}

async function change(turn: Turn, deps: Deps, plan: Plan, wanted: PlanChange): Promise<void> {
  const { texts } = deps;
  const result = await apply(turn, deps, plan, wanted);
  if (result === 'no-milestone')
    return say(turn, deps, 'plan.no-milestone', { number: 'number' in wanted ? wanted.number : 0 });
  if (result === 'conflict') return say(turn, deps, 'plan.conflict');
  if (wanted.kind === 'close') return say(turn, deps, 'plan.closed', { title: plan.title });
  const milestone = result.milestones.find(({ number }) => number === wanted.number);
  const what = milestone ? milestoneLine(texts, turn.locale, milestone) : '';
  say(turn, deps, 'plan.changed', { what });
}

/** Makes a change, rewrites the card's copies and audits it. */
async function apply(
  turn: Turn,
  deps: Deps,
  plan: Plan,
  wanted: PlanChange,
): Promise<Plan | 'no-milestone' | 'conflict'> {
  const next = changed(plan, wanted);
  if (!next) return 'no-milestone';
  const stored = await deps.plans(turn.tenant.id).replace(next);
  if (!stored) return 'conflict';
  turn.audit({
    action: 'plan-change',
    resource: `plan:${plan.id}`,
    after: { kind: wanted.kind, ...('number' in wanted ? { milestone: wanted.number } : {}) },
  });
  turn.update(plan.conversation, planCopyKey(plan.id), planContent(deps.texts, stored, deps.clock.now()));
  return stored;
}

async function markDone(turn: Turn, deps: Deps): Promise<boolean> {
  const read = doneSchema.safeParse(turn.activity.action?.data);
  const plan = read.success ? await deps.plans(turn.tenant.id).get(read.data.planId) : undefined;
  const isHere = plan && conversationKey(plan.conversation) === conversationKey(turn.conversation);
  if (!read.success || !isHere) {
    turn.respond({ kind: 'message', text: deps.texts.text('error.not-found', turn.locale) });
    return true;
  }
  const result = await apply(turn, deps, plan, { kind: 'done', number: read.data.milestone });
  if (result === 'conflict' || result === 'no-milestone') {
    const key = result === 'conflict' ? 'plan.conflict' : 'plan.no-milestone';
    const text = deps.texts.text(key, turn.locale, { number: read.data.milestone });
    turn.respond({ kind: 'message', text });
  } else turn.respond({ kind: 'card', content: planContent(deps.texts, result, deps.clock.now()) });
  return true;
}

function say(turn: Turn, { texts }: Deps, key: TextKey, parameters?: TextParameters): void {
  turn.reply(noticeContent(turn.locale, { text: texts.text(key, turn.locale, parameters) }));
}
