import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { InvalidInput } from '../../core/kernel/errors.js';
import { backUp } from '../../storage/backup/backup.js';
import { reachStore } from '../../storage/embedded/reach.js';
import type { CliContext } from './context.js';

/** `steward backup`: everything that is stored, in one file. */
export function backupCommand(context: CliContext): Command {
  return new Command('backup')
    .description('write everything that is stored into an archive')
    .argument('<file>', 'the archive to write; it must not exist yet')
    .option('--verify', 'read the archive again and compare it with its manifest')
    .option('--json', 'print the manifest as JSON')
    .action(async (path: string, { verify = false, json = false }: { verify?: boolean; json?: boolean }) => {
      const { config, clock, logger } = context;
      if (!existsSync(dirname(resolve(path)))) {
        throw new InvalidInput('cli.no-folder', `The folder of ${path} does not exist. Make it first.`);
      }
      const store = await reachStore(config.storage.mongodbUri, { dataDir: config.dataDir, clock, logger });
      try {
        const manifest = await backUp({ uri: store.uri, path, clock, verify });
        if (json) context.emit({ path, verified: verify, ...manifest });
        else
          context.say(
            `${manifest.documents} documents of ${manifest.collections.length} collections are in ${path}.`,
          );
        if (!manifest.consistent) {
          context.progress(
            'A single MongoDB server cannot be read as of one moment: stop Steward first for a consistent archive.\n',
          );
        }
      } finally {
        await store.close();
      }
    });
}
