import { cardContent, type CardInput } from '../../cards/data.js';
import type { ApprovalCards, ApprovalView } from '../../core/approvals/approval-cards.js';
import type { Approval } from '../../core/approvals/approval.js';
import { countingVotes } from '../../core/approvals/rules.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { CardContent, OutboundContent } from '../../core/kernel/outbound-message.js';
import { COMMANDS, languageOf } from '../../manifest/commands.js';
import type { Texts } from '../texts.js';
import { approvalWords, handOverAsked, type ApprovalWords } from './approval-words.js';
import { listContent } from './approval-list.js';
import { noticeContent } from './plain-cards.js';

/** How approvals look in every state: to decide, waiting, decided, done. */
export function createApprovalCards(texts: Texts): ApprovalCards {
  return {
    card: (approval, view) => approvalContent(texts, approval, view),
    reminder: (approval, { locale, timeZone }) =>
      noticeContent(locale, {
        text: texts.text('approval.reminder', locale, {
          title: texts.tools.summary(approval, locale, timeZone),
        }),
        tone: 'accent',
      }),
    handedOver: (approval, { locale, timeZone }) =>
      noticeContent(locale, {
        text: texts.text('approval.look', locale, {
          title: texts.tools.summary(approval, locale, timeZone),
          name: approval.requester.name,
        }),
        tone: 'warning',
      }),
    handOverAnswered: (approval, name, accepted, locale) =>
      noticeContent(locale, {
        text: texts.text(accepted ? 'approval.hand-over-accepted' : 'approval.hand-over-declined', locale, {
          name,
          title: texts.tools.summary(approval, locale),
        }),
        tone: accepted ? 'good' : 'warning',
      }),
    mail: ({ tool, requester, expiresAt }, { locale, timeZone }) => {
      const title = texts.tools.title(tool, locale);
      return {
        subject: texts.text('mail.approval-subject', locale, { title }),
        text: texts.text('mail.approval-text', locale, {
          name: requester.name,
          title,
          command: COMMANDS.find(({ name }) => name === 'waiting')?.title[languageOf(locale)] ?? '',
          time: texts.dateTime(expiresAt, locale, timeZone),
        }),
      };
    },
    digest: (approvals, view) => listContent(texts, 'waiting', approvals, view),
  };
}

/** The card for an approval's present state and one kind of reader. */
export function approvalContent(texts: Texts, approval: Approval, view: ApprovalView): OutboundContent {
  const words = approvalWords(texts, approval, view);
  const card = cardFor(texts, approval, view, words);
  return { text: `**${words.title}** (${words.badge.text}): ${words.shared.what}`, card };
}

function cardFor(texts: Texts, approval: Approval, view: ApprovalView, words: ApprovalWords): CardContent {
  const { locale, token } = view;
  if (approval.state === 'pending') {
    return token === undefined
      ? cardContent('approval-status', statusData(texts, approval, view, words))
      : cardContent('approval-request', requestData(texts, approval, locale, words));
  }
  const outcome = approval.execution?.outcome;
  if (outcome && (approval.state === 'done' || approval.state === 'failed')) {
    const canUndo = outcome.kind === 'done' && approval.tool.undoable;
    return cardContent('approval-result', {
      ...words.shared,
      resultTitle: texts.text('approval.result', locale),
      result:
        outcome.kind === 'done'
          ? texts.tools.result(approval, outcome, locale, view.timeZone)
          : [texts.tools.sentence(outcome.reason, locale), ...lookers(texts, approval, locale)].join(' '),
      ...(outcome.kind === 'done' &&
        isWebAddress(outcome.link) && {
          link: { title: texts.text('waiting.open', locale), url: outcome.link },
        }),
      actions: canUndo ? [{ title: texts.text('approval.undo', locale), verb: 'approval.undo' }] : [],
    });
  }
  return cardContent('approval-decided', decidedData(texts, approval, view, words));
}

/** Who looks after what may have happened: those who approved it. */
function lookers(texts: Texts, approval: Approval, locale: string): string[] {
  if (approval.execution?.outcome?.kind !== 'unknown') return [];
  const names = countingVotes(approval).map(({ by }) => by.name);
  return names.length > 0 ? [texts.text('approval.looked-after', locale, texts.people(names, locale))] : [];
}

function requestData(
  texts: Texts,
  approval: Approval,
  locale: string,
  { shared }: ApprovalWords,
): CardInput<'approval-request'> {
  const say = (key: Parameters<Texts['text']>[0]): string => texts.text(key, locale);
  return {
    ...shared,
    ...(approval.untrusted && { warning: say('approval.untrusted') }),
    approve: say('approval.approve'),
    ...(approval.rule.stepUp && {
      code: {
        title: say('approval.approve'),
        label: say('approval.code'),
        error: say('approval.code-error'),
        send: say('approval.approve'),
      },
    }),
    reject: {
      title: say('approval.reject'),
      label: say('approval.reject-reason'),
      error: say('approval.reject-reason-error'),
      send: say('approval.reject-send'),
    },
    ...(Object.keys(approval.parameters).length > 0 && { edit: say('approval.edit') }),
    delegate: {
      title: say('approval.delegate'),
      label: say('approval.delegate-to'),
      error: say('approval.delegate-to'),
      send: say('approval.delegate'),
    },
    info: {
      title: say('approval.info'),
      label: say('approval.info-question'),
      error: say('approval.info-question'),
      send: say('approval.info'),
    },
  };
}

function statusData(
  texts: Texts,
  approval: Approval,
  { audience, personId, locale }: ApprovalView,
  { shared, deciders }: ApprovalWords,
): CardInput<'approval-status'> {
  const isAsked = handOverAsked(approval, personId) !== undefined;
  return {
    ...shared,
    decidersTitle: texts.text('approval.deciders', locale),
    deciders,
    actions:
      audience === 'requester'
        ? [{ title: texts.text('approval.cancel', locale), verb: 'approval.cancel', style: 'destructive' }]
        : isAsked
          ? [
              { title: texts.text('approval.take', locale), verb: 'approval.take', style: 'positive' },
              { title: texts.text('approval.decline', locale), verb: 'approval.decline' },
            ]
          : [],
  };
}

function decidedData(
  texts: Texts,
  approval: Approval,
  { locale, now, timeZone }: ApprovalView,
  { shared }: ApprovalWords,
): CardInput<'approval-decided'> {
  const startsAt = approval.state === 'approved' ? approval.executeAt : undefined;
  const text =
    approval.state === 'expired'
      ? texts.text('approval.expired-text', locale)
      : approval.putOff
        ? texts.text('approval.policy-silent', locale, {
            time: texts.moment(approval.putOff.giveUpAt, now, locale, timeZone),
          })
        : startsAt && startsAt > now
          ? texts.text('approval.cancel-until', locale, {
              time: texts.moment(startsAt, now, locale, timeZone),
            })
          : undefined;
  return {
    ...shared,
    text,
    actions:
      startsAt && (approval.putOff || startsAt > now)
        ? [
            {
              title: texts.text('approval.cancel-run', locale),
              verb: 'approval.cancel',
              style: 'destructive',
            },
          ]
        : [],
  };
}

/** The parameters as inputs, for the approver who wants to change them first. */
export function approvalEditContent(
  texts: Texts,
  approval: Approval,
  view: ApprovalView,
  edited: { values?: JsonObject; errors?: Record<string, string> } = {},
): OutboundContent {
  const { locale, token, timeZone } = view;
  const title = texts.text('approval.edit-title', locale);
  const what = texts.tools.summary(approval, locale, timeZone);
  return {
    text: `**${title}**: ${what}`,
    card: cardContent('approval-edit', {
      locale,
      title,
      text: edited.errors ? texts.text('form.fix', locale) : texts.text('approval.edit-text', locale),
      what,
      schema: texts.tools.schema(approval.schema, locale),
      values: { ...approval.parameters, ...edited.values },
      errors: edited.errors,
      labels: {
        required: texts.text('form.required', locale, { field: '{field}' }),
        invalid: texts.text('form.pattern', locale, { field: '{field}' }),
      },
      ...(approval.rule.stepUp && {
        code: {
          label: texts.text('approval.code', locale),
          error: texts.text('approval.code-error', locale),
        },
      }),
      save: texts.text('approval.save', locale),
      back: texts.text('approval.back', locale),
      reference: { approvalId: approval.id, ...(token !== undefined && { token }) },
    }),
  };
}

function isWebAddress(url: string | undefined): url is string {
  return url !== undefined && URL.canParse(url) && /^https?:/.test(url);
}
