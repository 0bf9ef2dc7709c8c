import type { SynonymGroups } from './synonym-groups.js';

type Section = 'same' | 'near' | 'kinds' | 'leads';
const HEADING = /^\[(same|near|kinds|leads)\]$/;

/**
 * Reads a shipped word list: under `[same]` and `[near]` a group a line (`fridge, refrigerator`), under `[kinds]` and `[leads]` the
 * first word, a colon and the others (`pet: dog, cat`); `#` begins a remark. YAML would take a start half a second for them.
 * @throws Error for a line that is none of these: the lists are ours.
 */
export function parseWordList(text: string): SynonymGroups {
  const groups = { same: [], near: [], kinds: [], leads: [], across: [] } as SynonymGroups;
  let section: Section | undefined;
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const heading = HEADING.exec(line)?.[1];
    if (heading) {
      section = heading as Section;
      continue;
    }
    const group = line.split(section === 'kinds' || section === 'leads' ? /, |: / : ', ');
    if (!section || group.length < 2) throw new Error(`Not a line of a word list: ${line}`);
    groups[section].push(group);
  }
  return groups;
}
