import type { HttpReply, HttpRequest } from '../../core/kernel/http-route.js';
import { refusal } from './replies.js';
import { sameSecret, type TokenClaims, type TokenSigner } from './tokens.js';

/** Who calls Direct Line: the company's own server, somebody with a token, or anybody on this machine. */
export type Caller = { kind: 'secret' } | { kind: 'token'; claims: TokenClaims } | { kind: 'anonymous' };

export interface VerifyOptions {
  signer: TokenSigner;
  /** The master key with which a company's server makes tokens; none: nobody can in production. */
  directLineSecret?: string;
  /** Development: callers on this machine need no secret to start a conversation. */
  allowAnonymous: boolean;
  /** Web origins besides loopback that may start conversations without a secret. */
  allowedOrigins: string[];
}

/**
 * Tells who sends a request.
 * @returns the caller, or the refusal: 401 without credentials, 403 for a token that is wrong, expired or used from
 *   another web origin.
 */
export function identifyCaller(request: HttpRequest, options: VerifyOptions, now: Date): Caller | HttpReply {
  const bearer = /^Bearer\s+(.*)$/i.exec(request.headers['authorization'] ?? '')?.[1]?.trim() ?? '';
  // Clients that were given neither secret nor token send these words.
  if (bearer === '' || bearer === 'undefined' || bearer === 'null') {
    if (mayBeAnonymous(request, options)) return { kind: 'anonymous' };
    return refusal(401, 'MissingToken', 'Send a Direct Line token or secret in the Authorization header.');
  }
  if (options.directLineSecret && sameSecret(bearer, options.directLineSecret)) return { kind: 'secret' };
  const reading = options.signer.read(bearer, 'conversation', now);
  if (reading.kind === 'expired')
    return refusal(403, 'TokenExpired', 'The token has expired. Get a new one.');
  if (reading.kind === 'unknown') return refusal(403, 'BadArgument', 'This token or secret is not valid.');
  if (!fromTrustedOrigin(reading.claims, request.headers['origin'])) {
    return refusal(403, 'UntrustedOrigin', 'This token may not be used from this web page.');
  }
  return { kind: 'token', claims: reading.claims };
}

export function isRefusal(value: Caller | HttpReply): value is HttpReply {
  return 'status' in value;
}

export function fromTrustedOrigin({ origins }: TokenClaims, origin: string | undefined): boolean {
  return !origins || origins.length === 0 || origin === undefined || origins.includes(origin);
}

/**
 * Development only. The caller must sit on this machine, speak to it by a loopback name (another name means that a
 * foreign page rebound its DNS name to us), and not be a foreign page in a browser of this machine.
 */
export function mayBeAnonymous(request: HttpRequest, options: VerifyOptions): boolean {
  const { origin, host } = request.headers;
  return (
    options.allowAnonymous &&
    isLoopbackAddress(request.remoteAddress) &&
    request.headers['x-forwarded-for'] === undefined &&
    request.headers['forwarded'] === undefined &&
    isLoopbackHost(host ?? '') &&
    (origin === undefined || isLoopbackOrigin(origin) || options.allowedOrigins.includes(origin))
  );
}

export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}

/** @param host a `Host` header: name or address, and perhaps a port. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host);
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).host);
}
