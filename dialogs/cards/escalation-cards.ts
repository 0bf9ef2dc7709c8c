import type { EscalationReader } from '../../core/approvals/escalation-service.js';
import { cardContent, type CardInput } from '../../cards/data.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Texts } from '../texts.js';

export type EscalationState = 'open' | 'acknowledged' | 'answered' | 'resumed' | 'ended';

/** A conversation that was handed to a person, as its cards show it. */
export interface EscalationFacts {
  reason: 'wish' | 'failures' | 'confidence' | 'policy' | 'budget' | 'rule';
  state: EscalationState;
  /** Who talks to Steward. */
  personName: string;
  /** Who took it, or decided last. */
  handlerName?: string;
  since: Date;
  /** The latest lines, oldest first. */
  conversation: { who: string; text: string; at: Date }[];
  steps: { text: string; state: 'done' | 'active' | 'waiting' | 'failed' | 'skipped'; detail?: string }[];
  costMicroUsd?: number;
  /** A run that waits and can go on. */
  canResume: boolean;
  reference: JsonObject;
}

/** Who reads, and when. */
export type Reader = EscalationReader;

const TONE: Record<EscalationState, CardInput<'escalation'>['badge']['tone']> = {
  open: 'attention',
  acknowledged: 'accent',
  answered: 'good',
  resumed: 'default',
  ended: 'default',
};

/** The card for the person who takes over: what happened so far, and what can be done about it. */
export function escalationContent(texts: Texts, facts: EscalationFacts, reader: Reader): OutboundContent {
  const { locale } = reader;
  const say = (key: Parameters<Texts['text']>[0]): string => texts.text(key, locale);
  const isOpen = facts.state !== 'ended' && facts.state !== 'resumed';
  const title = say('escalation.title');
  const reason = say(`escalation.reason-${facts.reason}`);
  return {
    text: `**${title}** (${facts.personName}): ${reason}`,
    card: cardContent('escalation', {
      locale,
      title,
      badge: stateBadge(texts, facts, locale),
      reason,
      facts: [
        { title: say('escalation.person'), value: facts.personName },
        {
          title: say('escalation.since'),
          value: texts.moment(facts.since, reader.now, locale, reader.timeZone),
        },
        ...(facts.costMicroUsd === undefined
          ? []
          : [{ title: say('escalation.cost'), value: texts.money(facts.costMicroUsd, locale) }]),
      ],
      conversationTitle: say('escalation.conversation'),
      conversation: lines(texts, facts, reader),
      stepsTitle: say('escalation.steps'),
      steps: facts.steps.slice(-30),
      ...(facts.state === 'open' && { acknowledge: say('escalation.ack') }),
      ...(facts.state === 'acknowledged' && { unacknowledge: say('escalation.unack') }),
      ...(isOpen && {
        answer: {
          title: say('escalation.answer'),
          label: say('escalation.answer-label'),
          error: say('escalation.answer-error'),
          send: say('answer.send'),
        },
        end: say('escalation.end'),
      }),
      ...(isOpen && facts.canResume && { resume: say('escalation.resume') }),
      reference: facts.reference,
    }),
  };
}

/** The card for the person who waits. */
export function escalationStatusContent(
  texts: Texts,
  facts: EscalationFacts,
  called: CalledNames,
  { locale }: Reader,
): OutboundContent {
  const told = calledInWords(texts, called, locale);
  const why = texts.text(
    facts.reason === 'wish' ? 'escalation.your-wish' : `escalation.reason-${facts.reason}`,
    locale,
  );
  // Who did not ask for a person wants to know why one comes.
  const text = facts.reason === 'wish' ? told : `${why} ${told}`;
  const badge = stateBadge(texts, facts, locale);
  return {
    text,
    card: cardContent('escalation-status', {
      locale,
      title: why,
      badge,
      text: facts.state === 'open' || facts.state === 'acknowledged' ? told : badge.text,
    }),
  };
}

/** By how they got to know. */
export interface CalledNames {
  inChat: string[];
  byMail: string[];
  notAtAll: string[];
}

function calledInWords(texts: Texts, { inChat, byMail, notAtAll }: CalledNames, locale: string): string {
  const say = (key: Parameters<Texts['text']>[0], names: string[]): string[] =>
    names.length === 0 ? [] : [texts.text(key, locale, texts.people(names, locale))];
  const isAnybodyTold = inChat.length + byMail.length > 0;
  if (!isAnybodyTold && notAtAll.length === 0) return texts.text('escalation.nobody', locale);
  return [
    ...say('escalation.opened', inChat),
    ...say('escalation.unreached-mailed', byMail),
    ...say(isAnybodyTold ? 'escalation.unreached-not' : 'escalation.nobody-reached', notAtAll),
  ].join(' ');
}

function stateBadge(texts: Texts, facts: EscalationFacts, locale: string): CardInput<'escalation'>['badge'] {
  const name = facts.handlerName ?? texts.text('value.none', locale);
  return { text: texts.text(`escalation.state-${facts.state}`, locale, { name }), tone: TONE[facts.state] };
}

function lines(
  texts: Texts,
  { conversation }: EscalationFacts,
  reader: Reader,
): CardInput<'escalation'>['conversation'] {
  return conversation.slice(-20).map(({ who, text, at }) => ({
    who,
    text,
    at: texts.moment(at, reader.now, reader.locale, reader.timeZone),
  }));
}
