import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { createManualClock } from '../support/manual-clock.js';
import { startSlackHost, type SlackHost } from '../support/slack-host.js';

const conversation = {
  channel: 'slack' as const,
  channelTenantId: 'T0ACME0001',
  conversationId: 'C0LARGE001',
  scope: 'channel' as const,
};
const idOf = (at: number): string => `U0P${String(at).padStart(7, '0')}`;

describe('The list of people of a large workspace', () => {
  let host: SlackHost;
  afterEach(() => host.close());
  const clock = createManualClock();
  const callsOf = (method: string): number =>
    host.slack.calls.filter((call) => call.method === method).length;

  it('is waited for a moment only; who is not in it yet is asked for alone', async () => {
    host = await startSlackHost({}, { clock });
    for (let at = 0; at < 450; at += 1) host.slack.setUser(idOf(at), { name: `Person ${at}` });
    host.slack.setUser('U0GUEST001', { name: 'A guest', more: { is_restricted: true } });
    const whoIs = (id: string) => host.adapter.port.whoIs?.(conversation, id);
    host.slack.fail({ method: 'users.list', retryAfter: 30 });
    const first = whoIs(idOf(3));
    await eventually(() => expect(callsOf('users.list')).toBe(1));
    await eventually(() => expect(clock.sleepers).toBeGreaterThan(1));
    await clock.advance(4_000);
    expect(await first).toMatchObject({ accountId: idOf(3), isMember: true });
    expect(await whoIs(idOf(440))).toMatchObject({ name: 'Person 440', isMember: true });
    expect(await whoIs('U0GUEST001')).toBeUndefined();
    host.slack.fail({ method: 'users.info', retryAfter: 60 });
    expect(await whoIs(idOf(441))).toBeUndefined();

    await clock.advance(30_000);
    await eventually(() => expect(callsOf('users.list')).toBe(4));
    const asked = callsOf('users.info');
    await eventually(async () =>
      expect(await whoIs(idOf(442))).toMatchObject({ name: 'Person 442', isMember: true }),
    );
    expect(callsOf('users.info')).toBe(asked);
  });

  it('is believed while it is read anew', async () => {
    host = await startSlackHost({}, { clock });
    host.slack.setUser(idOf(1), { name: 'Person 1' });
    const whoIs = (id: string) => host.adapter.port.whoIs?.(conversation, id);
    expect(await whoIs(idOf(1))).toMatchObject({ name: 'Person 1' });
    await clock.advance(11 * 60_000);
    host.slack.fail({ method: 'users.list', retryAfter: 30 });
    expect(await whoIs(idOf(1))).toMatchObject({ name: 'Person 1' });
    expect(callsOf('users.info')).toBe(0);
  });
});

describe('Without the right to ask who people are', () => {
  let host: SlackHost;
  afterEach(() => host.close());
  const own = { ...conversation, scope: 'personal' as const };

  it('nobody is taken for a colleague, and the operator is told', async () => {
    host = await startSlackHost();
    host.slack.setUser('U0EMPLOYE1', { name: 'Priya', email: 'priya@example.com' });
    host.slack.fail({ method: 'users.info', error: 'missing_scope' });
    expect(await host.adapter.completeSender({ accountId: 'U0EMPLOYE1' }, own)).toEqual({
      accountId: 'U0EMPLOYE1',
      isMember: false,
    });
    expect(host.warnings.map(({ message }) => message).join()).toContain('users:read');
    // Once the right is given, the next message tells.
    expect(await host.adapter.completeSender({ accountId: 'U0EMPLOYE1' }, own)).toMatchObject({
      email: 'priya@example.com',
      isMember: true,
    });
  });

  it('is told at the start, with every other permission that is missing', async () => {
    host = await startSlackHost(
      {},
      { scopes: ['chat:write', 'users:read'] },
      { scopes: 'chat:write,im:history' },
    );
    await host.adapter.start();
    expect(host.warnings[0]?.fields).toEqual({ missing: ['users:read'] });
  });
});
