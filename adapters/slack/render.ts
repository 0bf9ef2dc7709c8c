import { CARD_VERSION, type AdaptiveCard, type CardElement } from '../../cards/adaptive-card.js';
import type { ChartPicture } from '../../cards/block-kit/conversion.js';
import { list, mrkdwn, plain } from '../../cards/block-kit/texts.js';
import type { SlackBlock, SlackMessage } from '../../cards/block-kit/types.js';
import { asText } from '../../cards/as-text.js';
import { escapeMrkdwn, toMrkdwn } from '../../cards/block-kit/mrkdwn.js';
import { textElements } from '../../cards/elements/text.js';
import { SLACK_LIMITS } from '../../cards/slack-limits.js';
import { toBlockKit, type BlockKitOptions } from '../../cards/to-block-kit.js';
import { toMarkdown } from '../../cards/to-markdown.js';
import { describeError } from '../../core/kernel/errors.js';
import { digest, type JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { withFormButton } from './form-button.js';
import type { SlackPlace } from './installation.js';
import type { Pictures } from './pictures.js';
import type { PayloadMemory, SlackAdapterOptions } from './options.js';

export interface RenderOptions {
  /** The card's text is shown already, above the blocks. */
  textShownAbove?: boolean;
  /**
   * `plain` is what any workspace takes: without newer blocks and buttons of our own. `drawn` is the same with its charts as
   * pictures.
   */
  as?: RenderedAs;
  /** Where it is shown, for charts that have to be uploaded as pictures; they are tables without it. */
  place?: SlackPlace;
}

export type RenderedAs = 'native' | 'drawn' | 'plain';

export interface Renderer {
  /**
   * The messages that show a content, in order; what does not fit one goes into further ones. What buttons cannot carry
   * is stored before this resolves.
   * @param instance differs with every post and update of a message.
   */
  render(content: OutboundContent, instance: string, options?: RenderOptions): Promise<SlackMessage[]>;
  /** Whether there is something in it that may have to be a picture. */
  hasCharts(content: OutboundContent): boolean;
  /** The card as an Adaptive Card; undefined where there is none that can be rendered. */
  card(content: OutboundContent, textShownAbove?: boolean): AdaptiveCard | undefined;
  /** Stores what a button cannot carry. */
  keeping<Result>(make: (keep: (payload: JsonObject) => string) => Result): Promise<Result>;
}

export interface RendererOptions {
  renderCard: SlackAdapterOptions['renderCard'];
  payloads: PayloadMemory;
  pictures: Pictures;
  logger: Logger;
}

const MAX_SUGGESTIONS = 5;

/** Makes Slack messages of channel-neutral content. */
export function createRenderer({ renderCard, payloads, pictures, logger }: RendererOptions): Renderer {
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

  const convert = async (
    content: OutboundContent,
    instance: string,
    { textShownAbove, as = 'native' }: RenderOptions,
    picture?: BlockKitOptions['picture'],
  ): Promise<{ messages: SlackMessage[]; hasCard: boolean; hasKept: boolean }> => {
    const rendered = card(content, textShownAbove);
    const shown =
      as !== 'native' && rendered
        ? textCard(toMarkdown(rendered), as === 'drawn' ? chartsOf(rendered.body) : [])
        : withFormButton(rendered ?? textCard(content.text));
    let hasKept = false;
    const { messages, warnings } = await keeping((keep) => {
      const noted = (payload: JsonObject): string => {
        hasKept = true;
        return keep(payload);
      };
      const withoutCharts = as !== 'native';
      return toBlockKit(shown, { text: content.text, instance, keep: noted, picture, withoutCharts });
    });
    if (warnings.length > 0) {
      const losses = warnings.map(({ path, code }) => `${code} ${path}`);
      logger.info({ template: content.card?.template, losses }, 'A card is shown with losses on Slack.');
    }
    return { messages, hasCard: rendered !== undefined, hasKept };
  };

  /** Pictures are uploaded before the message that shows them; where one is not, all are told as tables. */
  const make = async (
    content: OutboundContent,
    instance: string,
    options: RenderOptions,
  ): Promise<{ messages: SlackMessage[]; isFixed: boolean }> => {
    const { place } = options;
    const drawn: ChartPicture[] = [];
    const note = (picture: ChartPicture): string => `${PENDING}${drawn.push(picture) - 1}`;
    let converted = await convert(content, instance, options, place && note);
    if (place && drawn.length > 0) {
      const ids = await Promise.all(drawn.map((picture) => pictures.upload(place, picture)));
      if (ids.every((id) => id !== undefined)) show(converted.messages, ids);
      else converted = await convert(content, instance, options);
    }
    const messages = decorate(converted.messages, content, !converted.hasCard, instance);
    return { messages, isFixed: drawn.length === 0 && !converted.hasKept };
  };

  /** Contents that are said again and again (help, notices to several people) are made ready once, from the second time on. */
  const rendered = new WeakMap<OutboundContent, SlackMessage[] | 'once'>();
  const render: Renderer['render'] = async (content, instance, options = {}) => {
    if (options.textShownAbove || (options.as ?? 'native') !== 'native')
      return (await make(content, instance, options)).messages;
    const known = rendered.get(content);
    if (Array.isArray(known)) return known;
    const { messages, isFixed } = await make(content, instance, options);
    if (!known) rendered.set(content, 'once');
    else if (isFixed && !JSON.stringify(messages).includes(instance)) {
      rendered.set(content, messages);
      for (const { blocks } of messages) Object.freeze(blocks);
    }
    return messages;
  };

  const hasCharts: Renderer['hasCharts'] = (content) => {
    const rendered = card(content);
    return rendered !== undefined && chartsOf(rendered.body).length > 0;
  };

  return { render, card, hasCharts, keeping };
}

/** Stands for a file's id until it is uploaded. */
const PENDING = 'pending:';

function show(messages: SlackMessage[], ids: string[]): void {
  for (const block of messages.flatMap(({ blocks }) => blocks)) {
    const pending = (block.slack_file as { id?: string } | undefined)?.id;
    if (pending?.startsWith(PENDING))
      block.slack_file = { id: ids[Number(pending.slice(PENDING.length))] ?? '' };
  }
}

/** The charts of a card, wherever in it; their numbers stand in its markdown. */
function chartsOf(elements: JsonObject[]): CardElement[] {
  return elements.flatMap((element) => {
    if (asText(element.type ?? '').startsWith('Chart.')) {
      const { fallback: _fallback, ...chart } = element;
      return [chart as CardElement];
    }
    return chartsOf([...list(element.items), ...list(element.columns)]);
  });
}

const textCard = (markdown: string, more: CardElement[] = []): AdaptiveCard => ({
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: CARD_VERSION,
  body: [...(textElements(markdown.trim() === '' ? '…' : markdown) as CardElement[]), ...more],
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
