/**
 * The yardstick for Teams: the smallest echo bot of Microsoft's botbuilder on restify, as in its documentation, without
 * credentials. Prints `{"port":N}` when it listens.
 */
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { ActivityHandler, CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import restify from 'restify';

const require = createRequire(import.meta.url);
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));

class EchoBot extends ActivityHandler {
  constructor() {
    super();
    this.onMessage(async (context, next) => {
      await context.sendActivity(`Echo: ${context.activity.text}`);
      await next();
    });
  }
}

/** A click is answered with a card that says its verb: what a bot does at least. */
const INVOKED = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'approved' };

const bot = new EchoBot();
const server = restify.createServer({ name: 'bare-botbuilder' });
server.use(restify.plugins.bodyParser());
server.post('/api/messages', async (request, response) => {
  await adapter.process(request, response, async (context) => {
    if (context.activity.type === 'invoke')
      await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body: INVOKED } });
    else await bot.run(context);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const { version } = require('botbuilder/package.json') as { version: string };
  console.log(JSON.stringify({ port, version: `botbuilder ${version}` }));
});
process.on('SIGTERM', () => process.exit(0));
