import { z } from 'zod';
import type { ActivitySender } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { timeZoneOr } from '../../core/kernel/time-zone.js';
import { describeError, StewardError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import { patiently } from './patiently.js';
import type { SlackPlace } from './installation.js';
import { isForeign, placeOf } from './place.js';
import { isGuest, isOfPlace, slackUser } from './user.js';
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
const KEPT_MS = 10 * 60_000;
const MAX_KEPT = 10_000;

/**
 * Completes a sender with the name and the confirmed e-mail address of the workspace's own directory. People of other
 * companies stay as they are: their workspace decides what their profile says, so it proves nothing here.
 */
export type CompleteSender = (
  sender: ActivitySender,
  conversation: ConversationReference,
) => Promise<ActivitySender>;

export function createProfiles(api: SlackWebApi, clock: Clock, logger: Logger): CompleteSender {
  const kept = new Map<string, { sender: ActivitySender; until: number }>();
  return async (sender, conversation) => {
    if (isForeign(sender.accountId) || sender.email) return sender;
    const key = `${conversation.channelTenantId}|${sender.accountId}`;
    const now = clock.now().getTime();
    const known = kept.get(key);
    if (known && known.until > now) return known.sender;
    try {
      const answer = await patiently(clock, LONGEST_WAIT_MS, () =>
        api.call(placeOf(conversation), 'users.info', { user: sender.accountId, include_locale: true }),
      );
      const complete = completed(sender, answer, placeOf(conversation));
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.set(key, { sender: complete, until: now + KEPT_MS });
      return complete;
    } catch (error) {
      // Whoever is taken for somebody else's namesake today stays it: a busy Slack is asked again.
      if (error instanceof StewardError && error.retryable) throw error;
      logger.warn(
        { error: describeError(error) },
        'Slack did not tell who somebody is; they are known by account only.',
      );
      return sender;
    }
  };
}

function completed(sender: ActivitySender, answer: unknown, place: SlackPlace): ActivitySender {
  const { data } = userInfo.safeParse(answer);
  if (!data) return sender;
  const { user } = data;
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
