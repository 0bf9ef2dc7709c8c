import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, InvalidInput } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import {
  faultLines,
  mergeSynonyms,
  parseSynonyms,
  type ReadSynonyms,
  type SynonymGroups,
} from './synonym-groups.js';

/** A tenant's name as a file's: nothing that leads out of the folder. */
const FILE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
/** The first that is there counts. */
const EXTENSIONS = ['yaml', 'yml'];
const ABSENT = 'absent';
const NO_FOLDER = 'no folder';
/** A larger file would take seconds to read, in which nobody is answered; the shipped lists have half of it. */
const MOST_BYTES = 1_000_000;

/**
 * A tenant's own groups beside the shipped ones, from `TENANT.yaml` (or `.yml`) in a folder, which may be edited at any time.
 * @returns the groups when they are new to the caller since the last call; a file that cannot be read leaves the former
 * ones in force and a group that cannot be used is left out, each told once.
 */
export function createTenantSynonyms(
  folder: string,
  tenantId: string,
  shipped: SynonymGroups,
  logger: Logger,
): () => Promise<SynonymGroups | undefined> {
  let seen = ABSENT;
  return async () => {
    if (!FILE_NAME.test(tenantId)) return undefined;
    const [found, other] = await filesOf(folder, tenantId);
    const state = found
      ? `${found.file} ${found.mtimeMs} ${found.size} ${other?.file ?? ''}`
      : await whyNone(folder);
    if (state === seen) return undefined;
    seen = state;
    if (state === NO_FOLDER) {
      logger.warn({ tenantId, folder }, 'There is no such folder of synonyms; those before stay in force.');
      return undefined;
    }
    if (!found) return shipped;
    const { file } = found;
    if (other)
      logger.warn(
        { tenantId, file, unread: other.file },
        'A tenant has two files of synonyms; the one that ends in .yml is not read. Join them.',
      );
    try {
      const { faults, ...own } = await readSynonymsFile(file);
      if (faults.length > 0)
        logger.warn(
          { tenantId, file, faults: faultLines(faults) },
          'Some synonyms of a tenant cannot be used and are left out; the others are in force.',
        );
      return mergeSynonyms(shipped, own);
    } catch (error) {
      logger.warn(
        { tenantId, file, error: describeError(error) },
        'The synonyms of a tenant could not be read; those before stay in force.',
      );
      return undefined;
    }
  };
}

/**
 * Reads a file of synonyms as a tenant writes them.
 * @throws InvalidInput when it is not there, too large, no YAML, or when nothing in it can be used.
 */
export async function readSynonymsFile(file: string): Promise<ReadSynonyms> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile())
    throw new InvalidInput('knowledge.no-synonyms', `${file} is not a file. Check the path.`);
  if (found.size > MOST_BYTES) {
    throw new InvalidInput(
      'knowledge.large-synonyms',
      `${file} has ${found.size} bytes; at most ${MOST_BYTES} are read. Leave out what nobody asks with.`,
    );
  }
  const text = await readFile(file, 'utf8');
  try {
    return parseSynonyms(text);
  } catch (error) {
    throw new InvalidInput('knowledge.bad-synonyms', `${file}: ${describeError(error)}`, { cause: error });
  }
}

const whyNone = async (folder: string): Promise<string> =>
  (await stat(folder).catch(() => undefined))?.isDirectory() ? ABSENT : NO_FOLDER;

/** Those files of a tenant that are there. */
async function filesOf(
  folder: string,
  tenantId: string,
): Promise<{ file: string; mtimeMs: number; size: number }[]> {
  const found = await Promise.all(
    EXTENSIONS.map(async (extension) => {
      const file = join(folder, `${tenantId}.${extension}`);
      const there = await stat(file).catch(() => undefined);
      return there ? [{ file, mtimeMs: there.mtimeMs, size: there.size }] : [];
    }),
  );
  return found.flat();
}
