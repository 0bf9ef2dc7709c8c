import type { SlackMessage } from '../../cards/block-kit/types.js';
import { Unavailable } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';

/** A message as `chat.postMessage` and `chat.update` take it. */
export function bodyOf({ text, blocks }: SlackMessage): JsonObject {
  return { text: text.slice(0, 4_000), blocks };
}

/** Where a message stands that Slack took. */
export function sentAs(answer: JsonObject, channel: string): { channel: string; ts: string } {
  if (typeof answer.ts !== 'string') {
    throw new Unavailable('slack.unreadable', 'Slack took a message and did not say under which time stamp.');
  }
  return { channel: typeof answer.channel === 'string' ? answer.channel : channel, ts: answer.ts };
}
