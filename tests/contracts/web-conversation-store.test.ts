import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore, type EmbeddedStore } from '../../storage/embedded/index.js';
import { openDatabase, type CollectionDefinition, type Database } from '../../storage/mongo/database.js';
import {
  createWebConversationStore,
  webConversationCollection,
  webEntryCollection,
  webUploadCollection,
} from '../../storage/mongo/web-conversation-store.js';
import { createFieldCipher } from '../../storage/mongo/field-cipher.js';
import { createMemoryWebConversationStore } from '../fakes/memory-web-conversation-store.js';
import { describeWebConversationStore } from './web-conversation-store.js';

const COLLECTIONS = [
  webConversationCollection,
  webEntryCollection,
  webUploadCollection,
] as unknown as CollectionDefinition<never>[];

describeWebConversationStore('the memory of the tests', async () => {
  const store = createMemoryWebConversationStore();
  return { store, again: store, close: async () => {} };
});

describe('the database', () => {
  const cipher = createFieldCipher([{ id: 'k1', key: randomBytes(32) }]);
  let folder: string;
  let embedded: EmbeddedStore | undefined;
  let database: Database;
  let tenants = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-web-'));
    if (!process.env['MONGODB_URI']) {
      embedded = await startEmbeddedStore({ dataDir: folder, clock: systemClock, logger: silentLogger });
    }
    database = await openDatabase(process.env['MONGODB_URI'] ?? embedded?.uri ?? '', COLLECTIONS);
  });
  afterAll(async () => {
    if (process.env['MONGODB_URI']) await database.connection.dropDatabase();
    await database.close();
    await embedded?.close();
    await rm(folder, { recursive: true, force: true });
  });

  describeWebConversationStore('the database', async () => {
    for (const definition of COLLECTIONS) await database.acrossTenants(definition).deleteMany({});
    tenants += 1;
    const tenant = `tenant-${tenants}`;
    // Two stores on one database stand for two processes: each has its own idea of the last place.
    return {
      store: createWebConversationStore(database, tenant, cipher),
      again: createWebConversationStore(database, tenant, cipher),
      close: async () => {},
    };
  });

  it('holds nothing that people wrote in the clear, and reads what was stored before it had a key', async () => {
    const at = new Date();
    const words = { conversationId: 'sealed', at, make: () => ({ text: 'my salary' }) };
    await createWebConversationStore(database, 'mine').append({ ...words, onceKey: 'plain' });
    const store = createWebConversationStore(database, 'mine', cipher);
    const { entry } = await store.append({ ...words, onceKey: 'sealed' });
    await store.rewrite('sealed', entry.activityId, { text: 'my new salary' });
    const raw = await database.acrossTenants(webEntryCollection).find({ onceKey: 'sealed' }).lean();
    expect(raw).toHaveLength(1);
    expect(JSON.stringify(raw)).not.toContain('salary');
    const texts = (await store.entriesAfter('sealed', 0, 10)).map(({ activity }) => activity['text']);
    expect(texts).toEqual(['my salary', 'my new salary']);
  });

  it('keeps tenants apart', async () => {
    const mine = createWebConversationStore(database, 'mine');
    const theirs = createWebConversationStore(database, 'theirs');
    const at = new Date();
    await mine.create({ id: 'apart', accountId: 'ines', createdAt: at });
    await mine.append({ conversationId: 'apart', onceKey: 'a', at, make: () => ({ text: 'private' }) });
    expect(await theirs.find('apart')).toBeUndefined();
    expect(await theirs.entriesAfter('apart', 0, 10)).toEqual([]);
  });
});
