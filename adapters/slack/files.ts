import { InvalidInput, NotPermitted, Unavailable } from '../../core/kernel/errors.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import type { Workspaces } from './workspaces.js';

/** Fetches a file that somebody uploaded to Slack, with the token of the workspace that its address names. */
export type FetchSlackFile = (url: string, maxBytes: number) => Promise<Uint8Array>;

/** `/files-pri/TEAM-FILE/…`, as Slack writes the addresses of uploads. */
const WORKSPACE = /\/files-(?:pri|tmb)\/([TE][A-Z0-9]+)-/;

/** @param apiUrl a test's own Slack; otherwise the token goes to Slack's file hosts alone. */
export function createFileFetch(
  fetch: OutboundFetch,
  workspaces: Workspaces,
  apiUrl: string,
): FetchSlackFile {
  const isSlack = ({ host, hostname, protocol }: URL): boolean =>
    host === new URL(apiUrl).host ||
    (protocol === 'https:' && /(?:^|\.)(?:slack\.com|slack-files\.com|slack-edge\.com)$/.test(hostname));
  return async (address, maxBytes) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !isSlack(url))
      throw new NotPermitted('slack.foreign-file', 'The file does not lie on Slack.');
    const teamId = WORKSPACE.exec(url.pathname)?.[1];
    const { token } = await workspaces.of({ isOrgInstall: false, ...(teamId ? { teamId } : {}) });
    const { status, headers, body } = await fetch(url.href, {
      headers: { authorization: `Bearer ${token}` },
      maxBytes,
    });
    // Without a right to the file Slack shows its sign-in page instead of it.
    if (
      status === 302 ||
      (status === 200 &&
        headers.get('content-type')?.startsWith('text/html') &&
        !url.pathname.endsWith('.html'))
    ) {
      throw new NotPermitted(
        'slack.file-refused',
        'Slack gave no right to the file. Check the scope files:read.',
      );
    }
    if (status >= 500) throw new Unavailable('slack.file', `Slack gave no file (status ${status}).`);
    if (status !== 200) throw new InvalidInput('slack.file-gone', `Slack gave no file (status ${status}).`);
    return body;
  };
}
