import type { Citation } from '../../core/kernel/answer.js';
import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import type {
  ActionResponse,
  CardContent,
  OutboundContent,
  OutboundMessage,
} from '../../core/kernel/outbound-message.js';

/** Content type of an Adaptive Card attachment, and of the card that answers a click. */
export const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';

export interface RenderOptions {
  botId: string;
  botName: string;
  /** Undefined when the card could not be made: the text stands for it. */
  renderCard(content: CardContent): object | undefined;
}

/** A person or Steward, as Direct Line's `from` shows them. */
export function botAccount({ botId, botName }: RenderOptions): JsonObject {
  return { id: botId, name: botName, role: 'bot' };
}

/**
 * Renders a message as the Bot Framework activity that Direct Line clients show. `text` is always there, for clients
 * that read text only; what our own page needs beyond the protocol (whole citations, what a rating rates) stands in
 * `channelData.steward`.
 */
export function renderMessage(
  message: OutboundMessage,
  activityId: string,
  at: Date,
  options: RenderOptions,
  stream?: { streamId: string },
): JsonObject {
  const { content, conversation } = message;
  const card = content.card && options.renderCard(content.card);
  const entities = [
    ...messageEntity(content),
    ...(stream ? [streamInfo({ ...stream, streamType: 'final' })] : []),
  ];
  return {
    type: 'message',
    id: activityId,
    timestamp: at.toISOString(),
    channelId: 'directline',
    from: botAccount(options),
    conversation: { id: conversation.conversationId },
    ...(conversation.accountId !== undefined && { recipient: { id: conversation.accountId, role: 'user' } }),
    ...(message.replyToActivityId !== undefined && { replyToId: message.replyToActivityId }),
    text: content.text,
    textFormat: 'markdown',
    inputHint: 'acceptingInput',
    attachments: card ? [{ contentType: ADAPTIVE_CARD, content: card as JsonObject }] : [],
    entities,
    ...(content.suggestions?.length && { suggestedActions: suggestedActions(content.suggestions) }),
    channelData: channelData(content, stream),
  };
}

/** A typing activity that carries the text so far; WebChat reads the stream's facts here or in `channelData`. */
export function renderInterim(
  interim: { activityId: string; conversationId: string; replyToId: string; text: string; at: Date },
  stream: { streamId: string; streamType: 'informative' | 'streaming'; streamSequence: number },
  options: RenderOptions,
): JsonObject {
  return {
    type: 'typing',
    id: interim.activityId,
    timestamp: interim.at.toISOString(),
    channelId: 'directline',
    from: botAccount(options),
    conversation: { id: interim.conversationId },
    replyToId: interim.replyToId,
    text: interim.text,
    entities: [streamInfo(stream)],
    channelData: { ...stream },
  };
}

/** Ends a stream that came to nothing: a typing activity without text, as WebChat expects it. */
export function renderStreamEnd(
  end: { activityId: string; conversationId: string; streamId: string; at: Date },
  options: RenderOptions,
): JsonObject {
  const stream = { streamId: end.streamId, streamType: 'final' };
  return {
    type: 'typing',
    id: end.activityId,
    timestamp: end.at.toISOString(),
    channelId: 'directline',
    from: botAccount(options),
    conversation: { id: end.conversationId },
    entities: [streamInfo(stream)],
    channelData: stream,
  };
}

/** The body that answers an invoke, in the form of the Bot Framework's adaptive card responses. */
export function renderActionResponse(response: ActionResponse, options: RenderOptions): JsonObject {
  if (response.kind === 'none') return messageResponse('');
  if (response.kind === 'message') return messageResponse(response.text);
  if (response.kind === 'card') {
    const card = response.content.card && options.renderCard(response.content.card);
    if (!card) return messageResponse(response.content.text);
    return { statusCode: 200, type: ADAPTIVE_CARD, value: card as JsonObject };
  }
  if (response.kind === 'field-errors') {
    const message = Object.values(response.errors).join(' ');
    return errorResponse(400, { code: 'InvalidFields', message, fields: response.errors });
  }
  return errorResponse(response.status, { code: String(response.status), message: response.text });
}

function messageResponse(value: string): JsonObject {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value };
}

function errorResponse(statusCode: number, value: JsonObject): JsonObject {
  return { statusCode, type: 'application/vnd.microsoft.error', value };
}

/** What a rewritten message answers stays as it was. */
export function keptReply({ replyToId }: JsonObject): JsonObject {
  return replyToId === undefined ? {} : { replyToId };
}

/** What a person quotes to the service desk when something failed; the page offers to copy it. */
function errorReference(card: CardContent | undefined): JsonObject {
  const words = card?.template === 'error' ? card.data['correlation'] : undefined;
  const reference = typeof words === 'string' ? words.split(/\s/).at(-1) : undefined;
  return reference ? { reference } : {};
}

function streamInfo(stream: JsonObject): JsonObject {
  return { type: 'streaminfo', ...stream };
}

function suggestedActions(suggestions: string[]): JsonObject {
  return { actions: suggestions.map((title) => ({ type: 'imBack', title, value: title })), to: [] };
}

/** The one schema.org entity that carries the AI label and the citations; lengths are those that Teams allows. */
function messageEntity({ aiGenerated, citations = [] }: OutboundContent): JsonObject[] {
  if (!aiGenerated && citations.length === 0) return [];
  return [
    {
      type: 'https://schema.org/Message',
      '@type': 'Message',
      '@context': 'https://schema.org',
      '@id': '',
      ...(aiGenerated && { additionalType: ['AIGeneratedContent'] }),
      ...(citations.length > 0 && { citation: citations.slice(0, 20).map(claim) }),
    },
  ];
}

function claim(citation: Citation): JsonObject {
  return {
    '@type': 'Claim',
    position: citation.number,
    appearance: {
      '@type': 'DigitalDocument',
      name: citation.title.slice(0, 80),
      abstract: citation.quote.slice(0, 160),
    },
  };
}

function channelData(content: OutboundContent, stream?: { streamId: string }): JsonObject {
  const steward: JsonObject = {
    ...(content.aiGenerated && { aiGenerated: true }),
    ...(content.feedbackFor !== undefined && { feedbackFor: content.feedbackFor }),
    ...errorReference(content.card),
    ...(content.citations?.length && { citations: content.citations as unknown as JsonValue }),
  };
  return {
    ...(stream && { ...stream, streamType: 'final' }),
    ...(content.feedbackFor !== undefined && { feedbackLoop: { type: 'default' } }),
    ...(Object.keys(steward).length > 0 && { steward }),
  };
}
