import type { Escalation } from '../../core/approvals/escalation.js';
import type { EscalationCards } from '../../core/approvals/escalation-service.js';
import {
  escalationContent,
  escalationStatusContent,
  type CalledNames,
  type EscalationFacts,
} from '../cards/escalation-cards.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Texts } from '../texts.js';

/** How escalations look to those who help and to the person who waits. */
export function createEscalationCards(texts: Texts): EscalationCards {
  return {
    handler: (escalation, reader) => escalationContent(texts, factsOf(escalation), reader),
    person: (escalation, reader) =>
      escalationStatusContent(texts, factsOf(escalation), calledNames(escalation), reader),
    said: ({ person }, text, locale) => ({
      text: texts.text('escalation.wrote', locale, { name: person.name, text }),
    }),
    answer: ({ locale }, { by, text }) => ({
      text: texts.text('escalation.answered', locale, { name: by.name, text }),
    }),
    reminder: (_escalation, locale) =>
      noticeContent(locale, { text: texts.text('escalation.reminder', locale), tone: 'warning' }),
    calledAgain: ({ person }, locale) =>
      noticeContent(locale, {
        text: texts.text('escalation.still-waits', locale, { name: person.name }),
        tone: 'warning',
      }),
    mail: ({ person, reason }, locale) => ({
      subject: texts.text('mail.escalation-subject', locale),
      text: texts.text('mail.escalation-text', locale, {
        name: person.name,
        reason: texts.text(`escalation.reason-${reason}`, locale),
      }),
    }),
  };
}

function calledNames({ handlers, unreached = [] }: Escalation): CalledNames {
  const without = new Set(unreached.map(({ id }) => id));
  const names = (isMailed: boolean): string[] =>
    unreached.filter(({ mailed }) => mailed === isMailed).map(({ name }) => name);
  return {
    inChat: handlers.filter(({ id }) => !without.has(id)).map(({ name }) => name),
    byMail: names(true),
    notAtAll: names(false),
  };
}

function factsOf(escalation: Escalation): EscalationFacts {
  const { reason, state, person, holder, endedBy, createdAt, conversation, steps, answers } = escalation;
  return {
    reason,
    state,
    personName: person.name,
    handlerName: endedBy?.name ?? holder?.name,
    since: createdAt,
    conversation: [...conversation, ...answers.map(({ by, text, at }) => ({ who: by.name, text, at }))],
    steps,
    costMicroUsd: escalation.costMicroUsd,
    canResume: escalation.runId !== undefined,
    reference: { escalationId: escalation.id },
  };
}
