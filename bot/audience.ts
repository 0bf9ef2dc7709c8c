import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import type { ChannelPort } from '../core/kernel/outbound-message.js';
import { createConversationAudience } from '../core/knowledge/conversation-audience.js';
import type { Tenants } from './tenants.js';
import { colleague, findKnown } from './turn/identify.js';

export interface AudienceOptions {
  ports: ReadonlyMap<string, ChannelPort>;
  tenants: Tenants;
  people(tenantId: string): PeopleRepository;
  clock: Clock;
  logger: Logger;
}

/** Who reads a conversation, by what its channel tells of the members. */
export const createAudience = ({
  ports,
  tenants,
  people,
  clock,
  logger,
}: AudienceOptions): ReturnType<typeof createConversationAudience> =>
  createConversationAudience({
    members: async (conversation) => ports.get(conversation.channel)?.readers(conversation),
    personOf: async (conversation, accountId) => {
      const { channel, channelTenantId } = conversation;
      const told = await ports.get(channel)?.whoIs?.(conversation, accountId);
      const tenantId = tenants.ofChannel(channel, channelTenantId);
      const known = await findKnown(people(tenantId), channel, told ?? { accountId });
      return known ?? (told?.isMember ? colleague(tenantId, channel, told) : undefined);
    },
    clock,
    logger,
  });
