import { startHttpRecorder, type HttpRecorder } from './http-recorder.js';
import { createOutboundFetch, type OutboundFetch } from '../../core/kernel/outbound-fetch.js';

export interface GraphUser {
  id: string;
  displayName: string;
  mail?: string;
  accountEnabled?: boolean;
  managerId?: string;
  away?: { start: string; end: string };
  hasNoMailbox?: boolean;
}

export interface FakeEntraGraph extends HttpRecorder {
  users: GraphUser[];
  groups: Map<string, string[]>;
  /** Goes to the stand-in for Entra's and Graph's own hosts, and nowhere else. */
  fetch: OutboundFetch;
  /** The next Graph request is answered with this status. */
  failOnce(status: number, retryAfter?: string): void;
  denyTokens: boolean;
}

const PAGE = 2;

/** Entra's token endpoint for client credentials and the parts of Graph that the directory reads, in pages of two. */
export async function startFakeEntraGraph(clientId: string, clientSecret: string): Promise<FakeEntraGraph> {
  const users: GraphUser[] = [];
  const groups = new Map<string, string[]>();
  const failures: { status: number; retryAfter?: string }[] = [];
  const state = { denyTokens: false };
  let tokens = 0;
  const recorder = await startHttpRecorder((request) => {
    const url = new URL(request.path, 'https://graph.microsoft.com');
    if (url.pathname.endsWith('/.well-known/openid-configuration')) {
      const tenant = url.pathname.split('/')[1] ?? '';
      const authority = `https://login.microsoftonline.com/${tenant}`;
      return {
        status: 200,
        body: {
          issuer: `${authority}/v2.0`,
          authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
          token_endpoint: `${authority}/oauth2/v2.0/token`,
          jwks_uri: `${authority}/discovery/v2.0/keys`,
        },
      };
    }
    if (url.pathname.endsWith('/oauth2/v2.0/token')) {
      const form = new URLSearchParams(request.body);
      const isKnown =
        form.get('client_id') === clientId &&
        (form.get('client_secret') === clientSecret ||
          form.get('client_assertion_type')?.endsWith('jwt-bearer'));
      if (!isKnown || form.get('grant_type') !== 'client_credentials' || state.denyTokens)
        return {
          status: 401,
          body: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret.' },
        };
      tokens += 1;
      return {
        status: 200,
        body: {
          token_type: 'Bearer',
          expires_in: 3600,
          ext_expires_in: 3600,
          access_token: `token-${tokens}`,
        },
      };
    }
    if (!request.headers.authorization?.startsWith('Bearer token-'))
      return { status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } };
    const failure = failures.shift();
    if (failure)
      return {
        status: failure.status,
        ...(failure.retryAfter && { headers: { 'retry-after': failure.retryAfter } }),
      };
    return answerGraph(url);
  });

  function answerGraph(url: URL): { status: number; body?: unknown } {
    const paged = (all: unknown[]): { status: number; body: unknown } => {
      const skip = Number(url.searchParams.get('$skiptoken') ?? 0);
      const next = new URL(url);
      next.searchParams.set('$skiptoken', String(skip + PAGE));
      const hasMore = skip + PAGE < all.length;
      return {
        status: 200,
        body: { value: all.slice(skip, skip + PAGE), ...(hasMore && { '@odata.nextLink': next.href }) },
      };
    };
    const [, , collection, id, rest] = url.pathname.split('/');
    if (collection === 'users' && !id) {
      return paged(
        users.map(({ managerId, away: _away, hasNoMailbox: _none, ...user }) => ({
          accountEnabled: true,
          ...user,
          ...(managerId && { manager: { '@odata.type': '#microsoft.graph.user', id: managerId } }),
        })),
      );
    }
    if (collection === 'users' && rest === 'mailboxSettings') {
      const user = users.find((each) => each.id === id);
      if (!user || user.hasNoMailbox)
        return { status: 404, body: { error: { code: 'MailboxNotEnabledForRESTAPI' } } };
      const at = (dateTime: string): object => ({ dateTime, timeZone: 'UTC' });
      return {
        status: 200,
        body: {
          status: user.away ? 'scheduled' : 'disabled',
          ...(user.away && {
            scheduledStartDateTime: at(user.away.start),
            scheduledEndDateTime: at(user.away.end),
          }),
        },
      };
    }
    if (collection === 'groups' && !id) {
      const name =
        /displayName eq '(.*)'/.exec(url.searchParams.get('$filter') ?? '')?.[1]?.replaceAll("''", "'") ?? '';
      return paged(groups.has(name) ? [{ id: encodeURIComponent(name), displayName: name }] : []);
    }
    if (collection === 'groups' && rest === 'transitiveMembers') {
      return paged(
        (groups.get(decodeURIComponent(decodeURIComponent(id ?? ''))) ?? []).map((member) => ({
          id: member,
        })),
      );
    }
    return { status: 404, body: { error: { code: 'ResourceNotFound' } } };
  }

  const loopback = createOutboundFetch(() => true);
  const fetch: OutboundFetch = (address, request) => {
    const url = new URL(address);
    if (!['login.microsoftonline.com', 'graph.microsoft.com'].includes(url.host))
      return Promise.reject(new Error(`unexpected host ${url.host}`));
    return loopback(`${recorder.url}${url.pathname}${url.search}`, request);
  };
  return {
    ...recorder,
    users,
    groups,
    fetch,
    failOnce: (status, retryAfter) => void failures.push({ status, retryAfter }),
    get denyTokens() {
      return state.denyTokens;
    },
    set denyTokens(value: boolean) {
      state.denyTokens = value;
    },
  };
}
