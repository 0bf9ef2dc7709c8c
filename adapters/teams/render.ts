import type { Citation } from '../../core/kernel/answer.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { keepText } from './activity-frame.js';
import type { RenderTeamsCard } from './options.js';
import { splitText } from './split-text.js';
import { shorten, toSummary, toTeamsMarkdown } from './teams-markdown.js';

export const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';

/** Cards above about 28 KB are refused in practice. */
const MAX_CARD_BYTES = 28 * 1024;
/** A message may weigh 100 KB in UTF-16 with mentions and reactions; 80 KB are 40,960 UTF-16 units. */
const MAX_MESSAGE_UNITS = 40_000;
/** A longer text is split: readable on a phone, and room for card and citations beside it. */
const MAX_TEXT_UNITS = 10_000;
/** Room for twenty citations with their links. */
const MAX_ENTITY_UNITS = 10_000;
const MAX_CITATIONS = 20;
const MAX_CITATION_NAME = 80;
const MAX_CITATION_ABSTRACT = 160;
const MAX_SUGGESTIONS = 3;
const MAX_SUMMARY = 200;

export interface Renderer {
  /** The activities that show a content, in order; more than one when the text is too long for one message. */
  render(content: OutboundContent, conversation: ConversationReference): JsonObject[];
  /** A card as Adaptive Card JSON; `undefined` when there is none, or none that Teams would take. */
  card(content: OutboundContent, textShownAbove: boolean): JsonObject | undefined;
}

export interface RendererOptions {
  renderCard: RenderTeamsCard;
  citationUrl?(citation: Citation): string | undefined;
  logger: Logger;
}

/** Makes Teams activities of channel-neutral content. */
export function createRenderer({ renderCard, citationUrl, logger }: RendererOptions): Renderer {
  const card: Renderer['card'] = (content, textShownAbove) => {
    if (!content.card) return undefined;
    const { template } = content.card;
    try {
      const host = { nativeFeedback: content.feedbackFor !== undefined, textShownAbove };
      const rendered = renderCard(content.card, host) as JsonObject;
      const bytes = Buffer.byteLength(JSON.stringify(rendered));
      if (bytes <= MAX_CARD_BYTES) return rendered;
      logger.warn({ template, bytes }, 'A card is too large for Teams; its text is sent instead.');
    } catch (error) {
      logger.error(
        { template, error: describeError(error) },
        'A card could not be rendered; its text is sent.',
      );
    }
    return undefined;
  };

  /** Contents that are said again and again (help, notices to several people) are made ready once. */
  const rendered = new WeakMap<OutboundContent, JsonObject[]>();
  const render: Renderer['render'] = (content, conversation) => {
    if (content.suggestions?.length) return make(content, conversation);
    const known = rendered.get(content);
    if (known) {
      known.forEach(keepText);
      return known;
    }
    const made = make(content, conversation);
    rendered.set(content, made);
    return made;
  };

  const make: Renderer['render'] = (content, conversation) => {
    const showsText = (content.citations?.length ?? 0) > 0 || (content.mentions?.length ?? 0) > 0;
    const shown = card(content, showsText);
    const mentions = mentionsOf(content);
    const text = shown && !showsText ? '' : `${mentions.prefix}${toTeamsMarkdown(content.text)}`;
    const parts = splitIfLong(withFurtherSources(text, content.citations ?? []), shown);
    return parts.map((part, position) => {
      const isLast = position === parts.length - 1;
      const entities = [
        ...messageEntity(content, part, citationUrl),
        ...mentions.entities.filter((entity) => part.includes(entity.text)),
      ];
      return {
        type: 'message',
        ...(part === '' ? {} : { text: part, textFormat: 'markdown' }),
        ...(entities.length > 0 ? { entities } : {}),
        ...(isLast ? closing(content, shown, conversation) : {}),
      };
    });
  };

  return { render, card };
}

/** What stands under a message once: the card, the thumbs, the suggested prompts. */
function closing(
  content: OutboundContent,
  card: JsonObject | undefined,
  conversation: ConversationReference,
): JsonObject {
  return {
    ...(card
      ? {
          summary: toSummary(content.text, MAX_SUMMARY),
          attachments: [{ contentType: ADAPTIVE_CARD, content: card }],
        }
      : {}),
    ...(content.feedbackFor ? { channelData: { feedbackLoop: { type: 'default' } } } : {}),
    // Teams does not show suggested actions beside an attachment.
    ...(!card && content.suggestions?.length
      ? { suggestedActions: suggest(content.suggestions, conversation) }
      : {}),
  };
}

function suggest(suggestions: string[], { accountId }: ConversationReference): JsonObject {
  return {
    ...(accountId ? { to: [accountId] } : {}),
    actions: suggestions
      .slice(0, MAX_SUGGESTIONS)
      .map((prompt) => ({ type: 'imBack', title: prompt, value: prompt })),
  };
}

/** Measuring the card costs more than splitting, so it waits until a text might not fit beside the largest one. */
function splitIfLong(text: string, card: JsonObject | undefined): string[] {
  if (!card) return splitText(text, MAX_TEXT_UNITS);
  const leftByLargest = MAX_MESSAGE_UNITS - MAX_ENTITY_UNITS - MAX_CARD_BYTES;
  if (text.length <= leftByLargest) return [text];
  const left = MAX_MESSAGE_UNITS - MAX_ENTITY_UNITS - JSON.stringify(card).length;
  return splitText(text, Math.min(MAX_TEXT_UNITS, left));
}

/**
 * The one root entity that Teams reads: the "AI generated" label and the citations that stand in this text.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content
 */
function messageEntity(
  { aiGenerated, citations = [] }: OutboundContent,
  text: string,
  citationUrl: RendererOptions['citationUrl'],
): JsonObject[] {
  const cited = citations.filter(({ number }) => text.includes(`[${number}]`)).slice(0, MAX_CITATIONS);
  if (!aiGenerated && cited.length === 0) return [];
  return [
    {
      type: 'https://schema.org/Message',
      '@type': 'Message',
      '@context': 'https://schema.org',
      '@id': '',
      ...(aiGenerated ? { additionalType: ['AIGeneratedContent'] } : {}),
      ...(cited.length > 0
        ? { citation: cited.map((citation) => claim(citation, citationUrl?.(citation))) }
        : {}),
    },
  ];
}

function claim(citation: Citation, url: string | undefined): JsonObject {
  const name = citation.title.trim() || citation.path;
  return {
    '@type': 'Claim',
    position: citation.number,
    appearance: {
      '@type': 'DigitalDocument',
      name: shorten(name, MAX_CITATION_NAME),
      abstract: shorten(citation.quote.replace(/\s+/g, ' ').trim() || name, MAX_CITATION_ABSTRACT),
      ...(url ? { url } : {}),
    },
  };
}

/** Teams shows twenty citations; the others are named in the text, so that no number points nowhere. */
function withFurtherSources(text: string, citations: Citation[]): string {
  const further = citations.filter(({ number }) => text.includes(`[${number}]`)).slice(MAX_CITATIONS);
  if (further.length === 0) return text;
  return `${text}\n\n${further.map(({ number, title, path }) => `- [${number}] ${title || path}`).join('\n')}`;
}

interface MentionEntity extends JsonObject {
  text: string;
}

function mentionsOf({ mentions = [] }: OutboundContent): { prefix: string; entities: MentionEntity[] } {
  const entities = mentions.map(({ accountId, name }) => {
    const shown = name.replace(/[<>&]/g, '');
    return { type: 'mention', text: `<at>${shown}</at>`, mentioned: { id: accountId, name: shown } };
  });
  return { prefix: entities.map(({ text }) => `${text} `).join(''), entities };
}
