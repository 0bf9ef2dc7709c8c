import type { Steward } from './compose.js';
import { HOME_TENANT } from './tenants.js';

const WIDTH = 24;

/**
 * Takes the knowledge folder in when the store has nothing of it yet, with a progress bar. A large folder of one's own is
 * left to the first refresh job, so that the start does not wait for it.
 */
export async function firstIngest(steward: Steward, say: (text: string) => void): Promise<void> {
  const { knowledge, source } = steward;
  await knowledge.of(HOME_TENANT);
  const present = await knowledge.documents(HOME_TENANT).list(source.collection);
  if (present.length > 0 || !source.isSample) return;
  const isTerminal = process.stderr.isTTY;
  say('Taking in the sample handbook …');
  for await (const event of knowledge.ingest(HOME_TENANT, source.collection, [source.folder])) {
    if (event.kind === 'file' && isTerminal) process.stderr.write(`\r  ${bar(event.done, event.total)}`);
    if (event.kind === 'end') {
      const { counts, passages } = event.report;
      say(`${isTerminal ? '\r' : ''}  ${bar(counts.added, counts.added)}  ${passages} passages`);
      for (const { path, note } of event.report.lines) if (note) say(`  ${path}: ${note}`);
    }
  }
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
  return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done} of ${total}`;
}
