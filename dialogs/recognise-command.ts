import { COMMANDS } from '../manifest/commands.js';

/** A command as it was understood. `suggestion` stands where a typo was so large that the person should confirm. */
export interface RecognisedCommand {
  name: string;
  /** What stands behind the command's words. */
  rest: string;
  exact: boolean;
}

const ALSO: Record<string, string[]> = {
  help: [
    '?',
    'what can you do',
    'what can you do?',
    'was kannst du',
    'was kannst du?',
    'menu',
    'start',
    'commands',
    'hello',
    'hi',
    'hallo',
  ],
};

const TITLES = COMMANDS.flatMap(({ name, title }) =>
  [...new Set([...Object.values(title), ...(ALSO[name] ?? [])])].map((words) => ({
    name,
    words: words.toLowerCase(),
  })),
).sort((a, b) => b.words.length - a.words.length);

/**
 * Tells whether a text is a command: its title in any language, with or without `/`, alone or (for commands that take
 * something) followed by it. A lone word with one wrong letter in five still counts.
 */
export function recogniseCommand(text: string): RecognisedCommand | undefined {
  const trimmed = text.trim();
  const slash = trimmed.startsWith('/');
  const said = (slash ? trimmed.slice(1) : trimmed).toLowerCase().replace(/\s+/g, ' ');
  if (said === '') return slash ? { name: 'help', rest: '', exact: true } : undefined;
  for (const { name, words } of TITLES) {
    if (said === words) return { name, rest: '', exact: true };
    if (slash && said.startsWith(`${words} `)) {
      return {
        name,
        rest: trimmed.slice(trimmed.toLowerCase().indexOf(words) + words.length).trim(),
        exact: true,
      };
    }
  }
  const near = said.includes(' ') && !slash ? undefined : nearest(said.split(' ')[0] ?? said);
  return near ? { name: near, rest: '', exact: false } : undefined;
}

function nearest(word: string): string | undefined {
  if (word.length < 4) return undefined;
  const allowed = Math.max(1, Math.floor(word.length / 5));
  return TITLES.find(
    ({ words }) => Math.abs(words.length - word.length) <= allowed && distance(word, words) <= allowed,
  )?.name;
}

/** Edit distance in which a swap of neighbours counts one (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, row) => [row, ...Array<number>(b.length).fill(0)]);
  for (let column = 0; column <= b.length; column += 1) (rows[0] as number[])[column] = column;
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= a.length; row += 1) {
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, at(row - 2, column - 2) + 1);
      (rows[row] as number[])[column] = best;
    }
  }
  return at(a.length, b.length);
}
