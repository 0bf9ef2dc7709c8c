import { Command } from 'commander';
import { verifyArchive } from '../../storage/backup/archive.js';
import { restore } from '../../storage/backup/backup.js';
import { reachStore } from '../../storage/embedded/reach.js';
import type { CliContext } from './context.js';

/** `steward restore`: an archive back into an empty store. */
export function restoreCommand(context: CliContext): Command {
  return new Command('restore')
    .description('put an archive into an empty store')
    .argument('<file>', 'an archive that `steward backup` wrote')
    .option('--verify', 'only check the archive; restore nothing')
    .option('--json', 'print the manifest as JSON')
    .action(async (path: string, { verify = false, json = false }: { verify?: boolean; json?: boolean }) => {
      const { config, clock, logger } = context;
      if (verify) {
        const manifest = await verifyArchive(path);
        if (json) context.emit({ path, verified: true, ...manifest });
        else
          context.say(
            `The archive is whole: ${manifest.documents} documents of ${manifest.collections.length} collections.`,
          );
        return;
      }
      const store = await reachStore(config.storage.mongodbUri, { dataDir: config.dataDir, clock, logger });
      try {
        const manifest = await restore({ uri: store.uri, path });
        if (json) context.emit({ path, ...manifest });
        else
          context.say(
            `${manifest.documents} documents of ${manifest.collections.length} collections are restored.`,
          );
      } finally {
        await store.close();
      }
    });
}
