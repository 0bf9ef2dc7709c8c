import { z } from 'zod';
import type { EscalationCommand, EscalationReason, Escalation } from '../../core/approvals/escalation.js';
import type { EscalationReader, EscalationService } from '../../core/approvals/escalation-service.js';
import { mayDo } from '../../core/governance/permissions.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { Turn } from '../../core/kernel/turn.js';
import { articleOffer } from '../articles/article-content.js';
import type { Dialog } from '../dialog.js';
import { recogniseCommand } from '../recognise-command.js';
import { tellClicker } from '../tell-clicker.js';
import type { Texts } from '../texts.js';
import { createEscalationCards } from './escalation-content.js';

/** What was said and done in a conversation so far, for whoever takes it over. */
export interface ConversationState {
  conversation: Escalation['conversation'];
  steps: Escalation['steps'];
  costMicroUsd?: number;
  runId?: string;
}

export interface EscalationDependencies {
  escalations: EscalationService;
  texts: Texts;
  clock: Clock;
  stateOf(turn: Turn): Promise<ConversationState>;
}

const WISH =
  /\b(?:(?:i want|i need|i would like|i'd like|let me|can i|could i|connect me|put me through|talk|speak|transfer)\b.{0,40}\b(?:person|human|agent of yours|colleague|operator|somebody real|someone real)|real (?:person|human))\b|\b(?:ich (?:will|möchte|brauche)|verbinde mich|mit einem)\b.{0,40}\b(?:mensch(?:en)?|person|mitarbeiter(?:in)?|kolleg(?:e|en|in))\b/iu;

/** Spanish, French and Japanese. */
const WISH_ELSEWHERE =
  /(?<![\p{L}])(?:(?:quiero|quisiera|necesito) (?:a )?|(?:hablar|conversar|chatear|comunicarme|contactar) con )(?:una persona|un humano|un ser humano|un agente|alguien)(?![\p{L}])|(?<![\p{L}])(?:je (?:veux|voudrais|souhaite) |j['’]ai besoin d['’]|(?:parler|discuter|échanger) (?:à|avec) )(?:une (?:vraie )?personne|un humain|quelqu['’]un|un conseiller|un collègue)(?![\p{L}])|(?:人|人間|担当者|オペレーター)(?:と話|に代わ|につな|を呼)/iu;

/** True for words that call for a person. */
export const callsForPerson = (text: string): boolean =>
  recogniseCommand(text)?.name === 'person' || WISH.test(text) || WISH_ELSEWHERE.test(text);

const clickSchema = z.object({
  escalationId: z.string().regex(/^[0-9a-z]{10,64}$/),
  text: z.string().trim().max(4_000).optional(),
});

const VERBS: Record<string, 'acknowledge' | 'give-back' | 'answer' | 'resume' | 'end'> = {
  'escalation.ack': 'acknowledge',
  'escalation.unack': 'give-back',
  'escalation.answer': 'answer',
  'escalation.resume': 'resume',
  'escalation.end': 'end',
};

/** "I want a person", and the clicks of those who were called. */
export function escalationDialog(deps: EscalationDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed, action, text } = turn.activity;
    // `ask.person` is the button under an answer that was not enough.
    if (kind === 'card-action' && action && Object.hasOwn(VERBS, action.verb)) return answerClick(turn, deps);
    const isWish =
      (kind === 'card-action' && action?.verb === 'ask.person') ||
      (kind === 'message' && addressed && callsForPerson(text));
    if (!isWish) return false;
    // People of other companies and guests may ask the documents, and nobody.
    if (!mayDo(turn.person, 'escalation:open')) {
      tellClicker(turn, deps.texts.text('error.not-permitted', turn.locale));
      return true;
    }
    await callPerson(turn, deps, 'wish');
    return true;
  };
}

/** Opens an escalation for this turn's conversation, for whatever reason; the card for the person is posted with it. */
export async function callPerson(
  turn: Turn,
  { escalations, stateOf, texts, clock }: EscalationDependencies,
  reason: EscalationReason,
): Promise<void> {
  const { tenant, person, conversation, locale, correlationId } = turn;
  const { escalation, isNew } = await escalations.open({
    tenantId: tenant.id,
    openKey: `turn:${turn.id}`,
    reason,
    person: { id: person.id, name: person.name },
    origin: conversation,
    locale,
    correlationId,
    ...(await stateOf(turn)),
  });
  // Under each further answer of low confidence the same card would only be noise.
  if (!isNew && reason !== 'confidence')
    turn.reply(createEscalationCards(texts).person(escalation, { locale, now: clock.now() }));
  if (turn.activity.expectsResponse) turn.respond({ kind: 'none' });
}

/** What the person asked last before somebody was called; undefined when they only called. */
export const questionOf = ({
  person,
  conversation,
}: Pick<Escalation, 'person' | 'conversation'>): string | undefined =>
  conversation.findLast(({ who, text }) => who === person.name && !callsForPerson(text))?.text;

/** An answer to a question that the documents leave open is wanted by others as well; to one of trouble it is not. */
const isForColleagues = (escalation: Escalation): boolean =>
  ['wish', 'confidence'].includes(escalation.reason) &&
  escalation.answers.length === 1 &&
  questionOf(escalation) !== undefined;

const readerOf = ({ locale, person }: Turn, clock: Clock): EscalationReader => ({
  locale,
  now: clock.now(),
  timeZone: person.timeZone,
});

async function answerClick(turn: Turn, deps: EscalationDependencies): Promise<boolean> {
  const { action, expectsResponse } = turn.activity;
  const { texts, clock, escalations } = deps;
  const { locale } = turn;
  const say = (text: string): void => tellClicker(turn, text);
  const click = clickSchema.safeParse(action?.data);
  const kind = VERBS[action?.verb ?? ''];
  if (!click.success || !kind) {
    say(texts.text('error.not-found', locale));
    return true;
  }
  const { escalationId, text = '' } = click.data;
  if (kind === 'answer' && text === '') {
    turn.respond({ kind: 'field-errors', errors: { text: texts.text('escalation.answer-error', locale) } });
    return true;
  }
  const by = { id: turn.person.id, name: turn.person.name };
  const command: Extract<EscalationCommand, { by: unknown }> =
    kind === 'answer' ? { kind, by, text } : { kind, by };
  const result = await escalations.apply(turn.tenant.id, escalationId, command);
  if (!result.ok) {
    turn.audit({
      action: 'escalation-refuse',
      resource: `escalation:${escalationId}`,
      after: { refusal: result.refusal },
    });
    const isHandler = result.escalation?.handlers.some(({ id }) => id === by.id) ?? false;
    if (!result.escalation || !isHandler) say(texts.text('approval.not-yours', locale));
    else if (expectsResponse)
      turn.respond({
        kind: 'card',
        content: createEscalationCards(texts).handler(result.escalation, readerOf(turn, clock)),
        copyVersion: result.escalation.version,
      });
    return true;
  }
  if (expectsResponse) {
    const content = createEscalationCards(texts).handler(result.escalation, readerOf(turn, clock));
    turn.respond({ kind: 'card', content, copyVersion: result.escalation.version });
  }
  if (kind === 'answer' && isForColleagues(result.escalation))
    turn.reply(articleOffer(texts, locale, { step: 'answer', escalationId }));
  return true;
}
