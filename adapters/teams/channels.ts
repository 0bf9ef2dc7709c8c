import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { NamedChannel } from '../../core/kernel/outbound-message.js';
import type { Connector } from './connector.js';

/** Teams tells no name for a team's first channel; clients show it in the reader's language. */
const GENERAL = ['General', 'Allgemein', 'Général', '一般'];

/** The channels of the team that a conversation belongs to; none for a chat. */
export function createChannelList(
  connector: Pick<Connector, 'channels'>,
): (near: ConversationReference) => Promise<NamedChannel[]> {
  return async (near) => {
    const teamId = near.extra?.teamId;
    if (teamId === undefined || near.scope !== 'channel') return [];
    const { channel, channelTenantId, serviceUrl, botId } = near;
    return (await connector.channels(near, teamId)).flatMap(({ id, name }) => {
      const names = name ? [name] : id === teamId ? GENERAL : [];
      const conversation: ConversationReference = {
        channel,
        channelTenantId,
        conversationId: id,
        scope: 'channel',
        serviceUrl,
        ...(botId ? { botId } : {}),
        extra: { teamId },
      };
      return names.map((each) => ({ name: each, conversation }));
    });
  };
}
