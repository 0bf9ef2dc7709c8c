import { plainText } from '../../cards/block-kit/mrkdwn.js';
import type { AdaptiveCard, CardElement } from '../../cards/adaptive-card.js';
import type { JsonObject, JsonValue } from '../../core/kernel/json.js';

const MAX_TITLE = 60;

/**
 * A card with inputs as a message: its words, and a button that opens the form. Only a modal checks required fields and
 * shows errors at them.
 */
export function withFormButton(card: AdaptiveCard): AdaptiveCard {
  if (!card.body.some(hasInput)) return card;
  const actions = card.actions ?? [];
  const form: JsonObject = {
    type: 'AdaptiveCard',
    body: card.body.filter((element) => !isHeading(element)),
    actions: actions.filter(takesInputs),
  };
  const { body: _body, actions: _actions, ...frame } = card;
  return {
    ...frame,
    body: card.body.filter((element) => !hasInput(element)),
    actions: [
      { type: 'Action.ShowCard', title: `${titleOf(card)} …`, style: 'positive', card: form },
      ...actions.filter((action) => !takesInputs(action)),
    ],
  };
}

function hasInput(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(hasInput);
  if (value === null || typeof value !== 'object') return false;
  if (typeof value.type === 'string' && value.type.startsWith('Input.')) return true;
  // What a button shows when it is pressed is a form of its own.
  if (value.type === 'Action.ShowCard') return false;
  return Object.values(value).some(hasInput);
}

const isHeading = ({ style }: CardElement): boolean => style === 'heading';

const takesInputs = ({ type, associatedInputs }: JsonObject): boolean =>
  (type === 'Action.Execute' || type === 'Action.Submit') && associatedInputs !== 'none';

function titleOf({ body, actions = [] }: AdaptiveCard): string {
  const heading = body.find(isHeading)?.text ?? actions.find(takesInputs)?.title;
  const words = typeof heading === 'string' ? plainText(heading) : '';
  return words.length > MAX_TITLE ? words.slice(0, MAX_TITLE).trimEnd() : words;
}
