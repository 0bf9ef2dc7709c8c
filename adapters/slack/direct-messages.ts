import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { Unavailable } from '../../core/kernel/errors.js';
import { installationKey, type SlackPlace } from './installation.js';
import { asObject } from './payload.js';
import { placeOf, userIdOf } from './place.js';
import type { SlackWebApi } from './web-api.js';

/** People's direct messages with Steward, which Slack opens on demand. */
export interface DirectMessages {
  /** @returns the id of the conversation. */
  open(place: SlackPlace, userId: string): Promise<string>;
  /** The same conversation with an id that can be written to: a person's id stands for their direct messages. */
  resolve(reference: ConversationReference): Promise<ConversationReference>;
}

const MAX_KNOWN = 20_000;

export function createDirectMessages(api: SlackWebApi): DirectMessages {
  const known = new Map<string, string>();

  const open: DirectMessages['open'] = async (place, userId) => {
    const key = `${installationKey(place)}|${userId}`;
    const earlier = known.get(key);
    if (earlier) return earlier;
    const answer = await api.call(place, 'conversations.open', { users: userId });
    const { id } = asObject(answer.channel);
    if (typeof id !== 'string') {
      throw new Unavailable('slack.unreadable', 'Slack opened a direct message and did not say which.');
    }
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, id);
    return id;
  };

  return {
    open,
    resolve: async (reference) => {
      const { conversationId, accountId } = reference;
      if (conversationId !== '' && !/^[UW]/.test(conversationId)) return reference;
      const userId = conversationId === '' ? userIdOf(accountId ?? '') : conversationId;
      return { ...reference, conversationId: await open(placeOf(reference), userId) };
    },
  };
}
