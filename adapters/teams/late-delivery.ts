import type { Activity } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import { newId } from '../../core/kernel/ids.js';
import type { ActionResponse, ChannelPort, OutboundContent } from '../../core/kernel/outbound-message.js';

/**
 * Shows the answer to a click after its request has ended: a card replaces the clicked one, anything else is posted.
 * A refresh is asked for again by the client itself, so a late one is dropped.
 */
export function createLateDelivery(
  port: ChannelPort,
  clock: Clock,
): (activity: Activity, response: ActionResponse) => Promise<void> {
  return async (activity, response) => {
    const content = contentOf(response);
    if (!content || activity.kind !== 'card-action') return;
    const card = response.kind === 'card' ? activity.action?.cardActivityId : undefined;
    const copyVersion = response.kind === 'card' ? response.copyVersion : undefined;
    const message = { id: newId(clock.now()), conversation: activity.conversation, content, copyVersion };
    await port.deliver({ ...message, kind: card ? 'update' : 'post' }, card);
  };
}

function contentOf(response: ActionResponse): OutboundContent | undefined {
  switch (response.kind) {
    case 'card':
      return response.content;
    case 'message':
    case 'error':
      return { text: response.text };
    case 'field-errors':
      return { text: Object.values(response.errors).join('\n\n') };
    default:
      return undefined;
  }
}
