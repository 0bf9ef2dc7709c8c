import { Defect } from '../core/kernel/errors.js';
import type { JsonObject } from '../core/kernel/json.js';
import type { CardContent } from '../core/kernel/outbound-message.js';
import { CARD_VERSION, type AdaptiveCard } from './adaptive-card.js';
import { createBinder, type Binder, type CardHost } from './bind.js';
import { CARD_SCHEMAS, type CardName } from './data.js';
import { cutAtWord, fitCard } from './fit-card.js';
import { addSubmitFallbacks } from './submit-fallback.js';
import { VIEWS } from './views.js';

/** Turns named data into the Adaptive Card that every channel starts from. */
export type CardRenderer = (content: CardContent, host?: Partial<CardHost>) => AdaptiveCard;

/**
 * Makes the renderer. Each template is parsed once, when it is first used, and kept; make one renderer per process.
 * The renderer throws Defect `cards.unknown-template` and `cards.bad-data`: both are mistakes of the caller.
 */
export function createCardRenderer(): CardRenderer {
  const binders = new Map<string, Binder>();
  return ({ template, data }, { nativeFeedback = false, textShownAbove = false } = {}) => {
    const host = { nativeFeedback, textShownAbove };
    if (!isCardName(template)) {
      throw new Defect('cards.unknown-template', `There is no card template "${template}".`);
    }
    let bind = binders.get(template);
    if (!bind) binders.set(template, (bind = createBinder(template)));
    const card = bind(viewOf(template, data, host), host);
    return fitCard(
      addSubmitFallbacks({
        ...card,
        type: 'AdaptiveCard',
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        version: CARD_VERSION,
        body: card.body,
      } as AdaptiveCard),
    );
  };
}

function isCardName(name: string): name is CardName {
  return Object.hasOwn(CARD_SCHEMAS, name);
}

/** The data that a template is bound to: parsed, escaped, with what code adds. */
export function viewOf(template: CardName, data: JsonObject, host: CardHost): JsonObject {
  const parsed = CARD_SCHEMAS[template].safeParse(data);
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new Defect('cards.bad-data', `The data for card "${template}" does not fit: ${places}`);
  }
  const view = VIEWS[template] as ((data: unknown, host: CardHost) => object) | undefined;
  return { ...parsed.data, summary: summaryOf(data), ...view?.(parsed.data, host) } as unknown as JsonObject;
}

/** The card in a line, for clients that cannot show it. */
function summaryOf({ what, text, title }: JsonObject): string {
  const words = [what, text, title].find((candidate) => typeof candidate === 'string') ?? '';
  return words.length > 300 ? `${cutAtWord(words, 300)} …` : words;
}
