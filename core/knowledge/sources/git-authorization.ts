/** Hosts of Git take any name beside a token; GitHub asks for this one. */
const TOKEN_USER = 'x-access-token';

/**
 * The `Authorization` header that a private repository wants over https (RFC 7617); nothing for other hosts and ways.
 * @param tokens by host; "user:password" where a host wants a name of its own.
 */
export function gitAuthorization(url: string, tokens: Record<string, string> = {}): string | undefined {
  const { protocol, host } = URL.canParse(url) ? new URL(url) : { protocol: '', host: '' };
  const token = protocol === 'https:' && Object.hasOwn(tokens, host) ? tokens[host] : undefined;
  if (token === undefined) return undefined;
  const login = token.includes(':') ? token : `${TOKEN_USER}:${token}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}
