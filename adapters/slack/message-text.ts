/** Control characters but tab and newline, and the marks that change a text's direction or hide in it. */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

const REFERENCE = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g;
const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/**
 * The person's words: mentions of the bot removed, other references by their names, Slack's three escapes undone.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
export function messageText(text: string, botUserId: string | undefined): string {
  return cleanText(
    text
      .replace(REFERENCE, (_whole, sign: string, target: string, label: string | undefined) =>
        sign === '@' && target === botUserId ? ' ' : nameOf(sign, target, label),
      )
      .replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity),
  )
    .replace(/[ \t]{2,}/g, ' ')
    .replace(/^[\s,:;]+/, '')
    .trim();
}

/** Removes what cannot be seen and mends broken surrogate pairs; words in any script keep their letters. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(INVISIBLE, '')
    .replace(/\u00a0/g, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** True when the text mentions the bot. */
export function mentionsBot(text: string | null | undefined, botUserId: string | undefined): boolean {
  return botUserId !== undefined && text != null && new RegExp(`<@${botUserId}(?:\\|[^<>]*)?>`).test(text);
}

function nameOf(sign: string, target: string, label: string | undefined): string {
  if (sign === '@') return `@${label ?? target}`;
  if (sign === '#') return `#${label ?? target}`;
  if (sign === '!') return label ?? `@${target.split('^')[0] ?? ''}`;
  const address = target.replace(/^(?:mailto|tel):/, '');
  return label === undefined || label === address || label === target ? address : `${label} (${address})`;
}
