import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { HttpReply, HttpRequest, HttpRoute } from '../../core/kernel/http-route.js';
import { newId } from '../../core/kernel/ids.js';
import { shippedFile } from '../../core/kernel/package-root.js';
import type { WebConversationStore } from '../../core/kernel/web-conversation-store.js';
import { conversationGrants } from './conversation-grants.js';
import { refusal } from './replies.js';
import { identifyCaller, isRefusal, mayBeAnonymous, type VerifyOptions } from './verify.js';

/** Somebody whom the local chat page can speak as. */
export interface SamplePerson {
  accountId: string;
  name: string;
  /** What the person is in the demonstration: employee, approver, manager, admin. */
  role: string;
  title: string;
}

/** A passage as the page shows it beside the answer that cites it. */
export interface PassageView {
  documentId: string;
  passageId: string;
  title: string;
  path: string;
  /** Headings above the passage, outermost first. */
  headings: string[];
  text: string;
  /** What stands before and after it in the document, in the document's order. */
  neighbours: { passageId: string; place: 'before' | 'after'; headings: string[]; text: string }[];
}

export interface PageOptions {
  verify: VerifyOptions;
  store: WebConversationStore;
  clock: { now(): Date };
  people(): SamplePerson[] | Promise<SamplePerson[]>;
  publicUrl?: string;
  /** Undefined when there is no such passage or the person may not read it. */
  openPassage(documentId: string, passageId: string, accountId: string): Promise<PassageView | undefined>;
}

const takeUpSchema = z.object({
  accountId: z.string().max(256),
  conversationId: z.string().max(64).optional(),
});

const PAGE = ['adapters', 'web', 'page'];
const JAVASCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';

/** What the page is made of: our own files, and two libraries as npm brings them. */
const ASSETS: Record<string, { file: string[]; type: string; isLibrary?: true }> = {
  'page.css': { file: [...PAGE, 'page.css'], type: CSS },
  'theme.css': { file: [...PAGE, 'theme.css'], type: CSS },
  'messages.css': { file: [...PAGE, 'messages.css'], type: CSS },
  'cards.css': { file: [...PAGE, 'cards.css'], type: CSS },
  'passage.css': { file: [...PAGE, 'passage.css'], type: CSS },
  'small-screens.css': { file: [...PAGE, 'small-screens.css'], type: CSS },
  'theme.js': { file: [...PAGE, 'theme.js'], type: JAVASCRIPT },
  'page.js': { file: [...PAGE, 'page.js'], type: JAVASCRIPT },
  'pane.js': { file: [...PAGE, 'pane.js'], type: JAVASCRIPT },
  'connection.js': { file: [...PAGE, 'connection.js'], type: JAVASCRIPT },
  'message-view.js': { file: [...PAGE, 'message-view.js'], type: JAVASCRIPT },
  'card-view.js': { file: [...PAGE, 'card-view.js'], type: JAVASCRIPT },
  'markdown-view.js': { file: [...PAGE, 'markdown-view.js'], type: JAVASCRIPT },
  'passage-panel.js': { file: [...PAGE, 'passage-panel.js'], type: JAVASCRIPT },
  'person-picker.js': { file: [...PAGE, 'person-picker.js'], type: JAVASCRIPT },
  'dom.js': { file: [...PAGE, 'dom.js'], type: JAVASCRIPT },
  'icon.svg': { file: [...PAGE, 'icon.svg'], type: 'image/svg+xml' },
  'inter.woff2': { file: [...PAGE, 'inter.woff2'], type: 'font/woff2', isLibrary: true },
  'vendor/adaptivecards.js': {
    file: ['node_modules', 'adaptivecards', 'dist', 'adaptivecards.min.js'],
    type: JAVASCRIPT,
    isLibrary: true,
  },
  'vendor/markdown-it.js': {
    file: ['node_modules', 'markdown-it', 'dist', 'browser', 'markdown-it.esm.min.mjs'],
    type: JAVASCRIPT,
    isLibrary: true,
  },
};

interface Asset {
  bytes: Buffer;
  etag: string;
  type: string;
  cache: string;
}

/**
 * The local chat page. Its scripts come from us alone, nothing is inline, and it may be framed nowhere; pictures from
 * elsewhere are not loaded, so that an answer cannot tell a stranger that it was read.
 */
export function pageRoutes(options: PageOptions): HttpRoute[] {
  const grant = conversationGrants(options);
  const assets = new Map<string, Asset>();
  const load = (name: string): Asset | undefined => {
    const known = assets.get(name);
    const entry = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
    if (known || !entry) return known;
    const bytes = readFileSync(shippedFile(...entry.file));
    const asset = {
      bytes,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
      type: entry.type,
      cache: entry.isLibrary ? 'public, max-age=604800' : 'no-cache',
    };
    assets.set(name, asset);
    return asset;
  };

  const serveAsset = (request: HttpRequest): HttpReply => {
    const asset = load(request.path.replace(/^\/page\//, ''));
    if (!asset) return refusal(404, 'NotFound', 'There is no such file.');
    const headers = {
      etag: asset.etag,
      'cache-control': asset.cache,
      'content-type': asset.type,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    };
    const isKnown = request.headers['if-none-match'] === asset.etag;
    return isKnown ? { status: 304, headers } : { status: 200, headers, body: asset.bytes };
  };

  const servePage = (request: HttpRequest): HttpReply => ({
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': contentPolicy(request.headers['host'] ?? ''),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    },
    body: readFileSync(shippedFile(...PAGE, 'index.html')),
  });

  const settings = async (request: HttpRequest): Promise<HttpReply> => ({
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { people: mayBeAnonymous(request, options.verify) ? await options.people() : [] },
  });

  /** Lets a sample person take up their conversation again, also when its token has expired meanwhile. */
  const takeUp = async (request: HttpRequest): Promise<HttpReply> => {
    if (!mayBeAnonymous(request, options.verify)) {
      return refusal(403, 'NotLocal', 'Sample people can only be used on this machine.');
    }
    const asked = takeUpSchema.safeParse(request.body);
    const person =
      asked.success && (await options.people()).find((one) => one.accountId === asked.data.accountId);
    if (!person) return refusal(400, 'BadArgument', 'There is no such sample person.');
    const known = asked.data.conversationId ? await options.store.find(asked.data.conversationId) : undefined;
    const isTheirs = known?.accountId === person.accountId;
    const conv = isTheirs ? known.id : newId(options.clock.now());
    const { accountId, name } = person;
    if (!isTheirs) {
      await options.store.create({ id: conv, accountId, accountName: name, createdAt: options.clock.now() });
    }
    const reply = grant(request, isTheirs ? 200 : 201, { conv, user: accountId, name }, 0);
    return { ...reply, headers: { 'cache-control': 'no-store' }, body: { ...reply.body, isNew: !isTheirs } };
  };

  const passage = async (request: HttpRequest): Promise<HttpReply> => {
    const caller = identifyCaller(request, options.verify, options.clock.now());
    if (isRefusal(caller)) return caller;
    if (caller.kind !== 'token') return refusal(401, 'MissingToken', 'Send the token of a conversation.');
    const conversation = await options.store.find(caller.claims.conv);
    const accountId = conversation?.accountId;
    const { documentId = '', passageId = '' } = request.params;
    const view =
      accountId === undefined ? undefined : await options.openPassage(documentId, passageId, accountId);
    if (!view) return refusal(404, 'NotFound', 'This passage is gone, or you may not read it.');
    return { status: 200, headers: { 'cache-control': 'private, no-store' }, body: view };
  };

  return [
    { method: 'GET', path: '/', body: 'none', handle: servePage },
    { method: 'GET', path: '/page/settings', body: 'none', handle: settings },
    { method: 'POST', path: '/page/conversations', body: 'json', maxBytes: 4_096, handle: takeUp },
    { method: 'GET', path: '/page/passages/:documentId/:passageId', body: 'none', handle: passage },
    ...Object.keys(ASSETS).map((name): HttpRoute => ({
      method: 'GET',
      path: `/page/${name}`,
      body: 'none',
      handle: serveAsset,
    })),
  ];
}

function contentPolicy(host: string): string {
  // Older browsers do not count a WebSocket of the same host as 'self'.
  const sockets = /^[\w.:[\]-]+$/.test(host) ? `ws://${host} wss://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${sockets}`.trim(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
