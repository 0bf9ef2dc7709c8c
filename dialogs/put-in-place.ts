import type { OutboundContent } from '../core/kernel/outbound-message.js';
import type { Turn } from '../core/kernel/turn.js';

/** In place of the card that was clicked, which stands under `copyKey`; after a sentence as a message of its own. */
export function putInPlace(
  turn: Turn,
  content: OutboundContent,
  copyKey: string,
  errors?: Record<string, string>,
): void {
  if (turn.activity.kind !== 'card-action') turn.reply(content, { copyKey });
  else if (turn.activity.expectsResponse) turn.respond({ kind: 'card', content, ...(errors && { errors }) });
  else turn.update(turn.conversation, copyKey, content);
}
