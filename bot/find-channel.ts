import type { FoundChannel } from '../core/agents/tools/built-in/office-tools.js';
import { conversationKey, type ConversationReference } from '../core/kernel/conversation-reference.js';
import { describeError } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { ChannelPort, NamedChannel } from '../core/kernel/outbound-message.js';

export interface FindChannelOptions {
  ports: ReadonlyMap<string, ChannelPort>;
  /** Conversations of a tenant that Steward knows, one for each workspace and team. */
  places(tenantId: string): Promise<ConversationReference[]>;
  logger: Logger;
}

/** Finds a channel by the name that people know it by: in the workspace or team that is asked from, else in the others. */
export function createFindChannel({ ports, places, logger }: FindChannelOptions) {
  return async (tenantId: string, name: string, origin: ConversationReference): Promise<FoundChannel> => {
    const wanted = name.replace(/^#/, '').trim().toLowerCase();
    let isSilent = false;
    const named = async (near: ConversationReference): Promise<NamedChannel[]> => {
      try {
        const channels = (await ports.get(near.channel)?.channelsNear?.(near)) ?? [];
        return channels.filter(({ name: known, conversation: { conversationId } }) =>
          [known, conversationId].some((each) => each.toLowerCase() === wanted),
        );
      } catch (error) {
        isSilent = true;
        const { channel } = near;
        logger.warn({ channel, error: describeError(error) }, 'It was not told which channels there are.');
        return [];
      }
    };
    const [here] = await named(origin);
    if (here) return { kind: 'one', conversation: here.conversation };
    const found = new Map<string, ConversationReference>();
    for (const place of await places(tenantId))
      for (const { conversation } of await named(place))
        found.set(conversationKey(conversation), conversation);
    const [first, ...others] = found.values();
    if (!first) return { kind: isSilent ? 'unknown' : 'none' };
    return others.length > 0 ? { kind: 'several' } : { kind: 'one', conversation: first };
  };
}
