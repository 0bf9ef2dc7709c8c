import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AppendRequest, WebConversationStore } from '../../core/kernel/web-conversation-store.js';

interface Opened {
  store: WebConversationStore;
  /** The same data, as another process or a restarted one sees it. */
  again: WebConversationStore;
  close(): Promise<void>;
}

const at = new Date('2026-11-21T09:00:00Z');
const entry = (onceKey: string, over: Partial<AppendRequest> = {}): AppendRequest => ({
  conversationId: 'c1',
  onceKey,
  at,
  make: (id) => ({ id, text: onceKey }),
  ...over,
});

/** What every store of web conversations keeps. */
export function describeWebConversationStore(name: string, open: () => Promise<Opened>): void {
  describe(`web conversations in ${name}`, () => {
    let opened: Opened;
    let store: WebConversationStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    it('are created once', async () => {
      expect(await store.create({ id: 'c1', accountId: 'ines', accountName: 'Ines', createdAt: at })).toBe(
        true,
      );
      expect(await store.create({ id: 'c1', accountId: 'omar', createdAt: at })).toBe(false);
      expect(await opened.again.find('c1')).toEqual({
        id: 'c1',
        accountId: 'ines',
        accountName: 'Ines',
        createdAt: at,
      });
      expect(await store.find('c2')).toBeUndefined();
    });

    it('get one owner, and keep the first', async () => {
      await store.create({ id: 'c1', createdAt: at });
      expect(await store.find('c1')).toEqual({ id: 'c1', createdAt: at });
      expect(await store.bindAccount('c1', { accountId: 'ines' })).toMatchObject({ accountId: 'ines' });
      expect(await store.bindAccount('c1', { accountId: 'omar', accountName: 'Omar' })).toEqual({
        id: 'c1',
        accountId: 'ines',
        createdAt: at,
      });
      expect(await store.bindAccount('c2', { accountId: 'ines' })).toBeUndefined();
    });

    it('number their entries from 1', async () => {
      expect(await store.lastSequence('c1')).toBe(0);
      expect(await store.append(entry('a'))).toEqual({
        added: true,
        entry: { sequence: 1, activityId: 'c1|0000001', activity: { id: 'c1|0000001', text: 'a' } },
      });
      await store.append(entry('other', { conversationId: 'c2' }));
      expect((await opened.again.append(entry('b'))).entry.sequence).toBe(2);
      expect((await store.append(entry('c'))).entry.sequence).toBe(3);
      expect(await store.lastSequence('c1')).toBe(3);
      expect((await opened.again.entriesAfter('c1', 1, 10)).map(({ sequence }) => sequence)).toEqual([2, 3]);
      expect((await store.entriesAfter('c1', 0, 2)).map(({ sequence }) => sequence)).toEqual([1, 2]);
      expect(await store.entriesAfter('c1', 3, 10)).toEqual([]);
    });

    it('append the same key once', async () => {
      const first = await store.append(entry('a'));
      await store.append(entry('b'));
      const second = await opened.again.append(entry('a', { make: () => ({ text: 'other words' }) }));
      expect(second).toEqual({ added: false, entry: first.entry });
      expect(await store.lastSequence('c1')).toBe(2);
    });

    it('have no gap and no double place when many append at once', async () => {
      const keys = Array.from({ length: 24 }, (_, index) => `k${index % 20}`);
      const results = await Promise.all(
        keys.map((key, index) => (index % 2 ? opened.again : store).append(entry(key))),
      );
      const entries = await store.entriesAfter('c1', 0, 100);
      expect(entries.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      expect(results.filter(({ added }) => added)).toHaveLength(20);
      expect(new Set(entries.map(({ activity }) => activity['text']))).toEqual(new Set(keys));
    });

    it('rewrite an activity in place, and repeat it under its id', async () => {
      const { entry: first } = await store.append(entry('a'));
      await store.append(entry('b'));
      await store.rewrite('c1', first.activityId, { id: first.activityId, text: 'new' });
      const rewrites = { activityId: first.activityId, sequence: first.sequence };
      const repeated = await store.append(entry('a2', { rewrites, make: (id) => ({ id, text: 'new' }) }));
      expect(repeated.entry).toEqual({
        sequence: 3,
        activityId: first.activityId,
        activity: { id: first.activityId, text: 'new' },
        rewrites: 1,
      });
      expect(await opened.again.entry('c1', first.activityId)).toEqual({
        sequence: 1,
        activityId: first.activityId,
        activity: { id: first.activityId, text: 'new' },
      });
      expect(await store.entry('c1', 'c1|0000009')).toBeUndefined();
      expect(await store.entry('c2', first.activityId)).toBeUndefined();
    });

    it('keep any JSON, also names that a database would refuse', async () => {
      const activity = { $set: { 'a.b': [1, null, '\u0000', '😀'] }, '': true };
      await store.append(entry('a', { make: () => activity }));
      expect((await opened.again.entriesAfter('c1', 0, 1))[0]?.activity).toEqual(activity);
    });

    it('keep uploaded files for their own conversation', async () => {
      const bytes = Buffer.from([0, 255, 1, 128]);
      await store.keepUpload({
        id: 'u1',
        conversationId: 'c1',
        name: 'n',
        contentType: 'image/png',
        bytes,
        at,
      });
      expect(await opened.again.upload('c1', 'u1')).toMatchObject({
        name: 'n',
        contentType: 'image/png',
        bytes,
      });
      expect(await store.upload('c2', 'u1')).toBeUndefined();
    });
  });
}
