import { z } from 'zod';
import type { InboundAttachment } from '../../core/kernel/activity.js';
import { describeError, StewardError } from '../../core/kernel/errors.js';
import type { HttpReply, HttpRequest, HttpRoute } from '../../core/kernel/http-route.js';
import { digest } from '../../core/kernel/json.js';
import { newId } from '../../core/kernel/ids.js';
import type { Logger } from '../../core/kernel/logger.js';
import { parseWatermark, readActivitySet } from './activity-set.js';
import type { WebConversation, WebConversationStore } from '../../core/kernel/web-conversation-store.js';
import type { DirectLine } from './direct-line.js';
import { parseClientActivity } from './receive.js';
import { preflight, refusal, withCors } from './replies.js';
import { baseUrl, conversationGrants, prefixOf } from './conversation-grants.js';
import { UPLOAD_SECONDS, type TokenClaims } from './tokens.js';
import { MAX_UPLOAD_BYTES, parseUpload } from './upload.js';
import { identifyCaller, isRefusal, type Caller, type VerifyOptions } from './verify.js';

/** Where Direct Line 3.0 answers: Microsoft's own path, and the short one for a client's `domain` option. */
export const DIRECT_LINE_PREFIXES = ['/v3/directline', '/directline'];

export interface DirectLineRouteOptions {
  directLine: DirectLine;
  store: WebConversationStore;
  verify: VerifyOptions;
  clock: { now(): Date };
  logger: Logger;
  publicUrl?: string;
}

const startSchema = z.looseObject({
  user: z.looseObject({ id: z.string().max(256).nullish(), name: z.string().max(256).nullish() }).nullish(),
  User: z.looseObject({ Id: z.string().max(256).nullish(), Name: z.string().max(256).nullish() }).nullish(),
  trustedOrigins: z.array(z.string().max(300)).max(50).nullish(),
});

type Handler = (request: HttpRequest, caller: Caller) => Promise<HttpReply>;
type ConversationHandler = (
  request: HttpRequest,
  conversation: WebConversation,
  caller: Caller,
) => Promise<HttpReply>;

/**
 * The HTTP part of Direct Line 3.0, as Microsoft documents it (learn.microsoft.com, "API reference - Direct Line API
 * 3.0", read 2026-11-21). Bodies are read as bytes, so that also their mistakes are answered in Direct Line's shape.
 */
export function directLineRoutes(options: DirectLineRouteOptions): HttpRoute[] {
  const { directLine, store, verify, clock, logger } = options;
  const { signer } = verify;

  const withCaller =
    (handle: Handler): HttpRoute['handle'] =>
    async (request) => {
      const caller = identifyCaller(request, verify, clock.now());
      const reply = isRefusal(caller) ? caller : await guarded(logger, () => handle(request, caller));
      return withCors(request, reply);
    };
  const withConversation = (handle: ConversationHandler): HttpRoute['handle'] =>
    withCaller(async (request, caller) => {
      if (caller.kind === 'anonymous') {
        return refusal(401, 'MissingToken', 'Send the token of this conversation.');
      }
      const conversation = await directLine.conversationFor(caller, request.params['id'] ?? '');
      return conversation
        ? handle(request, conversation, caller)
        : refusal(404, 'ConversationNotFound', 'There is no such conversation.');
    });

  const conversationReply = conversationGrants(options);

  const generate: Handler = async (request, caller) => {
    if (caller.kind === 'token') {
      return refusal(
        403,
        'NotASecret',
        'A token is generated with the secret. Use tokens/refresh with a token.',
      );
    }
    return conversationReply(request, 200, claimsFor(newId(clock.now()), parseStart(request)));
  };

  const refresh: Handler = async (request, caller) => {
    if (caller.kind !== 'token')
      return refusal(403, 'BadArgument', 'Send the token that is to be refreshed.');
    return conversationReply(request, 200, ownClaims(caller.claims));
  };

  const start: Handler = async (request, caller) => {
    const fresh = claimsFor(newId(clock.now()), parseStart(request));
    const claims = caller.kind === 'token' ? { ...fresh, ...ownClaims(caller.claims) } : fresh;
    const isNew = await store.create({
      id: claims.conv,
      ...(claims.user !== undefined && { accountId: claims.user }),
      ...(claims.name !== undefined && { accountName: claims.name }),
      createdAt: clock.now(),
    });
    return conversationReply(request, isNew ? 201 : 200, claims, 0);
  };

  const reconnect: ConversationHandler = async (request, conversation, caller) => {
    const asked = request.query.get('watermark');
    const from = asked === null ? await store.lastSequence(conversation.id) : parseWatermark(asked);
    if (from === undefined) return badWatermark();
    return conversationReply(request, 200, claimsOf(conversation, caller), from);
  };

  const read: ConversationHandler = async (request, conversation) => {
    const after = parseWatermark(request.query.get('watermark') ?? '');
    if (after === undefined) return badWatermark();
    const { activities, position } = await readActivitySet(store, conversation.id, after);
    return { status: 200, body: { activities, watermark: String(position) } };
  };

  const post: ConversationHandler = async (request, conversation) => {
    const body = parseBody(request);
    if (body === undefined) return refusal(400, 'MissingProperty', 'The body holds no activity.');
    return directLine.take(conversation, parseClientActivity(body));
  };

  const upload: ConversationHandler = async (request, conversation) => {
    const { activity, files } = await parseUpload(request);
    const now = clock.now();
    const base = `${baseUrl(request, options.publicUrl)}${prefixOf(request)}/conversations/${conversation.id}/uploads`;
    const inbound: InboundAttachment[] = [];
    const shown: { name: string; contentType: string; contentUrl: string }[] = [];
    for (const { name, contentType, bytes } of files) {
      const id = newId(now);
      await store.keepUpload({ id, conversationId: conversation.id, name, contentType, bytes, at: now });
      const token = signer.sign({ use: 'upload', conv: conversation.id }, now, UPLOAD_SECONDS);
      shown.push({ name, contentType, contentUrl: `${base}/${id}?t=${token}` });
      const url = `data:${contentType};base64,${bytes.toString('base64')}`;
      inbound.push({ name, contentType, url, sizeBytes: bytes.length });
    }
    const userId = request.query.get('userId') ?? undefined;
    const from = activity.from ?? (userId ? { id: userId } : undefined);
    return directLine.take(conversation, { ...activity, from, attachments: shown }, inbound);
  };

  const download: HttpRoute['handle'] = async (request) => {
    const { id = '', uploadId = '' } = request.params;
    const reading = signer.read(request.query.get('t') ?? '', 'upload', clock.now());
    const isAllowed = reading.kind === 'valid' && reading.claims.conv === id;
    const file = isAllowed ? await store.upload(id, uploadId) : undefined;
    if (!file) return withCors(request, refusal(404, 'AttachmentNotFound', 'There is no such file.'));
    return withCors(request, {
      status: 200,
      body: file.bytes,
      headers: {
        'content-type': file.contentType,
        // The file is a stranger's: it is saved, never shown as a page of ours.
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      },
    });
  };

  const session: Handler = async (_request, caller) => ({
    status: 200,
    body: { sessionId: digest(caller.kind === 'token' ? caller.claims.conv : caller.kind).slice(0, 32) },
  });

  return DIRECT_LINE_PREFIXES.flatMap((prefix): HttpRoute[] => {
    const conversation = `${prefix}/conversations/:id`;
    return [
      { method: 'POST', path: `${prefix}/tokens/generate`, body: 'bytes', handle: withCaller(generate) },
      { method: 'POST', path: `${prefix}/tokens/refresh`, body: 'bytes', handle: withCaller(refresh) },
      { method: 'POST', path: `${prefix}/conversations`, body: 'bytes', handle: withCaller(start) },
      { method: 'GET', path: conversation, body: 'none', handle: withConversation(reconnect) },
      { method: 'GET', path: `${conversation}/activities`, body: 'none', handle: withConversation(read) },
      { method: 'POST', path: `${conversation}/activities`, body: 'bytes', handle: withConversation(post) },
      {
        method: 'POST',
        path: `${conversation}/upload`,
        body: 'bytes',
        maxBytes: MAX_UPLOAD_BYTES,
        handle: withConversation(upload),
      },
      { method: 'GET', path: `${conversation}/uploads/:uploadId`, body: 'none', handle: download },
      { method: 'GET', path: `${prefix}/session/getsessionid`, body: 'none', handle: withCaller(session) },
      { method: 'OPTIONS', path: `${prefix}/*`, body: 'none', handle: preflight },
    ];
  });
}

function claimsFor(conv: string, { user, User, trustedOrigins }: z.infer<typeof startSchema>) {
  const id = user?.id || User?.Id || undefined;
  const name = user?.name || User?.Name || undefined;
  return {
    conv,
    ...(id !== undefined && { user: id }),
    ...(id !== undefined && name !== undefined && { name }),
    ...(trustedOrigins?.length && { origins: trustedOrigins }),
  };
}

/** A token keeps its own claims; the secret's holder gets a token for the conversation's owner. */
function claimsOf(conversation: WebConversation, caller: Caller): Omit<TokenClaims, 'exp' | 'use'> {
  if (caller.kind === 'token') return ownClaims(caller.claims);
  return {
    conv: conversation.id,
    ...(conversation.accountId !== undefined && { user: conversation.accountId }),
    ...(conversation.accountName !== undefined && { name: conversation.accountName }),
  };
}

function ownClaims({ exp: _exp, use: _use, ...claims }: TokenClaims): Omit<TokenClaims, 'exp' | 'use'> {
  return claims;
}

function parseStart(request: HttpRequest): z.infer<typeof startSchema> {
  const parsed = startSchema.safeParse(parseBody(request) ?? {});
  if (parsed.success) return parsed.data;
  throw new BadRequest(400, 'BadArgument', 'The body must be an object; user.id and user.name are texts.');
}

/** A request that is answered with a refusal. */
class BadRequest extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** @returns undefined for an empty body. */
function parseBody(request: HttpRequest): unknown {
  if (request.bytes.length === 0) return undefined;
  if (!/^application\/([\w.-]+\+)?json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new BadRequest(415, 'UnsupportedMediaType', 'Send application/json.');
  }
  try {
    return JSON.parse(request.bytes.toString('utf8'));
  } catch {
    throw new BadRequest(400, 'BadSyntax', 'The body is not valid JSON.');
  }
}

async function guarded(logger: Logger, work: () => Promise<HttpReply>): Promise<HttpReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BadRequest) return refusal(error.status, error.code, error.message);
    if (error instanceof StewardError && error.status < 500) {
      return refusal(error.status, 'BadArgument', error.message);
    }
    logger.error({ reason: describeError(error) }, 'A Direct Line request failed');
    const isBusy = error instanceof StewardError && error.retryable;
    return isBusy
      ? refusal(503, 'ServiceUnavailable', 'Try again in a moment.')
      : refusal(500, 'InternalServerError', 'Something went wrong on our side. Try again.');
  }
}

function badWatermark(): HttpReply {
  return refusal(400, 'BadArgument', 'The watermark is none of this conversation.');
}
