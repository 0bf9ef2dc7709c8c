const LOOPBACK = /^(?:127\.|\[::1\]$|localhost$)/;

/**
 * Tells Slack's own hosts from others, before a secret goes there: by https and name, or the host of a test's own Slack,
 * which may listen on several ports of the same machine.
 * @param names matches the host names that Slack has for the purpose.
 */
export function isSlackHost(apiUrl: string, names: RegExp): (url: URL) => boolean {
  const own = new URL(apiUrl);
  return ({ host, hostname, protocol }) =>
    host === own.host ||
    (LOOPBACK.test(own.hostname) && hostname === own.hostname) ||
    (protocol === 'https:' && names.test(hostname));
}
