import { lookup as lookUp } from 'node:dns';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type LookupFunction, isIP } from 'node:net';
import { InvalidInput, NotPermitted, StewardError, Unavailable } from '../../kernel/errors.js';
import type { OutboundFetch, OutboundRequest, OutboundResponse } from '../../kernel/outbound-fetch.js';
import { formatBytes } from '../ingest/limits.js';
import { because, faultName, reason } from '../ingest/reason.js';
import { createPrivateAddressTest } from './private-address.js';

export interface FetchRules {
  /** Hosts that may be read: `docs.example.com`, `*.example.com` for all below it. */
  hosts: string[];
  /** Hosts and addresses that may be read although they are private: an intranet server. */
  privateHosts: string[];
}

/** Finds the addresses of a name; node's own unless a test brings another. */
export type Resolve = (host: string) => Promise<string[]>;

const systemResolve: Resolve = (host) =>
  new Promise((resolve, reject) => {
    lookUp(host, { all: true, verbatim: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses.map((found) => found.address)),
    );
  });

/** `*.example.com` stands for every host below, not for `example.com` itself. */
export function hostIsListed(host: string, list: string[]): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return list.some((entry) => {
    const listed = entry.toLowerCase();
    return listed.startsWith('*.')
      ? name.endsWith(listed.slice(1)) && name.length > listed.length - 1
      : name === listed;
  });
}

/** The name or address of a host, an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: Pick<URL, 'hostname'>): string => hostname.replace(/^\[|\]$/g, '');

/** What a fault on the way to a host is told as; one that says what happened stays. */
export function unreachable(host: string, error: unknown): StewardError {
  if (error instanceof StewardError) return error;
  const why = reason('unreachable', { host, fault: faultName(error) });
  return new Unavailable(...because(why, { cause: error }));
}

/**
 * Finds where a host leads, for those who connect to exactly that.
 * @throws NotPermitted when one of its addresses is private and the host is not listed as such.
 */
export function createAddressCheck(
  { privateHosts }: Pick<FetchRules, 'privateHosts'>,
  resolve: Resolve = systemResolve,
): Resolve {
  const isPrivate = createPrivateAddressTest();
  return async (host) => {
    const addresses = isIP(host) ? [host] : await resolve(host);
    if (addresses.length === 0) throw new Unavailable(...because(reason('unknown-host', { host })));
    if (!hostIsListed(host, privateHosts) && addresses.some(isPrivate))
      throw new NotPermitted(...because(reason('private-address', { host })));
    return addresses;
  };
}

/**
 * The fetch for addresses that people enter. The host has to be listed, and the address that the connection really goes to
 * is checked when it is made, so that a name which resolves differently a moment later gains nothing.
 * Redirects are not followed: whoever follows one asks again, and it is checked again.
 */
export function createGuardedFetch(rules: FetchRules, resolve: Resolve = systemResolve): OutboundFetch {
  const addressesOf = createAddressCheck(rules, resolve);

  return async (address, request = {}) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) {
      throw new InvalidInput(...because(reason('bad-url')));
    }
    const host = hostOf(url);
    if (!hostIsListed(host, [...rules.hosts, ...rules.privateHosts])) {
      throw new NotPermitted(...because(reason('host-not-listed', { host })));
    }
    try {
      return await send(url, request, await addressesOf(host));
    } catch (error) {
      throw unreachable(url.host, error);
    }
  };
}

/** Sends to one of the addresses that were checked; the name is not looked up a second time. */
function send(url: URL, request: OutboundRequest, addresses: string[]): Promise<OutboundResponse> {
  const { method = 'GET', headers = {}, body, timeoutMs = 15_000, maxBytes = 10_485_760, signal } = request;
  const deadline = AbortSignal.timeout(timeoutMs);
  const pinned: LookupFunction = (_host, options, done) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    if (options.all) done(null, found);
    else done(null, found[0]?.address ?? '', found[0]?.family);
  };
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = open(
      url,
      {
        method,
        // Packed answers could unpack to anything; pages are asked for as they are.
        headers: { ...headers, 'accept-encoding': 'identity' },
        lookup: pinned,
        agent: false,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      },
      (response) => {
        readBounded(response, maxBytes, url.host).then(
          (bytes) => resolve(toResponse(response, bytes)),
          reject,
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function readBounded(response: IncomingMessage, maxBytes: number, host: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).byteLength;
    if (size > maxBytes) {
      response.destroy();
      throw new InvalidInput(...because(reason('page-too-large', { host, most: formatBytes(maxBytes) })));
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function toResponse(response: IncomingMessage, body: Buffer): OutboundResponse {
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const text = (): string => new TextDecoder().decode(body);
  return {
    status: response.statusCode ?? 0,
    headers,
    body,
    text,
    json: () => JSON.parse(text()) as unknown,
  };
}
