import { beforeEach, describe, expect, it } from '@jest/globals';
import { storedDocument } from '../../tests/contracts/document-store-contract.js';
import { type ManualClock, createManualClock } from '../../tests/support/manual-clock.js';
import type { DocumentStore } from './document-store.js';
import { type IndexFollower, createIndexFollower } from './index-follower.js';
import { createMemoryDocumentStore } from './memory-document-store.js';

let clock: ManualClock;
let store: DocumentStore;
let follower: IndexFollower;
let indexed: Map<string, number>;
let additions = 0;

beforeEach(() => {
  clock = createManualClock();
  store = createMemoryDocumentStore();
  indexed = new Map();
  additions = 0;
  follower = createIndexFollower(
    store,
    {
      add: ({ document }) => {
        additions += 1;
        indexed.set(document.id, document.version);
      },
      remove: (id) => void indexed.delete(id),
    },
    clock,
  );
});

const put = (id: string, version = 1): Promise<void> =>
  store.put(storedDocument(id, [`text ${version}`], { version, ingestedAt: clock.now() }));

describe('an index that follows a shared store', () => {
  it('takes over what other processes put, change and remove', async () => {
    await put('a');
    await put('b');
    await follower.load();
    expect([...indexed.keys()]).toEqual(['a', 'b']);
    await clock.advance(60_000);
    await put('a', 2);
    await put('c');
    await store.remove('b', clock.now());
    expect(await follower.follow()).toBe(3);
    expect(Object.fromEntries(indexed)).toEqual({ a: 2, c: 1 });
  });

  it('reads nothing twice', async () => {
    await put('a');
    await follower.load();
    await clock.advance(60_000);
    await put('b');
    await follower.follow();
    await clock.advance(1_000);
    expect(await follower.follow()).toBe(0);
    expect(additions).toBe(2);
  });

  it('does not read again what went through its own ingest', async () => {
    await follower.load();
    const own = storedDocument('a', ['x'], { ingestedAt: clock.now() });
    await store.put(own);
    follower.index.add(own);
    expect(await follower.follow()).toBe(0);
    await store.remove('a', clock.now());
    follower.index.remove('a');
    expect(await follower.follow()).toBe(0);
    expect(additions).toBe(1);
  });

  it('finds changes of a machine whose clock is behind', async () => {
    await follower.load();
    await clock.advance(10 * 60_000);
    await follower.follow();
    await store.put(storedDocument('a', ['x'], { ingestedAt: new Date(clock.now().getTime() - 4 * 60_000) }));
    expect(await follower.follow()).toBe(1);
  });

  it('takes a document back that was removed and came again', async () => {
    await put('a');
    await follower.load();
    await store.remove('a', clock.now());
    await put('a', 2);
    expect(await follower.follow()).toBe(1);
    expect(indexed.get('a')).toBe(2);
  });

  it('never goes back to an older version', async () => {
    await follower.load();
    follower.index.add(storedDocument('a', ['new'], { version: 5 }));
    follower.index.add(storedDocument('a', ['old'], { version: 4 }));
    expect(indexed.get('a')).toBe(5);
  });
});
