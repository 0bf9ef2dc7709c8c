import type { Escalation } from '../../core/approvals/escalation.js';
import type { EscalationCards } from '../../core/approvals/escalation-service.js';
import {
  escalationContent,
  escalationStatusContent,
  type EscalationFacts,
} from '../cards/escalation-cards.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Texts } from '../texts.js';

/** How escalations look to those who help and to the person who waits. */
export function createEscalationCards(texts: Texts, timeZone?: string): EscalationCards {
  return {
    handler: (escalation, locale, now) =>
      escalationContent(texts, factsOf(escalation), { locale, now, timeZone }),
    person: (escalation, locale, now) =>
      escalationStatusContent(
        texts,
        factsOf(escalation),
        escalation.handlers.map(({ name }) => name),
        { locale, now, timeZone },
      ),
    answer: ({ locale }, { by, text }) => ({
      text: texts.text('escalation.answered', locale, { name: by.name, text }),
    }),
    reminder: (_escalation, locale) =>
      noticeContent(locale, { text: texts.text('escalation.reminder', locale), tone: 'warning' }),
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
