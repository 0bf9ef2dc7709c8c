import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import { createKept } from '../../core/kernel/kept.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import { inPages, pageOf } from './pages.js';
import { patiently } from './patiently.js';
import { placeOf } from './place.js';
import type { SlackWebApi } from './web-api.js';

/** Without the list only public documents are used, so it is worth a moment. */
const LONGEST_WAIT_MS = 5_000;
const KEPT_MS = 60_000;
const MAX_KEPT = 2_000;
/** 20 pages of 500: a larger audience counts as unknown. */
const MAX_PAGES = 20;

const memberPage = pageOf({ members: z.array(z.string()) });

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
    const pages = inPages(memberPage, MAX_PAGES, (cursor) =>
      api.call(placeOf(reference), 'conversations.members', {
        channel: reference.conversationId,
        limit: 500,
        cursor,
      }),
    );
    for await (const { page, isLast } of pages) {
      if (!page) return undefined;
      ids.push(...page.members.filter((id) => id !== reference.botId));
      if (isLast) return ids;
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
