import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type {
  ConfidentialClientApplication,
  INetworkModule,
  ManagedIdentityApplication,
  NetworkResponse,
} from '@azure/msal-node';
import { describeError, InvalidInput, Unavailable } from '../../kernel/errors.js';
import type { OutboundFetch, OutboundResponse } from '../../kernel/outbound-fetch.js';

/** How Steward proves who it is to Entra: with a secret, or with a certificate and its key in one PEM. */
export interface EntraCredentials {
  tenantId: string;
  clientId: string;
  clientSecret?: string;
  certificatePem?: string;
}

const GRAPH_SCOPE = 'https://graph.microsoft.com/.default';

/**
 * Makes a function that gives a token for Microsoft Graph, by client credentials; tokens are kept until they run out.
 * @throws InvalidInput when neither a secret nor a certificate is given, or the certificate cannot be read.
 */
export function createGraphToken(credentials: EntraCredentials, fetch: OutboundFetch): () => Promise<string> {
  if (!credentials.clientSecret && !credentials.certificatePem) {
    throw new InvalidInput(
      'governance.no-graph-credentials',
      'Microsoft Graph needs MICROSOFT_GRAPH_CLIENT_SECRET or a certificate file.',
    );
  }
  return createEntraToken(credentials, GRAPH_SCOPE, fetch);
}

/** Makes a function that gives a token for a scope, by client credentials; tokens are kept until they run out. */
export function createEntraToken(
  { tenantId, clientId, clientSecret, certificatePem }: EntraCredentials,
  scope: string,
  fetch: OutboundFetch,
): () => Promise<string> {
  const proof = certificatePem ? { clientCertificate: readCertificate(certificatePem) } : { clientSecret };
  let application: Promise<ConfidentialClientApplication> | undefined;
  const open = async (): Promise<ConfidentialClientApplication> => {
    const msal = await import('@azure/msal-node'); // large, and needed by few
    return new msal.ConfidentialClientApplication({
      auth: { clientId, authority: `https://login.microsoftonline.com/${tenantId}`, ...proof },
      system: { networkClient: asNetworkClient(fetch), disableInternalRetries: true },
    });
  };
  return () =>
    tokenOf(async () => {
      application ??= open();
      return (await application).acquireTokenByClientCredential({ scopes: [scope] });
    });
}

/**
 * The same by the managed identity of the Azure machine, app or cluster that Steward runs on.
 * @param clientId of a user-assigned identity; the machine's own without it.
 */
export function createManagedIdentityToken(
  clientId: string | undefined,
  scope: string,
  fetch: OutboundFetch,
): () => Promise<string> {
  let application: Promise<ManagedIdentityApplication> | undefined;
  const open = async (): Promise<ManagedIdentityApplication> => {
    const msal = await import('@azure/msal-node');
    return new msal.ManagedIdentityApplication({
      ...(clientId ? { managedIdentityIdParams: { userAssignedClientId: clientId } } : {}),
      system: { networkClient: asNetworkClient(fetch), disableInternalRetries: true },
    });
  };
  return () =>
    tokenOf(async () => {
      application ??= open();
      return (await application).acquireToken({ resource: scope.replace(/\/\.default$/, '') });
    });
}

async function tokenOf(acquire: () => Promise<{ accessToken: string } | null>): Promise<string> {
  try {
    const result = await acquire();
    if (result?.accessToken) return result.accessToken;
  } catch (error) {
    throw new Unavailable('governance.no-entra-token', `Entra gives no token: ${describeError(error)}`, {
      cause: error,
    });
  }
  throw new Unavailable('governance.no-entra-token', 'Entra gives no token.');
}

function readCertificate(pem: string): { thumbprintSha256: string; privateKey: string; x5c: string } {
  try {
    const certificate = new X509Certificate(pem);
    const privateKey = createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
    const thumbprintSha256 = createHash('sha256').update(certificate.raw).digest('hex');
    return { thumbprintSha256, privateKey, x5c: certificate.toString() };
  } catch (error) {
    throw new InvalidInput(
      'governance.bad-graph-certificate',
      'The certificate file has to hold a certificate and its private key as PEM.',
      { cause: error },
    );
  }
}

/** MSAL's requests leave through the one outbound fetch as well. */
function asNetworkClient(fetch: OutboundFetch): INetworkModule {
  return {
    sendGetRequestAsync: async (url, options) =>
      toNetworkResponse(await fetch(url, { headers: options?.headers })),
    sendPostRequestAsync: async (url, options) =>
      toNetworkResponse(await fetch(url, { method: 'POST', headers: options?.headers, body: options?.body })),
  };
}

function toNetworkResponse<T>(response: OutboundResponse): NetworkResponse<T> {
  return {
    headers: Object.fromEntries(response.headers),
    body: response.json() as T,
    status: response.status,
  };
}
