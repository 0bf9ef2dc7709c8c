import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Reach } from '../core/governance/identity/reach.js';
import type { ChannelName, ConversationReference } from '../core/kernel/conversation-reference.js';
import { describeError, StewardError } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { ChannelPort } from '../core/kernel/outbound-message.js';
import type { Metrics } from '../core/kernel/telemetry.js';

export interface ReachOptions {
  ports: ReadonlyMap<string, ChannelPort>;
  people(tenantId: string): PeopleRepository;
  /** A conversation of the tenant in a channel, whichever. */
  anyConversation(tenantId: string, channel: ChannelName): Promise<ConversationReference | undefined>;
  logger: Logger;
  metrics: Metrics;
}

/**
 * Finds a chat for somebody who is needed. The chat page is no chat that calls anybody, so for who only ever used that one
 * a conversation in Teams or Slack is opened; the first that can be had is kept.
 */
export function createReach({ ports, people, anyConversation, logger, metrics }: ReachOptions): Reach {
  const open = async (
    port: ChannelPort,
    tenantId: string,
    person: Parameters<Reach>[1],
    near: ConversationReference,
  ): Promise<ConversationReference | undefined> => {
    const { channel } = port;
    const note = (result: string): void => metrics.count('people_reached_out_total', { channel, result });
    try {
      const there = near.channel === channel ? near : await anyConversation(tenantId, channel);
      const { email, accounts, entraId } = person;
      const directory = entraId ? [{ channel: 'entra' as const, accountId: entraId }] : [];
      const opened = await port.openPersonal?.({ email, accounts: [...accounts, ...directory] }, there);
      note(opened ? 'ok' : 'unknown');
      return opened;
    } catch (error) {
      const code = error instanceof StewardError ? error.code : 'fault';
      note(code);
      logger.warn(
        { personId: person.id, channel, code, error: describeError(error) },
        'Somebody who is needed could not be written to in a channel.',
      );
      return undefined;
    }
  };

  return async (tenantId, person, near) => {
    const { conversations } = person;
    if (conversations.some(({ channel }) => channel !== 'web')) return conversations;
    const reaching = [...ports.values()].filter(({ openPersonal }) => openPersonal !== undefined);
    reaching.sort((a, b) => Number(b.channel === near.channel) - Number(a.channel === near.channel));
    for (const port of reaching) {
      const opened = await open(port, tenantId, person, near);
      if (!opened) continue;
      await people(tenantId).rememberConversation(person.id, opened);
      return [opened, ...conversations];
    }
    return conversations;
  };
}
