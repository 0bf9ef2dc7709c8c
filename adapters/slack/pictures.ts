import type { ChartPicture } from '../../cards/block-kit/conversion.js';
import { toPng } from '../../cards/charts/png.js';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError, StewardError, Unavailable } from '../../core/kernel/errors.js';
import { digest } from '../../core/kernel/json.js';
import { createKept } from '../../core/kernel/kept.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { reasonOf } from './api-fault.js';
import { installationKey, type SlackPlace } from './installation.js';
import { asObject } from './payload.js';
import { isSlackHost } from './slack-host.js';
import type { SlackWebApi } from './web-api.js';

/** Charts that Slack has no block for, as files that an image block can show. */
export interface Pictures {
  /** @returns the file's id; undefined where there is none to be had, and the numbers have to do. */
  upload(place: SlackPlace, picture: ChartPicture): Promise<string | undefined>;
}

export interface PicturesOptions {
  api: SlackWebApi;
  fetch: OutboundFetch;
  /** A test's own Slack; otherwise pictures go to Slack's file hosts alone. */
  apiUrl: string;
  clock: Clock;
  logger: Logger;
}

const UPLOAD_WITHIN_MS = 15_000;
/** The same chart is shown again with each update of its message. */
const KEPT_MS = 24 * 3_600_000;
const MAX_KEPT = 1_000;
/** After a refusal that somebody has to mend, such as a missing scope, messages do not wait for another one. */
const REFUSED_FOR_MS = 10 * 60_000;
/** Slack looks at a file before an image block may show it. */
const LOOKS = 8;
const BETWEEN_LOOKS_MS = 400;

/** https://docs.slack.dev/messaging/working-with-files#uploading_files: an address, the bytes, and that it is complete. */
export function createPictures({ api, fetch, apiUrl, clock, logger }: PicturesOptions): Pictures {
  const isSlack = isSlackHost(apiUrl, /(?:^|\.)slack\.com$/);
  const kept = createKept<string>(clock, MAX_KEPT);
  const refused = createKept<true>(clock, MAX_KEPT);

  async function send(place: SlackPlace, { svg, title, words }: ChartPicture): Promise<string> {
    const png = await toPng(svg);
    const target = await api.call(place, 'files.getUploadURLExternal', {
      filename: 'chart.png',
      length: png.byteLength,
      alt_txt: words.slice(0, 1_000),
    });
    const { upload_url: address, file_id: id } = target;
    const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined;
    if (!url || !isSlack(url) || typeof id !== 'string')
      throw new Unavailable('slack.upload', 'Slack named no place for a picture.');
    const { status } = await fetch(url.href, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: png,
      timeoutMs: UPLOAD_WITHIN_MS,
    });
    if (status !== 200) throw new Unavailable('slack.upload', `Slack took no picture (status ${status}).`);
    await api.call(place, 'files.completeUploadExternal', {
      files: [{ id, title: title === '' ? 'chart' : title }],
    });
    await whenLookedAt(place, id);
    return id;
  }

  /** A message that comes too early is refused, so the file's kind is waited for, which Slack tells last. */
  async function whenLookedAt(place: SlackPlace, id: string): Promise<void> {
    for (let look = 0; look < LOOKS; look += 1) {
      const { file } = await api.call(place, 'files.info', { file: id });
      const { mimetype } = asObject(file);
      if (mimetype !== '') return;
      await clock.sleep(BETWEEN_LOOKS_MS);
    }
    throw new Unavailable('slack.upload', 'Slack did not look at a picture in time.');
  }

  return {
    upload: async (place, picture) => {
      const installation = installationKey(place);
      const key = `${installation}|${digest({ ...picture })}`;
      const known = kept.get(key);
      if (known || refused.get(installation)) return known?.value;
      try {
        const id = await send(place, picture);
        kept.set(key, id, KEPT_MS);
        return id;
      } catch (error) {
        if (error instanceof StewardError && !error.retryable)
          refused.set(installation, true, REFUSED_FOR_MS);
        logger.warn(
          { reason: reasonOf(error), error: describeError(error) },
          'A chart is told as a table: Slack took no picture of it. Check the scope files:write.',
        );
        return undefined;
      }
    },
  };
}
