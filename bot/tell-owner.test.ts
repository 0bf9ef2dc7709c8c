import { describe, expect, it } from '@jest/globals';
import { chatOf, personOf } from '../tests/fakes/approval-world.js';
import type { PersonRecord } from '../core/governance/identity/people.js';
import type { OutboundMessage } from '../core/kernel/outbound-message.js';
import { silentLogger } from '../core/kernel/logger.js';
import type { DocumentAccess } from '../core/knowledge/document.js';
import { createTellOwner } from './tell-owner.js';

const BOARD: DocumentAccess = { classification: 'restricted', persons: ['chair'] };
const MANAGERS: DocumentAccess = { classification: 'confidential' };

const person = (id: string, more: Partial<PersonRecord> = {}): PersonRecord => ({
  ...personOf(id),
  email: `${id}@example.com`,
  conversations: [chatOf(id)],
  ...more,
});

/** What each reader was told, of pages for the board, for managers and for all. */
async function told(owner: string, everybody: PersonRecord[]): Promise<Record<string, string>> {
  const messages: OutboundMessage[] = [];
  const tell = createTellOwner({
    tenantId: 'home',
    people: {
      get: (id) => Promise.resolve(everybody.find((each) => each.id === id)),
      byEmail: (email) => Promise.resolve(everybody.find((each) => each.email === email)),
      byRole: (role) => Promise.resolve(everybody.filter(({ roles }) => roles.includes(role))),
    },
    post: (_tenant, effect) => Promise.resolve(void messages.push(...effect.messages)),
    logger: silentLogger,
  });
  await tell(owner, 'letter', (_locale, mayKnow) => ({
    text: [mayKnow(BOARD) && 'board', mayKnow(MANAGERS) && 'managers', 'all'].filter(Boolean).join(' '),
  }));
  return Object.fromEntries(messages.map(({ id, content }) => [id.replace('letter:', ''), content.text]));
}

describe('a letter about pages', () => {
  const root = person('root', { roles: ['admin'] });
  const chair = person('chair', { roles: ['admin'] });

  it('names to their owner whatever they own', async () => {
    expect(await told('ada@example.com', [person('ada', { roles: ['viewer'] }), root])).toEqual({
      ada: 'board managers all',
    });
  });

  it('names to administrators who stand in for an owner only what each of them may read', async () => {
    const gone = person('ada', { active: false });
    const expected = { root: 'managers all', chair: 'board managers all' };
    expect(await told('ada@example.com', [gone, root, chair])).toEqual(expected);
    expect(await told('', [root, chair])).toEqual(expected);
  });
});
