import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Activity } from '../../core/kernel/activity.js';
import { slackEvent, slackFixture, startSlackHost, type SlackHost } from '../support/slack-host.js';

describe('Slack events that come in over HTTP', () => {
  let host: SlackHost;
  beforeAll(async () => {
    host = await startSlackHost();
  });
  afterAll(() => host.close());

  const take = async (body: Parameters<SlackHost['send']>[0]): Promise<Activity> => {
    const before = host.intake.taken.length;
    const { status } = await host.send(body);
    expect(status).toBe(200);
    expect(host.intake.taken).toHaveLength(before + 1);
    return host.intake.taken.at(-1) as Activity;
  };

  it('turns a direct message into an addressed activity', async () => {
    expect(await take(slackEvent('event_message_dm'))).toMatchObject({
      kind: 'message',
      dedupeKey: 'T0ACME0001|D0EMPDM001|U0EMPLOYE1|1795219201.000100',
      activityId: 'D0EMPDM001:1795219201.000100',
      text: 'How many days of parental leave do I get?',
      from: { accountId: 'U0EMPLOYE1' },
      conversation: {
        channel: 'slack',
        channelTenantId: 'T0ACME0001',
        conversationId: 'D0EMPDM001',
        scope: 'personal',
        botId: 'U0BOTACME1',
        accountId: 'U0EMPLOYE1',
      },
      addressed: true,
      expectsResponse: false,
    });
  });

  it('answers the handshake with its challenge', async () => {
    const { status, body } = await host.send({ event: slackFixture('url_verification') });
    expect({ status, body }).toEqual({
      status: 200,
      body: { challenge: slackFixture('url_verification').challenge },
    });
  });
});
