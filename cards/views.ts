import type { z } from 'zod';
import type { CardElement } from './adaptive-card.js';
import type { CardHost } from './bind.js';
import type { CardData, CardName } from './data.js';
import type { tablePart, chartPart, timelinePart } from './data/answers.js';
import type { badge } from './data/approvals.js';
import type { stepState, tone } from './data/fields.js';
import type { JsonObject } from '../core/kernel/json.js';
import { chartPartElements } from './elements/chart.js';
import { inputsFromSchema } from './elements/inputs.js';
import { tableElement, tablePartElements } from './elements/table.js';
import { textElements } from './elements/text.js';
import { timelinePartElements } from './elements/timeline.js';

type Part = z.output<typeof tablePart> | z.output<typeof chartPart> | z.output<typeof timelinePart>;
type Tone = z.output<typeof tone>;
type StepState = z.output<typeof stepState>;
type Badge = z.output<typeof badge>;
type Changes = CardData<'approval-decided'>['changes'];

/** What a template needs beside its data: elements made by code, colours, symbols. */
type View<Name extends CardName> = (data: CardData<Name>, host: CardHost) => object;

const STEP_LOOK: Record<StepState, { icon: string; color: Tone }> = {
  done: { icon: '✓', color: 'good' },
  active: { icon: '●', color: 'accent' },
  waiting: { icon: '○', color: 'default' },
  failed: { icon: '✕', color: 'attention' },
  skipped: { icon: '–', color: 'default' },
};

const BADGE_STYLE: Record<Tone, string> = {
  default: 'Default',
  accent: 'Accent',
  good: 'Good',
  warning: 'Warning',
  attention: 'Attention',
};

const withLook = <Step extends { state: StepState }>(step: Step): Step & { icon: string; color: Tone } => ({
  ...step,
  ...STEP_LOOK[step.state],
});

const withStyle = (badge: Badge): Badge & { style: string } => ({ ...badge, style: BADGE_STYLE[badge.tone] });

const withData = <Button>(buttons: Button[], data: JsonObject): (Button & { data: JsonObject })[] =>
  buttons.map((button) => ({ ...button, data }));

function partElements(part: Part): CardElement[] {
  if (part.kind === 'table') return tablePartElements(part);
  return part.kind === 'chart' ? chartPartElements(part) : timelinePartElements(part);
}

function changesTable(changes: Changes): CardElement[] {
  if (!changes) return [];
  const { parameter, before, after, rows } = changes;
  return [
    tableElement(
      [parameter, before, after],
      rows.map((row) => [row.name, row.before, `**${row.after}**`]),
    ),
  ];
}

/** A bar of ten pieces and the same as numbers, for clients with and without a progress bar. */
function progressBar(share: number, barTone: Tone): object {
  const tenths = Math.min(10, Math.round(share * 10));
  return {
    percent: Math.min(100, Math.round(share * 100)),
    bar: '▰'.repeat(tenths) + '▱'.repeat(10 - tenths),
    barTone,
    barColor: BADGE_STYLE[barTone],
  };
}

const approvalView = (data: CardData<'approval-decided'>): object => ({
  badge: withStyle(data.badge),
  changesTable: changesTable(data.changes),
  buttons: withData(data.actions, data.reference),
});

const listView = ({ items }: CardData<'waiting'>): object => ({
  items: items.map((item) => ({
    ...item,
    badge: withStyle(item.badge),
    buttons: withData(item.actions, item.reference),
  })),
});

/** A template without an entry is bound to its data as it is. */
export const VIEWS: { [Name in CardName]?: View<Name> } = {
  answer: ({ text, parts }, { textShownAbove }) => ({
    textElements: textShownAbove ? [] : textElements(text),
    partElements: parts.flatMap(partElements),
  }),
  'no-answer': ({ text }) => ({ textElements: textElements(text) }),
  notice: ({ text }) => ({ textElements: textElements(text) }),
  form: ({ schema, values, errors, labels }) => ({
    inputs: inputsFromSchema(schema, values ?? {}, errors ?? {}, labels),
  }),
  progress: ({ steps }) => ({ steps: steps.map(withLook) }),
  table: (part) => ({ elements: tablePartElements({ ...part, title: undefined }) }),
  chart: (part) => ({ elements: chartPartElements(part).slice(1) }),
  timeline: (part) => ({ elements: timelinePartElements({ ...part, title: undefined }) }),
  'approval-request': ({ badge, changes }) => ({
    badge: withStyle(badge),
    changesTable: changesTable(changes),
  }),
  'approval-edit': ({ schema, values, errors, labels }) => ({
    inputs: inputsFromSchema(schema, values, errors ?? {}, labels),
  }),
  'approval-status': (data) => ({ ...approvalView(data), deciders: data.deciders.map(withLook) }),
  'approval-decided': approvalView,
  'approval-result': approvalView,
  waiting: listView,
  'my-requests': listView,
  escalation: ({ badge, steps }) => ({ badge: withStyle(badge), steps: steps.map(withLook) }),
  'escalation-status': ({ badge }) => ({ badge: withStyle(badge) }),
  trace: ({ steps }) => ({ steps: steps.map(withLook) }),
  'milestone-plan': ({ share, milestones, done }) => ({
    ...progressBar(share, 'accent'),
    openMilestones: done?.milestones ?? [],
    chosenMilestone: done?.milestones[0]?.id ?? '',
    milestones: milestones.map((milestone) => ({
      ...withLook(milestone),
      dueTone: milestone.isLate ? 'attention' : 'default',
      items: milestone.items.map(withLook),
    })),
  }),
  'budget-warning': ({ share, tone }) => progressBar(share, tone),
  digest: ({ sections }) => ({ isEmpty: sections.every(({ items }) => items.length === 0) }),
  'team-picker': ({ teams, chosen }) => ({ chosenTeam: chosen ?? teams[0]?.id ?? '' }),
};
