/**
 * Writes docs/channel-matrix.md from the results of the conversations that are told for every channel:
 *   npm test -- -i --json --outputFile /tmp/results.json tests/conversations/.*-scenarios
 *   node scripts/channel-matrix.mjs /tmp/results.json
 * A cell is what the test said; nothing in the table is written by hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TARGET = fileURLToPath(new URL('../docs/channel-matrix.md', import.meta.url));
const MARKS = { passed: '✓', failed: '✗', pending: '–', todo: '–' };

const rows = new Map();
const channels = new Set();
for (const path of process.argv.slice(2)) {
  const { testResults } = JSON.parse(readFileSync(path, 'utf8'));
  for (const { ancestorTitles, title, status } of testResults.flatMap((file) => file.assertionResults)) {
    const channel = /^Conversations on (.+)$/.exec(ancestorTitles[0] ?? '')?.[1];
    if (channel === undefined) continue;
    channels.add(channel);
    rows.set(title, { ...rows.get(title), [channel]: MARKS[status] ?? '?' });
  }
}
if (rows.size === 0) {
  process.stderr.write(
    'No conversations were found. Give the file that jest wrote with --json --outputFile.\n',
  );
  process.exit(2);
}

const names = [...channels].sort((one, other) => one.localeCompare(other));
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const lines = [...rows].map(([title, cells]) => {
  const [name, ...rest] = title.split(': ');
  return `| ${capital(name)} | ${rest.join(': ')} | ${names.map((channel) => cells[channel] ?? ' ').join(' | ')} |`;
});
writeFileSync(
  TARGET,
  [
    '# What works where',
    '',
    'Made by `scripts/channel-matrix.mjs` from the results of `tests/conversations/*-scenarios.test.ts`, in which every',
    'channel goes through the same conversations with the same assertions.',
    '',
    `| Conversation | What happens | ${names.join(' | ')} |`,
    `| --- | --- | ${names.map(() => ':-:').join(' | ')} |`,
    ...lines,
    '',
  ].join('\n'),
);
process.stdout.write(`${TARGET}: ${rows.size} conversations on ${names.join(' and ')}.\n`);
