import { Parser } from 'htmlparser2';
import type { Clock } from '../../kernel/clock.js';
import { StewardError } from '../../kernel/errors.js';
import type { OutboundFetch, OutboundResponse } from '../../kernel/outbound-fetch.js';
import type { DocumentSource, SourceEntry } from '../ingest/document-source.js';
import { kindOfName } from '../ingest/file-kind.js';
import { formatBytes, type IngestLimits } from '../ingest/limits.js';
import { reason, reasonOf, type Reason } from '../ingest/reason.js';
import { decodedAs } from '../ingest/text-cleaning.js';
import { NOTHING_ALLOWED, EVERYTHING_ALLOWED, type RobotsRules, parseRobots } from './robots.js';

export interface WebSourceOptions {
  /** Where to start. */
  urls: string[];
  /** How many links deep to go below a start page; 0 takes the pages alone. Only pages under the start page's folder. */
  depth: number;
  maxPages: number;
  fetch: OutboundFetch;
  clock: Clock;
  limits: IngestLimits;
  signal?: AbortSignal;
}

/** How Steward names itself to web servers. */
export const AGENT = 'steward';
const MAX_REDIRECTS = 5;
const MAX_CRAWL_DELAY_SECONDS = 10;

const EXTENSION_OF_TYPE: Record<string, string> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/markdown': 'md',
  'text/plain': 'txt',
  'text/csv': 'csv',
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

/** Pages of web sites, read politely: robots.txt is honoured, redirects are checked one by one, one request at a time. */
export function webSource(id: string, options: WebSourceOptions): DocumentSource {
  return { id, whole: true, entries: () => new Crawl(options).run() };
}

interface Visit {
  url: URL;
  depth: number;
  /** Links are followed only below this. */
  scope: string;
}

/** `gone`: the server knows no such page; `passing`: another time it may work. */
type Page = { response: OutboundResponse; url: URL } | { refused: Reason; gone?: boolean; passing?: boolean };

class Crawl {
  private readonly robots = new Map<string, RobotsRules>();
  private readonly seen = new Set<string>();
  private readonly paths = new Set<string>();

  constructor(private readonly options: WebSourceOptions) {}

  async *run(): AsyncGenerator<SourceEntry> {
    const { urls, maxPages, signal } = this.options;
    const queue: Visit[] = [];
    for (const address of urls) {
      const url = webAddress(address);
      if (url) this.enqueue(queue, url, 0, scopeOf(url));
      else yield { path: address, refused: reason('web-no-address'), incomplete: true };
    }
    let pages = 0;
    let bytes = 0;
    for (let visit = queue.shift(); visit; visit = queue.shift()) {
      if (signal?.aborted || pages >= maxPages) {
        const why = signal?.aborted ? reason('web-stopped') : reason('web-pages', { most: maxPages });
        yield { path: pathOf(visit.url), refused: why, incomplete: true };
        return;
      }
      pages += 1;
      const page = await this.fetchPage(visit.url);
      if ('refused' in page) {
        yield* entryOf(visit, page);
        continue;
      }
      const { response, url } = page;
      bytes += response.body.byteLength;
      if (bytes > this.options.limits.maxCrawlBytes) {
        const most = formatBytes(this.options.limits.maxCrawlBytes);
        yield { path: pathOf(url), refused: reason('web-bytes', { most }), incomplete: true };
        return;
      }
      const type = typeOf(response);
      const extension = EXTENSION_OF_TYPE[type];
      if (!extension) {
        yield { path: pathOf(url), ignored: type ? reason('web-kind', { type }) : reason('web-kind-none') };
        continue;
      }
      if (extension === 'html' && visit.depth < this.options.depth) {
        for (const link of linksIn(response.text(), url))
          this.enqueue(queue, link, visit.depth + 1, visit.scope);
      }
      const path = withExtension(pathOf(url), extension);
      if (this.paths.has(path)) continue;
      this.paths.add(path);
      yield {
        path,
        read: async () => ({ bytes: asUtf8(response), modifiedAt: this.changedAt(response), url: url.href }),
      };
    }
  }

  private enqueue(queue: Visit[], url: URL, depth: number, scope: string): void {
    url.hash = '';
    if (this.seen.has(url.href) || (depth > 0 && !url.href.startsWith(scope))) return;
    if (depth > 0 && url.search) return; // endless calendars and searches live behind questions
    this.seen.add(url.href);
    queue.push({ url, depth, scope });
  }

  private changedAt(response: OutboundResponse): Date {
    const stated = new Date(response.headers.get('last-modified') ?? '');
    return Number.isNaN(stated.getTime()) ? this.options.clock.now() : stated;
  }

  private async fetchPage(start: URL): Promise<Page> {
    let url = start;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      try {
        const rules = await this.rulesOf(url);
        if (!rules.allows(url.pathname + url.search)) return { refused: reason('web-robots') };
        await this.wait(rules.crawlDelay);
        const response = await this.ask(url);
        const next = redirectOf(response, url);
        if (next) {
          url = next;
          continue;
        }
        const isElsewhere = response.status >= 300 && response.status < 400;
        if (isElsewhere && response.headers.has('location')) return { refused: reason('web-redirect-odd') };
        if (response.status === 200) return { response, url };
        return {
          refused: reason('web-status', { status: response.status }),
          gone: response.status === 404 || response.status === 410,
          passing: response.status === 429 || response.status >= 500,
        };
      } catch (error) {
        if (!(error instanceof StewardError)) throw error;
        return { refused: reasonOf(error), passing: error.retryable };
      }
    }
    return { refused: reason('web-redirects', { most: MAX_REDIRECTS }) };
  }

  private async wait(seconds: number): Promise<void> {
    if (seconds === 0) return;
    const { clock, signal } = this.options;
    await clock.sleep(Math.min(seconds, MAX_CRAWL_DELAY_SECONDS) * 1000, signal);
  }

  private ask(url: URL): Promise<OutboundResponse> {
    const { fetch, limits, signal } = this.options;
    return fetch(url.href, {
      headers: {
        'user-agent': `${AGENT}/1`,
        accept: 'text/html, text/markdown, text/plain, application/pdf, */*;q=0.1',
      },
      maxBytes: limits.maxFileBytes,
      ...(signal ? { signal } : {}),
    });
  }

  /** RFC 9309: no file allows everything, a failing server nothing; a moved file is looked for, each address checked. */
  private async rulesOf({ origin }: URL): Promise<RobotsRules> {
    const known = this.robots.get(origin);
    if (known) return known;
    let url = new URL('/robots.txt', origin);
    let response = await this.ask(url);
    for (let hop = 1; hop <= MAX_REDIRECTS; hop += 1) {
      const next = redirectOf(response, url);
      if (!next) break;
      url = next;
      response = await this.ask(url);
    }
    let rules = EVERYTHING_ALLOWED;
    if (response.status === 200) rules = parseRobots(response.text(), AGENT);
    else if (response.status >= 500) rules = NOTHING_ALLOWED;
    this.robots.set(origin, rules);
    return rules;
  }
}

/**
 * A linked page that is gone is not listed any more, so that its document disappears; one that fails for now is, and
 * nothing is removed this time.
 */
function* entryOf(
  { url, depth }: Visit,
  { refused, gone, passing }: Extract<Page, { refused: Reason }>,
): Generator<SourceEntry> {
  if (gone && depth > 0) return;
  const path = pathOf(url);
  yield passing || depth === 0 ? { path, refused, incomplete: true } : { path, ignored: refused };
}

/** Where an answer sends us; undefined when it sends us nowhere that can be asked. */
function redirectOf({ status, headers }: OutboundResponse, from: URL): URL | undefined {
  const location = headers.get('location');
  return status >= 300 && status < 400 && location ? webAddress(location, from) : undefined;
}

/** A text in the letters that its server names, as UTF-8: the file itself may not say. */
function asUtf8(response: OutboundResponse): Uint8Array {
  const { body, headers } = response;
  const [, charset] = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(headers.get('content-type') ?? '') ?? [];
  if (!charset || !typeOf(response).startsWith('text/') || /^utf-?8$/i.test(charset)) return body;
  const text = decodedAs(charset, body);
  return text === undefined ? body : new TextEncoder().encode(text);
}

const typeOf = (response: OutboundResponse): string =>
  (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

function webAddress(href: string, base?: URL): URL | undefined {
  if (!URL.canParse(href, base?.href)) return undefined;
  const url = new URL(href, base);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

/** The folder of a page: `https://a.example/docs/x.html` -> `https://a.example/docs/`. */
const scopeOf = (url: URL): string => new URL('.', url).href;

/** `https://a.example/docs/` -> `a.example/docs/index.html`. */
function pathOf(url: URL): string {
  let path = url.pathname;
  try {
    path = decodeURIComponent(path);
  } catch {
    // An escape that means nothing stays as it is.
  }
  const question = url.search ? `(${url.search.slice(1)})` : '';
  return `${url.host}${path.endsWith('/') ? `${path}index` : path}${question}`;
}

function withExtension(path: string, extension: string): string {
  const promised = kindOfName(path);
  return promised && promised === kindOfName(`x.${extension}`) ? path : `${path}.${extension}`;
}

function linksIn(html: string, base: URL): URL[] {
  const links: URL[] = [];
  const parser = new Parser({
    onopentag(name, { href, rel }) {
      const link = name === 'a' && href && !rel?.includes('nofollow') ? webAddress(href, base) : undefined;
      if (link) links.push(link);
    },
  });
  parser.end(html);
  return links;
}
