import type { JsonObject } from '../core/kernel/json.js';

/** The newest schema version that Teams documents for bots; newer elements carry a `fallback`. */
export const CARD_VERSION = '1.5';

/** A card may weigh 28 KB on Teams; what we send stays below this many bytes of UTF-8 JSON. */
export const CARD_MAX_BYTES = 25 * 1024;

/** An element of a card's body: `type` names it, the rest depends on the type. */
export type CardElement = JsonObject & { type: string };

/** A button, a select action or the action of a refresh. */
export type CardAction = JsonObject & { type: string };

/** A rendered Adaptive Card, ready to be sent as `application/vnd.microsoft.card.adaptive`. */
export interface AdaptiveCard {
  type: 'AdaptiveCard';
  $schema: string;
  version: string;
  lang?: string;
  fallbackText?: string;
  body: CardElement[];
  actions?: CardAction[];
  refresh?: { action: CardAction; userIds?: string[] };
  msteams?: JsonObject;
}
