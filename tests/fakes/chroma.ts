import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Call {
  ids?: string[];
  embeddings?: number[][];
  query_embeddings?: number[][];
  n_results?: number;
  name?: string;
}

/** A Chroma server's REST API version 2 on loopback, as far as vectors go; exact where the real one approximates. */
export async function startFakeChroma(): Promise<{
  url: string;
  /** Answers the next requests with this status. */
  failWith(status: number | undefined): void;
  close(): Promise<void>;
}> {
  const collections = new Map<string, Map<string, number[]>>();
  let failure: number | undefined;
  const server = createServer((request, response) => {
    void readJson(request).then((body) => {
      const [status, answer] = failure ? [failure, { error: 'InternalError' }] : handle(request, body);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer));
    });
  });
  const handle = (request: IncomingMessage, body: Call): [number, unknown] => {
    if (request.url === '/api/v2/heartbeat') return [200, { 'nanosecond heartbeat': 1 }];
    const path = /\/collections(?:\/([^/]+)\/(\w+))?$/.exec(request.url ?? '');
    if (!path) return [404, { error: 'NotFoundError' }];
    const [, id, verb] = path;
    if (!id) {
      const name = body.name ?? '';
      if (!collections.has(name)) collections.set(name, new Map());
      return [200, { id: name, name }];
    }
    const vectors = collections.get(id);
    if (!vectors) return [404, { error: 'NotFoundError' }];
    return operate(vectors, verb, body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    failWith: (status) => {
      failure = status;
    },
    close: () => closeServer(server),
  };
}

function operate(vectors: Map<string, number[]>, verb: string | undefined, body: Call): [number, unknown] {
  switch (verb) {
    case 'upsert':
      for (const [at, id] of (body.ids ?? []).entries()) vectors.set(id, body.embeddings?.[at] ?? []);
      return [200, {}];
    case 'delete':
      for (const id of body.ids ?? []) vectors.delete(id);
      return [200, {}];
    case 'count':
      return [200, vectors.size];
    case 'get': {
      const ids = (body.ids ?? []).filter((id) => vectors.has(id));
      return [200, { ids, embeddings: ids.map((id) => vectors.get(id)) }];
    }
    case 'query': {
      const question = body.query_embeddings?.[0] ?? [];
      const ranked = [...vectors]
        .map(([id, vector]) => ({ id, distance: 1 - cosine(question, vector) }))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, body.n_results);
      return [
        200,
        { ids: [ranked.map(({ id }) => id)], distances: [ranked.map(({ distance }) => distance)] },
      ];
    }
    default:
      return [404, { error: 'NotFoundError' }];
  }
}

function cosine(a: number[], b: number[]): number {
  const inner = a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  return inner / (Math.hypot(...a) * Math.hypot(...b));
}

async function readJson(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text ? (JSON.parse(text) as Call) : {};
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
