/* global AdaptiveCards */
import { linkCitations, renderMarkdown } from './markdown-view.js';

/** The look of cards. Colours are the page's own variables, so one configuration serves light and dark. */
const colors = (subtle) => ({
  default: { default: 'var(--ink)', subtle: 'var(--ink-soft)' },
  dark: { default: 'var(--ink)', subtle: 'var(--ink-soft)' },
  light: { default: 'var(--ink-faint)', subtle },
  accent: { default: 'var(--accent-ink)', subtle: 'var(--accent-ink)' },
  attention: { default: 'var(--bad)', subtle: 'var(--bad)' },
  good: { default: 'var(--good)', subtle: 'var(--good)' },
  warning: { default: 'var(--warn)', subtle: 'var(--warn)' },
});
const container = (backgroundColor) => ({ backgroundColor, foregroundColors: colors('var(--ink-faint)') });

const HOST_CONFIG = {
  supportsInteractivity: true,
  spacing: { small: 6, default: 10, medium: 16, large: 22, extraLarge: 30, padding: 16 },
  lineHeights: { small: 19, default: 23, medium: 25, large: 28, extraLarge: 33 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  fontTypes: {
    default: {
      fontFamily: 'inherit',
      fontSizes: { small: 13, default: 15, medium: 17, large: 20, extraLarge: 25 },
      fontWeights: { lighter: 400, default: 400, bolder: 620 },
    },
    monospace: {
      fontFamily: 'var(--mono)',
      fontSizes: { small: 12, default: 13, medium: 14, large: 17, extraLarge: 20 },
      fontWeights: { lighter: 400, default: 400, bolder: 600 },
    },
  },
  containerStyles: {
    default: container('transparent'),
    emphasis: container('var(--surface-sunk)'),
    accent: container('var(--accent-soft)'),
    good: container('var(--good-soft)'),
    attention: container('var(--bad-soft)'),
    warning: container('var(--warn-soft)'),
  },
  imageSizes: { small: 40, medium: 80, large: 160 },
  actions: {
    maxActions: 6,
    spacing: 'default',
    buttonSpacing: 8,
    showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
  },
  adaptiveCard: { allowCustomStyle: false },
  textBlock: { headingLevel: 2 },
  textStyles: {
    heading: { weight: 'bolder', size: 'large', color: 'default', isSubtle: false, fontType: 'default' },
  },
  factSet: {
    title: {
      color: 'default',
      size: 'default',
      isSubtle: true,
      weight: 'default',
      wrap: true,
      maxWidth: 200,
    },
    value: { color: 'default', size: 'default', isSubtle: false, weight: 'default', wrap: true },
    spacing: 14,
  },
};

/** The renderer reads an empty number as NaN, which lies within no limits: a number that nobody has to give may be empty. */
const { isValid } = AdaptiveCards.NumberInput.prototype;
AdaptiveCards.NumberInput.prototype.isValid = function isValidOrEmpty() {
  return Number.isNaN(this.value) ? !this.isRequired : isValid.call(this);
};

/**
 * Renders an Adaptive Card with Microsoft's own renderer, as the other channels do.
 * @param actions `onAction({verb, data, isExecute})`, `onCite(citation, element)`, `onOpenUrl(url)`.
 */
export function cardView(content, { citations = [], label, onAction, onCite }) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(HOST_CONFIG);
  card.onExecuteAction = (action) => perform(action, { citations, onAction, onCite });
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = renderMarkdown(text);
    result.didProcess = true;
  };
  card.parse(withPassages(content, citations));
  const element = card.render();
  if (!element) throw new Error('this card has nothing to show');
  element.classList.add('card');
  element.setAttribute('role', 'group');
  if (label) element.setAttribute('aria-label', label);
  // The renderer makes the card focusable as a whole, which is one more stop for the keyboard that does nothing.
  element.removeAttribute('tabindex');
  // Names of a card's elements stand in their ids; two cards with the same field would share one.
  for (const named of element.querySelectorAll('[id]:not([id^="__ac"])')) named.removeAttribute('id');
  linkCitations(element, citations, onCite);
  nameSources(element);
  return element;
}

function perform(action, { citations, onAction, onCite }) {
  if (action instanceof AdaptiveCards.OpenUrlAction) {
    window.open(action.url, '_blank', 'noopener,noreferrer');
    return;
  }
  const data = { ...action.data };
  if (typeof data.stewardCitation === 'number') {
    const citation = citations.find(({ number }) => number === data.stewardCitation);
    if (citation) onCite(citation, action.parent?.renderedElement);
    return;
  }
  const isAction =
    action instanceof AdaptiveCards.ExecuteAction || action instanceof AdaptiveCards.SubmitAction;
  if (!isAction) return;
  // Direct Line cards carry their verb in a submit, for clients that know no other; as an invoke the click is answered.
  const isExecute = Boolean(action.verb ?? data.verb);
  void onAction({ verb: action.verb ?? data.verb ?? '', data, isExecute, button: action.renderedElement });
}

/** A source that would unfold its quote in the card opens the passage beside the chat instead. */
function withPassages(value, citations) {
  if (Array.isArray(value)) return value.map((item) => withPassages(item, citations));
  if (value === null || typeof value !== 'object') return value;
  if (value.type === 'Action.ToggleVisibility') {
    const [, number] =
      /^citation-(\d+)$/.exec(value.targetElements?.[0]?.elementId ?? value.targetElements?.[0]) ?? [];
    if (citations.some((citation) => citation.number === Number(number))) {
      return {
        type: 'Action.Submit',
        data: { stewardCitation: Number(number) },
      };
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withPassages(member, citations)]),
  );
}

/** What stands in a source names it better than the title that the renderer would read out alone. */
function nameSources(element) {
  for (const mark of element.querySelectorAll('[role="button"] .cite')) {
    const source = mark.closest('[role="button"]');
    source.removeAttribute('aria-label');
    source.removeAttribute('title');
  }
}
