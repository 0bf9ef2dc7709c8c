import { describe, expect, it } from '@jest/globals';
import { chatOf, personOf } from '../tests/fakes/approval-world.js';
import type { PersonRecord } from '../core/governance/identity/people.js';
import type { OutboundMessage } from '../core/kernel/outbound-message.js';
import { writeToPeople } from './write-to-people.js';

async function write(readers: PersonRecord[]): Promise<{ reached: string[]; messages: OutboundMessage[] }> {
  const messages: OutboundMessage[] = [];
  const reached = await writeToPeople(
    (_tenant, effect) => Promise.resolve(void messages.push(...effect.messages)),
    'home',
    readers,
    { id: 'letter', content: (locale) => ({ text: locale }) },
  );
  return { reached: reached.map(({ id }) => id), messages };
}
const at = (id: string, more: Partial<PersonRecord> = {}): PersonRecord => ({
  ...personOf(id),
  conversations: [chatOf(id)],
  ...more,
});

describe('a letter', () => {
  it('reaches whoever works here and has a chat, in their language', async () => {
    const { reached, messages } = await write([at('mia', { locale: 'de' }), at('max')]);
    expect(reached).toEqual(['mia', 'max']);
    expect(messages.map(({ content }) => content.text)).toEqual(['de', 'en']);
  });

  it('reaches nobody who has left, is a guest, or never wrote', async () => {
    const guest = {
      channel: 'teams' as const,
      accountId: '29:g',
      strength: 'verified' as const,
      guest: true,
    };
    const { reached, messages } = await write([
      at('gone', { active: false }),
      at('guest', { accounts: [guest] }),
      at('silent', { conversations: [] }),
    ]);
    expect([reached, messages]).toEqual([[], []]);
  });

  it('goes to a chat that calls people rather than to the chat page, and never to a channel', async () => {
    const page = { ...chatOf('mia'), channel: 'web' as const };
    const channel = { ...chatOf('general'), scope: 'channel' as const };
    const { messages } = await write([at('mia', { conversations: [channel, page, chatOf('mia')] })]);
    expect(messages.map(({ conversation }) => conversation)).toEqual([chatOf('mia')]);
  });
});
