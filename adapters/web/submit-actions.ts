import type { JsonValue } from '../../core/kernel/json.js';
import { isObject } from './receive.js';

/**
 * A copy of a card in which each Action.Execute is an Action.Submit whose data hold the verb. Microsoft's Web Chat
 * draws Action.Execute as a button that does nothing when it is clicked; Action.Submit works in every Direct Line client.
 */
export function withSubmitActions(card: JsonValue): JsonValue {
  if (Array.isArray(card)) return card.map(withSubmitActions);
  if (!isObject(card)) return card;
  if (card['type'] === 'Action.Execute') {
    const { verb, fallback: _fallback, data, ...rest } = card;
    return {
      ...rest,
      type: 'Action.Submit',
      data: { ...(isObject(data) ? data : {}), ...(verb === undefined ? {} : { verb }) },
    };
  }
  return Object.fromEntries(
    Object.entries(card).map(([name, member]) => [
      name,
      name === 'data' || name === 'refresh' ? member : withSubmitActions(member),
    ]),
  );
}
