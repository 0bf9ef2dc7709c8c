/**
 * The yardstick for Slack: the smallest echo app of Slack's Bolt on its own HTTP receiver, with a fixed installation, so
 * that it asks Slack for nothing but to post. `SLACK_API_URL` names the sink. Prints `{"port":N}` when it listens.
 */
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import bolt from '@slack/bolt';

const require = createRequire(import.meta.url);
const receiver = new bolt.HTTPReceiver({ signingSecret: process.env.SLACK_SIGNING_SECRET ?? '' });
const app = new bolt.App({
  receiver,
  authorize: () => Promise.resolve({ botToken: 'xoxb-load', botId: 'BLOAD', botUserId: 'ULOADBOT' }),
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL ?? 'http://127.0.0.1:9/api/' },
  logLevel: bolt.LogLevel.ERROR,
});
app.message(async ({ message, say }) => {
  if ('text' in message) await say(`Echo: ${message.text}`);
});

const server = createServer((request, response) => receiver.requestListener(request, response));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const { version } = require('@slack/bolt/package.json') as { version: string };
  console.log(JSON.stringify({ port, version: `bolt ${version}` }));
});
process.on('SIGTERM', () => process.exit(0));
