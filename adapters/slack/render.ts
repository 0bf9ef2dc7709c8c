import { CARD_VERSION, type AdaptiveCard, type CardElement } from '../../cards/adaptive-card.js';
import { mrkdwn, plain } from '../../cards/block-kit/texts.js';
import type { SlackBlock, SlackMessage } from '../../cards/block-kit/types.js';
import { escapeMrkdwn, toMrkdwn } from '../../cards/block-kit/mrkdwn.js';
import { textElements } from '../../cards/elements/text.js';
import { SLACK_LIMITS } from '../../cards/slack-limits.js';
import { toBlockKit } from '../../cards/to-block-kit.js';
import { toMarkdown } from '../../cards/to-markdown.js';
import { describeError } from '../../core/kernel/errors.js';
import { digest, type JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { withFormButton } from './form-button.js';
import type { PayloadMemory, SlackAdapterOptions } from './options.js';

export interface RenderOptions {
  /** The card's text is shown already, above the blocks. */
  textShownAbove?: boolean;
  /** Without newer blocks and buttons of our own: what any workspace takes. */
  simple?: boolean;
}

export interface Renderer {
  /**
   * The messages that show a content, in order; what does not fit one goes into further ones. What buttons cannot carry
   * is stored before this resolves.
   * @param instance differs with every post and update of a message.
   */
  render(content: OutboundContent, instance: string, options?: RenderOptions): Promise<SlackMessage[]>;
  /** The card as an Adaptive Card; undefined where there is none that can be rendered. */
  card(content: OutboundContent, textShownAbove?: boolean): AdaptiveCard | undefined;
  /** Stores what a button cannot carry. */
  keeping<Result>(make: (keep: (payload: JsonObject) => string) => Result): Promise<Result>;
}

export interface RendererOptions {
  renderCard: SlackAdapterOptions['renderCard'];
  payloads: PayloadMemory;
  logger: Logger;
}

const MAX_SUGGESTIONS = 5;

/** Makes Slack messages of channel-neutral content. */
export function createRenderer({ renderCard, payloads, logger }: RendererOptions): Renderer {
  const card: Renderer['card'] = (content, textShownAbove = false) => {
    if (!content.card) return undefined;
    try {
      return renderCard(content.card, { nativeFeedback: false, textShownAbove });
    } catch (error) {
      const { template } = content.card;
      logger.error(
        { template, error: describeError(error) },
        'A card could not be rendered; its text is sent.',
      );
      return undefined;
    }
  };

  const keeping: Renderer['keeping'] = async (make) => {
    const kept = new Map<string, JsonObject>();
    const result = make((payload) => {
      const key = digest(payload).slice(0, 40);
      kept.set(key, payload);
      return key;
    });
    for (const [key, payload] of kept) await payloads.put(key, payload);
    return result;
  };

  const render: Renderer['render'] = async (content, instance, { textShownAbove, simple } = {}) => {
    const rendered = card(content, textShownAbove);
    const shown =
      simple && rendered
        ? textCard(toMarkdown(rendered))
        : withFormButton(rendered ?? textCard(content.text));
    const { messages, warnings } = await keeping((keep) =>
      toBlockKit(shown, { text: content.text, instance, keep }),
    );
    if (warnings.length > 0) {
      const losses = warnings.map(({ path, code }) => `${code} ${path}`);
      logger.info({ template: content.card?.template, losses }, 'A card is shown with losses on Slack.');
    }
    return decorate(messages, content, rendered === undefined, instance);
  };

  return { render, card, keeping };
}

const textCard = (markdown: string): AdaptiveCard => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: CARD_VERSION,
  body: textElements(markdown.trim() === '' ? '…' : markdown) as CardElement[],
});

/** Adds what stands outside of the card: mentions above; sources, thumbs and prompts below. */
function decorate(
  messages: SlackMessage[],
  content: OutboundContent,
  isPlain: boolean,
  instance: string,
): SlackMessage[] {
  const mentions = mentionLine(content);
  const above = mentions === '' ? [] : [section(mentions, instance)];
  const below = [
    ...(isPlain ? sources(content) : []),
    ...(isPlain && content.feedbackFor ? [thumbs(content.feedbackFor)] : []),
    ...prompts(content),
  ];
  const first = messages[0];
  const last = messages.at(-1);
  if (!first || !last) return messages;
  if (above.length > 0) {
    first.blocks = [...above, ...first.blocks];
    first.text = `${mentions} ${first.text}`;
  }
  if (last.blocks.length + below.length <= SLACK_LIMITS.messageBlocks)
    last.blocks = [...last.blocks, ...below];
  else messages.push({ text: last.text, blocks: below });
  return messages.flatMap(halveIfTooMany);
}

function halveIfTooMany({ text, blocks }: SlackMessage): SlackMessage[] {
  if (blocks.length <= SLACK_LIMITS.messageBlocks) return [{ text, blocks }];
  return [
    { text, blocks: blocks.slice(0, SLACK_LIMITS.messageBlocks) },
    { text, blocks: blocks.slice(SLACK_LIMITS.messageBlocks) },
  ];
}

/** The only place where a mention is written: by us, of an account that the channel gave us. */
function mentionLine({ mentions = [] }: OutboundContent): string {
  return mentions
    .map(({ accountId, name }) =>
      /^[UW][A-Z0-9]+$/.test(accountId) ? `<@${accountId}>` : `@${escapeMrkdwn(name)}`,
    )
    .join(' ');
}

const section = (text: string, instance: string): SlackBlock => ({
  type: 'section',
  block_id: `mentions|${instance}`,
  text: mrkdwn(text),
});

function sources({ citations = [], text }: OutboundContent): SlackBlock[] {
  const lines = citations
    .filter(({ number }) => text.includes(`[${number}]`))
    .map(({ number, title, path }) => toMrkdwn(`[${number}] ${title || path}`));
  const blocks: SlackBlock[] = [];
  for (let at = 0; at < lines.length; at += SLACK_LIMITS.contextElements) {
    blocks.push({
      type: 'context',
      elements: lines.slice(at, at + SLACK_LIMITS.contextElements).map(mrkdwn),
    });
  }
  return blocks;
}

function thumbs(answerId: string): SlackBlock {
  const value = (verb: string): string => JSON.stringify({ v: verb, d: { answerId } });
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: 'feedback:0',
        positive_button: { text: plain('👍'), value: value('feedback.up') },
        negative_button: { text: plain('👎'), value: value('feedback.down') },
      },
    ],
  };
}

function prompts({ suggestions = [] }: OutboundContent): SlackBlock[] {
  const elements = suggestions.slice(0, MAX_SUGGESTIONS).map((prompt, index) => ({
    type: 'button',
    action_id: `act:ask.prompt:s${index}`,
    text: plain(prompt.length > 75 ? `${prompt.slice(0, 74)}…` : prompt),
    value: JSON.stringify({ v: 'ask.prompt', d: { prompt } }),
  }));
  return elements.length > 0 ? [{ type: 'actions', elements }] : [];
}
