import { SLACK_LIMITS } from '../slack-limits.js';

/** Joins what Slack would otherwise read as the begin of bold, italic or code; it takes no room. */
const SHIELD = '\u2060';

// Every span is bounded, so that no text takes more than linear time.
const CODE = /(`{1,4})([^`]|[^`][\s\S]{0,1000}?[^`])\1(?!`)/y;
const ESCAPE = /\\([!-/:-@[-`{-~])/y;
const LINK =
  /!?\[((?:[^[\]\\]|\\.|\[[^\]]{0,200}\]){0,600})\]\(\s{0,9}<?((?:[^\s<>()\\]|\\.|\([^\s()]{0,200}\)){1,3000})>?(?:\s{1,9}["'][^)]{0,200}["'])?\s{0,9}\)/y;
const AUTOLINK = /<((?:https?:\/\/|mailto:)[^\s<>|]{1,3000})>/y;
const STRONG = /(\*\*|__)(?=\S)([\s\S]{0,1000}?\S)\1/y;
const STRIKE = /~~(?=\S)([\s\S]{0,1000}?\S)~~/y;
const EMPHASIS = /\*(?=[^\s*])([^*]{0,1000}?[^\s*])\*(?!\*)/y;
const UNDERSCORE = /_(?=[^\s_])([^_]{0,1000}?[^\s_])_(?![\p{L}\p{N}_])/uy;

/** Plain text as it is, with Slack's three special characters made harmless. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const REFERENCE = /<(?=!(?:channel|here|everyone|subteam|date)\b|@[UWB][A-Z0-9]|#[CG][A-Z0-9])/gi;

/**
 * Text for places that show it as it is: what looks like Slack's way to mention somebody gets another bracket, in case
 * that place reads it after all. No length changes.
 */
export const harmless = (text: string): string => text.replace(REFERENCE, '‹');

/** Markdown that Slack itself translates (streams): no angle bracket is left to begin a mention or a disguised link. */
export const streamedMarkdown = (markdown: string): string => markdown.replaceAll('<', '&lt;');

/**
 * Markdown as Slack's mrkdwn. Links are kept for web and mail addresses only; every other angle bracket is escaped, so
 * that no text can mention a person, a channel or everybody.
 */
export function toMrkdwn(markdown: string): string {
  const parts = markdown.split(/^(```[^\n]*\n[\s\S]*?\n?```)\s*$/m);
  return parts
    .map((part, index) => (index % 2 === 1 ? fence(part) : part.split('\n').map(line).join('\n')))
    .join('')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function fence(part: string): string {
  const code = part.replace(/^```[^\n]*\n/, '').replace(/\n?```$/, '');
  return `\`\`\`\n${escapeMrkdwn(code)}\n\`\`\``;
}

function line(text: string): string {
  const quote = /^\s*>\s?/.exec(text);
  if (quote) return `> ${inline(text.slice(quote[0].length))}`;
  const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(text);
  if (heading) return `*${inline((heading[1] ?? '').replaceAll('**', ''))}*`;
  const item = /^(\s*)[-*+]\s+(?=\S)/.exec(text);
  if (item) return `${item[1] ?? ''}• ${inline(text.slice(item[0].length))}`;
  return inline(text);
}

/** What every token begins with. */
const MARK = /[\\`![<*_~]/g;

function inline(text: string): string {
  let result = '';
  let plain = 0;
  let at = nextMark(text, 0);
  while (at < text.length) {
    const found = token(text, at);
    if (found) {
      result += escapeMrkdwn(text.slice(plain, at)) + found.mrkdwn;
      plain = at + found.length;
    }
    at = nextMark(text, found ? plain : at + 1);
  }
  return result + escapeMrkdwn(text.slice(plain));
}

function nextMark(text: string, from: number): number {
  MARK.lastIndex = from;
  return MARK.exec(text)?.index ?? text.length;
}

/** The markup that begins at a place, as mrkdwn; undefined where there is plain text. */
function token(text: string, at: number): { mrkdwn: string; length: number } | undefined {
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const result = (found: RegExpExecArray, mrkdwn: string): { mrkdwn: string; length: number } => ({
    mrkdwn,
    length: found[0].length,
  });
  switch (text[at]) {
    case '\\': {
      const found = match(ESCAPE);
      return found ? result(found, literal(found[1] ?? '')) : undefined;
    }
    case '`': {
      const found = match(CODE);
      return found ? result(found, `\`${escapeMrkdwn((found[2] ?? '').replaceAll('`', "'"))}\``) : undefined;
    }
    case '!':
    case '[': {
      const found = match(LINK);
      return found ? result(found, link(found[2] ?? '', found[1] ?? '')) : undefined;
    }
    case '<': {
      const found = match(AUTOLINK);
      return found ? result(found, `<${address(found[1] ?? '')}>`) : undefined;
    }
    case '*':
    case '_': {
      const strong = match(STRONG);
      if (strong) return result(strong, `*${inline(strong[2] ?? '')}*`);
      const isInWord = text[at] === '_' && /[\p{L}\p{N}]/u.test(text[at - 1] ?? '');
      const found = isInWord ? null : match(text[at] === '*' ? EMPHASIS : UNDERSCORE);
      return found ? result(found, `_${inline(found[1] ?? '')}_`) : undefined;
    }
    case '~': {
      const found = match(STRIKE);
      return found ? result(found, `~${inline(found[1] ?? '')}~`) : undefined;
    }
    default:
      return undefined;
  }
}

/** A character that stands for itself; Slack has no escape for its own marks. */
function literal(character: string): string {
  return '*_~`'.includes(character) ? SHIELD + character : escapeMrkdwn(character);
}

function link(url: string, words: string): string {
  const target = url.replace(/\\([!-/:-@[-`{-~])/g, '$1');
  const shown = inline(words)
    .replace(/<[^|>]*\|([^>]*)>|<([^>]*)>/g, '$1$2')
    .replaceAll('|', '/');
  if (!/^(https?:\/\/|mailto:)/i.test(target)) return shown === '' ? escapeMrkdwn(target) : shown;
  const isHonest = shown !== '' && !namesAnotherPlace(plainText(words), target);
  return isHonest ? `<${address(target)}|${shown}>` : `<${address(target)}>`;
}

/** A link whose words are an address leads there, or is shown with the address that it has. */
function namesAnotherPlace(words: string, target: string): boolean {
  const named =
    /^(?:https?:\/\/|mailto:)?(?:[^\s/@]+@)?((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})(?:[/:?#]\S*)?$/iu.exec(
      words.trim(),
    )?.[1];
  if (named === undefined) return false;
  const [, host = ''] = /^(?:https?:\/\/|mailto:)(?:[^/@]*@)?([^/:?#]*)/i.exec(target) ?? [];
  const bare = (name: string): string => name.toLowerCase().replace(/^www\./, '');
  // A file's name looks like a host's.
  const isFile =
    /\.(?:md|pdf|docx?|xlsx?|pptx?|txt|csv|html?|ya?ml|json)$/i.test(named) &&
    !/^(?:https?|mailto):/i.test(words.trim());
  return !isFile && bare(named) !== bare(host);
}

function address(url: string): string {
  return url.replaceAll('&', '&amp;').replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('|', '%7C');
}

/** Markdown without its marks, for places that show plain text only. */
export function plainText(markdown: string): string {
  return toMrkdwn(markdown)
    .replace(/<([^|>]*)\|([^>]*)>/g, '$2')
    .replace(/<([^>]*)>/g, '$1')
    .replace(/(?<!\u2060)[*~`]|(?<![\p{L}\p{N}\u2060])_|(?<!\u2060)_(?![\p{L}\p{N}])/gu, '')
    .replaceAll(SHIELD, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/**
 * Markdown as pieces of mrkdwn that each fit a section: cut between paragraphs, else between lines, sentences, words.
 * @param limit characters of a piece.
 */
export function mrkdwnPieces(markdown: string, limit: number = SLACK_LIMITS.sectionText): string[] {
  const whole = toMrkdwn(markdown);
  if (whole.length <= limit) return whole === '' ? [] : [whole];
  for (const boundary of [/\n{2,}/, /\n/, /(?<=[.!?。！？])\s*/, /\s+/]) {
    const cuts = cutPlaces(markdown, boundary);
    if (cuts.length === 0) continue;
    const middle = cuts.reduce((best, cut) => (away(cut, markdown) < away(best, markdown) ? cut : best));
    return [
      ...mrkdwnPieces(markdown.slice(0, middle), limit),
      ...mrkdwnPieces(markdown.slice(middle), limit),
    ];
  }
  const half = Math.floor(markdown.length / 2);
  const safe = /[\uD800-\uDBFF]$/.test(markdown.slice(0, half)) ? half - 1 : half;
  return [...mrkdwnPieces(markdown.slice(0, safe), limit), ...mrkdwnPieces(markdown.slice(safe), limit)];
}

function cutPlaces(text: string, boundary: RegExp): number[] {
  return [...text.matchAll(new RegExp(boundary, 'g'))]
    .map((found) => found.index + found[0].length)
    .filter((place) => place > 0 && place < text.length);
}

const away = (cut: number, text: string): number => Math.abs(cut - text.length / 2);
