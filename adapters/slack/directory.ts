import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import { createKept } from '../../core/kernel/kept.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import { installationKey, type SlackPlace } from './installation.js';
import { inPages, pageOf } from './pages.js';
import { patiently } from './patiently.js';
import { isForeign, placeOf } from './place.js';
import { isColleague, isOfPlace, slackUser } from './user.js';
import type { SlackWebApi } from './web-api.js';

const KEPT_MS = 10 * 60_000;
/** A list that could not be had is asked for again. */
const AGAIN_MS = 30_000;
/** Lists in memory, of as many workspaces. */
const MAX_KEPT = 500;
const PAGE = 200;
const PAGE_WITHIN_MS = 60_000;
/** How long a question waits for the first list of a workspace. */
const LONGEST_WAIT_MS = 4_000;
const LONGEST_READING_MS = 3_600_000;
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

/** A list as it is read: page by page, for minutes where there are 20,000 people. */
interface List {
  users: Users;
  startedAt: number;
  isWhole: boolean;
  whole: Promise<void>;
  /** The one before, which is believed while this one is read. */
  old?: List;
  isTold?: boolean;
}

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
  const lists = createKept<List>(clock, MAX_KEPT);

  async function fetchAll(conversation: ConversationReference, users: Users): Promise<void> {
    const place = placeOf(conversation);
    const pages = inPages(userPage, MAX_PAGES, (cursor) =>
      patiently(clock, PAGE_WITHIN_MS, () =>
        api.call(place, 'users.list', {
          limit: PAGE,
          cursor,
          ...(place.isOrgInstall ? { team_id: conversation.channelTenantId } : {}),
        }),
      ),
    );
    for await (const { page } of pages)
      for (const each of page?.members ?? []) users.set(each.id, colleague(each, place));
  }

  /** @param old what is used meanwhile. */
  function read(key: string, conversation: ConversationReference, old: List | undefined): List {
    const users: Users = new Map();
    const startedAt = clock.now().getTime();
    const list: List = {
      users,
      startedAt,
      isWhole: false,
      whole: Promise.resolve(),
      ...(old ? { old } : {}),
    };
    list.whole = fetchAll(conversation, users)
      .then(() => {
        lists.set(key, list, 2 * KEPT_MS);
        logger.debug({ people: users.size }, 'The list of people of a workspace was read.');
      })
      .catch((error: unknown) => {
        logger.warn(
          { error: describeError(error) },
          'Slack gave no list of people; who reads a channel is known only of those who have written to Steward.',
        );
        lists.set(key, list, AGAIN_MS);
      })
      .finally(() => {
        list.isWhole = true;
        delete list.old;
      });
    lists.set(key, list, LONGEST_READING_MS);
    return list;
  }

  /** Of a large workspace as much as is there in a moment: nobody waits for the whole of it. */
  const listOf = async (conversation: ConversationReference): Promise<List> => {
    const key = `${installationKey(placeOf(conversation))}|${conversation.channelTenantId}`;
    const known = lists.get(key)?.value;
    const now = clock.now().getTime();
    const isFresh = known && (!known.isWhole || now - known.startedAt < KEPT_MS);
    const list = isFresh ? known : read(key, conversation, known);
    if (list.isWhole) return list;
    if (list.old) return list.old;
    const patience = list.startedAt + LONGEST_WAIT_MS - now;
    if (patience <= 0) return list;
    const answered = new AbortController();
    await Promise.race([
      list.whole.finally(() => answered.abort()),
      clock.sleep(patience, answered.signal).then(() => {
        if (!list.isWhole) tellUnfinished(list);
      }),
    ]);
    return list;
  };

  const tellUnfinished = (list: List): void => {
    if (list.isTold) return;
    list.isTold = true;
    logger.info(
      { people: list.users.size },
      'A large workspace’s list of people is still being read. Until then, whoever is not in it yet is asked for one by one, and counts as an outsider beyond what Slack tells at once.',
    );
  };

  /** Whoever joined after the list was made, or is not in it yet, is asked for alone, once. */
  async function lookUp(
    { users, isWhole }: List,
    conversation: ConversationReference,
    id: string,
  ): Promise<Colleague | undefined> {
    if (!users.has(id) && !isForeign(id)) {
      const place = placeOf(conversation);
      const answer = await api.call(place, 'users.info', { user: id }, { optional: true }).catch(() => ({})); // unknown people read what is public
      const found = single.safeParse(answer).data?.user;
      if (found || isWhole) users.set(id, found && colleague(found, place));
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
