import { shippedSynonyms } from '../../core/knowledge/synonyms/shipped-synonyms.js';
import {
  faultLines,
  mergeSynonyms,
  type SynonymGroups,
} from '../../core/knowledge/synonyms/synonym-groups.js';
import { createTenantSynonyms, readSynonymsFile } from '../../core/knowledge/synonyms/tenant-synonyms.js';
import { HOME_TENANT } from '../tenants.js';
import type { CliContext } from './context.js';

/**
 * The synonyms that a command asks with: the shipped ones and those of `--synonyms FILE`, else of the tenant's own file, as the
 * server reads it. Groups of FILE that cannot be used are told and make the exit code 1.
 * @throws InvalidInput when FILE cannot be read or used.
 */
export async function chosenSynonyms(
  { config, logger, progress, fail }: CliContext,
  { synonyms: file, tenant = HOME_TENANT }: { synonyms?: string; tenant?: string },
): Promise<SynonymGroups> {
  const shipped = await shippedSynonyms();
  if (file !== undefined) {
    const { faults, ...own } = await readSynonymsFile(file);
    for (const line of faultLines(faults)) progress(`${file}, ${line}.\n`);
    if (faults.length > 0) fail(1);
    return mergeSynonyms(shipped, own);
  }
  const folder = config.knowledge.synonymsFolder;
  if (folder === undefined) return shipped;
  return (await createTenantSynonyms(folder, tenant, shipped, logger)()) ?? shipped;
}
