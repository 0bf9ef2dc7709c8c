import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../kernel/json.js';
import { digest } from '../kernel/json.js';
import type { Approval } from './approval.js';

/** What a decision is bound to: a change of any of it is another request. */
export interface DigestInput {
  tenantId: string;
  tool: string;
  parameters: JsonObject;
  requesterId: string;
  policyVersion: string;
  expiresAt: Date;
}

/** @returns SHA-256 over the canonical JSON of what is decided, 64 hexadecimal digits. */
export function approvalDigest({ expiresAt, ...input }: DigestInput): string {
  return digest({ ...input, expiresAt: expiresAt.toISOString() });
}

/** A value that makes the tokens of a revision unlike those of any other, also when it returns to older parameters. */
export const newNonce = (): string => randomBytes(16).toString('base64url');

/**
 * The token on an approval's card: `1.` and an HMAC-SHA256 over id, digest and nonce. It is spent by the decision, since
 * a decided approval takes none, and by an edit, since that makes a new nonce.
 * @param secret at least 32 bytes.
 */
export function approvalToken(approval: Pick<Approval, 'id' | 'digest' | 'nonce'>, secret: Buffer): string {
  const mac = createHmac('sha256', secret);
  mac.update(JSON.stringify(['approval-token-1', approval.id, approval.digest, approval.nonce]));
  return `1.${mac.digest('base64url')}`;
}

/** True when the token was made for this very revision; takes the same time for every wrong one of equal length. */
export function isTokenOf(
  token: string,
  approval: Pick<Approval, 'id' | 'digest' | 'nonce'>,
  secret: Buffer,
): boolean {
  const expected = Buffer.from(approvalToken(approval, secret));
  const given = Buffer.from(token);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
