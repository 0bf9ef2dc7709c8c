import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ROLES } from '../kernel/person.js';
import {
  type Audience,
  OUTSIDER,
  type Reader,
  mayRead,
  readerMayRead,
  readerOf,
  visibleTo,
} from './access.js';
import type { Classification, DocumentAccess } from './document.js';

const CLASSES: Classification[] = ['public', 'internal', 'confidential', 'restricted'];
const reader = (changes: Partial<Reader> = {}): Reader => ({
  personId: 'p1',
  email: 'Ada@Tarnwick.example',
  roles: ['viewer'],
  groups: [],
  channels: [],
  ...changes,
});
const alone = (one: Reader): Audience => ({ kind: 'person', reader: one });
const together = (...members: Reader[]): Audience => ({
  kind: 'conversation',
  conversationId: 'C1',
  members,
});
const unknown: Audience = { kind: 'conversation', conversationId: 'C1', members: undefined };

describe('documents without a list of readers', () => {
  it.each<[Classification, Reader, boolean]>([
    ['public', OUTSIDER, true],
    ['internal', OUTSIDER, false],
    ['internal', reader(), true],
    ['confidential', reader(), false],
    ['confidential', reader({ roles: ['manager'] }), true],
    ['confidential', reader({ roles: ['admin'] }), true],
    ['restricted', reader({ roles: ['admin'] }), false],
  ])('%s documents are read by those cleared for it', (classification, one, expected) => {
    expect(readerMayRead({ classification }, one)).toBe(expected);
  });
});

describe('documents with a list of readers', () => {
  it('opens to any match of role, group, person, e-mail or channel', () => {
    const access = (lists: Partial<DocumentAccess>): DocumentAccess => ({
      classification: 'confidential',
      ...lists,
    });
    expect(readerMayRead(access({ roles: ['viewer'] }), reader())).toBe(true);
    expect(readerMayRead(access({ groups: ['board'] }), reader({ groups: ['board'] }))).toBe(true);
    expect(readerMayRead(access({ persons: ['p1'] }), reader())).toBe(true);
    expect(readerMayRead(access({ persons: ['ada@tarnwick.example'] }), reader())).toBe(true);
    expect(readerMayRead(access({ channels: ['C9'] }), reader({ channels: ['C9'] }))).toBe(true);
    expect(readerMayRead(access({ groups: ['board'], persons: ['p2'] }), reader({ roles: ['admin'] }))).toBe(
      false,
    );
  });

  it('keeps outsiders out even when an e-mail or a role would match', () => {
    const guest: Reader = {
      email: 'ada@tarnwick.example',
      roles: ['admin'],
      groups: ['board'],
      channels: ['C9'],
    };
    const access: DocumentAccess = {
      classification: 'public',
      roles: ['admin'],
      groups: ['board'],
      persons: ['ada@tarnwick.example'],
      channels: ['C9'],
    };
    expect(readerMayRead(access, guest)).toBe(false);
  });

  it('takes an empty list as nobody', () => {
    expect(readerMayRead({ classification: 'public', persons: [] }, reader({ roles: ['admin'] }))).toBe(
      false,
    );
  });
});

describe('conversations', () => {
  it('answers only from what every member may read', () => {
    const board: DocumentAccess = { classification: 'confidential', groups: ['board'] };
    const member = reader({ groups: ['board'] });
    expect(mayRead(board, together(member, member))).toBe(true);
    expect(mayRead(board, together(member, reader()))).toBe(false);
    expect(mayRead({ classification: 'internal' }, together(reader(), OUTSIDER))).toBe(false);
    expect(mayRead({ classification: 'public' }, together(reader(), OUTSIDER))).toBe(true);
  });

  it('closes when the members are unknown or nobody is listed', () => {
    for (const audience of [unknown, together()]) {
      expect(mayRead({ classification: 'public' }, audience)).toBe(true);
      expect(mayRead({ classification: 'internal' }, audience)).toBe(false);
      expect(mayRead({ classification: 'public', roles: ['viewer'] }, audience)).toBe(false);
    }
  });

  it('never says restricted things aloud, unless the document names the conversation', () => {
    const restricted: DocumentAccess = { classification: 'restricted', groups: ['board'] };
    const member = reader({ groups: ['board'] });
    expect(mayRead(restricted, alone(member))).toBe(true);
    expect(mayRead(restricted, together(member))).toBe(false);
    expect(mayRead({ ...restricted, channels: ['C1'] }, together(member))).toBe(true);
    expect(mayRead({ ...restricted, channels: ['C2'] }, together(member))).toBe(false);
  });

  it('never opens more to many than to each one alone', () => {
    const listed = fc.option(fc.subarray(['a', 'b']), { nil: undefined });
    const anyAccess = fc.record({
      classification: fc.constantFrom(...CLASSES),
      roles: fc.option(fc.subarray([...ROLES]), { nil: undefined }),
      groups: listed,
      persons: listed,
    });
    const anyReader = fc.record({
      personId: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
      roles: fc.subarray([...ROLES]),
      groups: fc.subarray(['a', 'b']),
      channels: fc.constant<string[]>([]),
    });
    fc.assert(
      fc.property(anyAccess, fc.array(anyReader, { minLength: 1, maxLength: 4 }), (access, members) => {
        if (!mayRead(access, together(...members))) return true;
        return members.every((member) => readerMayRead(access, member));
      }),
    );
    fc.assert(
      fc.property(anyAccess, anyReader, (access, one) => {
        return !mayRead(access, unknown) || readerMayRead(access, one);
      }),
    );
  });
});

describe('what is held back', () => {
  const documents: { name: string; access: DocumentAccess }[] = [
    { name: 'open', access: { classification: 'internal' } },
    { name: 'mine', access: { classification: 'confidential', persons: ['p1'] } },
    { name: 'board', access: { classification: 'restricted', groups: ['board'] } },
  ];

  it('tells the asker only how many more they alone may read', () => {
    const colleague = reader({ personId: 'p2', email: 'b@x.example' });
    const { shown, privately } = visibleTo(
      documents,
      (one) => one.access,
      together(reader(), colleague),
      reader(),
    );
    expect(shown.map((one) => one.name)).toEqual(['open']);
    expect(privately).toBe(1);
  });

  it('tells nobody of documents that are not theirs', () => {
    const { shown, privately } = visibleTo(documents, (one) => one.access, alone(OUTSIDER), OUTSIDER);
    expect([shown, privately]).toEqual([[], 0]);
  });
});

it('takes somebody who left the company as an outsider', () => {
  const person = {
    id: 'p1',
    tenantId: 't',
    name: 'Ada',
    roles: ['admin' as const],
    groups: ['board'],
    accounts: [],
  };
  expect(readerOf({ ...person, active: false })).toEqual(OUTSIDER);
  expect(readerOf({ ...person, active: true }, ['C1'])).toEqual({
    personId: 'p1',
    roles: ['admin'],
    groups: ['board'],
    channels: ['C1'],
  });
});
