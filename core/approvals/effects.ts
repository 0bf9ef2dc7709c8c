import type { AuditEvent } from '../kernel/audit-event.js';
import { conversationKey, type ConversationReference } from '../kernel/conversation-reference.js';
import { neverHappens } from '../kernel/errors.js';
import { effectId, type Effect, type NotificationOrder } from '../kernel/effect.js';
import type { JsonObject, JsonValue } from '../kernel/json.js';
import type { OutboundMessage } from '../kernel/outbound-message.js';
import type { Actor } from '../kernel/person.js';
import { nameOf, type Approval, type ApprovalCopy, type PersonName } from './approval.js';
import { refusalFor, type Command } from './transition.js';
import type { ApprovalCards, ApprovalView } from './approval-cards.js';
import { approvalToken } from './token.js';

/** Names the copy of an approval's card in a conversation. */
export const copyKeyOf = (approvalId: string, conversation: ConversationReference): string =>
  `approval:${approvalId}:${conversationKey(conversation)}`;

export interface EffectParts {
  cards: ApprovalCards;
  secret: Buffer;
  now: Date;
}

/**
 * In which words and forms of dates a reader sees a card again: as it was posted to them, unless they have changed the
 * language since. A client tells a region ("en-US") that was not known when the card was posted ("en").
 */
export function readingOf(
  { copies }: Pick<Approval, 'copies'>,
  personId: string,
  { locale, timeZone }: Pick<ApprovalView, 'locale' | 'timeZone'>,
): Pick<ApprovalView, 'locale' | 'timeZone'> {
  const own = copies.find(
    (copy) => copy.personId === personId && languageOfTag(copy.locale) === languageOfTag(locale),
  );
  return own ? { locale: own.locale, timeZone: own.timeZone ?? timeZone } : { locale, timeZone };
}

const languageOfTag = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0] ?? tag;

/** How one reader sees an approval: with a token only when there is something that this reader can decide. */
export function viewFor(
  approval: Approval,
  copy: Pick<ApprovalCopy, 'audience' | 'personId' | 'locale' | 'timeZone'>,
  { secret, now }: Pick<EffectParts, 'secret' | 'now'>,
): ApprovalView {
  const { audience, personId, locale, timeZone } = copy;
  const hasVoted = approval.votes.some(
    ({ by, revision }) => by.id === personId && revision === approval.revision,
  );
  const mayDecide =
    !hasVoted &&
    audience === 'approver' &&
    (personId === undefined
      ? approval.decision === null && now < approval.expiresAt
      : refusalFor(approval, { id: personId, name: '' }, approval.digest, now) === undefined);
  return {
    audience,
    personId,
    locale,
    timeZone,
    now,
    ...(mayDecide && { token: approvalToken(approval, secret) }),
  };
}

/** The first effect of an approval: all its cards posted, the request in the audit. */
export function openingEffect(
  approval: Approval,
  parts: EffectParts,
  notifications: NotificationOrder[],
): Effect {
  return {
    id: effectId('approval', approval),
    messages: approval.copies.map((copy) => postOf(approval, copy, parts)),
    audit: [
      auditOf(approval, 'approval-request', requesterActor(approval), parts.now, {
        after: {
          ...stateOf(approval),
          tool: approval.tool.name,
          digest: approval.digest,
          rule: approval.rule.name,
        },
        reason: approval.reason,
      }),
    ],
    notifications,
  };
}

/** What a change of an approval causes: every copy rewritten, new copies posted, one line in the audit. */
export function changeEffect(
  previous: Approval,
  next: Approval,
  command: Command,
  parts: EffectParts,
  extra: { messages?: OutboundMessage[]; notifications?: NotificationOrder[] } = {},
): Effect {
  const known = new Set(previous.copies.map(({ copyKey }) => copyKey));
  const isShown =
    SHOWN.has(command.kind) ||
    isFirstPutOff(previous, command) ||
    previous.unreached?.length !== next.unreached?.length;
  const rewritten = isShown ? next.copies.filter(({ copyKey }) => known.has(copyKey)) : [];
  const posted = next.copies.filter(({ copyKey }) => !known.has(copyKey));
  return {
    id: effectId('approval', next),
    messages: [
      ...rewritten.map((copy) => updateOf(next, copy, parts)),
      ...posted.map((copy) => postOf(next, copy, parts)),
      ...(extra.messages ?? []),
    ],
    audit: auditOfCommand(previous, next, command, parts.now),
    notifications: extra.notifications ?? [],
  };
}

/** Commands after which a card looks different. */
const SHOWN: ReadonlySet<Command['kind']> = new Set([
  'vote',
  'edit',
  'delegate',
  'ask-hand-over',
  'answer-hand-over',
  'note',
  'cancel',
  'supersede',
  'expire',
  'add-approvers',
  'finish',
  'undone',
]);

/** It is tried again often; that it waits is said once. */
const isFirstPutOff = (previous: Approval, { kind }: Command): boolean =>
  kind === 'put-off' && previous.putOff === undefined;

function postOf(approval: Approval, copy: ApprovalCopy, parts: EffectParts): OutboundMessage {
  return { ...messageOf(approval, copy, parts), kind: 'post' };
}

function updateOf(approval: Approval, copy: ApprovalCopy, parts: EffectParts): OutboundMessage {
  return { ...messageOf(approval, copy, parts), kind: 'update' };
}

function messageOf(
  approval: Approval,
  copy: ApprovalCopy,
  parts: EffectParts,
): Omit<OutboundMessage, 'kind'> {
  return {
    id: `${copy.copyKey}:${approval.version}`,
    conversation: copy.conversation,
    copyKey: copy.copyKey,
    copyVersion: approval.version,
    content: parts.cards.card(approval, viewFor(approval, copy, parts)),
  };
}

function auditOfCommand(previous: Approval, next: Approval, command: Command, at: Date): AuditEvent[] {
  const entry = (action: string, actor: Actor, more: AuditMore = {}): AuditEvent[] => [
    auditOf(next, action, actor, at, { before: stateOf(previous), after: stateOf(next), ...more }),
  ];
  switch (command.kind) {
    case 'vote':
      return entry('approval-decide', person(command.by), {
        after: { ...ballotOf(next), verdict: command.verdict, steppedUp: command.steppedUp },
        reason: command.reason,
      });
    case 'edit': {
      const edited = entry('approval-edit', person(command.by), {
        before: { ...stateOf(previous), digest: previous.digest, parameters: previous.parameters },
        after: { ...stateOf(next), digest: next.digest, parameters: next.parameters },
      });
      const vote = next.votes.length > previous.votes.length ? command.vote : undefined;
      return vote
        ? [
            ...edited,
            ...entry('approval-decide', person(command.by), {
              after: { ...ballotOf(next), verdict: 'approve', steppedUp: vote.steppedUp },
            }),
          ]
        : edited;
    }
    case 'delegate':
      return entry('approval-delegate', person(command.by), {
        after: { ...stateOf(next), to: command.to.id },
      });
    case 'ask-hand-over': {
      const asker: Actor = command.isAway ? { kind: 'job', id: 'out-of-office' } : person(command.by);
      return entry('approval-ask-hand-over', asker, {
        after: { ...stateOf(next), from: command.by.id, to: command.to.id },
      });
    }
    case 'answer-hand-over':
      return entry(command.accept ? 'approval-take-over' : 'approval-decline-hand-over', person(command.by));
    case 'note':
      return entry(`approval-${command.note.kind}`, person(command.note.by));
    case 'cancel':
      return entry('approval-cancel', command.by, { reason: command.reason });
    case 'supersede':
      return entry('approval-supersede', command.by, { reason: command.reason });
    case 'expire':
      return entry('approval-expire', { kind: 'job', id: 'approval-expiry' });
    case 'add-approvers':
      return entry(
        'approval-escalate',
        { kind: 'job', id: 'approval-timers' },
        {
          after: { ...stateOf(next), added: command.approvers.map(({ id, via }) => ({ id, via })) },
        },
      );
    case 'start':
      return entry(
        'tool-start',
        { kind: 'system', id: command.owner },
        {
          after: { ...stateOf(next), attempt: next.execution?.attempt ?? 0 },
        },
      );
    case 'put-off':
      return isFirstPutOff(previous, command)
        ? entry('tool-put-off', { kind: 'system', id: 'policy' }, { reason: 'The policy does not answer.' })
        : [];
    case 'finish':
      return entry(
        'tool-end',
        { kind: 'system', id: previous.execution?.owner ?? 'unknown' },
        {
          after: { ...stateOf(next), outcome: command.outcome.kind, attempt: command.attempt },
          reason: command.outcome.kind === 'done' ? undefined : command.outcome.reason,
        },
      );
    case 'undone':
      return entry('tool-undo', person(command.by));
    case 'set-timers':
    case 'add-copies':
      return [];
    default:
      return neverHappens(command);
  }
}

type AuditMore = { before?: JsonValue; after?: JsonValue; reason?: string };

function auditOf(approval: Approval, action: string, actor: Actor, at: Date, more: AuditMore): AuditEvent {
  return {
    action,
    actor,
    resource: `approval:${approval.id}`,
    ...more,
    rule: `${approval.policy.ruleId}@${approval.policy.version}`,
    correlationId: approval.correlationId,
    at,
  };
}

const person = (by: PersonName): Actor => ({ kind: 'person', ...nameOf(by) });

const requesterActor = ({ requester }: Approval): Actor => person(requester);

const ballotOf = (approval: Approval): JsonObject => ({
  ...stateOf(approval),
  revision: approval.revision,
  digest: approval.digest,
});

const stateOf = ({ state, version }: Approval): JsonObject => ({ state, version });
