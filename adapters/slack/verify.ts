import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../core/kernel/clock.js';

export type SignatureVerdict = { ok: true } | { ok: false; reason: string };

/** Older requests may be replays; Slack's own clock may be ahead of ours by as much. */
const MAX_SKEW_SECONDS = 300;

/**
 * Checks that a request comes from Slack: `v0=` and the HMAC-SHA256 of `v0:TIMESTAMP:BODY` in hexadecimal.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @param body the exact bytes that were sent.
 */
export function verifySignature(
  signingSecret: string | undefined,
  headers: Record<string, string | undefined>,
  body: Buffer,
  clock: Clock,
): SignatureVerdict {
  if (!signingSecret) return { ok: false, reason: 'no signing secret is configured' };
  const timestamp = headers['x-slack-request-timestamp'] ?? '';
  const signature = headers['x-slack-signature'] ?? '';
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[\da-f]{64}$/.test(signature)) {
    return { ok: false, reason: 'it is not signed' };
  }
  const age = Math.abs(clock.now().getTime() / 1000 - Number(timestamp));
  if (age > MAX_SKEW_SECONDS) return { ok: false, reason: 'its signature is too old' };
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(signature.slice(3), 'hex'))
    ? { ok: true }
    : { ok: false, reason: 'its signature does not fit' };
}
