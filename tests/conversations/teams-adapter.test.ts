import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Activity } from '../../core/kernel/activity.js';
import { Unavailable } from '../../core/kernel/errors.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';
import {
  ALMA,
  BOT,
  BRUNO,
  CHANNEL_ID,
  GROUP_ID,
  payloads,
  PERSONAL_ID,
  ROOT_ID,
  TEAM_ID,
  TENANT,
} from '../fixtures/teams/payloads.js';
import { startTeamsHost, type TeamsHost } from '../support/teams-host.js';

const SERVICE = 'http://127.0.0.1:1/teams/';

describe('Conversations that Steward may write into later', () => {
  let host: TeamsHost;
  beforeEach(async () => {
    host = await startTeamsHost();
  });
  afterEach(() => host.close());

  it('are remembered without their thread', async () => {
    await host.post(payloads.channelMessage(SERVICE));
    expect(host.references.saved).toEqual([
      expect.objectContaining({ conversationId: CHANNEL_ID, scope: 'channel', botId: BOT.id }),
    ]);
    expect(host.references.saved[0]?.threadId).toBeUndefined();
  });

  it('are remembered once, and again when their connector has moved', async () => {
    for (const service of [SERVICE, SERVICE, 'http://127.0.0.1:2/moved/']) {
      await host.post(payloads.personalMessage(service));
    }
    const services = host.references.saved.map(({ serviceUrl }) => serviceUrl);
    expect(services).toEqual([SERVICE, 'http://127.0.0.1:2/moved/']);
  });

  it('are forgotten when Steward is removed, and remembered when it comes back', async () => {
    await host.post(payloads.installed(SERVICE));
    await host.post(payloads.uninstalled(SERVICE));
    expect(host.references.removed).toEqual([expect.objectContaining({ conversationId: PERSONAL_ID })]);
    await host.post(payloads.installed(SERVICE));
    expect(host.references.saved).toHaveLength(2);
  });
});

describe('Teams payloads that come in over HTTP', () => {
  let host: TeamsHost;
  let answer: (activity: Activity) => ActionResponse | Promise<ActionResponse> = () => ({ kind: 'none' });

  beforeAll(async () => {
    host = await startTeamsHost({ onResponse: (activity) => answer(activity) }, { respondWithinMs: 200 });
  });
  afterAll(() => host.close());

  const take = async (payload: object): Promise<Activity> => {
    const before = host.intake.taken.length;
    const { status } = await host.post(payload);
    expect(status).toBe(200);
    expect(host.intake.taken).toHaveLength(before + 1);
    return host.intake.taken.at(-1) as Activity;
  };

  it('turns a personal message into an addressed activity', async () => {
    const payload = payloads.personalMessage(SERVICE);
    expect(await take(payload)).toEqual({
      kind: 'message',
      activityId: payload.id,
      dedupeKey: `${PERSONAL_ID}|${String(payload.id)}`,
      conversation: {
        channel: 'teams',
        channelTenantId: TENANT,
        conversationId: PERSONAL_ID,
        scope: 'personal',
        serviceUrl: SERVICE,
        botId: BOT.id,
        accountId: ALMA.id,
        extra: { directoryId: ALMA.aadObjectId },
      },
      from: {
        accountId: ALMA.id,
        name: 'Alma Reyes',
        directoryId: ALMA.aadObjectId,
        timeZone: 'Europe/Berlin',
      },
      text: 'How many days of parental leave do I get?',
      attachments: [],
      locale: 'en-US',
      sentAt: new Date('2026-11-21T08:15:30.123Z'),
      expectsResponse: false,
      addressed: true,
    });
  });

  it('acknowledges a message that is delivered twice, and hands it on once', async () => {
    const payload = payloads.personalMessage(SERVICE);
    await take(payload);
    const before = host.intake.taken.length;
    expect((await host.post(payload)).status).toBe(200);
    expect(host.intake.taken).toHaveLength(before);
  });

  it('asks Teams to deliver again when the message could not be stored', async () => {
    const payload = payloads.personalMessage(SERVICE);
    host.intake.failNext(new Unavailable('test.store', 'The store is away.'));
    expect((await host.post(payload)).status).toBe(503);
    expect(await take(payload)).toMatchObject({ activityId: payload.id });
  });

  it('takes the mention of Steward out of a group message', async () => {
    const activity = await take(payloads.groupMessage(SERVICE));
    expect(activity).toMatchObject({
      text: 'who is on call?',
      addressed: true,
      conversation: { scope: 'group', conversationId: GROUP_ID },
    });
    expect(activity.conversation.accountId).toBeUndefined();
  });

  it('marks a group message without a mention as not addressed', async () => {
    const payload = payloads.groupMessage(SERVICE, { text: 'lunch?', entities: [] });
    expect(await take(payload)).toMatchObject({ text: 'lunch?', addressed: false });
  });

  it('keeps the thread of a channel message', async () => {
    expect(await take(payloads.channelMessage(SERVICE))).toMatchObject({
      text: 'who is on call?',
      addressed: true,
      conversation: {
        scope: 'channel',
        conversationId: `${CHANNEL_ID};messageid=${ROOT_ID}`,
        threadId: ROOT_ID,
        extra: { teamId: TEAM_ID },
      },
    });
  });

  it('reads files and pictures that came with a message, and not its HTML copy', async () => {
    expect((await take(payloads.fileMessage(SERVICE))).attachments).toEqual([
      {
        name: 'report.pdf',
        contentType: 'application/octet-stream',
        url: 'https://contoso-my.sharepoint.com/_layouts/15/download.aspx?UniqueId=1',
      },
      {
        name: 'file',
        contentType: 'image/png',
        url: 'https://smba.trafficmanager.net/emea/v3/attachments/0/views/original',
      },
    ]);
  });

  it('treats the submit of a card as a click', async () => {
    const value = { verb: 'form.submit', days: '3', msteams: { type: 'messageBack' } };
    expect(await take(payloads.submit(SERVICE, value))).toMatchObject({
      kind: 'card-action',
      expectsResponse: false,
      addressed: true,
      action: {
        verb: 'form.submit',
        data: { verb: 'form.submit', days: '3' },
        cardActivityId: '1795220000555',
      },
    });
  });

  it.each([
    ['messageEdit', 'message-edit'],
    ['messageDelete', 'message-delete'],
    ['reaction', 'reaction'],
    ['uninstalled', 'uninstall'],
    ['botRemoved', 'uninstall'],
    ['installed', 'install'],
    ['upgraded', 'other'],
    ['messageUndelete', 'other'],
    ['channelRenamed', 'other'],
    ['teamRenamed', 'other'],
  ] as const)('understands %s as %s', async (name, kind) => {
    expect(await take(payloads[name](SERVICE))).toMatchObject({ kind });
  });

  it('gives an edit another key than the message that it changes', async () => {
    const message = payloads.personalMessage(SERVICE);
    const edit = payloads.messageEdit(SERVICE, { id: message.id });
    await take(message);
    expect(await take(edit)).toMatchObject({
      kind: 'message-edit',
      text: 'How many days of holiday do I get?',
    });
  });

  it('tells who joined and who left', async () => {
    const bruno = { accountId: BRUNO.id, name: 'Bruno Costa', directoryId: BRUNO.aadObjectId };
    expect(await take(payloads.memberAdded(SERVICE))).toMatchObject({
      kind: 'members-added',
      members: [bruno],
    });
    expect(await take(payloads.memberRemoved(SERVICE))).toMatchObject({
      kind: 'members-removed',
      members: [bruno],
    });
  });

  it('welcomes once although Teams tells of an install twice', async () => {
    const first = await take(payloads.installed(SERVICE));
    const second = await take(payloads.botAdded(SERVICE));
    expect([first.kind, second.kind]).toEqual(['install', 'other']);
  });

  it('takes the bot added in the emulator, which sends nothing else, as the install', async () => {
    const payload = { ...payloads.botAdded(SERVICE), channelId: 'emulator' };
    expect(await take(payload)).toMatchObject({ kind: 'install' });
  });

  it.each(['typing', 'readReceipt', 'unknownType'] as const)(
    'acknowledges %s and does nothing',
    async (name) => {
      const before = host.intake.taken.length;
      expect(await host.post(payloads[name](SERVICE))).toEqual({ status: 200, body: undefined });
      expect(host.intake.taken).toHaveLength(before);
    },
  );

  describe('clicks that wait for an answer', () => {
    it('hands on the verb and the inputs, and answers with the next card', async () => {
      answer = () => ({
        kind: 'card',
        content: { text: 'Done', card: { template: 'notice', data: { n: 1 } } },
      });
      const { status, body } = await host.post(
        payloads.cardAction(SERVICE, 'approval.approve', { id: 'a1', note: 'ok' }),
      );
      expect(status).toBe(200);
      expect(body).toMatchObject({
        statusCode: 200,
        type: 'application/vnd.microsoft.card.adaptive',
        value: { type: 'AdaptiveCard', body: [{ text: 'notice' }] },
      });
      expect(host.intake.taken.at(-1)).toMatchObject({
        kind: 'card-action',
        expectsResponse: true,
        action: { verb: 'approval.approve', data: { id: 'a1', note: 'ok' }, cardActivityId: '1795220000555' },
      });
    });

    it.each([
      [
        { kind: 'message', text: 'Noted.' },
        { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Noted.' },
      ],
      [{ kind: 'none' }, { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: '' }],
      [
        { kind: 'field-errors', errors: { days: 'A number, please.' } },
        {
          statusCode: 400,
          type: 'application/vnd.microsoft.error',
          value: { code: 'BadRequest', message: 'A number, please.' },
        },
      ],
      [
        { kind: 'error', status: 403, text: 'You may not.' },
        {
          statusCode: 400,
          type: 'application/vnd.microsoft.error',
          value: { code: 'BadRequest', message: 'You may not.' },
        },
      ],
      [
        { kind: 'card', content: { text: 'Only words' } },
        { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Only words' },
      ],
    ] as [ActionResponse, object][])(
      'answers %j in the words of Universal Actions',
      async (response, body) => {
        answer = () => response;
        expect(await host.post(payloads.cardAction(SERVICE, 'any'))).toEqual({ status: 200, body });
      },
    );

    it('knows a refresh, by its trigger and by its verb', async () => {
      answer = () => ({ kind: 'none' });
      await host.post(payloads.cardAction(SERVICE, 'approval.view', {}, 'automatic'));
      expect(host.intake.taken.at(-1)?.kind).toBe('card-refresh');
      await host.post(payloads.cardAction(SERVICE, 'approval.refresh'));
      expect(host.intake.taken.at(-1)?.kind).toBe('card-refresh');
    });

    it('answers in time when the work takes long', async () => {
      let finish = (_response: ActionResponse): void => {};
      answer = () =>
        new Promise((resolve) => {
          finish = resolve;
        });
      expect((await host.post(payloads.cardAction(SERVICE, 'slow'))).body).toMatchObject({
        statusCode: 200,
        value: 'Still working on it.',
      });
      finish({ kind: 'none' });
    });

    it('answers with an error that the card can show when the work fails', async () => {
      answer = () => {
        throw new Error('a secret detail');
      };
      const { status, body } = await host.post(payloads.cardAction(SERVICE, 'broken'));
      expect(status).toBe(200);
      expect(body).toEqual({
        statusCode: 500,
        type: 'application/vnd.microsoft.error',
        value: { code: 'InternalServerError', message: 'That did not work. Please try again.' },
      });
    });

    it('refuses a click without an action in a body that the client understands', async () => {
      expect(await host.post(payloads.invoke(SERVICE, 'adaptiveCard/action', 'nonsense'))).toEqual({
        status: 200,
        body: {
          statusCode: 400,
          type: 'application/vnd.microsoft.error',
          value: { code: 'BadRequest', message: 'That did not work. Please try again.' },
        },
      });
    });
  });

  describe('feedback', () => {
    it.each([
      ['like', '{"feedbackText":"Spot on"}', { rating: 'up', reason: 'Spot on' }],
      ['dislike', '{"feedbackText":""}', { rating: 'down' }],
      ['dislike', 'not good', { rating: 'down', reason: 'not good' }],
      ['like', { feedbackText: 'as an object' }, { rating: 'up', reason: 'as an object' }],
      ['like', undefined, { rating: 'up' }],
      ['dislike', '{broken', { rating: 'down', reason: '{broken' }],
    ] as const)('reads %s with %j', async (reaction, feedback, expected) => {
      const { status, body } = await host.post(payloads.feedback(SERVICE, reaction, feedback));
      expect([status, body]).toEqual([200, {}]);
      expect(host.intake.taken.at(-1)).toMatchObject({
        kind: 'feedback',
        feedback: { ...expected, activityId: '1795220000555' },
        expectsResponse: false,
      });
    });
  });

  it.each([
    [
      'composeExtension/query',
      200,
      { composeExtension: { type: 'result', attachmentLayout: 'list', attachments: [] } },
    ],
    ['signin/verifyState', 200, {}],
    ['signin/failure', 200, {}],
    ['signin/tokenExchange', 412, { failureDetail: 'Steward has no sign-in connection.' }],
    ['task/fetch', 501, {}],
    ['composeExtension/fetchTask', 501, {}],
    ['somebody/elses', 501, {}],
    [
      'application/search',
      200,
      { statusCode: 200, type: 'application/vnd.microsoft.search.searchResponse', value: { results: [] } },
    ],
  ])('declines the invoke %s with a body that its client understands', async (name, status, body) => {
    expect(await host.post(payloads.invoke(SERVICE, name))).toEqual({ status, body });
  });

  it.each(['HEAD', 'GET'])('answers the %s with which test clients look for a bot', async (method) => {
    const response = await fetch(host.url, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
