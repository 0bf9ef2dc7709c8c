import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import { createKept } from './kept.js';
import { patiently } from './patiently.js';
import { placeOf } from './place.js';
import type { SlackWebApi } from './web-api.js';

/** Without the list only public documents are used, so it is worth a moment. */
const LONGEST_WAIT_MS = 5_000;
const KEPT_MS = 60_000;
const MAX_KEPT = 2_000;
/** 20 pages of 500: a larger audience counts as unknown. */
const MAX_PAGES = 20;

const page = z.looseObject({
  members: z.array(z.string()),
  response_metadata: z.looseObject({ next_cursor: z.string().nullish() }).nullish(),
});

/** Who can read a conversation, by Slack user id, remembered for a minute. */
export function createReaders({
  api,
  clock,
  logger,
}: {
  api: SlackWebApi;
  clock: Clock;
  logger: Logger;
}): ChannelPort['readers'] {
  const rosters = createKept<string[] | undefined>(clock, MAX_KEPT);

  async function fetchAll(reference: ConversationReference): Promise<string[] | undefined> {
    const ids: string[] = [];
    let cursor: string | undefined;
    for (let at = 0; at < MAX_PAGES; at += 1) {
      const answer = await api.call(placeOf(reference), 'conversations.members', {
        channel: reference.conversationId,
        limit: 500,
        cursor,
      });
      const { data } = page.safeParse(answer);
      if (!data) return undefined;
      ids.push(...data.members.filter((id) => id !== reference.botId));
      cursor = data.response_metadata?.next_cursor ?? undefined;
      if (!cursor) return ids;
    }
    return undefined;
  }

  return async (reference) => {
    if (reference.scope === 'personal') return reference.accountId ? [reference.accountId] : undefined;
    const key = `${reference.channelTenantId}|${reference.conversationId}`;
    const known = rosters.get(key);
    if (known) return known.value;
    try {
      const ids = await patiently(clock, LONGEST_WAIT_MS, () => fetchAll(reference));
      rosters.set(key, ids, KEPT_MS);
      return ids;
    } catch (error) {
      logger.warn({ error: describeError(error) }, 'Slack did not tell who can read a conversation.');
      return undefined;
    }
  };
}
