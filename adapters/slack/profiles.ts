import { z } from 'zod';
import type { ActivitySender } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { timeZoneOr } from '../../core/kernel/time-zone.js';
import { describeError, StewardError } from '../../core/kernel/errors.js';
import { createKept } from '../../core/kernel/kept.js';
import type { Logger } from '../../core/kernel/logger.js';
import { isGrantMissing, needsReinstall } from './api-fault.js';
import { patiently } from './patiently.js';
import { installationKey, type SlackPlace } from './installation.js';
import { isForeign, placeOf, userIdOf } from './place.js';
import { isGuest, isOfPlace, runsWorkspace, slackUser } from './user.js';
import type { SlackWebApi } from './web-api.js';

const userInfo = z.looseObject({
  user: slackUser.extend({
    real_name: z.string().nullish(),
    tz: z.unknown().optional(),
    locale: z.string().max(20).nullish(),
    profile: z
      .looseObject({ real_name: z.string().nullish(), email: z.string().max(320).nullish() })
      .nullish(),
  }),
});

/** Nobody can be answered before it is known who they are. */
const LONGEST_WAIT_MS = 35_000;
/** A modal has to be open three seconds after its click. */
const LOCALE_WITHIN_MS = 700;
const KEPT_MS = 10 * 60_000;
const MAX_KEPT = 10_000;

/** What the workspace's own directory tells of whoever writes. */
export interface Profiles {
  /**
   * Completes a sender with the name and the confirmed e-mail address. People of other companies stay as they are: their
   * workspace decides what their profile says, so it proves nothing here.
   */
  complete: TellSender;
  /**
   * An activity names the workspace of its sender and not whose that is: a sibling workspace's account of the same
   * organisation is one of ours. Whoever Slack says nothing of stays a stranger.
   */
  settle: TellSender;
  /** Whether the workspace's own directory calls somebody its owner or administrator; undefined while Slack does not tell. */
  standingOf(accountId: string, conversation: ConversationReference): Promise<'owner' | 'other' | undefined>;
  /** The language of an account, BCP 47; undefined when Slack does not tell it at once, because a click waits for it. */
  localeOf(accountId: string, conversation: ConversationReference): Promise<string | undefined>;
}

export type TellSender = (
  sender: ActivitySender,
  conversation: ConversationReference,
) => Promise<ActivitySender>;

type SlackProfile = z.output<typeof userInfo>['user'];

export function createProfiles(api: SlackWebApi, clock: Clock, logger: Logger): Profiles {
  const kept = createKept<Promise<SlackProfile | undefined>>(clock, MAX_KEPT);

  const ask = async (userId: string, place: SlackPlace): Promise<SlackProfile | undefined> => {
    const answer = await patiently(clock, LONGEST_WAIT_MS, () =>
      api.call(place, 'users.info', { user: userId, include_locale: true }),
    );
    return userInfo.safeParse(answer).data?.user;
  };

  /** Asked for once, however many wait for it; an organisation tells the same of somebody in all its workspaces. */
  const told = (userId: string, place: SlackPlace): Promise<SlackProfile | undefined> => {
    const key = `${installationKey(place)}|${userId}`;
    const known = kept.get(key);
    if (known) return known.value;
    const user = ask(userId, place);
    kept.set(key, user, KEPT_MS);
    user.catch(() => kept.delete(key));
    return user;
  };

  /** @returns undefined for somebody of whom Slack tells nothing. */
  const userOf = async (
    userId: string,
    conversation: ConversationReference,
  ): Promise<SlackProfile | 'not-granted' | undefined> => {
    try {
      return await told(userId, placeOf(conversation));
    } catch (error) {
      // Whoever is taken for somebody else's namesake today stays it: Slack is asked again when it can tell.
      if ((error instanceof StewardError && error.retryable) || needsReinstall(error)) throw error;
      const mayAsk = !isGrantMissing(error);
      logger.warn(
        { error: describeError(error) },
        mayAsk
          ? 'Slack did not tell who somebody is; they are known by account only.'
          : 'The app may not ask Slack who people are (scope users:read), so everybody counts as an outsider who reads public documents alone. Install it again with the current manifest.',
      );
      return mayAsk ? undefined : 'not-granted';
    }
  };

  return {
    complete: async (sender, conversation) => {
      if (isForeign(sender.accountId) || sender.email) return sender;
      const user = await userOf(sender.accountId, conversation);
      // Without the right to ask, a guest cannot be told from a colleague: nobody is taken for one.
      if (user === 'not-granted') return { ...sender, isMember: false };
      return user ? completed(sender, user, placeOf(conversation)) : sender;
    },
    settle: async (sender, conversation) => {
      const place = placeOf(conversation);
      if (!isForeign(sender.accountId) || !place.enterpriseId) return sender;
      const accountId = userIdOf(sender.accountId);
      const user = await userOf(accountId, conversation);
      return typeof user === 'object' && isOfPlace(user, place) ? { ...sender, accountId } : sender;
    },
    standingOf: async (accountId, conversation) => {
      if (isForeign(accountId)) return 'other';
      const user = await userOf(accountId, conversation).catch(() => undefined); // asked again with the next message
      return typeof user === 'object'
        ? runsWorkspace(user, placeOf(conversation))
          ? 'owner'
          : 'other'
        : undefined;
    },
    localeOf: async (accountId, conversation) => {
      const answered = new AbortController();
      const told = userOf(userIdOf(accountId), conversation).catch(() => undefined); // words in English do as well
      const user = await Promise.race([told, clock.sleep(LOCALE_WITHIN_MS, answered.signal)]);
      answered.abort();
      return typeof user === 'object' ? (user.locale ?? undefined) : undefined;
    },
  };
}

function completed(sender: ActivitySender, user: SlackProfile, place: SlackPlace): ActivitySender {
  const name = user.profile?.real_name || user.real_name || sender.name;
  const isOurs = isOfPlace(user, place);
  const isTrusted =
    isOurs && user.is_email_confirmed !== false && user.is_stranger !== true && user.is_bot !== true;
  const email = isTrusted ? user.profile?.email : undefined;
  const timeZone = timeZoneOr(user.tz);
  return {
    ...sender,
    isMember: isOurs && !isGuest(user),
    ...(name ? { name: name.slice(0, 200) } : {}),
    ...(email ? { email: email.toLowerCase() } : {}),
    ...(timeZone ? { timeZone } : {}),
    ...(user.locale ? { locale: user.locale } : {}),
  };
}
