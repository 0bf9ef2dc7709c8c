import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { PostedMessage } from '../fakes/slack.js';
import { startSlackHost, type SlackHost } from '../support/slack-host.js';

const conversation = {
  channel: 'slack' as const,
  channelTenantId: 'T0ACME0001',
  conversationId: 'D0EMPDM001',
  scope: 'personal' as const,
  accountId: 'U0EMPLOYE1',
};
const days = Array.from({ length: 31 }, (_, at) => `May ${at + 1}`);
const figures = days.map((_, at) => at * 3 + 1);

/** More points than Slack's own block for charts takes. */
const chart = (changes: JsonObject = {}): OutboundContent => ({
  text: 'Questions per day',
  card: {
    template: 'chart',
    data: {
      locale: 'en',
      kind: 'chart',
      title: 'Questions per day',
      chart: 'line',
      labels: days,
      series: [{ name: 'Answered', values: figures }],
      ...changes,
    },
  },
});

describe('A chart that Slack has no block for', () => {
  let host: SlackHost;
  let count = 0;
  beforeEach(async () => {
    host = await startSlackHost();
  });
  afterEach(() => host.close());

  async function shown(content: OutboundContent): Promise<PostedMessage> {
    await host.adapter.port.deliver({ id: `m${(count += 1)}`, kind: 'post', conversation, content });
    return host.slack.messages.at(-1) as PostedMessage;
  }
  const typesOf = ({ blocks }: PostedMessage): string[] => blocks.map(({ type }) => type);
  const callsOf = (method: string): number =>
    host.slack.calls.filter((call) => call.method === method).length;

  it('is a picture, with every figure in its alternative text', async () => {
    const message = await shown(chart());
    const picture = message.blocks.find(({ type }) => type === 'image');
    expect(picture?.slack_file).toEqual({ id: 'F0UPLOAD001' });
    for (const [at, day] of days.entries()) {
      expect(picture?.alt_text).toContain(`${day}: Answered ${figures[at]}`);
    }
    expect(typesOf(message)).not.toContain('table');
    const [file] = host.slack.uploaded;
    expect(file?.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(file?.bytes.readUInt32BE(16)).toBe(960);
    expect(host.slack.complaints).toEqual([]);
  });

  it('is uploaded once, however often its message is rewritten', async () => {
    const { channel, ts } = await shown(chart());
    const update = { kind: 'update' as const, conversation, content: chart() };
    await host.adapter.port.deliver({ id: 'again', ...update }, `${channel}:${ts}`);
    expect(callsOf('files.getUploadURLExternal')).toBe(1);
    expect(host.slack.messages.at(-1)).toMatchObject({ ts, edits: 1 });
  });

  it.each([
    ['the scope is missing', { method: 'files.getUploadURLExternal', error: 'missing_scope' }],
    ['the upload fails', { method: 'upload', status: 500 }],
    ['it cannot be completed', { method: 'files.completeUploadExternal', error: 'file_not_found' }],
    ['Slack is busy', { method: 'files.completeUploadExternal', retryAfter: 5 }],
    ['the connection breaks', { method: 'files.info', reset: true, times: 5 }],
  ])('is a table with all its numbers where %s', async (_what, fault) => {
    host.slack.fail(fault);
    const message = await shown(chart());
    expect(typesOf(message)).toContain('table');
    expect(typesOf(message)).not.toContain('image');
    for (const value of figures) expect(JSON.stringify(message.blocks)).toContain(`"${value}"`);
  });

  it('does not wait again for what was refused before', async () => {
    host.slack.fail({ method: 'files.getUploadURLExternal', error: 'missing_scope' });
    await shown(chart());
    await shown(chart({ title: 'Another one' }));
    expect(callsOf('files.getUploadURLExternal')).toBe(1);
  });

  it('has its names in a table too where the picture’s font cannot write them', async () => {
    const labels = ['営業', '人事', '法務', '総務', '経理', '開発', '広報'];
    const series = [{ name: '件数', values: [7, 6, 5, 4, 3, 2, 1] }];
    const message = await shown(chart({ chart: 'pie', labels, series }));
    expect(typesOf(message)).toEqual(expect.arrayContaining(['image', 'table']));
    for (const label of labels) expect(JSON.stringify(message.blocks)).toContain(label);
    expect(JSON.stringify(message.blocks)).toContain('1. 営業');
  });

  it('has the rest in a table where an alternative text is too short for it', async () => {
    const labels = Array.from({ length: 40 }, (_, at) => `${at} ${'a long name of a place '.repeat(4)}`);
    const series = [{ name: 'Visits', values: labels.map((_, at) => at) }];
    const message = await shown(chart({ chart: 'bar', labels, series }));
    expect(typesOf(message)).toEqual(expect.arrayContaining(['image', 'table']));
    expect(host.slack.complaints).toEqual([]);
  });

  it('is a picture where the workspace does not know that block yet, and words where it takes no picture either', async () => {
    const native = chart({ labels: ['May', 'June'], series: [{ name: 'Answered', values: [3, 4] }] });
    expect(typesOf(await shown(native))).toContain('data_visualization');
    host.slack.fail({ method: 'chat.postMessage', error: 'invalid_blocks' });
    const drawn = await shown(native);
    expect(typesOf(drawn)).toContain('image');
    expect(typesOf(drawn)).not.toContain('data_visualization');
    host.slack.fail({ method: 'chat.postMessage', error: 'invalid_blocks', times: 2 });
    const plain = await shown(native);
    expect(typesOf(plain)).not.toContain('image');
    expect(JSON.stringify(plain.blocks)).toMatch(/June.*4/);
  });
});
