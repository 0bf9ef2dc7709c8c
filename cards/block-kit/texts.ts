import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import { SLACK_LIMITS } from '../slack-limits.js';
import { escapeMrkdwn, harmless, mrkdwnPieces, plainText, toMrkdwn } from './mrkdwn.js';
import type { SlackBlock } from './types.js';
import { asText } from '../as-text.js';

const BADGE_SYMBOL: Record<string, string> = {
  good: '🟢',
  warning: '🟡',
  attention: '🔴',
  accent: '🔵',
};

export const plain = (text: string): SlackBlock => ({
  type: 'plain_text',
  text: harmless(text),
  emoji: true,
});
export const mrkdwn = (text: string): SlackBlock => ({ type: 'mrkdwn', text });

export const section = (text: string): SlackBlock => ({ type: 'section', text: mrkdwn(text) });

/** A heading as a header where it is short, else as bold text; other text as sections or, when small, as context. */
export function textBlocks(element: JsonObject): SlackBlock[] {
  const text = asText(element.text ?? '');
  if (text.trim() === '') return [];
  if (isHeading(element)) {
    const words = plainText(text);
    if (words.length > 0 && words.length <= SLACK_LIMITS.header)
      return [{ type: 'header', text: plain(words) }];
    return mrkdwnPieces(text, SLACK_LIMITS.sectionText - 2).map((piece) => section(bold(piece)));
  }
  const isSmall = element.isSubtle === true || element.size === 'small';
  const pieces = mrkdwnPieces(text, SLACK_LIMITS.sectionText - 2).map((piece) =>
    element.weight === 'bolder' ? bold(piece) : piece,
  );
  return isSmall && element.weight !== 'bolder'
    ? pieces.map((piece) => ({ type: 'context', elements: [mrkdwn(piece)] }))
    : pieces.map(section);
}

function isHeading({ style, size, weight }: JsonObject): boolean {
  return style === 'heading' || (weight === 'bolder' && (size === 'large' || size === 'extraLarge'));
}

function bold(piece: string): string {
  return piece.includes('*') || piece.includes('\n') ? piece : `*${piece}*`;
}

/** Everything that an element says, in one line per text; for cells of a row and for tables. */
export function inlineText(element: JsonObject): string {
  switch (element.type) {
    case 'TextBlock': {
      const text = toMrkdwn(asText(element.text ?? ''));
      return element.weight === 'bolder' && text !== '' ? bold(text) : text;
    }
    case 'RichTextBlock':
      return runs(element);
    case 'Badge':
      return `${BADGE_SYMBOL[asText(element.style).toLowerCase()] ?? '⚪'} ${escapeMrkdwn(asText(element.text ?? ''))}`;
    default:
      return list(element.items).map(inlineText).join('\n');
  }
}

function runs({ inlines }: JsonObject): string {
  return list(inlines)
    .map((run) => {
      const text = escapeMrkdwn(asText(run.text ?? ''));
      if (run.fontType === 'monospace') return `\`\`\`\n${text}\n\`\`\``;
      return run.weight === 'bolder' ? bold(text) : text;
    })
    .join('');
}

/** Code as Slack's own preformatted text, which needs no escaping. */
export function codeBlock(code: string): SlackBlock {
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: code === '' ? ' ' : harmless(code) }],
      },
    ],
  };
}

export function list(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}
