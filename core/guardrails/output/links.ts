import type { OutputFinding } from './finding.js';

/** Which hosts links and images of an answer may lead to. */
export interface LinkPolicy {
  /** `example.com` allows the host and its subdomains; empty allows no images and every https link without data in it. */
  allowedHosts: readonly string[];
  /** Links to other hosts are findings too; images always are. */
  onlyAllowedLinks: boolean;
}

const MARKDOWN =
  /(!?)\[([^[\]\n]{0,400})\]\(\s{0,4}<?((?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000})>?[^()\n]{0,200}\)/g;
const REFERENCE = /^[ ]{0,3}\[([^[\]\n]{1,200})\]:\s{1,4}<?([^\s<>]{1,2000})/gm;
const HTML =
  /<(img|a|iframe|script|link|object|embed|form|source|video|audio)\b[^<>]{0,1000}?\b(?:src|href|action|data)\s{0,3}=\s{0,3}["']?([^\s"'<>]{1,2000})/gi;
const BARE = /(?<![\w(<"'=[])\b(?:https?|ftp):\/\/[^\s<>()[\]"'`]{1,2000}/gi;
const SCRIPT_SCHEME = /^(?:javascript|data|vbscript|file|blob):/i;
const RAW_ADDRESS = /^https?:\/\/(?:\d{1,3}\.){3}\d{1,3}(?:[:/]|$)|^https?:\/\/\[/i;
/** Long or encoded values behind a question mark, or a path that is one long token: how data leaves in a link. */
const CARRIES_DATA =
  /[?&#][^=&]{0,40}=(?:[^&]{80,}|[A-Za-z0-9+/_-]{32,}={0,2}(?:&|$)|(?:%[0-9a-f]{2}){6,}|[{[<$])|\/[A-Za-z0-9+_-]{64,}={0,2}(?:\/|$|\?)/i;

function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).hostname.toLowerCase() : undefined;
}

const isAllowed = (host: string, { allowedHosts }: LinkPolicy): boolean =>
  allowedHosts.some(
    (allowed) => host === allowed.toLowerCase() || host.endsWith(`.${allowed.toLowerCase()}`),
  );

function judge(
  address: string,
  kind: 'image' | 'link',
  policy: LinkPolicy,
): { id: string; risk: number } | undefined {
  if (SCRIPT_SCHEME.test(address)) return { id: 'link.script', risk: 0.9 };
  if (!/^(?:https?|ftp):/i.test(address) && !address.startsWith('//')) return undefined;
  const host = hostOf(address.startsWith('//') ? `https:${address}` : address);
  if (host === undefined) return { id: 'link.malformed', risk: 0.5 };
  if (isAllowed(host, policy)) return undefined;
  if (/@/.test(address.slice(0, address.indexOf(host)))) return { id: 'link.userinfo', risk: 0.8 };
  if (host.startsWith('xn--') || host.includes('.xn--')) return { id: 'link.lookalike', risk: 0.7 };
  if (CARRIES_DATA.test(address)) return { id: 'link.carries-data', risk: kind === 'image' ? 0.95 : 0.8 };
  if (kind === 'image') return { id: 'link.image', risk: 0.7 };
  if (RAW_ADDRESS.test(address)) return { id: 'link.raw-address', risk: 0.6 };
  return policy.onlyAllowedLinks ? { id: 'link.not-allowed', risk: 0.6 } : undefined;
}

/** A markdown link whose words name another host than the one it leads to. */
function pretends(words: string, address: string): boolean {
  const shown = /(?:https?:\/\/)?((?:[\w-]{1,63}\.){1,5}[a-z]{2,12})(?:[/\s]|$)/i
    .exec(words)?.[1]
    ?.toLowerCase();
  const real = hostOf(address);
  if (!shown || !real) return false;
  const base = (host: string): string => host.split('.').slice(-2).join('.');
  return base(shown) !== base(real);
}

/** Links and images of an answer that a person should not be shown. */
export function findUnsafeLinks(text: string, policy: LinkPolicy): OutputFinding[] {
  const found: OutputFinding[] = [];
  const note = (start: number, end: number, verdict: { id: string; risk: number } | undefined): void => {
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
  for (const match of text.matchAll(HTML)) {
    const kind = /^(?:a|form)$/i.test(match[1] ?? '') ? 'link' : 'image';
    note(match.index, match.index + match[0].length, judge(match[2] ?? '', kind, policy));
  }
  for (const match of text.matchAll(BARE)) {
    const address = match[0].replace(/[.,;:!?]+$/, '');
    note(match.index, match.index + address.length, judge(address, 'link', policy));
  }
  return found;
}
