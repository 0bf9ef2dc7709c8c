import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { Unavailable } from '../../core/kernel/errors.js';
import type { NamedChannel } from '../../core/kernel/outbound-message.js';
import { inPages, pageOf } from './pages.js';
import { patiently } from './patiently.js';
import { placeOf } from './place.js';
import type { SlackWebApi } from './web-api.js';

const LONGEST_WAIT_MS = 5_000;
/** 20 pages of 200, which is what Slack recommends. */
const MAX_PAGES = 20;

const channelPage = pageOf({
  channels: z.array(z.looseObject({ id: z.string(), name: z.string().nullish() })),
});

/**
 * The public channels of a workspace that Steward is a member of. Private ones are left out: who asks by a name need not
 * know that there is such a channel.
 */
export function createChannelList(
  api: SlackWebApi,
  clock: Clock,
): (near: ConversationReference) => Promise<NamedChannel[]> {
  return async (near) => {
    const found: NamedChannel[] = [];
    const pages = inPages(channelPage, MAX_PAGES, (cursor) =>
      patiently(clock, LONGEST_WAIT_MS, () =>
        api.call(placeOf(near), 'users.conversations', {
          types: 'public_channel',
          exclude_archived: true,
          limit: 200,
          cursor,
        }),
      ),
    );
    for await (const { page } of pages) {
      if (!page) throw new Unavailable('slack.bad-list', 'Slack gave a list of channels in another form.');
      for (const { id, name } of page.channels)
        if (name) found.push({ name, conversation: channelBeside(near, id) });
    }
    return found;
  };
}

function channelBeside(
  { channel, channelTenantId, botId, extra = {} }: ConversationReference,
  conversationId: string,
): ConversationReference {
  const { ephemeral: _ephemeral, askedBy: _askedBy, ...place } = extra;
  return {
    channel,
    channelTenantId,
    conversationId,
    scope: 'channel',
    ...(botId ? { botId } : {}),
    ...(Object.keys(place).length > 0 ? { extra: place } : {}),
  };
}
