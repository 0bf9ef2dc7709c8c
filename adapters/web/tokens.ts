import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** How long a conversation token lives, in seconds; Direct Line's own figure. */
export const TOKEN_SECONDS = 1_800;
/** How long a stream address may be used to connect, in seconds; Direct Line's own figure. */
export const STREAM_SECONDS = 60;
/** How long an uploaded file can be fetched, in seconds; Direct Line's own figure. */
export const UPLOAD_SECONDS = 86_400;

const claimsSchema = z.object({
  use: z.enum(['conversation', 'stream', 'upload']),
  conv: z.string(),
  user: z.string().optional(),
  name: z.string().optional(),
  /** Web origins that may use the token; any when absent. */
  origins: z.array(z.string()).optional(),
  /** Seconds since 1970. */
  exp: z.number(),
});

export type TokenClaims = z.infer<typeof claimsSchema>;
export type TokenReading = { kind: 'valid'; claims: TokenClaims } | { kind: 'expired' } | { kind: 'unknown' };

export interface TokenSigner {
  sign(claims: Omit<TokenClaims, 'exp'>, now: Date, seconds: number): string;
  read(token: string, use: TokenClaims['use'], now: Date): TokenReading;
}

const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

/**
 * Signs what a Direct Line client may do. The form is a JWT (HS256), because clients read its `user` claim; the header
 * of a token that comes back is never believed: only exactly ours passes.
 * @param secret 32 bytes.
 */
export function createTokenSigner(secret: Buffer): TokenSigner {
  const signature = (signed: string): Buffer => createHmac('sha256', secret).update(signed).digest();
  return {
    sign(claims, now, seconds) {
      const exp = Math.floor(now.getTime() / 1_000) + seconds;
      const signed = `${HEADER}.${encode({ ...claims, exp })}`;
      return `${signed}.${signature(signed).toString('base64url')}`;
    },
    read(token, use, now) {
      const [header, body, seal, ...rest] = token.split('.');
      if (header !== HEADER || !body || !seal || rest.length > 0) return { kind: 'unknown' };
      const given = Buffer.from(seal, 'base64url');
      const expected = signature(`${header}.${body}`);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { kind: 'unknown' };
      const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
      if (!claims.success || claims.data.use !== use) return { kind: 'unknown' };
      if (claims.data.exp * 1_000 <= now.getTime()) return { kind: 'expired' };
      return { kind: 'valid', claims: claims.data };
    },
  };
}

/** Compares two secrets without telling by its duration where they differ. */
export function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
