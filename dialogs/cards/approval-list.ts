import { cardContent, type CardInput } from '../../cards/data.js';
import type { ApprovalView } from '../../core/approvals/approval-cards.js';
import type { Approval } from '../../core/approvals/approval.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Texts } from '../texts.js';
import { riskBadge, stateBadge } from './approval-words.js';

const MOST_ITEMS = 15;

/** What waits for a person (`waiting`), or what a person asked for (`my-requests`). */
export function listContent(
  texts: Texts,
  kind: 'waiting' | 'my-requests',
  approvals: Approval[],
  { locale, now, timeZone }: Pick<ApprovalView, 'locale' | 'now' | 'timeZone'>,
): OutboundContent {
  const part = kind === 'waiting' ? 'waiting' : 'requests';
  const title = texts.text(`${part}.title`, locale);
  const empty = texts.text(`${part}.empty`, locale);
  const shown = approvals.slice(0, MOST_ITEMS);
  const items = shown.map((approval): CardInput<'waiting'>['items'][number] => ({
    title: texts.tools.summary(approval, locale, timeZone),
    meta: `${kind === 'waiting' ? approval.requester.name : deciders(texts, approval, locale)} · ${texts.moment(approval.decision?.at ?? approval.expiresAt, now, locale, timeZone)}`,
    badge: kind === 'waiting' ? riskBadge(texts, approval, locale) : stateBadge(texts, approval, locale),
    actions: actionsFor(texts, kind, approval, locale),
    reference: { approvalId: approval.id },
  }));
  const hidden = approvals.length - shown.length;
  return {
    text:
      approvals.length === 0
        ? `**${title}.** ${empty}`
        : [`**${title}**`, ...items.map((item) => `- ${item.title} (${item.badge.text})`)].join('\n'),
    card: cardContent(kind, {
      locale,
      title,
      empty,
      items,
      ...(hidden > 0 && { more: texts.text('list.more', locale, { count: hidden }) }),
    }),
  };
}

/** Who decided, or may decide. */
function deciders(texts: Texts, { approvers, decision }: Approval, locale: string): string {
  if (decision) return decision.by.kind === 'person' ? decision.by.name : 'Steward';
  return texts.list(
    approvers.map(({ name }) => name),
    locale,
  );
}

function actionsFor(
  texts: Texts,
  kind: 'waiting' | 'my-requests',
  { state }: Approval,
  locale: string,
): CardInput<'waiting'>['items'][number]['actions'] {
  if (kind === 'waiting') return [{ title: texts.text('waiting.open', locale), verb: 'approval.refresh' }];
  return state === 'pending'
    ? [{ title: texts.text('approval.cancel', locale), verb: 'approval.cancel', style: 'destructive' }]
    : [];
}
