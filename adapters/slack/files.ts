import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { InvalidInput, NotPermitted, Unavailable } from '../../core/kernel/errors.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { asObject } from './payload.js';
import { placeOf } from './place.js';
import { isSlackHost } from './slack-host.js';
import type { SlackWebApi } from './web-api.js';
import type { Workspaces } from './workspaces.js';

/** Fetches a file that somebody uploaded in a conversation, with the token of the conversation's workspace. */
export type FetchSlackFile = (
  conversation: ConversationReference,
  url: string,
  maxBytes: number,
) => Promise<Uint8Array>;

/** Files of channels that are shared between companies come without an address, which is asked for by their id. */
const BY_ID = 'slack-file:';
export const addressById = (fileId: string): string => `${BY_ID}${fileId}`;

export interface FileOptions {
  fetch: OutboundFetch;
  api: SlackWebApi;
  workspaces: Workspaces;
  /** A test's own Slack; otherwise the token goes to Slack's file hosts alone. */
  apiUrl: string;
}

export function createFileFetch({ fetch, api, workspaces, apiUrl }: FileOptions): FetchSlackFile {
  const isSlack = isSlackHost(apiUrl, /(?:^|\.)(?:slack\.com|slack-files\.com|slack-edge\.com)$/);

  async function addressOf(conversation: ConversationReference, address: string): Promise<string> {
    if (!address.startsWith(BY_ID)) return address;
    const answer = await api.call(placeOf(conversation), 'files.info', { file: address.slice(BY_ID.length) });
    const { url_private_download: download, url_private: shown } = asObject(answer.file);
    const found = download ?? shown;
    return typeof found === 'string' ? found : '';
  }

  return async (conversation, given, maxBytes) => {
    const address = await addressOf(conversation, given);
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !isSlack(url))
      throw new NotPermitted('slack.foreign-file', 'The file does not lie on Slack.');
    const { token } = await workspaces.of(placeOf(conversation));
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
