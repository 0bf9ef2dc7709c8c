import type { JsonObject } from '../../core/kernel/json.js';
import type { WebConversationStore } from '../../core/kernel/web-conversation-store.js';

/** How many activities one answer or one WebSocket message holds; clients page on with the watermark. */
const PAGE = 100;

/**
 * Reads what a client at this watermark has not seen. A repetition of an activity is left out where the client gets
 * the activity itself, which already has the new content; a client that saw the old content gets it again under the
 * same id, as chat controls that key by id expect.
 */
export async function readActivitySet(
  store: WebConversationStore,
  conversationId: string,
  after: number,
): Promise<{ activities: JsonObject[]; position: number }> {
  const entries = await store.entriesAfter(conversationId, after, PAGE);
  const fresh = entries.filter(({ rewrites }) => rewrites === undefined || rewrites <= after);
  return {
    activities: fresh.map(({ activity }) => activity),
    position: entries.at(-1)?.sequence ?? after,
  };
}

/** @returns undefined for what is no watermark of ours; an empty one means "from the start". */
export function parseWatermark(text: string): number | undefined {
  if (text === '') return 0;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
