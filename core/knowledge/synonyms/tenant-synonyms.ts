import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import { mergeSynonyms, parseSynonyms, type SynonymGroups } from './synonym-groups.js';

/** A tenant's name as a file's: nothing that leads out of the folder. */
const FILE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
const ABSENT = 'absent';
/** A larger file would take seconds to read, in which nobody is answered; the shipped lists have half of it. */
const MOST_BYTES = 1_000_000;

/**
 * A tenant's own groups beside the shipped ones, from `TENANT.yaml` in a folder, which may be edited at any time.
 * @returns the groups when they are new to the caller since the last call; a file that cannot be read leaves the former
 * ones in force and is told once.
 */
export function createTenantSynonyms(
  folder: string,
  tenantId: string,
  shipped: SynonymGroups,
  logger: Logger,
): () => Promise<SynonymGroups | undefined> {
  const file = join(folder, `${tenantId}.yaml`);
  let seen = ABSENT;
  return async () => {
    if (!FILE_NAME.test(tenantId)) return undefined;
    const found = await stat(file).catch(() => undefined);
    const state = found ? `${found.mtimeMs} ${found.size}` : ABSENT;
    if (state === seen) return undefined;
    seen = state;
    if (!found) return shipped;
    if (found.size > MOST_BYTES) {
      logger.warn(
        { tenantId, bytes: found.size, most: MOST_BYTES },
        'The synonyms of a tenant are too many to read; those before stay in force.',
      );
      return undefined;
    }
    try {
      return mergeSynonyms(shipped, parseSynonyms(await readFile(file, 'utf8')));
    } catch (error) {
      logger.warn(
        { tenantId, error: describeError(error) },
        'The synonyms of a tenant could not be read; those before stay in force.',
      );
      return undefined;
    }
  };
}
