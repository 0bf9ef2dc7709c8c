import { beforeEach, describe, expect, it } from '@jest/globals';
import { storedDocument } from '../../../tests/contracts/document-store-contract.js';
import { createManualClock } from '../../../tests/support/manual-clock.js';
import type { DocumentStore } from '../document-store.js';
import type { DocumentSource } from '../ingest/document-source.js';
import { ingestSource } from '../ingest/ingest.js';
import { createMemoryDocumentStore } from '../memory-document-store.js';
import { diffVersions, rollback } from './versions.js';

const clock = createManualClock();
let store: DocumentStore;
beforeEach(() => {
  store = createMemoryDocumentStore();
});

describe('comparing versions', () => {
  it('tells passages that stayed, came and went, in reading order', async () => {
    await store.put(storedDocument('a', ['One.', 'Two.', 'Three.']));
    await store.put(storedDocument('a', ['One.', 'Two and a half.', 'Three.', 'Four.'], { version: 2 }));
    const { changes, from, to } = await diffVersions(store, 'a', 1, 2);
    expect([from.version, to.version]).toEqual([1, 2]);
    expect(changes.map(({ change, text }) => `${change} ${text}`)).toEqual([
      'same One.',
      'removed Two.',
      'added Two and a half.',
      'same Three.',
      'added Four.',
    ]);
  });

  it('answers an unknown version with not found', async () => {
    await store.put(storedDocument('a', ['One.']));
    await expect(diffVersions(store, 'a', 1, 7)).rejects.toMatchObject({ status: 404 });
  });
});

describe('rolling back', () => {
  it('makes the older words a new version and keeps the present readers', async () => {
    await store.put(storedDocument('a', ['Good.']));
    await store.put(
      storedDocument('a', ['Bad.'], {
        version: 2,
        access: { classification: 'confidential', groups: ['hr'] },
      }),
    );
    await rollback(store, 'a', 1, clock);
    const present = await store.get('a');
    expect(present?.passages[0]?.text).toBe('Good.');
    expect(present?.document).toMatchObject({
      version: 3,
      access: { classification: 'confidential', groups: ['hr'] },
    });
    expect(await store.history('a')).toHaveLength(3);
  });

  it('stands until the source changes again', async () => {
    let text = 'First text.';
    const source: DocumentSource = {
      id: 'test:1',
      whole: true,
      async *entries() {
        yield {
          path: 'a.md',
          read: async () => ({ bytes: new TextEncoder().encode(text), modifiedAt: clock.now() }),
        };
      },
    };
    const ingest = async (): Promise<string> => {
      for await (const event of ingestSource(source, { collection: 'main', store, clock })) void event;
      const [document] = await store.list('main');
      return `${document?.version} ${(await store.get(document?.id ?? ''))?.passages[0]?.text}`;
    };
    expect(await ingest()).toBe('1 First text.');
    text = 'Second text.';
    expect(await ingest()).toBe('2 Second text.');
    const [document] = await store.list('main');
    await rollback(store, document?.id ?? '', 1, clock);
    expect(await ingest()).toBe('3 First text.');
    await rollback(store, document?.id ?? '', 2, clock);
    expect(await ingest()).toBe('4 Second text.');
    text = 'Third text.';
    expect(await ingest()).toBe('5 Third text.');
    expect((await store.list('main'))[0]?.rolledBackFrom).toBeUndefined();
  });

  it('does not bring back what was removed', async () => {
    await store.put(storedDocument('a', ['Good.']));
    await store.remove('a', clock.now());
    await expect(rollback(store, 'a', 1, clock)).rejects.toMatchObject({ status: 409 });
  });
});
