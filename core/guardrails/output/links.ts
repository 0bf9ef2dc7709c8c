import { decodeEntities } from '../entities.js';
import type { OutputFinding } from './finding.js';

/** Which hosts links and images of an answer may lead to. */
export interface LinkPolicy {
  /** `example.com` allows the host and its subdomains; empty allows no images and every https link without data in it. */
  allowedHosts: readonly string[];
  /** Links to other hosts are findings too; images always are. */
  onlyAllowedLinks: boolean;
  /** What the answer rests on and what was asked: a link that neither holds was made up. Absent where there is nothing to rest on. */
  sources?: string;
}

const MARKDOWN =
  /(!?)\[([^[\]\n]{0,400})\]\(\s{0,4}<?((?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000})>?[^()\n]{0,200}\)/g;
const REFERENCE = /^[ ]{0,3}\[([^[\]\n]{1,200})\]:\s{1,4}<?([^\s<>]{1,2000})/gm;
const TAG = /<([a-z]{1,12})\b((?:[^<>"']|"[^"<]{0,2000}"|'[^'<]{0,2000}'|["']){1,2000})>?/gi;
/** Attributes that make a browser fetch, or a person go, somewhere. */
const LEADS =
  /(?:^|[\s"'/])(src|srcset|href|xlink:href|action|formaction|data|poster|background|ping)\s{0,3}=\s{0,3}(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))/gi;
const STYLE_ADDRESS = /url\(\s{0,3}["']?([^\s"')]{1,2000})/gi;
const ANCHOR_WORDS = /^([^<]{0,400})<\/a\s{0,3}>/i;
const GOES_THERE = /^(?:a|form|button|input|area)$/i;
/** A bare link in brackets, or with words as Slack writes it: `<https://example.com|words>`. */
const BRACKETED = /<((?:https?|ftp):\/\/[^\s<>|]{1,2000})(?:\|([^<>|\n]{0,400}))?>/gi;
const BARE = /(?<![\w(<"'=[])\b(?:https?|ftp):\/\/[^\s<>()[\]"'`]{1,2000}/gi;
const SCRIPT_SCHEME = /^(?:javascript|data|vbscript|file|blob):/i;
const RAW_ADDRESS = /^https?:\/\/(?:\d{1,3}\.){3}\d{1,3}(?:[:/]|$)|^https?:\/\/\[/i;
/** Encoded values behind a question mark, or a path that is one long token: how data leaves in a link. */
const CARRIES_DATA =
  /[?&#][^=&]{0,40}=(?:[^&]{80,}|[A-Za-z0-9+/_-]{32,}={0,2}(?:&|$)|(?:%[0-9a-f]{2}){6,}|[{[<$])|\/[A-Za-z0-9+_-]{64,}={0,2}(?:\/|$|\?)/i;
/** One unbroken value with letters of both cases. */
const ENCODED_VALUE =
  /[?&#][^=&]{0,40}=((?=[^&]{0,40}[a-z])(?=[^&]{0,40}[A-Z])[A-Za-z0-9+/_-]{20,}={0,2})(?:&|$)/;
/** Four words and a number in one value are a sentence about somebody, not a search. */
const TOLD_WORDS = 4;
/** A label of a host that is longer than names are, or hexadecimal throughout. */
const DATA_LABEL = /^(?:[a-z0-9-]{40,}|[0-9a-f]{20,}|(?=[a-z]{0,24}\d)[a-z2-7]{24,})$/;

/** Whether an address could tell its host something that was said in private. */
const carriesData = (address: string, host: string): boolean =>
  CARRIES_DATA.test(address) ||
  looksEncoded(ENCODED_VALUE.exec(address)?.[1] ?? '') ||
  holdsEncodedText(address) ||
  host
    .split('.')
    .slice(0, -2)
    .some((label) => DATA_LABEL.test(label)) ||
  tellsWords(address);

/** Base64 changes between small letters, capitals and digits all the time; names put together do not. */
function looksEncoded(value: string): boolean {
  const changes = value.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[A-Z0-9])|\d(?=[A-Za-z])/g)?.length ?? 0;
  return value.length > 0 && changes >= value.length / 4;
}

/** Shorter values decode to something readable by chance. */
const ENCODED_LENGTH = 16;
const READABLE = /^[\t\n\r\x20-\x7e\u00a0-\uffff]+$/;

/** Base64 or hexadecimal that says something, however it is cut up by slashes; ids and digests decode to noise. */
function holdsEncodedText(address: string): boolean {
  const behindHost = address.replace(/^[a-z]*:?\/\/[^/?#]*/i, '').replaceAll(/%3d/gi, '=');
  const [path = ''] = behindHost.split(/[?#]/);
  return [...behindHost.split(/[/?&=#.:;,]+/), path.replaceAll('/', '')].some(
    (part) => part.length >= ENCODED_LENGTH && part.length <= 4_000 && isEncodedText(part),
  );
}

function isEncodedText(value: string): boolean {
  const bytes = /^(?:[0-9a-f]{2}){8,}$/i.test(value)
    ? Buffer.from(value, 'hex')
    : /^[\w+-]+={0,2}$/.test(value)
      ? Buffer.from(value, 'base64url')
      : undefined;
  if (!bytes) return false;
  const said = bytes.toString('utf8');
  return READABLE.test(said) && !said.includes('\ufffd') && /\p{L}{3}/u.test(said);
}

function tellsWords(address: string): boolean {
  const query = /\?([^#]{12,})/.exec(address)?.[1] ?? '';
  return query.split('&').some((pair) => {
    const words = pair
      .slice(pair.indexOf('=') + 1)
      .split(/(?:%20|\+|%2c|%0a)+/i)
      .filter(Boolean);
    return words.length >= TOLD_WORDS && words.some((word) => /(?!(?:19|20)\d\d(?!\d))\d{4,}/.test(word));
  });
}

/** The address a reader of Markdown or HTML makes of what is written: entities, and the blanks browsers drop. */
const readAddress = (written: string): string =>
  decodeEntities(written)
    .replaceAll(/[\t\n\r]/g, '')
    .replaceAll('\\', '/');

function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname.toLowerCase() : undefined;
}

const isAllowed = (host: string, { allowedHosts }: LinkPolicy): boolean =>
  allowedHosts.some(
    (allowed) => host === allowed.toLowerCase() || host.endsWith(`.${allowed.toLowerCase()}`),
  );

function judge(
  written: string,
  kind: 'image' | 'link',
  policy: LinkPolicy,
): { id: string; risk: number } | undefined {
  const address = readAddress(written);
  if (SCRIPT_SCHEME.test(address)) return { id: 'link.script', risk: 0.9 };
  if (!/^(?:https?|ftp):/i.test(address) && !address.startsWith('//')) return undefined;
  const host = hostOf(address.startsWith('//') ? `https:${address}` : address);
  if (host === undefined) return { id: 'link.malformed', risk: 0.5 };
  if (isAllowed(host, policy)) return undefined;
  if (/@/.test(address.slice(0, address.indexOf(host)))) return { id: 'link.userinfo', risk: 0.8 };
  if (host.startsWith('xn--') || host.includes('.xn--')) return { id: 'link.lookalike', risk: 0.7 };
  if (carriesData(address, host)) return { id: 'link.carries-data', risk: kind === 'image' ? 0.95 : 0.8 };
  if (kind === 'image') return { id: 'link.image', risk: 0.7 };
  if (RAW_ADDRESS.test(address)) return { id: 'link.raw-address', risk: 0.6 };
  if (policy.onlyAllowedLinks) return { id: 'link.not-allowed', risk: 0.6 };
  return isSourced(host, policy) ? undefined : { id: 'link.not-in-sources', risk: 0.4 };
}

const isSourced = (host: string, { sources }: LinkPolicy): boolean =>
  sources === undefined || sources.toLowerCase().includes(host.replace(/^www\./, ''));

/** Words of a link that name a host: by a scheme, by `www`, or by an ending that people know from addresses. */
const SHOWN_HOST =
  /(?:(?:https?|ftp):\/\/([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})|(?<![\w.@-])((?:www\.[\w-]{1,63}|[\w-]{1,63})(?:\.[\w-]{1,63}){0,4}\.(?:com|net|org|edu|gov|mil|int|info|biz|io|ai|app|dev|cloud|eu|uk|us|ca|au|de|at|ch|fr|es|it|nl|be|pl|pt|br|jp|cn|kr|in|ru|se|dk|no|fi|cz|example|test|local)|www\.[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}))(?![\w-])/i;
/** Names of products that end like an address. */
const PRODUCT = /^(?:asp|ado|vb|ml|f#|c#)\.net$/i;

/** A link whose words name another host than the one it leads to. */
function pretends(words: string, address: string): boolean {
  const named = SHOWN_HOST.exec(decodeEntities(words));
  const shown = (named?.[1] ?? named?.[2])?.toLowerCase();
  if (shown && PRODUCT.test(shown)) return false;
  const real = hostOf(readAddress(address));
  if (!shown || !real) return false;
  return registered(shown) !== registered(real);
}

/** The part of a host that its owner registered: `bbc.co.uk` of `news.bbc.co.uk`. */
const registered = (host: string): string => {
  const isSecondLevel = /\.(?:co|com|org|net|gov|ac|edu|ne|or|go)\.[a-z]{2}$/.test(`.${host}`);
  return host
    .split('.')
    .slice(isSecondLevel ? -3 : -2)
    .join('.');
};

type Note = (start: number, end: number, verdict: { id: string; risk: number } | undefined) => void;

/** A tag and all it leads to; a finding takes the whole tag, and with an anchor its words. */
function judgeTag(match: RegExpExecArray, text: string, policy: LinkPolicy, note: Note): void {
  const [whole, name = '', attributes = ''] = match;
  const after = match.index + whole.length;
  const anchor = name.toLowerCase() === 'a' ? ANCHOR_WORDS.exec(text.slice(after, after + 500)) : null;
  const end = after + (anchor?.[0].length ?? 0);
  for (const [, attribute = '', double, single, bare] of attributes.matchAll(LEADS)) {
    const address = (double ?? single ?? bare ?? '').trim();
    const goes = GOES_THERE.test(name) && /^(?:href|action|formaction)$/i.test(attribute);
    note(match.index, end, judge(address, goes ? 'link' : 'image', policy));
    if (anchor && pretends(anchor[1] ?? '', address))
      note(match.index, end, { id: 'link.pretends', risk: 0.8 });
  }
  if (/\bstyle\b/i.test(attributes))
    for (const [, address = ''] of decodeEntities(attributes).matchAll(STYLE_ADDRESS))
      note(match.index, end, judge(address, 'image', policy));
}

/** Links and images of an answer that a person should not be shown. */
export function findUnsafeLinks(text: string, policy: LinkPolicy): OutputFinding[] {
  const found: OutputFinding[] = [];
  const note: Note = (start, end, verdict) => {
    if (verdict) found.push({ ...verdict, start, end });
  };
  for (const match of text.matchAll(MARKDOWN)) {
    const [whole, image, words = '', address = ''] = match;
    const end = match.index + whole.length;
    note(match.index, end, judge(address, image ? 'image' : 'link', policy));
    if (!image && pretends(words, address)) note(match.index, end, { id: 'link.pretends', risk: 0.8 });
  }
  for (const match of text.matchAll(REFERENCE))
    note(match.index, match.index + match[0].length, judge(match[2] ?? '', 'image', policy));
  for (const match of text.matchAll(TAG)) judgeTag(match, text, policy, note);
  for (const match of text.matchAll(BRACKETED)) {
    const [whole, address = '', words = ''] = match;
    const end = match.index + whole.length;
    note(match.index, end, judge(address, 'link', policy));
    if (pretends(words, address)) note(match.index, end, { id: 'link.pretends', risk: 0.8 });
  }
  for (const match of text.matchAll(BARE)) {
    const address = match[0].replace(/[.,;:!?]+$/, '');
    note(match.index, match.index + address.length, judge(address, 'link', policy));
  }
  return found;
}
