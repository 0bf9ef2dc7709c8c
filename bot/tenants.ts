import type { AuditLog } from '../core/governance/audit/audit-log.js';
import type { Activity } from '../core/kernel/activity.js';
import type { ChannelName } from '../core/kernel/conversation-reference.js';
import type { Tenant } from '../core/kernel/tenant.js';
import type { Config } from './config.js';

/** The tenant of an installation for one company. */
export const HOME_TENANT = 'home';

/** Every organisation that Steward has served: one's own, and those whose audit has begun. */
export const servedTenants = async (audit: Pick<AuditLog, 'tenants'>): Promise<string[]> => [
  ...new Set([HOME_TENANT, ...(await audit.tenants())]),
];

/** `slack-T0123:ada@example.com` names somebody of a workspace that added Steward by itself. */
const OF_ANOTHER_TENANT = /^((?:slack|teams)-[^:]+):(.+)$/;

/** Whom `STEWARD_ADMINS` names in a tenant: addresses and account ids; those without a tenant are of one's own. */
export const adminsOf = (admins: readonly string[], tenantId: string): string[] =>
  admins.flatMap((entry) => {
    const [, tenant = HOME_TENANT, who = entry] = OF_ANOTHER_TENANT.exec(entry) ?? [];
    return tenant === tenantId ? [who] : [];
  });

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
