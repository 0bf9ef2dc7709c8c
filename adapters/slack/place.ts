import type { ConversationReference, ConversationScope } from '../../core/kernel/conversation-reference.js';
import type { SlackPlace } from './installation.js';
import type { SlackEnvelope } from './payload.js';

/** A place together with the bot's user in it. */
export interface SlackOrigin extends SlackPlace {
  botUserId?: string;
}

/**
 * Whose installation an event is for: `authorizations[0]`, because in a channel that is shared between companies
 * `team_id` is the sender's.
 */
export function originOfEvent(envelope: SlackEnvelope): SlackOrigin {
  const [authorization] = envelope.authorizations ?? [];
  const teamId = authorization?.team_id ?? envelope.context_team_id ?? envelope.team_id;
  const enterpriseId =
    authorization?.enterprise_id ?? envelope.context_enterprise_id ?? envelope.enterprise_id;
  return {
    // `app_uninstalled` and `tokens_revoked` come without authorizations.
    isOrgInstall: (authorization ?? envelope).is_enterprise_install === true,
    ...(teamId ? { teamId } : {}),
    ...(enterpriseId ? { enterpriseId } : {}),
    ...(authorization?.user_id ? { botUserId: authorization.user_id } : {}),
  };
}

/**
 * The same for a click, a modal or a command. A modal that somebody of another company opened in a shared channel says in
 * itself where the app is installed.
 */
export function originOfInteraction(payload: {
  view?: { app_installed_team_id?: string | null } | null;
  type?: string;
  message?: object | null;
  team?: { id: string } | null;
  enterprise?: { id: string } | null;
  is_enterprise_install?: boolean | null;
  user: { team_id?: string | null };
}): SlackOrigin {
  const isOrgInstall = payload.is_enterprise_install === true;
  // For a whole organisation it names the organisation, whose workspaces are tenants of their own.
  const ofView = isOrgInstall ? undefined : payload.view?.app_installed_team_id;
  // A card of one workspace can be clicked from a sibling, in a channel that they share.
  const ofCard = isOrgInstall && payload.type === 'block_actions' ? teamOf(payload.message) : undefined;
  const teamId = ofView ?? ofCard ?? payload.team?.id ?? payload.user.team_id;
  return {
    isOrgInstall,
    ...(teamId ? { teamId } : {}),
    ...(payload.enterprise ? { enterpriseId: payload.enterprise.id } : {}),
  };
}

/** The workspace that a message of ours stands in. */
function teamOf(message: { team?: unknown } | null | undefined): string | undefined {
  return typeof message?.team === 'string' && message.team.startsWith('T') ? message.team : undefined;
}

export interface ConversationParts {
  channel: string;
  scope: ConversationScope;
  thread?: string;
  /** The other side of a personal conversation. */
  account?: string;
  /** Who asked, in a conversation of several. */
  askedBy?: string;
  /** Their own workspace, where it is another one that shares the channel. */
  askedByTeam?: string | undefined;
  /** Only this person sees the answer, in a channel that others read. */
  ephemeral?: boolean;
}

/** Whose a channel is: a whole organisation's, whose workspaces may share it, or one workspace's. */
export const channelOwner = ({
  teamId,
  enterpriseId,
}: Pick<SlackPlace, 'teamId' | 'enterpriseId'>): string | undefined => enterpriseId ?? teamId;

/** What to keep of a conversation for writing into it again. */
export function referenceTo(origin: SlackOrigin, parts: ConversationParts): ConversationReference {
  const extra = {
    ...(origin.enterpriseId ? { enterpriseId: origin.enterpriseId } : {}),
    ...(origin.isOrgInstall ? { orgInstall: '1' } : {}),
    ...(parts.ephemeral ? { ephemeral: '1' } : {}),
    ...(parts.askedBy ? { askedBy: parts.askedBy } : {}),
    ...(parts.askedByTeam && parts.askedByTeam !== origin.teamId ? { askedByTeam: parts.askedByTeam } : {}),
  };
  return {
    channel: 'slack',
    channelTenantId: origin.teamId ?? origin.enterpriseId ?? '',
    conversationId: parts.channel,
    scope: parts.scope,
    ...(parts.thread ? { threadId: parts.thread } : {}),
    ...(origin.botUserId ? { botId: origin.botUserId } : {}),
    ...(parts.account ? { accountId: parts.account } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** Whose installation to write with. */
export function placeOf({ channelTenantId, extra }: ConversationReference): SlackPlace {
  return {
    isOrgInstall: extra?.orgInstall === '1',
    teamId: channelTenantId,
    ...(extra?.enterpriseId ? { enterpriseId: extra.enterpriseId } : {}),
  };
}

/**
 * The account of a user of this workspace is the user's id; a guest from another company's workspace carries that
 * workspace's id before it, so that no foreign id is ever taken for one of ours. So does whoever comes from a workspace of
 * which the payload does not say that it is a sibling of the same organisation, until `profiles.ts` has asked.
 * @param isInside nobody from outside of the organisation can be here.
 */
export function accountOf(
  userId: string,
  userTeam: string | null | undefined,
  origin: SlackOrigin,
  isInside = false,
): string {
  const isOurs = !userTeam || userTeam === origin.teamId || userTeam === origin.enterpriseId;
  const isSibling = isInside && (origin.isOrgInstall || origin.enterpriseId !== undefined);
  return isOurs || isSibling ? userId : `${userTeam}:${userId}`;
}

export const userIdOf = (accountId: string): string => accountId.slice(accountId.indexOf(':') + 1);
export const isForeign = (accountId: string): boolean => accountId.includes(':');

/** A message's id in a workspace: Slack needs channel and time stamp to find it again. */
export const messageId = (channel: string, ts: string): string => `${channel}:${ts}`;

export function readMessageId(id: string | undefined): { channel: string; ts: string } | undefined {
  const [, channel, ts] = /^([A-Z][A-Z0-9]+):(\d+\.\d+)$/.exec(id ?? '') ?? [];
  return channel && ts ? { channel, ts } : undefined;
}
