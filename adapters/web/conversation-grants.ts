import type { HttpRequest } from '../../core/kernel/http-route.js';
import { digest } from '../../core/kernel/json.js';
import { STREAM_SECONDS, TOKEN_SECONDS, type TokenClaims } from './tokens.js';
import { isLoopbackHost, type VerifyOptions } from './verify.js';

export interface GrantOptions {
  verify: Pick<VerifyOptions, 'signer'>;
  clock: { now(): Date };
  publicUrl?: string;
}

/**
 * Answers with a conversation as Direct Line clients get it: its token, and the address of its stream when it is to be
 * read from a place on.
 */
export function conversationGrants({ verify: { signer }, clock, publicUrl }: GrantOptions) {
  return (
    request: HttpRequest,
    status: number,
    claims: Omit<TokenClaims, 'exp' | 'use'>,
    streamFrom?: number,
  ): { status: number; body: Record<string, string | number> } => {
    const now = clock.now();
    const granted = {
      conversationId: claims.conv,
      token: signer.sign({ ...claims, use: 'conversation' }, now, TOKEN_SECONDS),
      expires_in: TOKEN_SECONDS,
    };
    if (streamFrom === undefined) return { status, body: granted };
    const stream = signer.sign({ ...claims, use: 'stream' }, now, STREAM_SECONDS);
    const address = `${baseUrl(request, publicUrl).replace(/^http/, 'ws')}${prefixOf(request)}/stream`;
    return {
      status,
      body: {
        ...granted,
        streamUrl: `${address}?watermark=${streamFrom}&t=${stream}`,
        referenceGrammarId: digest(claims.conv).slice(0, 32),
      },
    };
  };
}

/** The prefix of Direct Line under which a client came, so that it stays there. */
export function prefixOf({ path }: HttpRequest): string {
  return path.startsWith('/v3/') ? '/v3/directline' : '/directline';
}

/** Clients on this machine stay on it; the others are sent to the public address, when it is known. */
export function baseUrl(request: HttpRequest, publicUrl: string | undefined): string {
  const host = request.headers['host'] ?? 'localhost';
  return publicUrl === undefined || isLoopbackHost(host) ? `http://${host}` : publicUrl.replace(/\/+$/, '');
}
