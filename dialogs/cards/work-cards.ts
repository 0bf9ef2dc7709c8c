import { cardContent, type CardInput } from '../../cards/data.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Texts } from '../texts.js';
import type { Reader } from './escalation-cards.js';

type StepState = 'done' | 'active' | 'waiting' | 'failed' | 'skipped';

export interface TraceStep {
  text: string;
  detail: string;
  state: StepState;
  durationMs?: number;
  costMicroUsd?: number;
}

/** "How I got here": each step opens on a click and says what it took. */
export function traceContent(texts: Texts, locale: string, steps: TraceStep[]): OutboundContent {
  const title = texts.text('trace.title', locale);
  const sum = (pick: (step: TraceStep) => number | undefined): number =>
    steps.reduce((total, step) => total + (pick(step) ?? 0), 0);
  const total =
    steps.length === 0
      ? texts.text('trace.empty', locale)
      : texts.text('trace.total', locale, {
          count: steps.length,
          duration: texts.duration(
            sum(({ durationMs }) => durationMs),
            locale,
          ),
          cost: texts.money(
            sum(({ costMicroUsd }) => costMicroUsd),
            locale,
          ),
        });
  return {
    text: [`**${title}** (${total})`, ...steps.map(({ text }) => `- ${text}`)].join('\n'),
    card: cardContent('trace', {
      locale,
      title,
      total,
      steps: steps.slice(-60).map(({ text, detail, state, durationMs, costMicroUsd }) => ({
        text,
        detail,
        state,
        meta: [
          durationMs === undefined ? undefined : texts.duration(durationMs, locale),
          costMicroUsd ? texts.money(costMicroUsd, locale) : undefined,
        ]
          .filter((part) => part !== undefined)
          .join(' · '),
      })),
    }),
  };
}

export interface Milestone {
  text: string;
  state: StepState;
  due?: Date;
  owner?: string;
  items?: { text: string; state: StepState; detail?: string }[];
}

/** A plan with its milestones; what is late says since when. */
export function milestonePlanContent(
  texts: Texts,
  title: string,
  milestones: Milestone[],
  { locale, now, timeZone }: Reader,
  choice?: { milestones: { id: string; text: string }[]; reference: JsonObject },
): OutboundContent {
  const done = milestones.filter(({ state }) => state === 'done').length;
  const progress = texts.text('plan.progress', locale, { done, total: milestones.length });
  const lines = milestones.map(({ text, due, owner, state }) => {
    const more = [due && texts.date(due, locale, timeZone), owner].filter(Boolean).join(', ');
    const mark = state === 'done' ? '✓ ' : '';
    return `- ${mark}${text}${more ? ` (${more})` : ''}`;
  });
  return {
    text: [`**${title}** (${progress})`, ...lines].join('\n'),
    card: cardContent('milestone-plan', {
      locale,
      title,
      progress,
      share: milestones.length === 0 ? 0 : done / milestones.length,
      milestones: milestones.slice(0, 20).map(({ text, state, due, owner, items = [] }) => {
        const isLate = due !== undefined && due < now && state !== 'done' && state !== 'skipped';
        const date = due && texts.date(due, locale, timeZone);
        return {
          text,
          state,
          owner,
          isLate,
          items: items.slice(0, 20),
          due: date && texts.text(isLate ? 'plan.late' : 'plan.due', locale, { date }),
        };
      }),
      ...(choice && choice.milestones.length > 0
        ? {
            done: {
              label: texts.text('plan.which-done', locale),
              button: texts.text('plan.mark-done', locale),
              milestones: choice.milestones.slice(0, 20),
              reference: choice.reference,
            },
          }
        : {}),
    }),
  };
}

export interface Budget {
  /** Whose budget: a team, an agent, a person. */
  scope: string;
  usedMicroUsd: number;
  limitMicroUsd: number;
  /** When the budget starts afresh. */
  until: Date;
}

/** Warns that a budget runs low, or says that it is used up. */
export function budgetContent(texts: Texts, budget: Budget, { locale, timeZone }: Reader): OutboundContent {
  const share = budget.limitMicroUsd === 0 ? 1 : budget.usedMicroUsd / budget.limitMicroUsd;
  const isStopped = share >= 1;
  const until = texts.date(budget.until, locale, timeZone);
  const title = texts.text(isStopped ? 'budget.title-stopped' : 'budget.title', locale);
  const text = isStopped
    ? texts.text('budget.text-stopped', locale, { scope: budget.scope, until })
    : texts.text('budget.text', locale, { scope: budget.scope, percent: texts.percent(share, locale) });
  return {
    text: `**${title}.** ${text}`,
    card: cardContent('budget-warning', {
      locale,
      title,
      text,
      tone: isStopped ? 'attention' : 'warning',
      share,
      facts: [
        { title: texts.text('budget.used', locale), value: texts.money(budget.usedMicroUsd, locale) },
        { title: texts.text('budget.limit', locale), value: texts.money(budget.limitMicroUsd, locale) },
        { title: texts.text('budget.until', locale), value: until },
      ],
    }),
  };
}

export interface Digest {
  waiting: { text: string; meta?: string }[];
  requests: { text: string; meta?: string }[];
  gaps: { text: string; meta?: string }[];
}

/** What waits, what was asked for and what could not be answered, in one card. */
export function digestContent(
  texts: Texts,
  digest: Digest,
  { locale, now, timeZone }: Reader,
): OutboundContent {
  const title = texts.text('digest.title', locale);
  const sections = (['waiting', 'requests', 'gaps'] as const).map(
    (name): CardInput<'digest'>['sections'][number] => ({
      title: texts.text(`digest.${name}`, locale),
      items: digest[name].slice(0, 15),
    }),
  );
  const filled = sections.filter(({ items }) => items.length > 0);
  const empty = texts.text('digest.empty', locale);
  return {
    text: [
      `**${title}**`,
      ...(filled.length === 0
        ? [empty]
        : filled.map((section) => `- ${section.title}: ${section.items.length}`)),
    ].join('\n'),
    card: cardContent('digest', { locale, title, date: texts.date(now, locale, timeZone), sections, empty }),
  };
}

export interface AgentTeam {
  id: string;
  name: string;
  description: string;
  isRecommended?: boolean;
}

/** Lets a person pick a team of agents and say what it should do. */
export function teamPickerContent(
  texts: Texts,
  locale: string,
  teams: AgentTeam[],
  reference: JsonObject,
): OutboundContent {
  const title = texts.text('team.title', locale);
  const recommended = texts.text('team.recommended', locale);
  return {
    text: [`**${title}**`, ...teams.map(({ name, description }) => `- ${name}: ${description}`)].join('\n'),
    card: cardContent('team-picker', {
      locale,
      title,
      text: texts.text('team.text', locale),
      teams: teams.slice(0, 40).map(({ id, name, description, isRecommended }) => ({
        id,
        name: isRecommended ? `${name} (${recommended})` : name,
        description,
      })),
      chosen: teams.find(({ isRecommended }) => isRecommended)?.id,
      teamLabel: title,
      goal: { label: texts.text('team.goal', locale), error: texts.text('team.goal-error', locale) },
      start: texts.text('team.start', locale),
      reference,
    }),
  };
}
