import { createHash } from 'node:crypto';
import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError, Unavailable } from '../../core/kernel/errors.js';
import type { HttpRequest } from '../../core/kernel/http-route.js';
import {
  isLoopbackAddress,
  isLoopbackHostHeader,
  isLoopbackUrl,
  isTrustedServiceUrl,
  type TeamsCloud,
} from './cloud.js';
import { asObject } from './payload.js';

/** Who may come in; `reason` is for the operator's log and never told to the caller. */
export type Verdict = { ok: true } | { ok: false; status: 400 | 401 | 403 | 503; reason: string };

export interface Envelope {
  channelId: string;
  serviceUrl: string;
}

export interface SenderCheck {
  /** Decides whether a request comes from Microsoft's connector, before its body is trusted. */
  check(request: Pick<HttpRequest, 'headers' | 'remoteAddress'>, envelope: Envelope): Promise<Verdict>;
}

export interface SenderCheckOptions {
  appId: string | undefined;
  cloud: TeamsCloud;
  clock: Clock;
}

const allowed: Verdict = { ok: true };
const refuse = (status: 400 | 401 | 403 | 503, reason: string): Verdict => ({ ok: false, status, reason });

/** With an app id every request needs the connector's JWT; without one only clients on this machine are served. */
export function createSenderCheck(options: SenderCheckOptions): SenderCheck {
  const { appId } = options;
  return appId === undefined ? { check: checkLocalClient } : createTokenCheck({ ...options, appId });
}

const FORWARDING_HEADERS = ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip'];

/** A tunnel or proxy on this machine also connects from loopback, and a rebound web page too; their headers tell. */
const checkLocalClient: SenderCheck['check'] = async (
  { headers, remoteAddress },
  { channelId, serviceUrl },
) => {
  if (!isLoopbackAddress(remoteAddress)) {
    return refuse(401, 'it came from another machine while no MICROSOFT_APP_ID is set');
  }
  const forwarded = FORWARDING_HEADERS.find((name) => headers[name] !== undefined);
  if (forwarded) {
    return refuse(401, `it was forwarded (${forwarded}) while no MICROSOFT_APP_ID is set`);
  }
  if (!isLoopbackHostHeader(headers.host ?? '')) {
    return refuse(401, 'its Host header is not this machine while no MICROSOFT_APP_ID is set');
  }
  if (channelId !== 'msteams' && channelId !== 'emulator') return refuse(403, 'its channel is not Teams');
  if (!isLoopbackUrl(serviceUrl)) {
    return refuse(
      403,
      'its serviceUrl is not on this machine, and without MICROSOFT_APP_ID no other is answered',
    );
  }
  return allowed;
};

/** The connector sends the same token for about an hour; its signature is checked once. */
const MAX_CACHED_TOKENS = 500;
const MAX_CACHE_MS = 3_600_000;
/** Clock skew that the Bot Framework's own validation allows. */
const SKEW_MS = 300_000;

/** The SDK waits for the key service as long as it takes; the connector gives up after some ten seconds. */
const KEYS_WITHIN_MS = 6000;

interface CheckedToken {
  serviceUrl: string;
  until: number;
}

function createTokenCheck({ appId, cloud, clock }: SenderCheckOptions & { appId: string }): SenderCheck {
  const checked = new Map<string, CheckedToken>();
  let authentication: Promise<ConfigurationBotFrameworkAuthentication> | undefined;

  const check: SenderCheck['check'] = async ({ headers }, envelope) => {
    if (envelope.channelId !== 'msteams') return refuse(403, 'its channel is not Teams');
    const header = headers.authorization ?? '';
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header)?.[1];
    if (!token) return refuse(401, 'it has no bearer token');
    const now = clock.now().getTime();
    const key = createHash('sha256').update(token).digest('base64');
    const known = checked.get(key);
    if (known && known.until > now) return judgeServiceUrl(known.serviceUrl, envelope.serviceUrl, cloud);
    checked.delete(key);
    const claims = readClaims(token);
    const fault = claims ? findFault(claims, now) : 'its token cannot be read';
    if (!claims || fault) return refuse(401, fault ?? 'its token cannot be read');
    const verdict = judgeServiceUrl(claims.serviceUrl, envelope.serviceUrl, cloud);
    if (!verdict.ok) return verdict;
    const signature = await checkSignature(header, envelope);
    if (!signature.ok) return signature;
    if (checked.size >= MAX_CACHED_TOKENS) checked.clear();
    checked.set(key, {
      serviceUrl: claims.serviceUrl,
      until: Math.min(claims.expiresAt, now + MAX_CACHE_MS),
    });
    return allowed;
  };

  async function checkSignature(header: string, envelope: Envelope): Promise<Verdict> {
    const done = new AbortController();
    const tooLate = async (): Promise<never> => {
      await clock.sleep(KEYS_WITHIN_MS, done.signal);
      throw new Unavailable('teams.keys-slow', 'they did not come in time');
    };
    try {
      authentication ??= loadAuthentication(appId, cloud);
      const sdk = await authentication;
      const checking = sdk.authenticateRequest({ ...envelope, type: 'message' } as never, header);
      await Promise.race([checking, tooLate()]);
      return allowed;
    } catch (error) {
      if (isTokenFault(error)) return refuse(401, `its token was refused: ${describeError(error)}`);
      return refuse(503, `the signing keys could not be fetched: ${describeError(error)}`);
    } finally {
      done.abort();
    }
  }

  /** What can be told without keys, so that a flood of bad tokens costs little. */
  function findFault(claims: Claims, now: number): string | undefined {
    if (claims.algorithm !== 'RS256') return 'its token is not signed with RS256';
    if (claims.issuer !== cloud.tokenIssuer) return 'its token has another issuer';
    if (claims.audience !== appId) return 'its token is for another bot';
    if (claims.expiresAt + SKEW_MS < now) return 'its token has expired';
    if (claims.notBefore - SKEW_MS > now) return 'its token is not valid yet';
    return undefined;
  }

  return { check };
}

/** The claim binds the token to one connector; the list keeps the bot's own token from leaving for elsewhere. */
function judgeServiceUrl(claimed: string, given: string, cloud: TeamsCloud): Verdict {
  if (claimed !== given) return refuse(401, "its serviceUrl is not the token's");
  return isTrustedServiceUrl(given, cloud)
    ? allowed
    : refuse(403, "its serviceUrl is not one of Microsoft's");
}

/** The SDK is heavy and needed only where an app id is configured, so it is loaded with the first token. */
async function loadAuthentication(
  appId: string,
  cloud: TeamsCloud,
): Promise<ConfigurationBotFrameworkAuthentication> {
  const { ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } =
    await import('botbuilder');
  return new ConfigurationBotFrameworkAuthentication(
    {
      ToChannelFromBotLoginUrl: `${cloud.loginUrl}/${cloud.multiTenantAuthority}`,
      ToChannelFromBotOAuthScope: cloud.tokenIssuer,
      ToBotFromChannelTokenIssuer: cloud.tokenIssuer,
      OAuthUrl: cloud.tokenIssuer,
      ToBotFromChannelOpenIdMetadataUrl: cloud.openIdMetadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: cloud.openIdMetadataUrl,
      CallerId: '',
    },
    new ConfigurationServiceClientCredentialFactory({ MicrosoftAppId: appId }),
  );
}

interface Claims {
  algorithm: unknown;
  issuer: unknown;
  audience: unknown;
  serviceUrl: string;
  /** Milliseconds. */
  expiresAt: number;
  notBefore: number;
}

function readClaims(token: string): Claims | undefined {
  const [head, body] = token.split('.').map(decodePart);
  if (!head || !body) return undefined;
  const { exp, nbf, serviceurl } = body;
  if (typeof exp !== 'number' || typeof serviceurl !== 'string') return undefined;
  return {
    algorithm: head.alg,
    issuer: body.iss,
    audience: body.aud,
    serviceUrl: serviceurl,
    expiresAt: exp * 1000,
    notBefore: typeof nbf === 'number' ? nbf * 1000 : 0,
  };
}

function decodePart(part: string): ReturnType<typeof asObject> | undefined {
  try {
    return asObject(JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

const TOKEN_FAULTS = ['JsonWebTokenError', 'TokenExpiredError', 'NotBeforeError'];

const isTokenFault = (error: unknown): boolean =>
  error instanceof Error &&
  (TOKEN_FAULTS.includes(error.name) || (error as { statusCode?: number }).statusCode === 401);
