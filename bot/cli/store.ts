import { once } from 'node:events';
import { Command } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import { startEmbeddedStore } from '../../storage/embedded/index.js';
import type { CliContext } from './context.js';

const address = /^(\[[0-9a-fA-F:]+\]|[^:]+):(\d{1,5})$/;

/** `HOST:PORT`; throws InvalidInput for anything else. */
function parseAddress(text: string): { host: string; port: number } {
  const [, host, port] = address.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new InvalidInput(
      'cli.bad-address',
      `--listen takes HOST:PORT, such as 127.0.0.1:27017, not ${text}.`,
    );
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** `steward store`: the built-in store alone, for shells, drivers and the tests of other programs. */
export function storeCommand(context: CliContext): Command {
  return new Command('store')
    .description('serve the built-in store alone, until SIGINT or SIGTERM')
    .option(
      '--listen <host:port>',
      'listen on a loopback port instead of a private socket; port 0 takes a free one',
    )
    .action(async ({ listen }: { listen?: string }) => {
      const { config, clock, logger, signal } = context;
      const store = await startEmbeddedStore({
        dataDir: config.dataDir,
        clock,
        logger,
        ...(listen !== undefined && { listen: parseAddress(listen) }),
      });
      context.emit({ uri: store.uri });
      // The socket alone keeps the process running; a signal ends it in order.
      if (!signal.aborted) await once(signal, 'abort');
      await store.close();
    });
}
