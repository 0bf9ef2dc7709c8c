import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import type { ChannelPort, ReachablePerson } from '../../core/kernel/outbound-message.js';
import { reasonOf } from './api-fault.js';
import type { DirectMessages } from './direct-messages.js';
import { patiently } from './patiently.js';
import { isForeign, placeOf, referenceTo, type SlackOrigin } from './place.js';
import { isColleague, isOfPlace, slackUser } from './user.js';
import type { SlackWebApi } from './web-api.js';
import type { Workspaces } from './workspaces.js';

/** A turn waits for it. */
const LONGEST_WAIT_MS = 4_000;

const found = z.looseObject({ user: slackUser.extend({ id: z.string() }) });

export interface OpenPersonalOptions {
  api: SlackWebApi;
  workspaces: Workspaces;
  directMessages: DirectMessages;
  clock: Clock;
}

/**
 * Opens direct messages with somebody who never wrote: by the account that is known of them, else by the mail address that
 * the workspace has confirmed.
 */
export function createOpenPersonal({
  api,
  workspaces,
  directMessages,
  clock,
}: OpenPersonalOptions): NonNullable<ChannelPort['openPersonal']> {
  async function byEmail(origin: SlackOrigin, email: string): Promise<string | undefined> {
    try {
      const answer = await patiently(clock, LONGEST_WAIT_MS, () =>
        api.call(origin, 'users.lookupByEmail', { email }),
      );
      const user = found.safeParse(answer).data?.user;
      const isTheirs =
        user && isColleague(user) && isOfPlace(user, origin) && user.is_email_confirmed !== false;
      return isTheirs ? user.id : undefined;
    } catch (error) {
      if (reasonOf(error) === 'users_not_found') return undefined;
      throw error;
    }
  }

  const accountOf = ({ accounts }: ReachablePerson): string | undefined =>
    accounts.find(({ channel, accountId }) => channel === 'slack' && !isForeign(accountId))?.accountId;

  return async (person, near) => {
    const origin = near
      ? { ...placeOf(near), ...(near.botId ? { botUserId: near.botId } : {}) }
      : await workspaces.own();
    if (!origin) return undefined;
    const account = accountOf(person) ?? (person.email && (await byEmail(origin, person.email)));
    if (!account) return undefined;
    const channel = await patiently(clock, LONGEST_WAIT_MS, () => directMessages.open(origin, account));
    return referenceTo(origin, { channel, scope: 'personal', account });
  };
}
