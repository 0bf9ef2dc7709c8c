import {
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
  verify,
  constants,
  type KeyObject,
} from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ChannelTokenClaims {
  appId: string;
  serviceUrl: string;
  issuer?: string;
  /** Seconds from now; negative for an expired token. */
  expiresIn?: number;
  notBefore?: number;
  algorithm?: 'RS256' | 'HS256' | 'none';
  /** Signs with a key that is not announced, under an announced key's id. */
  forged?: boolean;
  /** Signs with the key that is endorsed for another channel only. */
  unendorsed?: boolean;
  keyId?: string;
}

/** Entra and login.botframework.com on loopback: key discovery, and tokens for bots by secret, certificate or identity. */
export interface BotLogin {
  url: string;
  issuer: string;
  openIdMetadataUrl: string;
  /** A token as the connector sends with its requests. */
  channelToken(claims: ChannelTokenClaims): string;
  /** Tokens handed to bots, newest last. */
  issued: string[];
  /** Forms of the token requests, newest last. */
  tokenRequests: { path: string; form: Record<string, string>; headers: IncomingMessage['headers'] }[];
  /** How often the keys were fetched. */
  keyFetches(): number;
  /** Answers the next token requests with this status. */
  refuseTokens(count: number, status: number): void;
  /** Lifetime of the tokens handed out, in seconds. */
  setTokenLifetime(seconds: number): void;
  /** Stops announcing keys, as when the service is down. */
  setDown(down: boolean): void;
  close(): Promise<void>;
}

export interface BotLoginOptions {
  appId: string;
  secret: string;
  /** PEM of the public key or certificate that proves the bot instead of the secret. */
  certificate?: string;
}

const ISSUER = 'https://api.botframework.com';

export async function startBotLogin({ appId, secret, certificate }: BotLoginOptions): Promise<BotLogin> {
  const endorsed = lazyKeyPair();
  const unendorsed = lazyKeyPair();
  const unknown = lazyKeyPair();
  const issued: string[] = [];
  const tokenRequests: BotLogin['tokenRequests'] = [];
  let fetches = 0;
  let refusals = { count: 0, status: 500 };
  let lifetime = 3600;
  let isDown = false;

  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown): void => {
      // Not chained: restify, in the same process, replaces `writeHead` by one that returns nothing.
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const path = request.url ?? '/';
    if (isDown) return reply(503, {});
    if (path === '/v1/.well-known/openidconfiguration') {
      return reply(200, { issuer: ISSUER, jwks_uri: `${url}/v1/.well-known/keys` });
    }
    if (path === '/v1/.well-known/keys') {
      fetches += 1;
      return reply(200, {
        keys: [
          { ...jwk(endorsed().publicKey), kid: 'key-1', use: 'sig', endorsements: ['msteams', 'webchat'] },
          { ...jwk(unendorsed().publicKey), kid: 'key-2', use: 'sig', endorsements: ['webchat'] },
        ],
      });
    }
    void readForm(request).then((form) => {
      tokenRequests.push({ path, form, headers: request.headers });
      if (refusals.count > 0) {
        refusals.count -= 1;
        return reply(refusals.status, { error: 'temporarily_unavailable' });
      }
      if (!isProven(path, form, request)) {
        return reply(401, { error: 'invalid_client', error_description: 'AADSTS7000215: wrong secret' });
      }
      const token = `bot-token-${issued.length + 1}`;
      issued.push(token);
      return reply(200, { token_type: 'Bearer', expires_in: lifetime, access_token: token });
    });
  });

  function isProven(path: string, form: Record<string, string>, request: IncomingMessage): boolean {
    if (path.startsWith('/msi/token')) {
      const query = new URL(path, 'http://login').searchParams;
      return request.headers['x-identity-header'] === 'identity-secret' && query.get('client_id') === appId;
    }
    if (form.client_id !== appId || form.grant_type !== 'client_credentials') return false;
    if (form.client_assertion && certificate)
      return isAssertionGood(form.client_assertion, certificate, appId);
    return form.client_secret === secret;
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    issuer: ISSUER,
    openIdMetadataUrl: `${url}/v1/.well-known/openidconfiguration`,
    channelToken: (claims) => {
      const now = Math.floor(Date.now() / 1000);
      const { algorithm = 'RS256' } = claims;
      const head = {
        alg: algorithm,
        typ: 'JWT',
        kid: claims.keyId ?? (claims.unendorsed ? 'key-2' : 'key-1'),
      };
      const body = {
        serviceurl: claims.serviceUrl,
        nbf: now + (claims.notBefore ?? -60),
        exp: now + (claims.expiresIn ?? 3600),
        iss: claims.issuer ?? ISSUER,
        aud: claims.appId,
        jti: randomUUID(),
      };
      const unsigned = [head, body].map(encode).join('.');
      if (algorithm === 'none') return `${unsigned}.`;
      const pair = claims.forged ? unknown : claims.unendorsed ? unendorsed : endorsed;
      return `${unsigned}.${sign('sha256', Buffer.from(unsigned), pair().privateKey).toString('base64url')}`;
    },
    issued,
    tokenRequests,
    keyFetches: () => fetches,
    refuseTokens: (count, status) => {
      refusals = { count, status };
    },
    setTokenLifetime: (seconds) => {
      lifetime = seconds;
    },
    setDown: (down) => {
      isDown = down;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Making a key pair takes a good part of a second, so it waits until it is asked for. */
function lazyKeyPair(): () => { publicKey: KeyObject; privateKey: KeyObject } {
  let pair: { publicKey: KeyObject; privateKey: KeyObject } | undefined;
  return () => (pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 }));
}

const jwk = (key: KeyObject): object => key.export({ format: 'jwk' }) as object;
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return Object.fromEntries(new URLSearchParams(text));
}

function isAssertionGood(assertion: string, certificate: string, appId: string): boolean {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg: string };
  const key = { key: createPublicKey(certificate), padding: constants.RSA_PKCS1_PSS_PADDING };
  return (
    alg === 'PS256' &&
    claims.iss === appId &&
    claims.sub === appId &&
    verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))
  );
}
