import type { MailContent } from './approval-cards.js';
import type { Directory } from '../governance/identity/directory.js';
import type { Reach, Unreached } from '../governance/identity/reach.js';
import type { AuditEvent } from '../kernel/audit-event.js';
import type { Clock } from '../kernel/clock.js';
import { conversationKey, type ConversationReference } from '../kernel/conversation-reference.js';
import { effectId, type Effect, type NotificationOrder } from '../kernel/effect.js';
import { Unavailable } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import type { Logger } from '../kernel/logger.js';
import type { OutboundContent, OutboundMessage } from '../kernel/outbound-message.js';
import type { Actor } from '../kernel/person.js';
import type { Metrics } from '../kernel/telemetry.js';
import type { PersonName } from './approval.js';
import {
  escalate,
  isTalking,
  MOST_LINES,
  nextCall,
  nextStep,
  type ChainStep,
  type Escalation,
  type EscalationChain,
  type EscalationCommand,
  type EscalationReason,
  type EscalationRefusal,
} from './escalation.js';

/** Escalations of one tenant. Implemented by `storage/mongo/escalation-repository.ts`. */
export interface EscalationRepository {
  /** The same key opens one escalation; the one that stands under it comes back. */
  insert(escalation: Escalation, openKey: string, effect: Effect): Promise<Escalation>;
  get(id: string): Promise<Escalation | undefined>;
  /** Conditional on the version. @returns false when somebody else was first. */
  replace(previous: Escalation, next: Escalation, effect: Effect): Promise<boolean>;
  /** The one of a conversation that is not over. */
  openIn(conversation: string): Promise<Escalation | undefined>;
  /** Those not over that a person was called to. */
  calledTo(personId: string): Promise<Escalation[]>;
}

export interface EscalationSweeps {
  due(now: Date, limit: number): Promise<{ tenantId: string; id: string }[]>;
}

export interface EscalationReader {
  locale: string;
  now: Date;
  /** IANA name, where it is known. */
  timeZone?: string;
}

/** How escalations look. Implemented by `dialogs/escalation/escalation-content.ts`. */
export interface EscalationCards {
  handler(escalation: Escalation, reader: EscalationReader): OutboundContent;
  person(escalation: Escalation, reader: EscalationReader): OutboundContent;
  /** What the person wrote, as whoever takes care of it reads it. */
  said(escalation: Escalation, text: string, locale: string): OutboundContent;
  /** The handler's answer, as the person reads it. */
  answer(escalation: Escalation, answer: Escalation['answers'][number]): OutboundContent;
  reminder(escalation: Escalation, locale: string): OutboundContent;
  /** For those who were called before and are called again: nobody has taken it. */
  calledAgain(escalation: Escalation, locale: string): OutboundContent;
  /** For a called person without a chat, and for pages; it holds nothing that was said. */
  mail(escalation: Escalation, locale: string): MailContent;
}

/** Lets a run go on, as a person decided. Giving it twice changes nothing. */
export interface ResumeOrder {
  tenantId: string;
  runId: string;
  escalationId: string;
  by: string;
  /** What the person answered last, which the run is told. */
  instruction?: string;
}

export interface EscalationContext {
  escalations: (tenantId: string) => EscalationRepository;
  directory: (tenantId: string) => Directory;
  /** The chain for a reason, as configured now. */
  chainFor: (reason: EscalationReason) => EscalationChain;
  reach: Reach;
  /** A mail can be sent to somebody whom no chat reaches. */
  canMail: boolean;
  cards: EscalationCards;
  /** Lets a run go on; told after the click was answered. */
  resumeRun: (resume: ResumeOrder) => Promise<void>;
  later: (work: () => Promise<void>) => void;
  poke: (tenantId: string, escalationId: string) => void;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface OpenEscalation {
  tenantId: string;
  /** Names the piece of work that calls for a person. */
  openKey: string;
  reason: EscalationReason;
  person: PersonName;
  origin: ConversationReference;
  locale: string;
  conversation: Escalation['conversation'];
  steps: Escalation['steps'];
  costMicroUsd?: number;
  runId?: string;
  correlationId: string;
}

export type EscalationResult =
  | { ok: true; escalation: Escalation }
  | { ok: false; refusal: EscalationRefusal | 'not-found'; escalation?: Escalation };

export interface EscalationService {
  /** Calls the first people of the chain. A conversation that has a person already gets no second one. */
  open(request: OpenEscalation): Promise<{ escalation: Escalation; isNew: boolean }>;
  apply(
    tenantId: string,
    id: string,
    command: Extract<EscalationCommand, { by: PersonName }>,
  ): Promise<EscalationResult>;
  get(tenantId: string, id: string): Promise<Escalation | undefined>;
  openIn(tenantId: string, conversation: ConversationReference): Promise<Escalation | undefined>;
  calledTo(tenantId: string, personId: string): Promise<Escalation[]>;
  /**
   * Passes on what the person writes to whoever takes care of the conversation.
   * @returns that one, or undefined when nobody does.
   */
  said(
    tenantId: string,
    conversation: ConversationReference,
    person: PersonName,
    text: string,
  ): Promise<PersonName | undefined>;
  /** Shows somebody who was called and had no chat what waits for them, in the one that they have now. */
  personReachable(tenantId: string, person: PersonName, conversation: ConversationReference): Promise<void>;
  /** Does what `dueAt` calls for: the chain's next step, a reminder, or opening it again. */
  tick(tenantId: string, id: string): Promise<void>;
}

const ATTEMPTS = 20;

/** Hands conversations to people and keeps everybody's card up to date. */
export function createEscalationService(context: EscalationContext): EscalationService {
  const { clock, poke, metrics } = context;
  const repository = context.escalations;

  const commit = async (
    escalation: Escalation,
    command: EscalationCommand,
    extra: (next: Escalation) => Partial<Pick<Effect, 'messages' | 'notifications'>> = () => ({}),
  ): Promise<EscalationResult> => {
    let current = escalation;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const now = clock.now();
      const result = escalate(current, command, now);
      if (!result.ok) return { ok: false, refusal: result.refusal, escalation: current };
      const effect = changeEffect(context, current, result.next, command, extra(result.next));
      if (await repository(current.tenantId).replace(current, result.next, effect)) {
        poke(current.tenantId, current.id);
        return { ok: true, escalation: result.next };
      }
      current = (await repository(current.tenantId).get(current.id)) ?? current;
    }
    throw new Unavailable('approvals.escalation-busy', 'Too many changes to one escalation at once.');
  };

  /** Calls the people of one step who are not in `copies` yet. */
  const callStep = async (escalation: Escalation, step: ChainStep): Promise<Called> => {
    const directory = context.directory(escalation.tenantId);
    const now = clock.now();
    const called: Called = { ...nobody(), steps: 1, notifications: ordersFor(context, escalation, step) };
    let isTold = called.notifications.length > 0;
    const taken = new Set(escalation.copies.map(({ copyKey }) => copyKey));
    for (const clause of step.notify) {
      for (const found of await directory.matching(clause, escalation.person.id, now)) {
        const person = (await directory.isAway(found.id, now))
          ? ((await directory.standInFor(found.id, now)) ?? found)
          : found;
        const { id, name, email } = person;
        if (id === escalation.person.id || called.handlers.some((known) => known.id === id)) continue;
        called.handlers.push({ id, name });
        const conversations = await context.reach(escalation.tenantId, person, escalation.origin);
        if (conversations.length === 0) {
          const mailed = context.canMail && email !== undefined;
          called.unreached.push({ id, name, mailed });
          if (mailed) called.notifications.push(mailFor(context, escalation, { ...person, email }));
          isTold ||= mailed;
        } else isTold = true;
        for (const conversation of conversations) {
          const copyKey = `escalation:${escalation.id}:${conversationKey(conversation)}`;
          if (taken.has(copyKey)) {
            called.again.push(copyKey);
            continue;
          }
          taken.add(copyKey);
          called.copies.push({
            copyKey,
            conversation,
            audience: 'handler',
            locale: person.locale ?? escalation.locale,
            timeZone: person.timeZone,
          });
        }
      }
    }
    return { ...called, isTold };
  };

  /** Does the chain's next step, and those after it at once as long as nobody at all can be told; one round at most. */
  const call = async (escalation: Escalation): Promise<Called> => {
    let all = nobody();
    let current = escalation;
    while (!all.isTold && all.steps < escalation.chain.steps.length) {
      const step = nextStep(current);
      if (!step) break;
      const called = await callStep(current, step);
      all = {
        steps: all.steps + 1,
        isTold: called.isTold,
        handlers: eachOnce([...all.handlers, ...called.handlers]),
        copies: [...all.copies, ...called.copies],
        again: [...all.again, ...called.again],
        unreached: eachOnce([...all.unreached, ...called.unreached]),
        notifications: [...all.notifications, ...called.notifications],
      };
      current = {
        ...current,
        position: current.position + 1,
        copies: [...current.copies, ...called.copies],
      };
    }
    if (all.unreached.length > 0) {
      metrics.count('escalation_recipients_unreached_total', {}, all.unreached.length);
      context.logger.warn(
        {
          escalationId: escalation.id,
          isAnybodyTold: all.isTold,
          unreached: all.unreached.map(({ id }) => id),
        },
        'People who were called have no chat with Steward; who waits is told.',
      );
    }
    return all;
  };

  /** Whoever does this how often: the run goes on once. */
  const goOn = async (escalation: Escalation): Promise<void> => {
    const { id: escalationId, tenantId, runId, holder, answers } = escalation;
    if (runId && holder)
      await context.resumeRun({
        tenantId,
        runId,
        escalationId,
        by: holder.id,
        instruction: answers.at(-1)?.text,
      });
    await commit(escalation, { kind: 'gone-on' });
  };

  return {
    async open(request) {
      const { tenantId, origin, locale } = request;
      const running = await repository(tenantId).openIn(conversationKey(origin));
      const isAnew = running?.state === 'answered' && request.reason === 'wish';
      const over = isAnew && (await commit(running, { kind: 'asked-again', person: request.person })).ok;
      if (running && !over) return { escalation: running, isNew: false };
      const now = clock.now();
      const chain = context.chainFor(request.reason);
      const id = newId(now);
      const copyKey = `escalation:${id}:${conversationKey(origin)}`;
      const asking = await context.directory(tenantId).person(request.person.id);
      const draft: Escalation = {
        id,
        tenantId,
        version: 1,
        state: 'open',
        reason: request.reason,
        person: request.person,
        origin,
        locale,
        conversation: request.conversation.slice(-MOST_LINES),
        steps: request.steps,
        costMicroUsd: request.costMicroUsd,
        runId: request.runId,
        chain,
        position: 0,
        handlers: [],
        answers: [],
        copies: [{ copyKey, conversation: origin, audience: 'person', locale, timeZone: asking?.timeZone }],
        createdAt: now,
        reminded: false,
        correlationId: request.correlationId,
      };
      const first = nextStep(draft);
      const isAtOnce = first !== undefined && first.afterMinutes === 0;
      const called = isAtOnce ? await call(draft) : nobody();
      const open: Escalation = {
        ...draft,
        position: called.steps,
        handlers: called.handlers,
        copies: [...draft.copies, ...called.copies],
        unreached: called.unreached,
      };
      const escalation = { ...open, dueAt: nextCall(open) };
      const effect: Effect = {
        id: effectId('escalation', { id, version: 1 }),
        messages: escalation.copies.map((copy) => messageFor(context, escalation, copy, 'post')),
        audit: [auditOf(escalation, 'escalation-open', { kind: 'person', ...request.person }, now)],
        notifications: called.notifications,
      };
      const stored = await repository(tenantId).insert(escalation, request.openKey, effect);
      // An answer that was not sure enough is seen before the call that it caused; the sweep brings that within a second.
      if (request.reason !== 'confidence') poke(tenantId, stored.id);
      metrics.count('escalations_opened_total', { reason: request.reason });
      return { escalation: stored, isNew: stored.id === id };
    },
    async apply(tenantId, id, command) {
      const escalation = await repository(tenantId).get(id);
      if (!escalation) return { ok: false, refusal: 'not-found' };
      const result = await commit(escalation, command, (next) => ({
        messages: answerMessages(context, next, command),
      }));
      if (result.ok && command.kind === 'resume') context.later(() => goOn(result.escalation));
      return result;
    },
    get: (tenantId, id) => repository(tenantId).get(id),
    openIn: (tenantId, conversation) => repository(tenantId).openIn(conversationKey(conversation)),
    calledTo: (tenantId, personId) => repository(tenantId).calledTo(personId),
    async said(tenantId, conversation, person, text) {
      const running = await repository(tenantId).openIn(conversationKey(conversation));
      const isTheirs = running?.person.id === person.id && isTalking(running, clock.now());
      if (!isTheirs || !running.holder) return undefined;
      const holder = await context.directory(tenantId).person(running.holder.id);
      const chats = holder ? await context.reach(tenantId, holder, running.origin) : [];
      const result = await commit(running, { kind: 'said', person, text }, (next) => ({
        messages: saidMessages(context, next, text, chats),
      }));
      return result.ok ? running.holder : undefined;
    },
    async personReachable(tenantId, person, conversation) {
      for (const escalation of await repository(tenantId).calledTo(person.id)) {
        const { id, copies, unreached = [], locale } = escalation;
        const copyKey = `escalation:${id}:${conversationKey(conversation)}`;
        if (!unreached.some((each) => each.id === person.id)) continue;
        if (copies.some((copy) => copy.copyKey === copyKey)) continue;
        const copy = { copyKey, conversation, audience: 'handler' as const, locale };
        await commit(escalation, { kind: 'reached', person, copies: [copy] });
      }
    },
    async tick(tenantId, id) {
      const escalation = await repository(tenantId).get(id);
      if (!escalation?.dueAt || escalation.dueAt > clock.now()) return;
      if (escalation.state === 'resumed') return goOn(escalation);
      if (escalation.state === 'acknowledged') {
        if (escalation.reminded) await commit(escalation, { kind: 'release' });
        else
          await commit(escalation, { kind: 'remind' }, (next) => ({
            messages: toHandlers(next, 'remind', (locale) => context.cards.reminder(next, locale)),
          }));
        return;
      }
      if (!nextStep(escalation)) return;
      const { notifications, again, isTold: _isTold, ...called } = await call(escalation);
      await commit(escalation, { kind: 'called', ...called }, (next) => ({
        notifications,
        messages:
          next.state === 'open'
            ? toHandlers(next, 'again', (locale) => context.cards.calledAgain(next, locale), again)
            : [],
      }));
    },
  };
}

/** Who was called by steps of a chain. */
interface Called {
  steps: number;
  handlers: PersonName[];
  copies: Escalation['copies'];
  /** Keys of the copies that they had before: they are told that it still waits. */
  again: string[];
  unreached: Unreached[];
  notifications: NotificationOrder[];
  /** At least one of them, or a page or webhook, gets to know. */
  isTold: boolean;
}

const nobody = (): Called => ({
  steps: 0,
  handlers: [],
  copies: [],
  again: [],
  unreached: [],
  notifications: [],
  isTold: false,
});

/** For a called person without a chat. */
function mailFor(
  { cards }: EscalationContext,
  escalation: Escalation,
  { id, email, locale }: { id: string; email: string; locale?: string },
): NotificationOrder {
  return {
    id: `escalation:${escalation.id}:mail:${id}:${escalation.position}`,
    by: 'email',
    to: email,
    ...cards.mail(escalation, locale ?? escalation.locale),
    data: { escalationId: escalation.id, reason: escalation.reason },
  };
}

/** Webhooks, pages and mails of one step; they name the escalation and hold nothing that was said. */
function ordersFor(
  { cards }: EscalationContext,
  escalation: Escalation,
  step: ChainStep,
): NotificationOrder[] {
  const { id, reason, position } = escalation;
  const ways = [
    ...step.webhooks.map((to) => ({ by: 'webhook' as const, to })),
    ...step.also.map((way) => {
      const [by = '', ...to] = way.split(':');
      return { by: by as 'pagerduty' | 'telegram' | 'email', to: to.join(':') || by };
    }),
  ];
  return ways.map(({ by, to }, place) => ({
    id: `escalation:${id}:${position}:${place}`,
    by,
    to,
    ...cards.mail(escalation, 'en'),
    data: { escalationId: id, reason, step: position },
  }));
}

function changeEffect(
  context: EscalationContext,
  previous: Escalation,
  next: Escalation,
  command: EscalationCommand,
  extra: Partial<Pick<Effect, 'messages' | 'notifications'>>,
): Effect {
  const known = new Set(previous.copies.map(({ copyKey }) => copyKey));
  const shown = next.copies.map((copy) =>
    messageFor(context, next, copy, known.has(copy.copyKey) ? 'update' : 'post'),
  );
  const actor: Actor =
    'by' in command
      ? { kind: 'person', ...command.by }
      : command.kind === 'asked-again' || command.kind === 'said'
        ? { kind: 'person', ...command.person }
        : { kind: 'job', id: 'escalation-chain' };
  return {
    id: effectId('escalation', next),
    messages: [
      ...(command.kind === 'remind' || command.kind === 'gone-on' ? [] : shown),
      ...(extra.messages ?? []),
    ],
    audit: [auditOf(next, `escalation-${command.kind}`, actor, context.clock.now())],
    notifications: extra.notifications ?? [],
  };
}

function messageFor(
  { cards, clock }: EscalationContext,
  escalation: Escalation,
  { copyKey, conversation, audience, locale, timeZone }: Escalation['copies'][number],
  kind: 'post' | 'update',
): OutboundMessage {
  const content = cards[audience](escalation, { locale, now: clock.now(), timeZone });
  const { version: copyVersion } = escalation;
  return { id: `${copyKey}:${copyVersion}`, conversation, kind, copyKey, copyVersion, content };
}

/** The answer as a message of its own in the person's conversation: an update of a card would not be noticed. */
function answerMessages(
  { cards }: EscalationContext,
  escalation: Escalation,
  command: EscalationCommand,
): OutboundMessage[] {
  const answer = escalation.answers.at(-1);
  if (command.kind !== 'answer' || !answer) return [];
  const id = `escalation:${escalation.id}:answer:${escalation.version}`;
  return [{ id, conversation: escalation.origin, kind: 'post', content: cards.answer(escalation, answer) }];
}

/** As a message of its own beside the card, in one chat: a rewritten card would not be noticed. */
function saidMessages(
  { cards }: EscalationContext,
  escalation: Escalation,
  text: string,
  chats: readonly ConversationReference[],
): OutboundMessage[] {
  const keys = new Set(chats.map(conversationKey));
  const copy = escalation.copies.find(
    ({ audience, conversation }) => audience === 'handler' && keys.has(conversationKey(conversation)),
  );
  if (!copy) return [];
  const id = `${copy.copyKey}:said:${escalation.version}`;
  const content = cards.said(escalation, text, copy.locale);
  return [{ id, conversation: copy.conversation, kind: 'post', content }];
}

/** A message of its own: an update of a card that stands further up would not be noticed. */
/** A message of its own to each handler's chat. @param only keys of the copies that get it; all without. */
function toHandlers(
  escalation: Escalation,
  reason: 'again' | 'remind',
  card: (locale: string) => OutboundMessage['content'],
  only?: string[],
): OutboundMessage[] {
  return escalation.copies
    .filter(({ copyKey, audience }) => audience === 'handler' && (!only || only.includes(copyKey)))
    .map(({ copyKey, conversation, locale }) => ({
      id: `${copyKey}:${reason}:${escalation.version}`,
      conversation,
      kind: 'post' as const,
      content: card(locale),
    }));
}

function auditOf(
  { id, state, correlationId, reason }: Escalation,
  action: string,
  actor: Actor,
  at: Date,
): AuditEvent {
  return { action, actor, resource: `escalation:${id}`, after: { state }, reason, correlationId, at };
}

/** Somebody whom two steps of a chain name is called once. */
const eachOnce = <T extends { id: string }>(people: T[]): T[] => [
  ...new Map(people.map((person) => [person.id, person])).values(),
];
