import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidInput } from '../../core/kernel/errors.js';
import { clientIdOf, parseClientActivity, toActivity, type Reception } from './receive.js';

const receivedAt = new Date('2026-11-21T09:00:00Z');
const reception: Reception = {
  conversation: { id: 'c', accountId: 'ines', accountName: 'Ines', createdAt: receivedAt },
  channelTenantId: 'web',
  botId: 'steward',
  activityId: 'c|0000001',
  dedupeKey: 'c|in|1',
  receivedAt,
};
const received = (activity: object) => toActivity(parseClientActivity(activity), reception);

describe('what a Direct Line client posts', () => {
  it('is understood or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        try {
          const activity = received(body as object);
          expect(activity.from.accountId).toBe('ines');
          expect(activity.conversation.conversationId).toBe('c');
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInput);
        }
      }),
    );
  });

  it('keeps to the kinds, whatever value a message or an invoke carries', () => {
    const names = fc.constantFrom('adaptiveCard/action', 'message/submitAction', 'other');
    fc.assert(
      fc.property(
        fc.constantFrom('message', 'invoke', 'event'),
        names,
        fc.jsonValue(),
        (type, name, value) => {
          const activity = received({ type, name, value });
          if (activity.kind === 'card-action') expect(typeof activity.action?.verb).toBe('string');
          if (activity.kind === 'feedback') expect(['up', 'down']).toContain(activity.feedback?.rating);
          expect(activity.expectsResponse).toBe(type === 'invoke');
        },
      ),
    );
  });

  it.each([
    [{ action: { verb: 'v', data: { a: 1 } } }, { verb: 'v', data: { a: 1 } }],
    [{ action: { type: 'Action.Execute', verb: 'v' } }, { verb: 'v', data: {} }],
    [
      { verb: 'v', a: 1, msteams: { type: 'x' } },
      { verb: 'v', data: { a: 1 } },
    ],
    [{ a: 1 }, { verb: '', data: { a: 1 } }],
    [
      { action: 'no object', verb: 'v' },
      { verb: 'v', data: { action: 'no object' } },
    ],
  ])('reads the click %j', (value, action) => {
    expect(received({ type: 'message', value, replyToId: 'card' })).toMatchObject({
      kind: 'card-action',
      action: { ...action, cardActivityId: 'card' },
    });
  });

  it('is a message when it has words beside its value', () => {
    expect(received({ type: 'message', text: 'hi', value: { a: 1 } })).toMatchObject({
      kind: 'message',
      text: 'hi',
    });
  });

  it('believes a clock only when it is near ours', () => {
    const near = new Date(receivedAt.getTime() - 60_000).toISOString();
    expect(received({ type: 'message', localTimestamp: near }).sentAt.toISOString()).toBe(near);
    expect(received({ type: 'message', timestamp: '1999-01-01T00:00:00Z' }).sentAt).toEqual(receivedAt);
    expect(received({ type: 'message', timestamp: 'yesterday' }).sentAt).toEqual(receivedAt);
  });

  it('links only to the web and to data', () => {
    const attachments = [
      'https://a.example/x',
      'data:text/plain,x',
      'file:///etc/passwd',
      'javascript:1',
      undefined,
    ].map((contentUrl) => ({ contentUrl, contentType: 'text/plain' }));
    expect(received({ type: 'message', attachments }).attachments.map(({ url }) => url)).toEqual([
      'https://a.example/x',
      'data:text/plain,x',
    ]);
  });

  it.each([
    [{ channelData: { clientActivityID: 'a' }, id: 'b' }, 'a'],
    [{ channelData: { clientActivityId: 'c' } }, 'c'],
    [{ id: 'b' }, 'b'],
    [{ id: '' }, undefined],
    [{ channelData: { clientActivityID: 7 } }, undefined],
  ])('is known again by the id of %j', (members, id) => {
    expect(clientIdOf(parseClientActivity({ type: 'message', ...members }))).toBe(id);
  });
});
