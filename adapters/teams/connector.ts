import { z } from 'zod';
import type { ActivitySender } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { NotPermitted, StewardError, Unavailable } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundFetch, OutboundResponse } from '../../core/kernel/outbound-fetch.js';
import type { AccessTokens } from './access-token.js';
import { isLoopbackUrl, isTrustedServiceUrl, type TeamsCloud } from './cloud.js';

/** What the connector said: `id` is missing for what Teams shows without keeping (202). */
export interface ConnectorReceipt {
  id?: string;
}

export interface MembersPage {
  members: ActivitySender[];
  continuationToken?: string;
}

/**
 * The Bot Connector REST API, in plain JSON: the SDK's own client drops entity members that it does not know.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
export interface Connector {
  /** Adds an activity (see `addressed`), as the answer to another one when `replyToId` is given. */
  post(to: ConversationReference, activity: Uint8Array, replyToId?: string): Promise<ConnectorReceipt>;
  /** Puts an activity that names `activityId` as its own in the place of that one. */
  update(to: ConversationReference, activityId: string, activity: Uint8Array): Promise<ConnectorReceipt>;
  /** Opens the personal conversation with `to.accountId`; the app has to be installed for that person. */
  createPersonal(to: ConversationReference): Promise<string>;
  members(of: ConversationReference, rosterId: string, continuationToken?: string): Promise<MembersPage>;
  /** The channels of a team; its first one has no name. */
  channels(of: ConversationReference, teamId: string): Promise<{ id: string; name?: string | null }[]>;
}

export interface ConnectorOptions {
  fetch: OutboundFetch;
  tokens: AccessTokens;
  cloud: TeamsCloud;
  clock: Clock;
  /** Without an app id there is no token, and only connectors on this machine are spoken to. */
  hasAppId: boolean;
}

const receiptSchema = z.object({ id: z.string().min(1) });
const membersSchema = z.object({
  members: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullish(),
      email: z.string().nullish(),
      aadObjectId: z.string().nullish(),
      objectId: z.string().nullish(),
      tenantId: z.string().nullish(),
      userRole: z.string().nullish(),
    }),
  ),
  continuationToken: z.string().nullish(),
});
const channelsSchema = z.object({
  conversations: z.array(z.object({ id: z.string(), name: z.string().nullish() })),
});
const errorSchema = z.object({
  error: z.object({ code: z.string().max(100), message: z.string().nullish() }),
});
const TIMEOUT_MS = 15_000;

export function createConnector({ fetch, tokens, cloud, clock, hasAppId }: ConnectorOptions): Connector {
  async function call(
    reference: ConversationReference,
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: JsonObject | Uint8Array,
  ): Promise<unknown> {
    const base = reference.serviceUrl ?? '';
    if (hasAppId ? !isTrustedServiceUrl(base, cloud) : !isLoopbackUrl(base)) {
      throw new NotPermitted(
        'teams.service-url',
        'The conversation has no serviceUrl that the bot may send to. It is learnt anew with the next message from there.',
      );
    }
    const url = base.endsWith('/') ? base.slice(0, -1) + path : base + path;
    let response = await send(url, method, body);
    if (response.status === 401 && hasAppId) {
      tokens.forget();
      response = await send(url, method, body);
    }
    if (response.status >= 200 && response.status < 300) return parse(response);
    throw refusal(response, clock);
  }

  async function send(
    url: string,
    method: string,
    body?: JsonObject | Uint8Array,
  ): Promise<OutboundResponse> {
    const token = await tokens.get();
    return fetch(url, {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: body instanceof Uint8Array ? body : JSON.stringify(body) } : {}),
      timeoutMs: TIMEOUT_MS,
      repeatable: true,
    });
  }

  const conversationPath = (id: string): string => `/v3/conversations/${encodeURIComponent(id)}`;
  const receiptOf = (answer: unknown): ConnectorReceipt => receiptSchema.safeParse(answer).data ?? {};

  return {
    post: async (to, activity, replyToId) => {
      const reply = replyToId ? `/${encodeURIComponent(replyToId)}` : '';
      return receiptOf(
        await call(to, 'POST', `${conversationPath(to.conversationId)}/activities${reply}`, activity),
      );
    },
    update: async (to, activityId, activity) => {
      const path = `${conversationPath(to.conversationId)}/activities/${encodeURIComponent(activityId)}`;
      return receiptOf(await call(to, 'PUT', path, activity));
    },
    createPersonal: async (to) => {
      const answer = await call(to, 'POST', '/v3/conversations', {
        isGroup: false,
        ...(to.botId ? { bot: { id: to.botId } } : {}),
        members: [{ id: to.accountId ?? '' }],
        tenantId: to.channelTenantId,
        channelData: { tenant: { id: to.channelTenantId } },
      });
      const { id } = receiptOf(answer);
      if (id) return id;
      throw new Unavailable('teams.no-conversation', 'Teams opened a conversation without telling its id.');
    },
    members: async (of, rosterId, continuationToken) => {
      const query = new URLSearchParams({
        pageSize: '500',
        ...(continuationToken ? { continuationToken } : {}),
      });
      const answer = await call(of, 'GET', `${conversationPath(rosterId)}/pagedmembers?${query.toString()}`);
      const page = membersSchema.parse(answer);
      return {
        members: page.members.map((member) => toMember(member, of.channelTenantId)),
        ...(page.continuationToken ? { continuationToken: page.continuationToken } : {}),
      };
    },
    channels: async (of, teamId) =>
      channelsSchema.parse(await call(of, 'GET', `/v3/teams/${encodeURIComponent(teamId)}/conversations`))
        .conversations,
  };
}

/**
 * Only a `user` of the conversation's own tenant is a colleague; guests, and members of other companies in a shared channel,
 * are not, and whoever Teams does not say it of stays unknown.
 */
function toMember(
  {
    id,
    name,
    email,
    aadObjectId,
    objectId,
    tenantId,
    userRole,
  }: z.infer<typeof membersSchema>['members'][number],
  home: string | undefined,
): ActivitySender {
  const role = userRole?.toLowerCase();
  const isElsewhere = tenantId != null && home !== undefined && tenantId !== home;
  return {
    accountId: id,
    name: name ?? undefined,
    email: email ?? undefined,
    directoryId: aadObjectId ?? objectId ?? undefined,
    ...(role === 'guest' || role === 'anonymous' || isElsewhere ? { isMember: false } : {}),
    ...(role === 'user' && tenantId === home && home !== undefined ? { isMember: true } : {}),
  };
}

function parse(response: OutboundResponse): unknown {
  if (response.body.byteLength === 0) return undefined;
  try {
    return response.json();
  } catch {
    return undefined;
  }
}

/** Statuses that Microsoft asks to try again, besides every 5xx. */
const TRANSIENT = new Set([408, 412, 425, 429]);

/** The connector's refusal as an error: `retryable` tells the outbox whether time can help. */
function refusal(response: OutboundResponse, clock: Clock): StewardError {
  const { status } = response;
  const fault = errorSchema.safeParse(parse(response)).data?.error;
  const retryAfterMs = retryDelay(response.headers.get('retry-after'), clock);
  const cause = new ConnectorFault(status, fault?.code ?? '', fault?.message ?? '', retryAfterMs);
  const said = `Teams answered ${status}${fault ? ` ${fault.code}` : ''}`;
  if (status >= 500 || TRANSIENT.has(status)) {
    return new Unavailable('teams.unavailable', `${said}; the message is sent again later.`, {
      status: status === 429 ? 429 : 503,
      cause,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (status === 401) {
    return new Unavailable('teams.unauthorised', `${said}. Check the bot's app id, secret and tenant.`, {
      cause,
    });
  }
  if (status === 403) {
    return new NotPermitted(
      'teams.forbidden',
      `${said}: the bot was blocked or is no longer in the conversation, so the message cannot be delivered.`,
      { cause },
    );
  }
  if (status === 404) {
    return new StewardError('teams.gone', `${said}: the conversation or message no longer exists.`, {
      userText: 'error.not-found',
      status: 404,
      cause,
    });
  }
  return new StewardError('teams.refused', `${said}; the message cannot be delivered as it is.`, {
    status: status === 413 ? 413 : 400,
    cause,
  });
}

/** The connector's own words, for decisions that its status alone does not allow; its message is never logged. */
export class ConnectorFault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** How long the connector asked to wait. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'ConnectorFault';
  }
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in milliseconds. */
function retryDelay(header: string | null, clock: Clock): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && seconds >= 0) return Math.ceil(seconds * 1000);
  const instant = Date.parse(header);
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - clock.now().getTime());
}
