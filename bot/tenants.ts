import type { Activity } from '../core/kernel/activity.js';
import type { ChannelName } from '../core/kernel/conversation-reference.js';
import type { Tenant } from '../core/kernel/tenant.js';
import type { Config } from './config.js';

/** The tenant of an installation for one company. */
export const HOME_TENANT = 'home';

export interface Tenants {
  /** Which organisation's data an activity belongs to. */
  of(activity: Activity): string;
  ofChannel(channel: ChannelName, channelTenantId: string): string;
  get(tenantId: string): Promise<Tenant>;
}

/**
 * One company is the usual case: its web chat, its Entra tenant and its Slack workspace are one tenant. A multi-tenant bot
 * or a Slack app for several workspaces gives each other organisation a tenant of its own, named after it.
 */
export function createTenants(config: Config): Tenants {
  const ofChannel = (channel: ChannelName, channelTenantId: string): string => {
    const isShared =
      (channel === 'teams' &&
        config.teams.appType === 'MultiTenant' &&
        channelTenantId !== config.teams.tenantId) ||
      (channel === 'slack' && config.slack.clientId !== undefined && config.slack.botToken === undefined);
    return isShared ? `${channel}-${channelTenantId}` : HOME_TENANT;
  };
  return {
    ofChannel,
    of: ({ conversation }) => ofChannel(conversation.channel, conversation.channelTenantId),
    get: async (id) => ({ id, name: id === HOME_TENANT ? config.tenant.name : id }),
  };
}
