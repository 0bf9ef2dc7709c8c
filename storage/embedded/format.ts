import { StewardError } from '../../core/kernel/errors.js';
import { DATA_FORMAT, storedFormat, writeFormat } from './catalog.js';
import type { Disk } from './disk.js';

/** Steps from one data format to the next: `MIGRATIONS[1]` makes format 2 out of format 1. */
export type Migrations = Readonly<Record<number, (disk: Disk) => void>>;

export const MIGRATIONS: Migrations = {};

/**
 * Brings the data to the format that this version writes, each step in a transaction of its own. Data of a newer version is
 * refused untouched.
 */
export async function prepareFormat(
  disk: Disk,
  wanted = DATA_FORMAT,
  migrations: Migrations = MIGRATIONS,
): Promise<void> {
  const stored = storedFormat(disk);
  if (stored > wanted) {
    throw new StewardError(
      'storage.newer-data',
      `The data was written by a newer version of Steward (format ${stored}; this one reads up to ${wanted}). Start that version again, or restore a backup made with this one.`,
    );
  }
  if (stored === 0) await disk.write(() => writeFormat(disk, wanted));
  for (let format = stored; format > 0 && format < wanted; format += 1) {
    const migrate = migrations[format];
    if (!migrate)
      throw new StewardError(
        'storage.no-migration',
        `The data is of format ${format}, which this version cannot read any more.`,
      );
    await disk.write(() => {
      migrate(disk);
      writeFormat(disk, format + 1);
    });
  }
}
