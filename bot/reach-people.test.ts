import { describe, expect, it } from '@jest/globals';
import type { PersonRecord } from '../core/governance/identity/people.js';
import type { ConversationReference } from '../core/kernel/conversation-reference.js';
import { NotPermitted } from '../core/kernel/errors.js';
import { silentLogger } from '../core/kernel/logger.js';
import type { ChannelPort, ReachablePerson } from '../core/kernel/outbound-message.js';
import { noMetrics } from '../core/kernel/telemetry.js';
import { createReach } from './reach-people.js';

const chat = (channel: ConversationReference['channel'], conversationId: string): ConversationReference => ({
  channel,
  channelTenantId: 'acme',
  conversationId,
  scope: 'personal',
});

function world(open: Partial<Record<'teams' | 'slack', () => Promise<ConversationReference | undefined>>>) {
  const asked: { channel: string; person: ReachablePerson; near: string | undefined }[] = [];
  const remembered: string[] = [];
  const ports = new Map(
    Object.entries(open).map(([channel, answer]) => {
      const openPersonal: ChannelPort['openPersonal'] = (person, near) => {
        asked.push({ channel, person, near: near?.conversationId });
        return answer();
      };
      return [channel, { channel, openPersonal } as unknown as ChannelPort];
    }),
  );
  const reach = createReach({
    ports,
    people: () =>
      ({
        rememberConversation: async (_id: string, { conversationId }: ConversationReference) => {
          remembered.push(conversationId);
        },
      }) as never,
    anyConversation: async (_tenantId, channel) => chat(channel, `any-${channel}`),
    logger: silentLogger,
    metrics: noMetrics,
  });
  return { reach, asked, remembered };
}

const person = (conversations: ConversationReference[]): PersonRecord =>
  ({ id: 'max', email: 'max@example.com', accounts: [], entraId: 'oid-1', conversations }) as never;

describe('finding a chat for somebody who is needed', () => {
  it('asks no channel when there is one already', async () => {
    const { reach, asked } = world({ slack: async () => chat('slack', 'D1') });
    const known = [chat('teams', 'a:1')];
    expect(await reach('home', person(known), chat('slack', 'D0'))).toEqual(known);
    expect(asked).toEqual([]);
  });

  it('tries the channel in which the matter came up first, and stops at the first that works', async () => {
    const { reach, asked, remembered } = world({
      slack: async () => chat('slack', 'D1'),
      teams: async () => chat('teams', 'a:1'),
    });
    const web = [chat('web', 'w1')];
    expect(await reach('home', person(web), chat('teams', 'a:0'))).toEqual([chat('teams', 'a:1'), ...web]);
    expect(asked).toMatchObject([{ channel: 'teams', near: 'a:0' }]);
    expect(asked[0]?.person.accounts).toEqual([{ channel: 'entra', accountId: 'oid-1' }]);
    expect(remembered).toEqual(['a:1']);
  });

  it('goes on to the next channel when one refuses, and comes back empty when all do', async () => {
    const refuse = async (): Promise<never> => {
      throw new NotPermitted('slack.missing-scope', 'Slack refused the token.');
    };
    const { reach, asked } = world({ slack: refuse, teams: async () => undefined });
    expect(await reach('home', person([]), chat('slack', 'D0'))).toEqual([]);
    expect(asked.map(({ channel, near }) => [channel, near])).toEqual([
      ['slack', 'D0'],
      ['teams', 'any-teams'],
    ]);
  });
});
