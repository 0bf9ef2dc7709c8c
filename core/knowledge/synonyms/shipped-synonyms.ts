import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { officeGlossary } from '../../kernel/glossary.js';
import { shippedFile } from '../../kernel/package-root.js';
import { mergeSynonyms, NO_SYNONYMS, type SynonymGroups } from './synonym-groups.js';
import { parseWordList } from './word-list.js';

/**
 * The groups that Steward brings: everyday, office and general words in English, and a glossary towards it. They are read
 * apart when they are first looked at, so that no start waits for 54,000 words and an idle process has them as a text only.
 */
export async function shippedSynonyms(): Promise<SynonymGroups> {
  const folder = shippedFile('core', 'knowledge', 'synonyms', 'english');
  const lists = await Promise.all(
    (await readdir(folder)).sort().map((name) => readFile(join(folder, name), 'utf8')),
  );
  return whenFirstSeen(() =>
    mergeSynonyms(...lists.map(parseWordList), { ...NO_SYNONYMS, across: officeGlossary() }),
  );
}

function whenFirstSeen(read: () => SynonymGroups): SynonymGroups {
  let groups: SynonymGroups | undefined;
  const seen = (): SynonymGroups => (groups ??= read());
  return {
    get same() {
      return seen().same;
    },
    get near() {
      return seen().near;
    },
    get kinds() {
      return seen().kinds;
    },
    get leads() {
      return seen().leads;
    },
    get across() {
      return seen().across;
    },
  };
}
