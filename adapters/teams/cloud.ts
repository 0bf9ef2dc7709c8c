/** The addresses of one Microsoft cloud. */
export interface TeamsCloud {
  /** Token service, without the tenant. */
  loginUrl: string;
  /** Scope of tokens towards the connector. */
  tokenScope: string;
  /** `iss` of tokens that the connector sends to bots. */
  tokenIssuer: string;
  /** Where the connector's signing keys are announced. */
  openIdMetadataUrl: string;
  /** Tenant that issues tokens to multi-tenant bots. */
  multiTenantAuthority: string;
  /** Origins of connectors to trust besides Microsoft's known hosts (a new cloud, a test). */
  connectorOrigins: string[];
}

/** Source: the constants of botframework-connector 4.23.3. */
export const PUBLIC_CLOUD: TeamsCloud = {
  loginUrl: 'https://login.microsoftonline.com',
  tokenScope: 'https://api.botframework.com/.default',
  tokenIssuer: 'https://api.botframework.com',
  openIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  multiTenantAuthority: 'botframework.com',
  connectorOrigins: [],
};

/** GCC High and DoD. Source: the government constants of botframework-connector 4.23.3. */
export const US_GOVERNMENT_CLOUD: TeamsCloud = {
  loginUrl: 'https://login.microsoftonline.us',
  tokenScope: 'https://api.botframework.us/.default',
  tokenIssuer: 'https://api.botframework.us',
  openIdMetadataUrl: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
  multiTenantAuthority: 'MicrosoftServices.onmicrosoft.us',
  connectorOrigins: [],
};

/** Connector hosts of Teams. Source: "Service URL Validation" in Microsoft's Teams SDK documentation. */
const CONNECTOR_HOSTS = new Set([
  'smba.trafficmanager.net',
  'smba.onyx.prod.teams.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
  'frontend.botapi.msg.infra.teams.microsoftonline.cn',
  'smba.teams.sovcloud-core.fr',
]);

/** Domains of the Bot Framework connector of other channels. */
const CONNECTOR_DOMAINS = ['.botframework.com', '.botframework.us', '.botframework.azure.us'];

const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Connectors are few and each message names one of them several times. */
const known = new Map<string, URL | undefined>();
const MOST_KNOWN = 100;
const LONGEST_KNOWN = 200;

function parsed(address: string): URL | undefined {
  if (known.has(address)) return known.get(address);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (known.size >= MOST_KNOWN) known.clear();
  if (address.length <= LONGEST_KNOWN) known.set(address, url);
  return url;
}

/** True for an address of the cloud's connector: the only places that ever get the bot's token. */
export function isTrustedServiceUrl(address: string, cloud: TeamsCloud): boolean {
  const url = parsed(address);
  if (!url || url.username !== '') return false;
  if (cloud.connectorOrigins.includes(url.origin)) return true;
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return CONNECTOR_HOSTS.has(url.hostname) || CONNECTOR_DOMAINS.some((end) => url.hostname.endsWith(end));
}

/** True for an http(s) address on this machine. */
export function isLoopbackUrl(address: string): boolean {
  const url = parsed(address);
  return url !== undefined && /^https?:$/.test(url.protocol) && LOOPBACK_HOST.test(url.hostname);
}

/** True for an IP address of this machine, also when IPv6 wraps it. */
export function isLoopbackAddress(address: string): boolean {
  return /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i.test(address) || address === '::1';
}

/** True when a `Host` header names this machine: a web page that rebinds its own name to loopback does not. */
export function isLoopbackHostHeader(host: string): boolean {
  return LOOPBACK_HOST.test(host.replace(/:\d+$/, '').toLowerCase());
}
