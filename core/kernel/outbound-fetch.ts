import { InvalidInput, NotPermitted, Unavailable, describeError } from './errors.js';

export interface OutboundRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  timeoutMs?: number;
  /** The answer is cut off with an error beyond this; 10 MB unless told. */
  maxBytes?: number;
  signal?: AbortSignal;
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

/**
 * Makes the only fetch that Steward uses for plain HTTP. A host that is not on the list is refused before anything is sent.
 * @param mayReach decides on the parsed URL; connectors name their hosts, an air-gapped install returns false.
 * @throws InvalidInput for what is no http(s) URL, NotPermitted for a host off the list, Unavailable for network
 *   faults and time-outs, StewardError `kernel.response-too-large` past `maxBytes`.
 */
export function createOutboundFetch(mayReach: (url: URL) => boolean | Promise<boolean>): OutboundFetch {
  return async (
    address,
    { method = 'GET', headers = {}, body, timeoutMs = 15_000, maxBytes = 10_485_760, signal } = {},
  ) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !['http:', 'https:'].includes(url.protocol)) {
      throw new InvalidInput('kernel.bad-url', 'An outgoing request needs an http or https address.');
    }
    if (!(await mayReach(url))) {
      throw new NotPermitted(
        'kernel.host-not-allowed',
        `Outgoing requests to ${url.host} are not allowed. Add the host to outbound.hosts.`,
      );
    }
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        method,
        headers,
        body: body as RequestInit['body'],
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      const bytes = await readBounded(response, maxBytes, url.host);
      const text = (): string => new TextDecoder().decode(bytes);
      return {
        status: response.status,
        headers: response.headers,
        body: bytes,
        text,
        json: () => JSON.parse(text()) as unknown,
      };
    } catch (error) {
      if (error instanceof InvalidInput) throw error;
      throw new Unavailable('kernel.unreachable', `${url.host} did not answer: ${describeError(error)}`, {
        cause: error,
      });
    }
  };
}

async function readBounded(response: Response, maxBytes: number, host: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > maxBytes) {
      throw new InvalidInput(
        'kernel.response-too-large',
        `${host} answered with more than ${maxBytes} bytes.`,
      );
    }
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}
