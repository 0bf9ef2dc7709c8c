import { z } from 'zod';
import { Unavailable } from '../../core/kernel/errors.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import {
  dot,
  type VectorEntry,
  type VectorHit,
  type VectorIndex,
} from '../../core/knowledge/index/vector-index.js';

export interface ChromaOptions {
  /** Base address of the server (`CHROMA_URL`). */
  url: string;
  /** One collection for each tenant and encoder. */
  collection: string;
  fetch: OutboundFetch;
  /** Sent as `x-chroma-token` when the server asks for one. */
  token?: string;
}

/** Records in one request; a server takes at least 5,461 (`/api/v2/pre-flight-checks`), this keeps bodies small. */
const BATCH = 500;
/** Hits beyond the wanted ones, so that some may be refused to a reader without a second request. */
const SPARE = 50;
const LARGEST_QUERY = 10_000;

const collectionSchema = z.object({ id: z.string() });
const querySchema = z.object({
  ids: z.array(z.array(z.string())),
  distances: z.array(z.array(z.number().nullable())),
});
const getSchema = z.object({ ids: z.array(z.string()), embeddings: z.array(z.array(z.number())).nullable() });

/**
 * Vectors in a Chroma server, over its REST API version 2 (https://docs.trychroma.com/reference/chroma-api). The
 * collection is made at the first use, with cosine distance.
 * @throws Unavailable from every method when the server does not answer or answers with an error.
 */
export function createChromaVectorIndex({ url, collection, fetch, token }: ChromaOptions): VectorIndex {
  const base = `${url.replace(/\/+$/, '')}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  let opening: Promise<string> | undefined;

  const send = async (address: string, body?: object): Promise<unknown> => {
    const response = await fetch(address, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', ...(token ? { 'x-chroma-token': token } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
      maxBytes: 64 * 1_048_576,
    });
    if (response.status >= 300) {
      throw new Unavailable('storage.chroma-failed', `Chroma answered with status ${response.status}.`);
    }
    return response.json();
  };
  const open = async (): Promise<string> => {
    const made = await send(base, {
      name: collection,
      get_or_create: true,
      configuration: { hnsw: { space: 'cosine' } },
    });
    return collectionSchema.parse(made).id;
  };
  const at = async (path: string, body?: object): Promise<unknown> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined; // the next call tries again
      throw error;
    });
    return send(`${base}/${await opening}/${path}`, body);
  };
  const count = async (): Promise<number> => z.number().parse(await at('count'));

  const nearest = async (vector: Float32Array, wanted: number): Promise<VectorHit[]> => {
    const answer = querySchema.parse(
      await at('query', {
        query_embeddings: [Array.from(vector)],
        n_results: wanted,
        include: ['distances'],
      }),
    );
    const distances = answer.distances[0] ?? [];
    return (answer.ids[0] ?? []).map((id, place) => ({ id, score: 1 - (distances[place] ?? 1) }));
  };

  return {
    async put(entries: VectorEntry[]) {
      for (const batch of batches(entries)) {
        await at('upsert', {
          ids: batch.map(({ id }) => id),
          embeddings: batch.map(({ vector }) => Array.from(vector)),
        });
      }
    },
    async remove(ids) {
      for (const batch of batches(ids)) await at('delete', { ids: batch });
    },
    async search(vector, k, accept = () => true) {
      let wanted = k + SPARE;
      for (;;) {
        const hits = await nearest(vector, wanted);
        const accepted = hits.filter(({ id }) => accept(id));
        const isAll = hits.length < wanted || wanted >= LARGEST_QUERY;
        if (accepted.length >= k || isAll) return accepted.slice(0, k);
        wanted = Math.min(wanted * 4, LARGEST_QUERY);
      }
    },
    async similarities(vector, ids) {
      const found = new Map<string, number>();
      for (const batch of batches(ids)) {
        const answer = getSchema.parse(await at('get', { ids: batch, include: ['embeddings'] }));
        for (const [place, id] of answer.ids.entries()) {
          const embedding = answer.embeddings?.[place];
          if (embedding) found.set(id, dot(vector, Float32Array.from(embedding)));
        }
      }
      return found;
    },
    count,
    close: () => Promise.resolve(),
  };
}

function batches<T>(all: T[]): T[][] {
  const made: T[][] = [];
  for (let start = 0; start < all.length; start += BATCH) made.push(all.slice(start, start + BATCH));
  return made;
}
