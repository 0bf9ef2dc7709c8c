import type { ActivitySender } from '../../core/kernel/activity.js';
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
  members: ActivitySender[] | undefined;
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
}): Required<Pick<ChannelPort, 'readers' | 'whoIs'>> {
  const rosters = new Map<string, Roster>();

  async function fetchAll(
    conversation: ConversationReference,
    rosterId: string,
  ): Promise<ActivitySender[] | undefined> {
    const found: ActivitySender[] = [];
    let token: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { members, continuationToken } = await connector.members(conversation, rosterId, token);
      found.push(...members);
      if (!continuationToken) return found;
      token = continuationToken;
    }
    return undefined;
  }

  const rosterOf = async (conversation: ConversationReference): Promise<ActivitySender[] | undefined> => {
    const conversationId = conversation.conversationId.replace(/;messageid=.*$/, '');
    const rosterId =
      conversation.scope === 'channel' ? (conversation.extra?.teamId ?? conversationId) : conversationId;
    const key = `${conversation.channelTenantId}|${rosterId}`;
    const now = clock.now().getTime();
    const known = rosters.get(key);
    if (known && known.until > now) return known.members;
    try {
      const members = await fetchAll(conversation, rosterId);
      if (rosters.size >= MAX_KEPT) rosters.clear();
      rosters.set(key, { members, until: now + KEPT_MS });
      return members;
    } catch (error) {
      logger.warn({ error: describeError(error) }, 'Teams did not tell who can read a conversation.');
      return undefined;
    }
  };

  return {
    readers: async (conversation) => {
      if (conversation.scope === 'personal') {
        return conversation.accountId ? [conversation.accountId] : undefined;
      }
      return (await rosterOf(conversation))?.map(({ accountId }) => accountId);
    },
    whoIs: async (conversation, accountId) =>
      (await rosterOf(conversation))?.find((member) => member.accountId === accountId),
  };
}
