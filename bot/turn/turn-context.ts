import type { AuditEvent } from '../../core/kernel/audit-event.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type {
  ActionResponse,
  ChannelPort,
  LiveReplyChannel,
  OutboundContent,
  OutboundMessage,
} from '../../core/kernel/outbound-message.js';
import type { BindingStrength, Person } from '../../core/kernel/person.js';
import type { Tenant } from '../../core/kernel/tenant.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { InboxRecord } from '../../storage/mongo/inbox.js';
import { createScreenedStream } from './screened-stream.js';

export interface TurnFacts {
  record: InboxRecord;
  tenant: Tenant;
  person: Person;
  bindingStrength: BindingStrength;
  text: string;
  locale: string;
  signal: AbortSignal;
  /** The live reply, where one was begun before the turn. */
  live?: LiveReplyChannel;
  /** Looks at a stretch of an answer before it is shown while the rest is still being written. */
  mayShow(text: string): Promise<boolean>;
}

/** What a turn collected: stored in one write when its handler returned. */
export interface CollectedTurn {
  turn: Turn;
  messages: OutboundMessage[];
  audit: AuditEvent[];
  response(): ActionResponse;
  /** The live reply, if anything was shown in it; nothing more is shown from here. */
  live(): LiveReplyChannel | undefined;
  /** The person said stop, by a button or in words, here or in another process. */
  stop(): void;
}

/** Makes the Turn that handlers see. Message ids are made from the turn's id and a number, so a repeated turn repeats them. */
export function createTurn(facts: TurnFacts, channel: ChannelPort, clock: Clock): CollectedTurn {
  const { record, person, tenant } = facts;
  const { activity } = record;
  const messages: OutboundMessage[] = [];
  const audit: AuditEvent[] = [];
  let response: ActionResponse = { kind: 'none' };
  let { live } = facts;
  const stopped = new AbortController();
  const heedStop = (begun: LiveReplyChannel): LiveReplyChannel => {
    if (begun.whenStopped?.aborted) stopped.abort();
    begun.whenStopped?.addEventListener('abort', () => stopped.abort());
    return begun;
  };
  if (live) heedStop(live);
  const startLive = (): LiveReplyChannel =>
    (live ??= heedStop(channel.startLive(activity.conversation, activity.activityId)));
  const growing = createScreenedStream((text) => startLive().append(text), facts.mayShow);

  const add = (
    kind: OutboundMessage['kind'],
    conversation: ConversationReference,
    content: OutboundContent,
    more: Pick<OutboundMessage, 'copyKey' | 'copyVersion' | 'replyToActivityId' | 'onlyFor'>,
  ): void => {
    messages.push({ id: `${record._id}.${messages.length}`, kind, conversation, content, ...more });
  };

  const turn: Turn = {
    id: record._id,
    correlationId: record._id,
    tenant,
    person,
    bindingStrength: facts.bindingStrength,
    activity,
    conversation: activity.conversation,
    text: facts.text,
    locale: facts.locale,
    signal: facts.signal,
    live: {
      status: (text) => startLive().status(text),
      append: (text) => growing.append(text),
      get stopped() {
        return stopped.signal.aborted || (live?.stopped ?? false);
      },
      whenStopped: stopped.signal,
    },
    reply: (content, { copyKey, onlyForAsker = false } = {}) =>
      add('post', activity.conversation, content, {
        copyKey,
        replyToActivityId: activity.activityId,
        ...(onlyForAsker && { onlyFor: activity.from.accountId }),
      }),
    post: (conversation, content, { copyKey } = {}) => add('post', conversation, content, { copyKey }),
    update: (conversation, copyKey, content, { copyVersion } = {}) =>
      add('update', conversation, content, { copyKey, ...(copyVersion !== undefined && { copyVersion }) }),
    respond: (given) => {
      response = given;
    },
    audit: (event) => {
      audit.push({
        actor: { kind: 'person', id: person.id, name: person.name, strength: facts.bindingStrength },
        ...event,
        correlationId: record._id,
        at: clock.now(),
      });
    },
  };
  const stop = (): void => {
    stopped.abort();
    live?.stop?.();
  };
  return {
    turn,
    messages,
    audit,
    response: () => response,
    live: () => {
      growing.close();
      return live;
    },
    stop,
  };
}
