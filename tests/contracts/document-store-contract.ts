import { describe, expect, it } from '@jest/globals';
import type { KnowledgeDocument } from '../../core/knowledge/document.js';
import type { DocumentStore, StoredDocument } from '../../core/knowledge/document-store.js';
import { chunkDocument } from '../../core/knowledge/ingest/chunk.js';

const AT = new Date('2026-03-01T10:00:00Z');

export function storedDocument(
  id: string,
  texts: string[],
  changes: Partial<KnowledgeDocument> = {},
): StoredDocument {
  const document: KnowledgeDocument = {
    id,
    collection: 'handbook',
    path: `${id}.md`,
    title: `Title of ${id}`,
    contentHash: texts.join('|'),
    version: 1,
    language: 'en',
    access: { classification: 'internal' },
    updatedAt: AT,
    ingestedAt: AT,
    ...changes,
  };
  const blocks = texts.map((text, position) => ({
    kind: 'paragraph' as const,
    headings: [`Part ${position + 1}`],
    text,
  }));
  return { document, passages: chunkDocument({ title: document.title, blocks }, document) };
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/**
 * What every document store promises.
 * @param open makes an empty store for a tenant; called with two names it must give two separate stores.
 */
export function documentStoreContract(open: (tenantId: string) => Promise<DocumentStore>): void {
  let tenants = 0;
  const fresh = (): Promise<DocumentStore> => {
    tenants += 1;
    return open(`tenant-${tenants}`);
  };

  describe('documents', () => {
    it('gives back what was put, passages and dates and all', async () => {
      const store = await fresh();
      const stored = storedDocument('a', ['One.', 'Two.'], {
        access: { classification: 'confidential', groups: ['people-team'], roles: ['manager'] },
        owner: 'x@y.example',
        reviewBy: AT,
        source: 'folder:/x',
      });
      await store.put(stored);
      expect(await store.get('a')).toEqual(stored);
      expect(await store.list()).toEqual([stored.document]);
      expect(await collect(store.all())).toEqual([stored]);
    });

    it('stores absent fields as absent', async () => {
      const store = await fresh();
      await store.put(
        storedDocument('a', ['x'], {
          owner: undefined,
          access: { classification: 'public', roles: undefined },
        }),
      );
      const document = (await store.get('a'))?.document;
      expect(document?.owner).toBeUndefined();
      expect(document?.access.roles).toBeUndefined();
    });

    it('lists by collection, in the order of paths', async () => {
      const store = await fresh();
      await store.put(storedDocument('b', ['x']));
      await store.put(storedDocument('a', ['x']));
      await store.put(storedDocument('c', ['x'], { collection: 'other' }));
      expect((await store.list('handbook')).map((document) => document.id)).toEqual(['a', 'b']);
      expect((await store.list()).map((document) => document.id)).toEqual(['a', 'b', 'c']);
      expect(await store.list('none')).toEqual([]);
    });

    it('keeps older versions as history', async () => {
      const store = await fresh();
      const first = storedDocument('a', ['Old.']);
      const second = storedDocument('a', ['New.'], { version: 2 });
      await store.put(first);
      await store.put(second);
      expect(await store.get('a')).toEqual(second);
      expect((await store.history('a')).map((document) => document.version)).toEqual([2, 1]);
      expect(await store.getVersion('a', 1)).toEqual(first);
      expect(await store.getVersion('a', 2)).toEqual(second);
      expect(await store.getVersion('a', 3)).toBeUndefined();
    });

    it('refuses a version that is not the next one', async () => {
      const store = await fresh();
      await expect(store.put(storedDocument('a', ['x'], { version: 2 }))).rejects.toMatchObject({
        code: 'knowledge.version-conflict',
      });
      await store.put(storedDocument('a', ['x']));
      await expect(store.put(storedDocument('a', ['y']))).rejects.toMatchObject({ status: 409 });
      await expect(store.put(storedDocument('a', ['y'], { version: 3 }))).rejects.toMatchObject({
        status: 409,
      });
      expect((await store.get('a'))?.passages[0]?.text).toBe('x');
    });

    it('lets one of many writers of the same version win, and history agrees with it', async () => {
      const store = await fresh();
      await store.put(storedDocument('a', ['start']));
      const race = await Promise.allSettled(
        ['p', 'q', 'r', 's', 't'].map((text) => store.put(storedDocument('a', [text], { version: 2 }))),
      );
      expect(race.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      const winner = await store.get('a');
      expect(await store.getVersion('a', 2)).toEqual(winner);
      await store.put(storedDocument('a', ['end'], { version: 3 }));
      expect(await store.getVersion('a', 2)).toEqual(winner);
      expect((await store.history('a')).map((document) => document.version)).toEqual([3, 2, 1]);
    });

    it('removes a document but not its history, and lets it come back as the next version', async () => {
      const store = await fresh();
      await store.put(storedDocument('a', ['Old.']));
      await store.remove('a', AT);
      await store.remove('unknown', AT);
      expect(await store.get('a')).toBeUndefined();
      expect(await store.list()).toEqual([]);
      expect(await collect(store.all())).toEqual([]);
      expect((await store.history('a')).map((document) => document.version)).toEqual([1]);
      expect((await store.getVersion('a', 1))?.passages[0]?.text).toBe('Old.');
      await expect(store.put(storedDocument('a', ['Again.']))).rejects.toMatchObject({ status: 409 });
      await store.put(storedDocument('a', ['Again.'], { version: 2 }));
      expect((await store.get('a'))?.document.version).toBe(2);
    });

    it('tells what changed since an instant, oldest first', async () => {
      const store = await fresh();
      const at = (minute: number): Date => new Date(AT.getTime() + minute * 60_000);
      await store.put(storedDocument('a', ['x'], { ingestedAt: at(1) }));
      await store.put(storedDocument('b', ['x'], { ingestedAt: at(2) }));
      await store.put(storedDocument('a', ['y'], { version: 2, ingestedAt: at(3) }));
      await store.remove('b', at(4));
      await store.remove('b', at(9));
      expect(await store.changedSince(at(2))).toEqual([
        { documentId: 'a', version: 2, removed: false, at: at(3) },
        { documentId: 'b', version: 1, removed: true, at: at(4) },
      ]);
      expect(await store.changedSince(at(5))).toEqual([]);
    });

    it('knows nothing of what it was never given', async () => {
      const store = await fresh();
      expect(await store.get('a')).toBeUndefined();
      expect(await store.history('a')).toEqual([]);
      expect(await store.getVersion('a', 1)).toBeUndefined();
    });

    it('keeps names in any script, and text of any kind', async () => {
      const store = await fresh();
      const stored = storedDocument('ü', ['日本語 $set {"a": 1} \u0001 👍'], {
        path: 'папка/休暇.md',
        title: '$title.with.dots',
      });
      await store.put(stored);
      expect(await store.get('ü')).toEqual(stored);
    });
  });

  describe('vectors', () => {
    const passagesOf = (stored: StoredDocument): string[] => stored.passages.map((passage) => passage.id);
    const vectorsOf = async (store: DocumentStore, encoder: string): Promise<[string, number[]][]> =>
      (await collect(store.vectors(encoder)))
        .map(({ passageId, vector }): [string, number[]] => [passageId, [...vector]])
        .sort(([a], [b]) => (a < b ? -1 : 1));

    it('gives back the vectors of an encoder, bit by bit', async () => {
      const store = await fresh();
      const stored = storedDocument('a', ['One.', 'Two.']);
      await store.put(stored);
      const [one = '', two = ''] = passagesOf(stored);
      const numbers = new Float32Array([0.1, -1e-30, 3.4e38, 0]);
      await store.putVectors('use-1', [{ passageId: one, vector: numbers }]);
      await store.putVectors('use-1', [{ passageId: two, vector: new Float32Array([1]) }]);
      await store.putVectors('other', [{ passageId: one, vector: new Float32Array([2]) }]);
      const expected: [string, number[]][] = [
        [one, [...numbers]],
        [two, [1]],
      ];
      expect(await vectorsOf(store, 'use-1')).toEqual(expected.sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(await vectorsOf(store, 'other')).toEqual([[one, [2]]]);
      expect(await vectorsOf(store, 'none')).toEqual([]);
    });

    it('keeps the vectors of passages that a new version left alone, and drops the others', async () => {
      const store = await fresh();
      const first = storedDocument('a', ['Stays.', 'Goes.']);
      await store.put(first);
      const [stays = '', goes = ''] = passagesOf(first);
      await store.putVectors('e', [
        { passageId: stays, vector: new Float32Array([1]) },
        { passageId: goes, vector: new Float32Array([2]) },
      ]);
      const second = storedDocument('a', ['Stays.', 'Comes.'], { version: 2 });
      expect(passagesOf(second)[0]).toBe(stays);
      await store.put(second);
      expect(await vectorsOf(store, 'e')).toEqual([[stays, [1]]]);
      await store.remove('a', AT);
      expect(await vectorsOf(store, 'e')).toEqual([]);
    });
  });

  it('keeps tenants apart', async () => {
    const [one, two] = [await fresh(), await fresh()];
    const stored = storedDocument('a', ['Mine.']);
    await one.put(stored);
    await one.putVectors('e', [{ passageId: stored.passages[0]?.id ?? '', vector: new Float32Array([1]) }]);
    expect(await two.get('a')).toBeUndefined();
    expect(await two.list()).toEqual([]);
    expect(await two.history('a')).toEqual([]);
    expect(await two.getVersion('a', 1)).toBeUndefined();
    expect(await collect(two.all())).toEqual([]);
    expect(await collect(two.vectors('e'))).toEqual([]);
    await two.remove('a', AT);
    await two.put(storedDocument('a', ['Theirs.']));
    expect((await one.get('a'))?.passages[0]?.text).toBe('Mine.');
  });
}
