import { createHash, createPrivateKey, constants, randomUUID, sign, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import { Unavailable, StewardError } from '../../core/kernel/errors.js';
import type { OutboundFetch, OutboundResponse } from '../../core/kernel/outbound-fetch.js';
import type { TeamsCloud } from './cloud.js';
import type { TeamsCredentials } from './options.js';

/** The bot's token towards the connector. */
export interface AccessTokens {
  /** A token that is good for some minutes more; `undefined` when the bot has no app id. */
  get(): Promise<string | undefined>;
  /** Forgets the token after the connector refused it. */
  forget(): void;
}

export interface AccessTokenOptions {
  credentials: TeamsCredentials;
  cloud: TeamsCloud;
  fetch: OutboundFetch;
  clock: Clock;
}

/** How long before its end a token is replaced; one that still works is used while its successor is fetched. */
const RENEW_BEFORE_MS = 300_000;
const INSTANCE_METADATA = 'http://169.254.169.254/metadata/identity/oauth2/token';

const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().int().positive().optional(),
  expires_on: z.coerce.number().int().positive().optional(),
});

interface Token {
  value: string;
  expiresAt: number;
}

/** Gets tokens by password, certificate or managed identity; one request at a time, kept until shortly before their end. */
export function createAccessTokens({ credentials, cloud, fetch, clock }: AccessTokenOptions): AccessTokens {
  const { appId } = credentials;
  if (appId === undefined) return { get: () => Promise.resolve(undefined), forget: () => {} };
  let token: Token | undefined;
  let pending: Promise<Token> | undefined;

  const renew = (): Promise<Token> => {
    pending ??= request(appId).then(
      (fresh) => {
        token = fresh;
        pending = undefined;
        return fresh;
      },
      (error: unknown) => {
        pending = undefined;
        throw error;
      },
    );
    return pending;
  };

  async function request(clientId: string): Promise<Token> {
    const response =
      credentials.appType === 'UserAssignedMSI'
        ? await askManagedIdentity(clientId)
        : await askEntra(clientId);
    const parsed = tokenSchema.safeParse(response.status === 200 ? readJson(response) : undefined);
    if (!parsed.success) throw tokenRefused(response);
    const now = clock.now().getTime();
    const { access_token: value, expires_in: seconds, expires_on: instant } = parsed.data;
    return { value, expiresAt: seconds ? now + seconds * 1000 : (instant ?? 0) * 1000 };
  }

  /** Client credentials grant: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
  function askEntra(clientId: string): Promise<OutboundResponse> {
    const tenant = credentials.appType === 'MultiTenant' ? cloud.multiTenantAuthority : credentials.tenantId;
    const url = `${cloud.loginUrl}/${encodeURIComponent(tenant ?? '')}/oauth2/v2.0/token`;
    const proof: Record<string, string> = credentials.certificate
      ? {
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: signAssertion(clientId, url, credentials.certificate, clock.now()),
        }
      : { client_secret: credentials.appPassword ?? '' };
    const form = { grant_type: 'client_credentials', client_id: clientId, scope: cloud.tokenScope, ...proof };
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
  }

  /** https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token */
  function askManagedIdentity(clientId: string): Promise<OutboundResponse> {
    const service = credentials.managedIdentity;
    const query = new URLSearchParams({
      'api-version': service ? '2019-08-01' : '2018-02-01',
      resource: cloud.tokenScope.replace(/\/\.default$/, ''),
      client_id: clientId,
    });
    const headers: Record<string, string> = service
      ? { 'x-identity-header': service.header }
      : { metadata: 'true' };
    return fetch(`${service?.endpoint ?? INSTANCE_METADATA}?${query.toString()}`, { headers });
  }

  return {
    get: async () => {
      const left = (token?.expiresAt ?? 0) - clock.now().getTime();
      if (!token || left <= 0) return (await renew()).value;
      // A failed early renewal is tried again by the next call and matters only once the token has ended.
      if (left < RENEW_BEFORE_MS) void renew().catch(() => {});
      return token.value;
    },
    forget: () => {
      token = undefined;
    },
  };
}

function tokenRefused(response: OutboundResponse): StewardError {
  if (response.status >= 500 || response.status === 429) {
    return new Unavailable(
      'teams.token-unavailable',
      `The token service answered ${response.status}. It is asked again with the next message.`,
    );
  }
  const { error } = z.object({ error: z.string().max(100) }).safeParse(readJson(response)).data ?? {};
  return new Unavailable(
    'teams.token-refused',
    `The token service refused the bot's credentials (${response.status}${error ? `, ${error}` : ''}). ` +
      'Check MICROSOFT_APP_ID, MICROSOFT_APP_PASSWORD, MICROSOFT_APP_TENANT_ID and MICROSOFT_APP_TYPE.',
  );
}

function readJson(response: OutboundResponse): unknown {
  try {
    return response.json();
  } catch {
    return undefined;
  }
}

/** A signed statement instead of a password: https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
function signAssertion(
  clientId: string,
  audience: string,
  { certificate, privateKey }: { certificate: string; privateKey: string },
  now: Date,
): string {
  const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url');
  const seconds = Math.floor(now.getTime() / 1000);
  const head = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint };
  const body = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    nbf: seconds - 60,
    exp: seconds + 540,
  };
  const unsigned = [head, body]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(unsigned), {
    key: createPrivateKey(privateKey),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
  return `${unsigned}.${signature.toString('base64url')}`;
}
