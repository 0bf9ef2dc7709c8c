import type { JsonObject } from '../core/kernel/json.js';
import type { AdaptiveCard } from './adaptive-card.js';
import { actionBlocks } from './block-kit/actions.js';
import type { Conversion } from './block-kit/conversion.js';
import { elementBlocks } from './block-kit/elements.js';
import { toMrkdwn } from './block-kit/mrkdwn.js';
import type { ConversionWarning, SlackBlock, SlackMessage } from './block-kit/types.js';
import { SLACK_LIMITS, textLength } from './slack-limits.js';

export interface BlockKitOptions {
  /** Markdown; becomes the notification and what a screen reader says. */
  text: string;
  /** Differs with every post and update of a message: Slack keeps the state of inputs by block id. */
  instance: string;
  /** Keeps what does not fit a button's 2,000 characters and returns a key; without it such a button is dropped. */
  keep?: (payload: JsonObject) => string;
  /** Takes charts that Slack has no block for, to be uploaded as pictures; their numbers become tables without it. */
  picture?: Conversion['picture'];
  /** Slack's own block for charts is not to be had: all of them are pictures. */
  withoutCharts?: boolean;
}

export interface BlockKitResult {
  /** The first one to be posted or updated; the others, if any, follow in its thread. */
  messages: SlackMessage[];
  /** What could not be shown as it is. Nothing is left out without a warning. */
  warnings: ConversionWarning[];
}

/**
 * A rendered card as Slack messages. Never throws; what Slack's limits do not allow in one message is split. The
 * mapping and its losses are described in docs/cards/README.md.
 */
export function toBlockKit(card: AdaptiveCard, options: BlockKitOptions): BlockKitResult {
  const { text, instance, keep, picture } = options;
  const conversion = { ...createConversion(instance, keep), picture };
  if (options.withoutCharts) conversion.chartsLeft = 0;
  const blocks = [
    ...elementBlocks(card.body, conversion, 'body'),
    ...actionBlocks(card.actions ?? [], conversion, 'actions'),
  ];
  return { messages: split(blocks, notification(text, card, conversion)), warnings: conversion.warnings };
}

export function createConversion(
  instance: string,
  keep?: BlockKitOptions['keep'],
  isModal = false,
): Conversion {
  let count = 0;
  return {
    instance,
    warnings: [],
    keep,
    next: () => (count += 1),
    // Slack shows neither in a modal.
    chartsLeft: isModal ? 0 : SLACK_LIMITS.chartsPerMessage,
    tablesLeft: isModal ? 0 : SLACK_LIMITS.tablesPerMessage,
    isModal,
  };
}

/** The blocks hold everything, so a notification that ends early loses nothing. */
function notification(text: string, { fallbackText }: AdaptiveCard, { warnings }: Conversion): string {
  const words = toMrkdwn(text.trim() === '' ? (fallbackText ?? '…') : text);
  if (words.length <= SLACK_LIMITS.notification) return words;
  warnings.push({ path: 'text', code: 'clamped', detail: `${words.length} > ${SLACK_LIMITS.notification}` });
  return `${words.slice(0, SLACK_LIMITS.notification - 40).replace(/<[^>]*$|&[a-z]*$|[\uD800-\uDBFF]$/, '')}…`;
}

function split(blocks: SlackBlock[], text: string): SlackMessage[] {
  const messages: SlackMessage[] = [];
  let part: SlackBlock[] = [];
  let length = 0;
  for (const block of blocks) {
    const more = block.type === 'table' ? 0 : textLength(block);
    if (
      part.length === SLACK_LIMITS.messageBlocks ||
      (part.length > 0 && length + more > SLACK_LIMITS.messageText)
    ) {
      messages.push({ text, blocks: part });
      part = [];
      length = 0;
    }
    part.push(block);
    length += more;
  }
  return part.length > 0 || messages.length === 0 ? [...messages, { text, blocks: part }] : messages;
}
