import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Citation } from '../../core/kernel/answer.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { OutboundContent, OutboundMessage } from '../../core/kernel/outbound-message.js';
import { startBotLogin, type BotLogin } from '../fakes/bot-login.js';
import { startConnector, type ConnectorFake } from '../fakes/connector.js';
import {
  ALMA,
  BOT,
  BOT_APP_ID,
  BRUNO,
  CHANNEL_ID,
  GROUP_ID,
  payloads,
  PERSONAL_ID,
  ROOT_ID,
  TEAM_ID,
  TENANT,
} from '../fixtures/teams/payloads.js';
import { createManualClock } from '../support/manual-clock.js';
import { startTeamsHost, type TeamsHost } from '../support/teams-host.js';

const FIXTURES = new URL('../fixtures/teams/', import.meta.url);

let connector: ConnectorFake;
let host: TeamsHost;
let messages = 0;

const conversation = (changes: Partial<ConversationReference> = {}): ConversationReference => ({
  channel: 'teams',
  channelTenantId: TENANT,
  conversationId: PERSONAL_ID,
  scope: 'personal',
  serviceUrl: connector.serviceUrl,
  botId: BOT.id,
  accountId: ALMA.id,
  ...changes,
});

const message = (content: OutboundContent, changes: Partial<OutboundMessage> = {}): OutboundMessage => {
  messages += 1;
  return { id: `m${messages}`, conversation: conversation(), kind: 'post', content, ...changes };
};

const citation = (number: number, changes: Partial<Citation> = {}): Citation => ({
  number,
  passageId: `p${number}`,
  documentId: `d${number}`,
  path: 'leave/parental.md',
  title: `Parental leave ${number}`,
  headings: ['How much'],
  quote: 'Every parent receives 16 weeks.',
  ...changes,
});

const card = { template: 'notice', data: { n: 1 } };

describe('What Steward sends to Teams', () => {
  beforeEach(async () => {
    connector = await startConnector();
    host = await startTeamsHost(
      {},
      { citationUrl: ({ documentId }) => `https://steward.example/d/${documentId}` },
    );
  });
  afterEach(async () => {
    await host.close();
    await connector.close();
  });

  const deliver = (content: OutboundContent, changes: Partial<OutboundMessage> = {}) =>
    host.adapter.port.deliver(message(content, changes));

  it('is posted as an answer to the message, and the connector’s id comes back', async () => {
    const receipt = await deliver({ text: 'You get **16 weeks**.' }, { replyToActivityId: '1795' });
    expect(receipt).toEqual({ activityId: connector.sent[0]?.id });
    expect(connector.requests[0]).toMatchObject({
      method: 'POST',
      path: `/teams/v3/conversations/${encodeURIComponent(PERSONAL_ID)}/activities/1795`,
    });
    expect(connector.sent[0]?.activity).toEqual({
      type: 'message',
      text: 'You get **16 weeks**.',
      textFormat: 'markdown',
      channelId: 'msteams',
      from: { id: BOT.id },
      conversation: { id: PERSONAL_ID, conversationType: 'personal', tenantId: TENANT },
      recipient: { id: ALMA.id },
      replyToId: '1795',
    });
  });

  it('goes into the thread of a channel', async () => {
    const thread = `${CHANNEL_ID};messageid=${ROOT_ID}`;
    await deliver(
      { text: 'Here' },
      { conversation: conversation({ scope: 'channel', conversationId: thread, accountId: undefined }) },
    );
    expect(connector.sent[0]).toMatchObject({
      conversationId: thread,
      replyToId: undefined,
      activity: { conversation: { id: thread, conversationType: 'channel', isGroup: true } },
    });
  });

  it('rewrites a message whose id is known, and posts where none is', async () => {
    const { activityId } = await deliver({ text: 'Pending', card });
    const update = message({ text: 'Approved', card }, { kind: 'update' });
    expect(await host.adapter.port.deliver(update, activityId)).toEqual({ activityId });
    expect(connector.sent.at(-1)).toMatchObject({
      kind: 'update',
      id: activityId,
      activity: { id: activityId },
    });
    await host.adapter.port.deliver(update);
    expect(connector.sent.at(-1)).toMatchObject({ kind: 'post' });
  });

  it('shows a card with its text as the notification', async () => {
    await deliver({ text: '## Welcome\n\nAsk me **anything**.', card, suggestions: ['Holidays?'] });
    const { activity } = connector.sent[0] ?? {};
    expect(activity).toMatchObject({
      summary: 'Welcome Ask me anything.',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } },
      ],
    });
    expect(activity).not.toHaveProperty('text');
    expect(activity).not.toHaveProperty('suggestedActions');
  });

  it('carries the AI label, citations and thumbs of an answer', async () => {
    const citations = [
      citation(1, { title: 'T'.repeat(100), quote: 'q'.repeat(400) }),
      citation(2),
      citation(3),
    ];
    await deliver({ text: 'Weeks [1], notice [2].', citations, aiGenerated: true, feedbackFor: 'a1', card });
    expect(connector.sent[0]?.activity).toMatchObject({
      text: 'Weeks [1], notice [2].',
      channelData: { feedbackLoop: { type: 'default' } },
      entities: [
        {
          type: 'https://schema.org/Message',
          '@type': 'Message',
          '@context': 'https://schema.org',
          additionalType: ['AIGeneratedContent'],
          citation: [
            {
              '@type': 'Claim',
              position: 1,
              appearance: {
                '@type': 'DigitalDocument',
                name: `${'T'.repeat(79)}…`,
                abstract: `${'q'.repeat(159)}…`,
                url: 'https://steward.example/d/d1',
              },
            },
            { position: 2 },
          ],
        },
      ],
    });
  });

  it('names in the text what goes beyond twenty citations', async () => {
    const citations = Array.from({ length: 23 }, (_none, index) => citation(index + 1));
    await deliver({ text: citations.map(({ number }) => `Fact [${number}].`).join(' '), citations });
    const { activity } = connector.sent[0] ?? {};
    const [entity] = (activity?.entities ?? []) as { citation: unknown[] }[];
    expect(entity?.citation).toHaveLength(20);
    expect(activity?.text).toContain(
      '- [21] Parental leave 21\n- [22] Parental leave 22\n- [23] Parental leave 23',
    );
  });

  it('offers at most three prompts', async () => {
    await deliver({ text: 'Ask', suggestions: ['One', 'Two', 'Three', 'Four'] });
    expect(connector.sent[0]?.activity.suggestedActions).toEqual({
      to: [ALMA.id],
      actions: ['One', 'Two', 'Three'].map((prompt) => ({ type: 'imBack', title: prompt, value: prompt })),
    });
  });

  it('notifies the people that it names', async () => {
    await deliver(
      { text: 'please decide', mentions: [{ accountId: BRUNO.id, name: 'Bruno <Costa>' }] },
      { conversation: conversation({ scope: 'group', conversationId: GROUP_ID }) },
    );
    expect(connector.sent[0]?.activity).toMatchObject({
      text: '<at>Bruno Costa</at> please decide',
      entities: [{ type: 'mention', text: '<at>Bruno Costa</at>', mentioned: { id: BRUNO.id } }],
    });
  });

  it('splits a long text, loses nothing, and goes on where a failure stopped it', async () => {
    const text = Array.from({ length: 900 }, (_none, index) => `Paragraph ${index} of a long text.`).join(
      '\n\n',
    );
    connector.fail({ status: 502, when: ({ body }) => String(body?.text).includes('Paragraph 500 ') });
    const long = message({ text, feedbackFor: 'a1' });
    await expect(host.adapter.port.deliver(long)).rejects.toMatchObject({ retryable: true });
    const receipt = await host.adapter.port.deliver(long);
    const sent = connector.messages();
    expect(sent.map(({ activity }) => String(activity.text)).join('\n\n')).toBe(text);
    expect(sent.length).toBeGreaterThan(2);
    expect(sent.map(({ activity }) => activity.channelData !== undefined)).toEqual([
      ...Array.from({ length: sent.length - 1 }, () => false),
      true,
    ]);
    expect(receipt.activityId).toBe(sent.at(-1)?.id);
  });

  it('sends the text where the card is too large for Teams', async () => {
    await host.close();
    host = await startTeamsHost(
      {},
      { renderCard: () => ({ type: 'AdaptiveCard', filler: 'x'.repeat(30_000) }) },
    );
    await deliver({ text: 'In words', card });
    expect(connector.sent[0]?.activity).toMatchObject({ text: 'In words' });
    expect(connector.sent[0]?.activity).not.toHaveProperty('attachments');
  });

  it('sends the text where Teams itself finds the card too large', async () => {
    connector.fail({ status: 413, body: { error: { code: 'MessageSizeTooBig', message: 'too big' } } });
    await deliver({ text: 'In words', card });
    expect(connector.sent).toHaveLength(1);
    expect(connector.sent[0]?.activity).toMatchObject({ text: 'In words' });
  });

  it('sends the text where the card cannot be rendered, and tells the operator', async () => {
    await host.close();
    host = await startTeamsHost(
      {},
      {
        renderCard: () => {
          throw new Error('no such template');
        },
      },
    );
    await deliver({ text: 'In words', card });
    expect(connector.sent[0]?.activity).toMatchObject({ text: 'In words' });
    expect(host.warnings[0]?.message).toContain('could not be rendered');
  });

  it.each([
    [
      { status: 429, headers: { 'retry-after': '7' } },
      { code: 'teams.unavailable', retryable: true, retryAfterMs: 7000, cause: { retryAfterMs: 7000 } },
    ],
    [{ status: 412 }, { code: 'teams.unavailable', retryable: true, retryAfterMs: undefined }],
    [{ status: 503 }, { code: 'teams.unavailable', retryable: true }],
    [{ reset: true }, { code: 'kernel.unreachable', retryable: true }],
    [
      { status: 403, body: { error: { code: 'BotDisabledByUser', message: 'private words' } } },
      { code: 'teams.forbidden', retryable: false, status: 403 },
    ],
    [{ status: 404 }, { code: 'teams.gone', retryable: false, status: 404 }],
    [
      { status: 400, body: { error: { code: 'BadSyntax' } } },
      { code: 'teams.refused', retryable: false },
    ],
  ])('tells the outbox whether time can help: %j', async (fault, expected) => {
    connector.fail(fault);
    const failure = await deliver({ text: 'Hello' }).catch((error: unknown) => error);
    expect(failure).toMatchObject(expected);
    expect((failure as Error).message).not.toContain('private words');
  });

  it('does not send to an address off this machine, where nobody vouches for it', async () => {
    const elsewhere = { conversation: conversation({ serviceUrl: 'https://smba.trafficmanager.net/emea/' }) };
    await expect(deliver({ text: 'Hello' }, elsewhere)).rejects.toMatchObject({ code: 'teams.service-url' });
    await expect(
      deliver({ text: 'Hello' }, { conversation: conversation({ serviceUrl: undefined }) }),
    ).rejects.toMatchObject({
      code: 'teams.service-url',
    });
  });

  it('opens a personal conversation with somebody whom it has not met', async () => {
    await deliver(
      { text: 'An approval waits' },
      { conversation: conversation({ conversationId: '', accountId: BRUNO.id }) },
    );
    expect(connector.requests[0]).toMatchObject({
      path: '/teams/v3/conversations',
      body: { bot: { id: BOT.id }, members: [{ id: BRUNO.id }], tenantId: TENANT, isGroup: false },
    });
    const opened = `19:personal_${BRUNO.id}@unq.gbl.spaces`;
    expect(connector.sent[0]).toMatchObject({ conversationId: opened });
    expect(host.references.saved).toEqual([expect.objectContaining({ conversationId: opened })]);
  });

  it('shows the answer to a slow click once it is there', async () => {
    await host.close();
    let finish = (): void => {};
    host = await startTeamsHost(
      {
        onResponse: () =>
          new Promise((resolve) => {
            finish = () => resolve({ kind: 'message', text: 'Approved.' });
          }),
      },
      { respondWithinMs: 20 },
    );
    const { body } = await host.post(payloads.cardAction(connector.serviceUrl, 'approval.approve'));
    expect(body).toMatchObject({ value: 'Still working on it.' });
    finish();
    const [sent] = await connector.waitFor(1);
    expect(sent).toMatchObject({ kind: 'post', activity: { text: 'Approved.' } });
  });

  describe('the readers of a conversation', () => {
    it('are all members of a group chat, page by page, and are asked for once a minute', async () => {
      const ids = Array.from({ length: 23 }, (_none, index) => `29:reader-${index}`);
      connector.setMembers(GROUP_ID, ids, 10);
      const chat = conversation({ scope: 'group', conversationId: GROUP_ID });
      expect(await host.adapter.port.readers(chat)).toEqual(ids);
      expect(await host.adapter.port.readers(chat)).toEqual(ids);
      expect(connector.requests).toHaveLength(3);
    });

    it('are the team’s members in a channel’s thread', async () => {
      connector.setMembers(TEAM_ID, [ALMA.id, BRUNO.id]);
      const thread = conversation({
        scope: 'channel',
        conversationId: `${CHANNEL_ID};messageid=${ROOT_ID}`,
        extra: { teamId: TEAM_ID },
      });
      expect(await host.adapter.port.readers(thread)).toEqual([ALMA.id, BRUNO.id]);
    });

    it('are the person alone in a personal chat', async () => {
      expect(await host.adapter.port.readers(conversation())).toEqual([ALMA.id]);
      expect(connector.requests).toHaveLength(0);
    });

    it('are unknown where Teams does not tell', async () => {
      const chat = conversation({ scope: 'group', conversationId: '19:unknown@thread.v2' });
      expect(await host.adapter.port.readers(chat)).toBeUndefined();
    });
  });

  it('keeps within a conversation’s sending limit', async () => {
    await host.close();
    const clock = createManualClock();
    host = await startTeamsHost({}, { clock, pacing: true });
    const sends = Array.from({ length: 9 }, (_none, index) => deliver({ text: `Message ${index}` }));
    await connector.waitFor(7);
    expect(connector.sent).toHaveLength(7);
    await clock.advance(1000);
    await connector.waitFor(8);
    expect(connector.sent).toHaveLength(8);
    await clock.advance(2000);
    await Promise.all(sends);
    expect(connector.sent).toHaveLength(9);
  });
});

describe('The bot’s own token', () => {
  let login: BotLogin;
  const pem = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');
  const certificate = pem('bot-certificate.pem');
  const privateKey = pem('bot-certificate-key.pem');
  let goodToken: (token: string) => boolean = () => true;

  beforeEach(async () => {
    login = await startBotLogin({ appId: BOT_APP_ID, secret: 'not-a-real-secret', certificate });
    goodToken = (token) => login.issued.includes(token);
    connector = await startConnector({ isTokenGood: (token) => goodToken(token) });
  });
  afterEach(async () => {
    await host.close();
    await connector.close();
    await login.close();
  });

  const start = async (credentials = {}, clock = createManualClock()): Promise<void> => {
    host = await startTeamsHost(
      {},
      {
        clock,
        credentials: {
          appId: BOT_APP_ID,
          appPassword: 'not-a-real-secret',
          tenantId: TENANT,
          appType: 'SingleTenant',
          ...credentials,
        },
        cloud: { loginUrl: login.url, connectorOrigins: [new URL(connector.serviceUrl).origin] },
      },
    );
  };
  const deliver = () => host.adapter.port.deliver(message({ text: 'Hello' }));

  it('opens the conversation with somebody whom only the company’s directory knows', async () => {
    await start();
    const person = { accounts: [{ channel: 'entra' as const, accountId: ALMA.aadObjectId }] };
    const opened = await host.adapter.port.openPersonal?.(person, conversation({ conversationId: GROUP_ID }));
    expect(opened).toMatchObject({
      conversationId: `19:personal_${ALMA.aadObjectId}@unq.gbl.spaces`,
      scope: 'personal',
      channelTenantId: TENANT,
    });
    expect(connector.requests[0]).toMatchObject({
      body: { members: [{ id: ALMA.aadObjectId }], tenantId: TENANT, isGroup: false },
    });
    expect(host.references.saved).toEqual([opened]);
  });

  it('opens none without knowing where Teams answers, and says no where the app is not installed', async () => {
    await start();
    const person = { accounts: [{ channel: 'entra' as const, accountId: ALMA.aadObjectId }] };
    expect(await host.adapter.port.openPersonal?.(person, undefined)).toBeUndefined();
    expect(await host.adapter.port.openPersonal?.({ accounts: [] }, conversation())).toBeUndefined();
    connector.fail({ status: 403, body: { error: { code: 'BotNotInConversationRoster', message: '' } } });
    await expect(host.adapter.port.openPersonal?.(person, conversation())).rejects.toMatchObject({
      retryable: false,
    });
  });

  it('says what is for one person alone in their own chat, and nowhere where that cannot be opened', async () => {
    await start();
    const inChannel = { scope: 'channel' as const, conversationId: CHANNEL_ID, accountId: undefined };
    const aside = () =>
      message({ text: '1 more source' }, { conversation: conversation(inChannel), onlyFor: ALMA.id });
    await host.adapter.port.deliver(aside());
    expect(connector.sent).toHaveLength(1);
    expect(connector.sent[0]).toMatchObject({
      conversationId: `19:personal_${ALMA.id}@unq.gbl.spaces`,
      activity: { text: '1 more source', conversation: { conversationType: 'personal' } },
    });
    connector.fail({ status: 403, body: { error: { code: 'BotNotInConversationRoster', message: '' } } });
    expect(await host.adapter.port.deliver(aside())).toEqual({});
    expect(connector.sent).toHaveLength(1);
  });

  it('is asked for at the bot’s own tenant, once for many messages', async () => {
    await start();
    await Promise.all([deliver(), deliver(), deliver()]);
    expect(login.tokenRequests).toHaveLength(1);
    expect(login.tokenRequests[0]).toMatchObject({
      path: `/${TENANT}/oauth2/v2.0/token`,
      form: {
        grant_type: 'client_credentials',
        client_id: BOT_APP_ID,
        scope: 'https://api.botframework.com/.default',
      },
    });
    expect(connector.requests[0]?.headers.authorization).toBe('Bearer bot-token-1');
  });

  it('is asked for at the Bot Framework’s tenant by a multi-tenant bot', async () => {
    await start({ appType: 'MultiTenant', tenantId: undefined });
    await deliver();
    expect(login.tokenRequests[0]?.path).toBe('/botframework.com/oauth2/v2.0/token');
  });

  it('comes from the platform for a managed identity', async () => {
    await start({
      appType: 'UserAssignedMSI',
      appPassword: undefined,
      managedIdentity: { endpoint: `${login.url}/msi/token`, header: 'identity-secret' },
    });
    await deliver();
    expect(login.tokenRequests[0]?.path).toContain('resource=https%3A%2F%2Fapi.botframework.com');
    expect(connector.sent).toHaveLength(1);
  });

  it('is renewed before it ends', async () => {
    const clock = createManualClock();
    await start({}, clock);
    await deliver();
    await clock.advance(3_400_000);
    await deliver();
    await connector.waitFor(2);
    await deliver();
    expect(login.tokenRequests).toHaveLength(2);
  });

  it('is asked for anew when the connector refuses it, and the message still arrives', async () => {
    await start();
    await deliver();
    goodToken = (token) => token === 'bot-token-2';
    await deliver();
    expect(connector.sent).toHaveLength(2);
  });

  it('that cannot be had leaves the message for later, and says what to check', async () => {
    await start({ appPassword: 'wrong' });
    const failure = (await deliver().catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ code: 'teams.token-refused', retryable: true });
    expect(failure.message).toContain('MICROSOFT_APP_PASSWORD');
    expect(failure.message).not.toContain('wrong');
    login.refuseTokens(1, 503);
    await host.close();
    await start();
    await expect(deliver()).rejects.toMatchObject({ code: 'teams.token-unavailable', retryable: true });
    await deliver();
    expect(connector.sent).toHaveLength(1);
  });

  it('never leaves for a host that is not the connector', async () => {
    await start();
    const elsewhere = conversation({ serviceUrl: `${login.url}/` });
    await expect(
      host.adapter.port.deliver(message({ text: 'Hello' }, { conversation: elsewhere })),
    ).rejects.toMatchObject({ code: 'teams.service-url' });
    expect(login.tokenRequests).toHaveLength(0);
  });

  it('is had with a certificate instead of a secret', async () => {
    await start({ appPassword: undefined, certificate: { certificate, privateKey } });
    await deliver();
    const { form } = login.tokenRequests[0] ?? {};
    expect(form?.client_assertion_type).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(form).not.toHaveProperty('client_secret');
    expect(connector.sent).toHaveLength(1);
  });
});
