import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { officeGlossary } from '../../kernel/glossary.js';
import { shippedFile } from '../../kernel/package-root.js';
import { mergeSynonyms, NO_SYNONYMS, type SynonymGroups } from './synonym-groups.js';
import { parseWordList } from './word-list.js';

/** The groups that Steward brings: everyday, office and general words in English, and a glossary towards it. */
export async function shippedSynonyms(): Promise<SynonymGroups> {
  const folder = shippedFile('core', 'knowledge', 'synonyms', 'english');
  const lists = await Promise.all(
    (await readdir(folder)).sort().map((name) => readFile(join(folder, name), 'utf8')),
  );
  return mergeSynonyms(...lists.map(parseWordList), { ...NO_SYNONYMS, across: officeGlossary() });
}
