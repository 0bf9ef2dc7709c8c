import type { Activity } from '../../core/kernel/activity.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { AuditEvent } from '../../core/kernel/audit-event.js';
import type { ActionResponse, OutboundContent } from '../../core/kernel/outbound-message.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Person } from '../../core/kernel/person.js';
import type { Turn } from '../../core/kernel/turn.js';
import { chatOf } from './approval-world.js';

export interface FakeTurn extends Turn {
  replies: OutboundContent[];
  posts: { conversation: ConversationReference; content: OutboundContent }[];
  updates: { copyKey: string; content: OutboundContent }[];
  responses: ActionResponse[];
  audits: Pick<AuditEvent, 'action' | 'resource' | 'after'>[];
}

export interface TurnOptions {
  text?: string;
  click?: { verb: string; data: JsonObject };
  /** The channel waits for an answer in the same request; clicks do unless told otherwise. */
  expectsResponse?: boolean;
  kind?: Activity['kind'];
  conversation?: ConversationReference;
  locale?: string;
  id?: string;
}

let counter = 0;

/** One turn of a person, which keeps what a dialog says. */
export function fakeTurn(person: Person, options: TurnOptions): FakeTurn {
  counter += 1;
  const { text = '', click, locale = 'en' } = options;
  const conversation = options.conversation ?? chatOf(person.id);
  const id = options.id ?? `turn-${counter}`;
  const turn: FakeTurn = {
    id,
    correlationId: id,
    tenant: { id: 't1', name: 'Example' },
    person,
    bindingStrength: 'verified',
    activity: {
      kind: options.kind ?? (click ? 'card-action' : 'message'),
      dedupeKey: id,
      activityId: id,
      conversation,
      from: { accountId: person.id },
      text,
      action: click,
      attachments: [],
      sentAt: new Date(0),
      expectsResponse: options.expectsResponse ?? click !== undefined,
      addressed: true,
    },
    conversation,
    text,
    locale,
    signal: new AbortController().signal,
    live: { status: () => undefined, append: () => undefined, stopped: false },
    replies: [],
    posts: [],
    updates: [],
    responses: [],
    audits: [],
    reply: (content) => void turn.replies.push(content),
    post: (target, content) => void turn.posts.push({ conversation: target, content }),
    update: (_target, copyKey, content) => void turn.updates.push({ copyKey, content }),
    respond: (response) => void turn.responses.push(response),
    audit: (event) => void turn.audits.push(event),
  };
  return turn;
}
