import type { PersonRecord } from '../core/governance/identity/people.js';
import type { ConversationReference } from '../core/kernel/conversation-reference.js';
import type { OutboundContent } from '../core/kernel/outbound-message.js';
import { isOutsider } from '../core/kernel/person.js';
import type { Turns } from './compose-turns.js';

/** What several people are told, each in their own chat and language. */
export interface Letter {
  /** Names it: the same letter leaves once for each of them. */
  id: string;
  copyKey?: string;
  /** Rewrites the message under `copyKey` instead of posting one. */
  isUpdate?: boolean;
  content(locale: string, reader: PersonRecord): OutboundContent;
}

const FALLBACK_LOCALE = 'en';

/** The chat in which somebody looks for what concerns them; the chat page is the last choice. */
const chatOf = ({ conversations }: PersonRecord): ConversationReference | undefined => {
  const personal = conversations.filter(({ scope }) => scope === 'personal');
  return personal.find(({ channel }) => channel !== 'web') ?? personal[0];
};

/**
 * Writes a letter to those of them who work here and have a chat with Steward.
 * @returns who they are.
 */
export async function writeToPeople(
  post: Turns['post'],
  tenantId: string,
  readers: PersonRecord[],
  { id, copyKey, isUpdate, content }: Letter,
): Promise<PersonRecord[]> {
  const reached = readers.filter(
    (reader) => reader.active && !isOutsider(reader) && chatOf(reader) !== undefined,
  );
  const messages = reached.flatMap((reader) => {
    const conversation = chatOf(reader);
    if (!conversation) return [];
    const kind = isUpdate ? ('update' as const) : ('post' as const);
    return [
      {
        id: `${id}:${reader.id}`,
        conversation,
        kind,
        content: content(reader.locale ?? FALLBACK_LOCALE, reader),
        ...(copyKey && { copyKey }),
      },
    ];
  });
  if (messages.length > 0) await post(tenantId, { id, messages, audit: [] });
  return reached;
}
