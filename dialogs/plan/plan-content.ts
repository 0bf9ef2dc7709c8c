import type { Milestone, Plan } from '../../core/agents/plan/plan.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { milestonePlanContent } from '../cards/work-cards.js';
import type { Texts } from '../texts.js';

const STATES = { open: 'waiting', done: 'done', dropped: 'skipped' } as const;

/** Names the copies of a plan's card, so that each change rewrites them. */
export const planCopyKey = (planId: string): string => `plan:${planId}`;

/** A plan as its live card shows it: what is next, who has it, what is late. */
export function planContent(texts: Texts, plan: Plan, now: Date): OutboundContent {
  const open = plan.milestones.filter(({ state }) => state === 'open');
  const label = ({ number, text }: Milestone): string => `${number}. ${text}`;
  return milestonePlanContent(
    texts,
    plan.title,
    plan.milestones.map((milestone) => ({
      text: label(milestone),
      state: milestone === open[0] ? 'active' : STATES[milestone.state],
      due: milestone.due,
      owner: milestone.owner?.name,
    })),
    { locale: plan.locale, now },
    plan.isOpen
      ? {
          milestones: open.map((milestone) => ({ id: String(milestone.number), text: label(milestone) })),
          reference: { planId: plan.id },
        }
      : undefined,
  );
}

/** One line about a milestone as it stands. */
export function milestoneLine(texts: Texts, locale: string, milestone: Milestone): string {
  const { number, text, state, due, owner } = milestone;
  return texts.text(`plan.state-${state}`, locale, {
    number,
    text,
    date: texts.date(due, locale),
    owner: owner?.name ?? texts.text('plan.nobody', locale),
  });
}

/** Says that a milestone is late. */
export function lateContent(
  texts: Texts,
  { title, locale }: Plan,
  { text, due, owner }: Milestone,
): OutboundContent {
  return {
    text: texts.text('plan.is-late', locale, {
      text,
      title,
      date: texts.date(due, locale),
      owner: owner?.name ?? texts.text('plan.nobody', locale),
    }),
  };
}
