import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { MemoryVectorIndex } from '../../core/knowledge/index/memory-vector-index.js';
import { createChromaVectorIndex } from '../../storage/vectors/chroma-vector-index.js';
import { startFakeChroma } from '../fakes/chroma.js';
import { vectorIndexContract } from './vector-index-contract.js';

describe('The vector index in process', () => {
  vectorIndexContract(() => Promise.resolve(new MemoryVectorIndex(4)));
});

describe('The vector index on Chroma', () => {
  let chroma: Awaited<ReturnType<typeof startFakeChroma>>;
  let made = 0;
  const make = (): ReturnType<typeof createChromaVectorIndex> => {
    made += 1;
    const fetch = createOutboundFetch(() => true);
    return createChromaVectorIndex({ url: chroma.url, collection: `test-${made}`, fetch });
  };
  beforeAll(async () => {
    chroma = await startFakeChroma();
  });
  afterAll(() => chroma.close());

  vectorIndexContract(() => Promise.resolve(make()));

  it('says that the server failed, and works again afterwards', async () => {
    const index = make();
    chroma.failWith(500);
    await expect(index.count()).rejects.toMatchObject({ code: 'storage.chroma-failed', retryable: true });
    chroma.failWith(undefined);
    expect(await index.count()).toBe(0);
  });
});
