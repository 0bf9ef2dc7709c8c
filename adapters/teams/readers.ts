import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import type { Connector } from './connector.js';

const KEPT_MS = 60_000;
const MAX_KEPT = 500;
/** 20 pages of 500: a larger audience counts as unknown. */
const MAX_PAGES = 20;

interface Roster {
  ids: string[] | undefined;
  until: number;
}

/**
 * Who can read a conversation, by Teams account id, remembered for a minute. A channel is read by its team: for a
 * private channel that names too many rather than too few, which is the safe side when answers are limited by readers.
 */
export function createReaders({
  connector,
  clock,
  logger,
}: {
  connector: Connector;
  clock: Clock;
  logger: Logger;
}): ChannelPort['readers'] {
  const rosters = new Map<string, Roster>();

  async function fetchAll(
    conversation: ConversationReference,
    rosterId: string,
  ): Promise<string[] | undefined> {
    const ids: string[] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { members, continuationToken } = await connector.members(conversation, rosterId, token);
      ids.push(...members.map(({ id }) => id));
      if (!continuationToken) return ids;
      token = continuationToken;
    }
    return undefined;
  }

  return async (conversation) => {
    if (conversation.scope === 'personal') {
      return conversation.accountId ? [conversation.accountId] : undefined;
    }
    const conversationId = conversation.conversationId.replace(/;messageid=.*$/, '');
    const rosterId =
      conversation.scope === 'channel' ? (conversation.extra?.teamId ?? conversationId) : conversationId;
    const key = `${conversation.channelTenantId}|${rosterId}`;
    const now = clock.now().getTime();
    const known = rosters.get(key);
    if (known && known.until > now) return known.ids;
    try {
      const ids = await fetchAll(conversation, rosterId);
      if (rosters.size >= MAX_KEPT) rosters.clear();
      rosters.set(key, { ids, until: now + KEPT_MS });
      return ids;
    } catch (error) {
      logger.warn({ error: describeError(error) }, 'Teams did not tell who can read a conversation.');
      return undefined;
    }
  };
}
