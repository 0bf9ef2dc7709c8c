import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { mention, payloads } from '../fixtures/teams/payloads.js';
import { startTeamsHost, type TeamsHost } from '../support/teams-host.js';

const SERVICE = 'http://127.0.0.1:1/teams/';

describe('Bad input to the Teams endpoint', () => {
  let host: TeamsHost;
  beforeAll(async () => {
    host = await startTeamsHost();
  });
  afterAll(() => host.close());

  const textOf = async (changes: Record<string, unknown>): Promise<string | undefined> => {
    expect((await host.post(payloads.groupMessage(SERVICE, changes))).status).toBe(200);
    return host.intake.taken.at(-1)?.text;
  };

  it.each([
    ['JSON that breaks off', '{"type":"message"', 400],
    ['text', 'hello', 400],
    ['no body at all', '', 400],
    ['an array', '[]', 400],
    ['null', 'null', 400],
    ['a body that is not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['an object without members', '{}', 400],
    [
      'a body over 1 MB',
      JSON.stringify(payloads.personalMessage(SERVICE, { text: 'x'.repeat(1_100_000) })),
      413,
    ],
  ])('refuses %s', async (_case, body, status) => {
    const before = host.intake.taken.length;
    expect((await host.post(body)).status).toBe(status);
    expect(host.intake.taken).toHaveLength(before);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'refuses the content type %s',
    async (contentType) => {
      const body = JSON.stringify(payloads.personalMessage(SERVICE));
      expect((await host.post(body, { 'content-type': contentType })).status).toBe(415);
    },
  );

  it.each([
    ['no conversation', { conversation: undefined }, 'conversation'],
    ['a conversation that is text', { conversation: 'here' }, 'conversation'],
    ['a type that is no text', { type: 7 }, 'type'],
    ['members that are no list', { membersAdded: 'all' }, 'membersAdded'],
    ['a text that is an object', { text: { $gt: '' } }, 'text'],
  ])('names the place of the mistake: %s', async (_case, changes, place) => {
    const { status, body } = await host.post(payloads.personalMessage(SERVICE, changes));
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(place);
  });

  it('takes a message without text', async () => {
    expect(await textOf({ text: undefined })).toBe('');
    expect(await textOf({ text: '<at>Steward</at>' })).toBe('');
  });

  it('takes a text of 100 KB whole', async () => {
    const text = 'parental leave '.repeat(7000).trim();
    expect(await textOf({ text: `<at>Steward</at> ${text}` })).toBe(text);
  });

  it('removes control characters and marks that turn text around, and keeps what people write', async () => {
    expect(
      await textOf({ text: 'a\u0000b\u0007c\u001b[31m\u202Ed\u2066e\ufefff\u200f\r\ng\tשלום 👩‍👩‍👧 مرحبا' }),
    ).toBe('abc[31mdef\ng\tשלום 👩‍👩‍👧 مرحبا');
  });

  it('mends half a surrogate pair', async () => {
    expect(await textOf({ text: 'broken \ud83d end' })).toBe('broken \ufffd end');
  });

  it.each([
    ['**<at>Steward</at>** help', 'help'],
    ['<p><at>Steward</at>&nbsp;help</p>', 'help'],
    ['<at id="0">Steward</at> help', 'help'],
    ['<AT>steward</AT>: help', 'help'],
    ['help <at>Steward</at> me', 'help   me'],
    ['<at>Steward</at>, ask <at>Bruno Costa</at> &amp; me if 1 &lt; 2', 'ask Bruno Costa & me if 1 < 2'],
    ['<at>Steward</at> line<br/>break', 'line\nbreak'],
    ['<at>Steward</at> compare <T> with a<b', 'compare <T> with a<b'],
    ['<at>Steward</at> &amp;lt; stays', '&lt; stays'],
  ])('reads %j as %j', async (text, expected) => {
    const entities = [mention(), mention('Bruno Costa', '29:1bY-bruno-3LmPq')];
    expect(await textOf({ text, entities })).toBe(expected);
  });

  it('takes a mangled time for now', async () => {
    const before = Date.now();
    await host.post(payloads.personalMessage(SERVICE, { timestamp: 'yesterday-ish' }));
    expect(host.intake.taken.at(-1)?.sentAt.getTime()).toBeGreaterThanOrEqual(before);
  });

  it('survives whatever JSON is posted', async () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          type: fc.oneof(
            fc.constantFrom('message', 'invoke', 'conversationUpdate', 'installationUpdate'),
            fc.string(),
          ),
          channelId: fc.constant('msteams'),
          serviceUrl: fc.constant(SERVICE),
          conversation: fc.oneof(fc.record({ id: fc.string({ minLength: 1 }) }), fc.jsonValue()),
          id: fc.string(),
          name: fc.constantFrom('adaptiveCard/action', 'message/submitAction', '__proto__'),
          text: fc.string({ unit: 'binary' }),
          value: fc.jsonValue(),
          entities: fc.array(fc.jsonValue()),
          membersAdded: fc.array(fc.jsonValue()),
          from: fc.jsonValue(),
        },
        { requiredKeys: ['type', 'channelId', 'serviceUrl'] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (body) => {
        const { status } = await host.post(body);
        expect([200, 400, 501]).toContain(status);
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
