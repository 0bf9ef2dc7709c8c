import { type ConversationReference, conversationKey } from '../kernel/conversation-reference.js';
import type { Clock } from '../kernel/clock.js';
import { describeError } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import type { Person } from '../kernel/person.js';
import { type Audience, OUTSIDER, type Reader, readerOf } from './access.js';

export interface AudienceSources {
  /** Account ids of all who can read the conversation; undefined when the channel does not tell. */
  members: (conversation: ConversationReference) => Promise<string[] | undefined>;
  /** The person that an account is bound to; undefined for guests and strangers. */
  personOf: (conversation: ConversationReference, accountId: string) => Promise<Person | undefined>;
  clock: Clock;
  logger: Logger;
  /** How long a list of members is believed; 60 s unless told. */
  freshMs?: number;
}

const MAX_REMEMBERED = 1_000;

/**
 * Tells who will see an answer in a conversation. Lists of members are remembered for a short time; one that is older
 * and cannot be had anew counts as unknown, and unknown members may read only what is public.
 */
export function createConversationAudience({
  members,
  personOf,
  clock,
  logger,
  freshMs = 60_000,
}: AudienceSources): {
  audienceOf(conversation: ConversationReference, asker: Person): Promise<Audience>;
  /** Forgets a conversation whose members changed. */
  forget(conversation: ConversationReference): void;
} {
  const remembered = new Map<string, { readers: Reader[]; at: number }>();
  let changes = 0;

  // The thread does not matter: a channel's members read all its threads.
  const keyOf = (conversation: ConversationReference): string =>
    conversationKey({ ...conversation, conversationId: channelIdOf(conversation), threadId: undefined });

  const readersOf = async (conversation: ConversationReference): Promise<Reader[] | undefined> => {
    const key = keyOf(conversation);
    const known = remembered.get(key);
    const now = clock.now().getTime();
    if (known && now - known.at < freshMs) return known.readers;
    remembered.delete(key);
    const changesBefore = changes;
    try {
      const accounts = await members(conversation);
      if (!accounts) return undefined;
      const persons = await Promise.all(accounts.map((account) => personOf(conversation, account)));
      const readers = persons.map((person) =>
        person ? readerOf(person, [channelIdOf(conversation)]) : OUTSIDER,
      );
      if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '');
      // A list that was asked for before a change may not outlive it.
      if (changes === changesBefore) remembered.set(key, { readers, at: now });
      return readers;
    } catch (error) {
      logger.warn(
        { reason: describeError(error) },
        'The members of a conversation are unknown; only public documents are used.',
      );
      return undefined;
    }
  };

  return {
    async audienceOf(conversation, asker) {
      if (conversation.scope === 'personal') return { kind: 'person', reader: readerOf(asker) };
      const readers = await readersOf(conversation);
      return {
        kind: 'conversation',
        conversationId: channelIdOf(conversation),
        // The asker reads along even if the channel's list is a moment behind.
        members: readers && [...readers, readerOf(asker, [channelIdOf(conversation)])],
      };
    },
    forget(conversation) {
      changes += 1;
      remembered.delete(keyOf(conversation));
    },
  };
}

/** The channel itself: Teams adds the thread to the id (`19:…@thread.tacv2;messageid=1`). */
const channelIdOf = ({ conversationId }: ConversationReference): string => conversationId.split(';')[0] ?? '';
