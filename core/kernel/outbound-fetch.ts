import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { InvalidInput, NotPermitted, Unavailable, describeError } from './errors.js';

export interface OutboundRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  timeoutMs?: number;
  /** The answer is cut off with an error beyond this; 10 MB unless told. */
  maxBytes?: number;
  signal?: AbortSignal;
  /**
   * Sent again at once when a kept connection proves closed before any answer came. By default so for all methods that may
   * be repeated by their nature; a POST says it for itself where its caller would send it again in any case.
   */
  repeatable?: boolean;
}

export interface OutboundResponse {
  status: number;
  headers: Headers;
  body: Uint8Array;
  text(): string;
  json(): unknown;
}

/** Fetches one URL. Redirects are not followed: a caller who wants to must look at `location` and ask again. */
export type OutboundFetch = (url: string, request?: OutboundRequest) => Promise<OutboundResponse>;

/** Common servers and balancers close after 60 s; one that tells of a shorter time is believed while this is set. */
const LONGEST_IDLE_MS = 55_000;

/** The other side had closed a kept connection before it saw the request, as far as one can tell. */
class StaleConnection extends Error {}
const CLOSED = new Set(['ECONNRESET', 'EPIPE']);
/** There was no connection on which anything could have been sent. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Makes the only fetch that Steward uses for plain HTTP. A host that is not on the list is refused before anything is sent.
 * It stands on `node:http` with kept connections, because the global `fetch` costs several times the processor time.
 * @param mayReach decides on the parsed URL; connectors name their hosts, an air-gapped install returns false.
 * @throws InvalidInput for what is no http(s) URL, NotPermitted for a host off the list, Unavailable for network
 *   faults and time-outs, InvalidInput `kernel.response-too-large` past `maxBytes`.
 */
export function createOutboundFetch(mayReach: (url: URL) => boolean | Promise<boolean>): OutboundFetch {
  const kept = { keepAlive: true, maxFreeSockets: 64, timeout: LONGEST_IDLE_MS };
  const agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) };
  return async (address, request = {}) => {
    const url = parseUrl(address);
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      throw new InvalidInput('kernel.bad-url', 'An outgoing request needs an http or https address.');
    }
    if (!(await mayReach(url))) {
      throw new NotPermitted(
        'kernel.host-not-allowed',
        `Outgoing requests to ${url.host} are not allowed. Add the host to outbound.hosts.`,
      );
    }
    try {
      return await exchange(url, request, agents).catch((error: unknown) => {
        if (!(error instanceof StaleConnection)) throw error;
        return exchange(url, request);
      });
    } catch (error) {
      if (error instanceof InvalidInput) throw error;
      throw new Unavailable('kernel.unreachable', `${url.host} did not answer: ${describeError(error)}`, {
        cause: error,
        unsent: UNSENT.has(faultOf(error) ?? ''),
      });
    }
  };
}

/** The system's name of a network fault. */
function faultOf(error: unknown): string | undefined {
  const { code, cause } = error as NodeJS.ErrnoException;
  return code ?? (cause as NodeJS.ErrnoException | undefined)?.code;
}

function parseUrl(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

function exchange(
  url: URL,
  request: OutboundRequest,
  /** Without them the request gets a connection of its own. */
  agents?: { http: HttpAgent; https: HttpsAgent },
): Promise<OutboundResponse> {
  const { method = 'GET', headers, body, timeoutMs = 15_000, maxBytes = 10_485_760, signal } = request;
  const { repeatable = method !== 'POST' && method !== 'PATCH' } = request;
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const outgoing = (isSecure ? requestHttps : requestHttp)({
      protocol: url.protocol,
      hostname: url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname,
      port: url.port,
      path: url.pathname + url.search,
      ...(url.username || url.password
        ? { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` }
        : {}),
      method,
      agent: agents ? (isSecure ? agents.https : agents.http) : false,
      headers: {
        accept: '*/*',
        'user-agent': 'steward',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    });
    let isAnswered = false;
    const abort = (): void => void outgoing.destroy(new Error('The request was aborted.'));
    const timer = setTimeout(() => outgoing.destroy(new Error('No answer in time.')), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error instanceof Error ? error : new Error(describeError(error), { cause: error }));
    };
    if (signal?.aborted) abort();
    if (signal) {
      // Many requests may go out under one stop; each takes its listener away when it ends.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', abort, { once: true });
    }
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && CLOSED.has(error.code ?? '') && !isAnswered;
      fail(isStale && repeatable ? new StaleConnection(error.message, { cause: error }) : error);
    });
    outgoing.once('response', (incoming) => {
      isAnswered = true;
      readBounded(incoming, maxBytes, url.host).then((bytes) => {
        settle();
        resolve(responseOf(incoming, bytes));
      }, fail);
    });
    outgoing.end(body);
  });
}

function readBounded(incoming: IncomingMessage, maxBytes: number, host: string): Promise<Uint8Array> {
  const tooLarge = (): InvalidInput =>
    new InvalidInput('kernel.response-too-large', `${host} answered with more than ${maxBytes} bytes.`);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) incoming.destroy(tooLarge());
      else chunks.push(chunk);
    });
    incoming.once('error', reject);
    incoming.once('aborted', () => reject(new Error('The answer broke off.')));
    incoming.once('end', () => {
      try {
        resolve(decompress(Buffer.concat(chunks), incoming.headers['content-encoding'], maxBytes));
      } catch (error) {
        const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
        reject(isTooLarge ? tooLarge() : error);
      }
    });
  });
}

/** Nothing compressed is asked for, but some servers send it all the same. */
function decompress(bytes: Buffer, encoding: string | undefined, maxOutputLength: number): Uint8Array {
  if (bytes.length === 0) return bytes;
  if (encoding === 'gzip') return gunzipSync(bytes, { maxOutputLength });
  if (encoding === 'br') return brotliDecompressSync(bytes, { maxOutputLength });
  if (encoding === 'deflate') return inflateSync(bytes, { maxOutputLength });
  return bytes;
}

const UTF8 = new TextDecoder();

function responseOf(incoming: IncomingMessage, body: Uint8Array): OutboundResponse {
  let headers: Headers | undefined;
  const text = (): string => UTF8.decode(body);
  return {
    status: incoming.statusCode ?? 0,
    get headers() {
      return (headers ??= headersOf(incoming.rawHeaders));
    },
    body,
    text,
    json: () => JSON.parse(text()) as unknown,
  };
}

function headersOf(raw: string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index < raw.length; index += 2) headers.append(raw[index] ?? '', raw[index + 1] ?? '');
  return headers;
}
