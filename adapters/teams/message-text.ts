import type { TeamsPayload } from './payload.js';

/** Markup that Teams' editor leaves in `text`; anything else in angle brackets is the person's own. */
const EDITOR_TAG = /<\/?(?:p|div|span|b|strong|i|em|u|s|ul|ol|li|pre|code|blockquote)(?:\s[^<>]*)?>/gi;
const LINE_BREAK = /<br\s*\/?>/gi;
const AT_TAG = /<at(?:\s[^<>]*)?>([^<>]*)<\/at>/gi;
const EMPTY_EMPHASIS = /(\*\*|__|\*|_|~~)[ \t]*\1/g;

/** Control characters but tab and newline, and the marks that change a text's direction or hide in it. */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Removes what cannot be seen and mends broken surrogate pairs; words in any script keep their letters. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(INVISIBLE, '')
    .replace(/\u00a0/g, ' ')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

/** True when one of the mentions names the bot itself. */
export function mentionsRecipient(payload: TeamsPayload): boolean {
  return (payload.entities ?? []).some((entity) => isRecipientMention(entity, payload));
}

/** The person's words: mentions of the bot and editor markup removed, other people's mentions as their names. */
export function messageText(payload: TeamsPayload): string {
  let text = payload.text ?? '';
  if (text === '') return text;
  const botNames = new Set<string>();
  for (const entity of payload.entities ?? []) {
    if (!isRecipientMention(entity, payload)) continue;
    if (entity.text) text = text.split(entity.text).join(' ');
    const name = entity.mentioned?.name ?? payload.recipient?.name;
    if (name) botNames.add(foldName(name));
  }
  if (text.includes('<')) {
    text = text
      .replace(AT_TAG, (_tag, name: string) => (botNames.has(foldName(name)) ? ' ' : name))
      .replace(LINE_BREAK, '\n')
      .replace(EDITOR_TAG, '');
  }
  if (text.includes('&')) text = decodeEntities(text);
  text = cleanText(text);
  return (botNames.size > 0 ? text.replace(EMPTY_EMPHASIS, '').replace(/^[\s,:;]+/, '') : text).trim();
}

type Entity = NonNullable<TeamsPayload['entities']>[number];

const isRecipientMention = (entity: Entity, payload: TeamsPayload): boolean =>
  entity.type === 'mention' && entity.mentioned != null && entity.mentioned.id === payload.recipient?.id;

const foldName = (name: string): string =>
  name
    .replace(/&nbsp;|\s+/g, ' ')
    .trim()
    .toLowerCase();

/** Decodes once, so that `&amp;lt;` stays the text `&lt;`. */
function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
