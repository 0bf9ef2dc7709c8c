import { machine } from '../load/report.js';
import { writeSection } from '../load/page-section.js';

/** As it was before the suite began. */
const HERE = machine();

/**
 * Prints figures that a suite has found, and with WRITE_FIGURES=1 puts them into docs/performance.md.
 * @param command that finds them.
 */
export function writeFigures(
  section: string,
  title: string,
  command: string,
  figures: readonly (readonly [string, string | number])[],
): void {
  const rows = figures.map(
    ([name, value]) => `| ${name} | ${typeof value === 'number' ? value.toLocaleString('en-US') : value} |`,
  );
  const head = `Written by \`WRITE_FIGURES=1 ${command}\`. Measured on ${HERE}.`;
  const markdown = `## ${title}\n\n${head}\n\n| figure | value |\n| --- | --- |\n${rows.join('\n')}\n`;
  process.stdout.write(`${markdown}\n`);
  if (process.env.WRITE_FIGURES === '1') writeSection(section, markdown);
}
