import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { shippedFile } from '../../core/kernel/package-root.js';

const PAGE = shippedFile('docs', 'performance.md');
const ORDER = [
  'start',
  'throughput',
  'approval-interleavings',
  'approval-kills',
  'gateway',
  'sustained',
  'overload',
  'soak',
  'knowledge',
  'large-knowledge',
  'store',
  'profile',
];
const HEAD = `# Performance

Each section is written by the command that it names, with the machine and the day; nothing here is typed by hand.
`;

/** Puts one section into docs/performance.md and leaves the others as they were measured last. */
export function writeSection(name: string, markdown: string): void {
  const sections = existsSync(PAGE) ? readSections(readFileSync(PAGE, 'utf8')) : new Map<string, string>();
  sections.set(name, markdown.trim());
  const known = ORDER.filter((each) => sections.has(each));
  const body = known.map((each) => `<!-- section: ${each} -->\n\n${sections.get(each) ?? ''}\n`);
  writeFileSync(PAGE, [HEAD, ...body].join('\n'));
}

function readSections(page: string): Map<string, string> {
  const parts = page.split(/^<!-- section: ([a-z-]+) -->$/m).slice(1);
  const sections = new Map<string, string>();
  for (let index = 0; index + 1 < parts.length; index += 2)
    sections.set(parts[index] ?? '', (parts[index + 1] ?? '').trim());
  return sections;
}
