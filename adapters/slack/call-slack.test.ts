import { describe, expect, it } from '@jest/globals';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { callSlack } from './call-slack.js';

/** What Slack reads in a call's form. */
async function sent(args: Parameters<typeof callSlack>[3]): Promise<Record<string, string>> {
  let body = '';
  const fetch = (async (_url: string, request: { body: string }) => {
    ({ body } = request);
    return { status: 200, headers: new Headers(), json: () => ({ ok: true }) };
  }) as unknown as OutboundFetch;
  await callSlack(fetch, 'https://slack.test/api/', 'chat.postMessage', args);
  return Object.fromEntries(new URLSearchParams(body));
}

describe('a call to Slack', () => {
  it('carries texts as they are and everything else as JSON', async () => {
    const text = 'a+b & c=d % ä € 😀 “quoted”\nnext';
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text } }];
    expect(await sent({ channel: 'C1', text, blocks, unfurl_links: false, thread_ts: undefined })).toEqual({
      channel: 'C1',
      text,
      blocks: JSON.stringify(blocks),
      unfurl_links: 'false',
    });
  });

  it('carries what does not change any more as it is each time', async () => {
    const blocks = [{ type: 'divider' }];
    Object.freeze(blocks);
    for (let time = 0; time < 2; time += 1)
      expect(await sent({ blocks })).toEqual({ blocks: '[{"type":"divider"}]' });
  });

  it('does not fail over half a character at the end of a text that was cut', async () => {
    expect(await sent({ text: 'cut \uD83D' })).toEqual({ text: 'cut \uFFFD' });
  });
});
