import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import { installationKey } from './installation.js';
import { isForeign, placeOf } from './place.js';
import { isColleague, isOfPlace, slackUser } from './user.js';
import type { SlackWebApi } from './web-api.js';

const KEPT_MS = 10 * 60_000;
const PAGE = 200;
/** 20,000 people; who stands behind them counts as unknown. */
const MAX_PAGES = 100;

const user = slackUser.extend({
  id: z.string(),
  real_name: z.string().nullish(),
  profile: z.looseObject({ email: z.string().max(320).nullish() }).nullish(),
});
const page = z.looseObject({
  members: z.array(user),
  response_metadata: z.looseObject({ next_cursor: z.string().nullish() }).nullish(),
});
const single = z.looseObject({ user });
type User = z.output<typeof user>;
type Users = Map<string, User | undefined>;

/**
 * Who the readers of a channel are, by the workspace's own list of people: colleagues who never wrote to Steward as well.
 * Of guests and of people of other companies nothing is told, because nothing here vouches for them.
 */
export function createWhoIs({
  api,
  clock,
  logger,
}: {
  api: SlackWebApi;
  clock: Clock;
  logger: Logger;
}): NonNullable<ChannelPort['whoIs']> {
  const lists = new Map<string, { users: Promise<Users>; until: number }>();

  async function fetchAll(conversation: ConversationReference): Promise<Users> {
    const place = placeOf(conversation);
    const users = new Map<string, User | undefined>();
    let cursor: string | undefined;
    for (let at = 0; at < MAX_PAGES; at += 1) {
      const answer = await api.call(place, 'users.list', {
        limit: PAGE,
        cursor,
        ...(place.isOrgInstall ? { team_id: conversation.channelTenantId } : {}),
      });
      const { data } = page.safeParse(answer);
      for (const each of data?.members ?? []) users.set(each.id, each);
      cursor = data?.response_metadata?.next_cursor ?? undefined;
      if (!cursor) break;
    }
    return users;
  }

  const listOf = (conversation: ConversationReference): Promise<Users> => {
    const key = `${installationKey(placeOf(conversation))}|${conversation.channelTenantId}`;
    const now = clock.now().getTime();
    const known = lists.get(key);
    if (known && known.until > now) return known.users;
    const users = fetchAll(conversation).catch((error: unknown) => {
      logger.warn(
        { error: describeError(error) },
        'Slack gave no list of people; who reads a channel is known only of those who have written to Steward.',
      );
      return new Map<string, User | undefined>();
    });
    lists.set(key, { users, until: now + KEPT_MS });
    return users;
  };

  /** Whoever joined after the list was made is asked for alone, once. */
  async function lookUp(
    users: Users,
    conversation: ConversationReference,
    id: string,
  ): Promise<User | undefined> {
    if (!users.has(id) && !isForeign(id)) {
      const answer = await api
        .call(placeOf(conversation), 'users.info', { user: id }, { optional: true })
        .catch(() => ({})); // unknown people read what is public
      users.set(id, single.safeParse(answer).data?.user);
    }
    return users.get(id);
  }

  return async (conversation, accountId) => {
    const found = await lookUp(await listOf(conversation), conversation, accountId);
    if (!found || !isColleague(found) || !isOfPlace(found, placeOf(conversation))) return undefined;
    const email = found.is_email_confirmed === false ? undefined : found.profile?.email;
    return {
      accountId,
      isMember: true,
      ...(found.real_name ? { name: found.real_name.slice(0, 200) } : {}),
      ...(email ? { email: email.toLowerCase() } : {}),
    };
  };
}
