import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import { createKept } from '../../core/kernel/kept.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import { installationKey, type SlackPlace } from './installation.js';
import { inPages, pageOf } from './pages.js';
import { isForeign, placeOf } from './place.js';
import { isColleague, isOfPlace, slackUser } from './user.js';
import type { SlackWebApi } from './web-api.js';

const KEPT_MS = 10 * 60_000;
/** A list that could not be had is asked for again. */
const AGAIN_MS = 30_000;
/** Lists in memory, of as many workspaces. */
const MAX_KEPT = 500;
const PAGE = 200;
/** 20,000 people; who stands behind them counts as unknown. */
const MAX_PAGES = 100;

const userOfList = slackUser.extend({
  id: z.string(),
  real_name: z.string().nullish(),
  profile: z.looseObject({ email: z.string().max(320).nullish() }).nullish(),
});
const userPage = pageOf({ members: z.array(userOfList) });
const single = z.looseObject({ user: userOfList });
type Colleague = NonNullable<Awaited<ReturnType<NonNullable<ChannelPort['whoIs']>>>>;
/** Of everybody in a workspace; undefined for whom nothing here vouches. */
type Users = Map<string, Colleague | undefined>;

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
  const lists = createKept<Promise<Users>>(clock, MAX_KEPT);

  async function fetchAll(conversation: ConversationReference): Promise<Users> {
    const place = placeOf(conversation);
    const users: Users = new Map();
    const pages = inPages(userPage, MAX_PAGES, (cursor) =>
      api.call(place, 'users.list', {
        limit: PAGE,
        cursor,
        ...(place.isOrgInstall ? { team_id: conversation.channelTenantId } : {}),
      }),
    );
    for await (const { page } of pages)
      for (const each of page?.members ?? []) users.set(each.id, colleague(each, place));
    return users;
  }

  const listOf = (conversation: ConversationReference): Promise<Users> => {
    const key = `${installationKey(placeOf(conversation))}|${conversation.channelTenantId}`;
    const known = lists.get(key);
    if (known) return known.value;
    const users = fetchAll(conversation).catch((error: unknown) => {
      logger.warn(
        { error: describeError(error) },
        'Slack gave no list of people; who reads a channel is known only of those who have written to Steward.',
      );
      lists.set(key, users, AGAIN_MS);
      return new Map() as Users;
    });
    lists.set(key, users, KEPT_MS);
    return users;
  };

  /** Whoever joined after the list was made is asked for alone, once. */
  async function lookUp(
    users: Users,
    conversation: ConversationReference,
    id: string,
  ): Promise<Colleague | undefined> {
    if (!users.has(id) && !isForeign(id)) {
      const place = placeOf(conversation);
      const answer = await api.call(place, 'users.info', { user: id }, { optional: true }).catch(() => ({})); // unknown people read what is public
      const found = single.safeParse(answer).data?.user;
      users.set(id, found && colleague(found, place));
    }
    return users.get(id);
  }

  return async (conversation, accountId) => lookUp(await listOf(conversation), conversation, accountId);
}

/** Guests and people of other companies are none. */
function colleague(user: z.output<typeof userOfList>, place: SlackPlace): Colleague | undefined {
  if (!isColleague(user) || !isOfPlace(user, place)) return undefined;
  const email = user.is_email_confirmed === false ? undefined : user.profile?.email;
  return {
    accountId: user.id,
    isMember: true,
    ...(user.real_name ? { name: user.real_name.slice(0, 200) } : {}),
    ...(email ? { email: email.toLowerCase() } : {}),
  };
}
