import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../../core/kernel/errors.js';
import { silentLogger } from '../../core/kernel/logger.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import { createMemoryDocumentStore } from '../../core/knowledge/memory-document-store.js';
import { createManualClock } from '../../tests/support/manual-clock.js';
import type { Config } from '../config.js';
import type { CliContext } from './context.js';
import { ingestCommand } from './ingest.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-ingest-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function run(
  args: string[],
  { documents = createMemoryDocumentStore(), signal = new AbortController().signal } = {},
) {
  const seen = { lines: [] as object[], said: '', progress: '', code: 0, closed: 0 };
  const context: CliContext = {
    config: {} as Config,
    clock: createManualClock(),
    logger: silentLogger,
    emit: (value) => seen.lines.push(value),
    say: (text) => (seen.said += text),
    progress: (text) => (seen.progress += text),
    signal,
    fail: (code) => (seen.code = code),
  };
  const open = async () => ({ documents, close: async () => void (seen.closed += 1) });
  await ingestCommand(context, open).parseAsync(args, { from: 'user' });
  return seen;
}

describe('steward ingest', () => {
  it('tells a person what was taken in and what was not', async () => {
    await writeFile(join(folder, 'a.md'), 'Text of a.');
    await writeFile(join(folder, 'b.pdf'), 'no pdf');
    const seen = await run([folder, '--collection', 'hr']);
    expect(seen.said).toBe('hr: 1 added, 1 refused (1 passages) in 0.0 s');
    expect(seen.progress).toContain('! b.pdf: The name promises a PDF');
    expect(seen.code).toBe(0);
    expect(seen.closed).toBe(1);
  });

  it('fails when a file was refused and it was told to be strict, or when nothing was left', async () => {
    await writeFile(join(folder, 'b.pdf'), 'no pdf');
    expect((await run([folder])).code).toBe(1);
    await writeFile(join(folder, 'a.md'), 'Text of a.');
    expect((await run([folder])).code).toBe(0);
    expect((await run([folder, '--strict'])).code).toBe(1);
  });

  it('writes a JSON line per file and a report', async () => {
    await writeFile(join(folder, 'a.md'), 'Text of a.');
    const documents = createMemoryDocumentStore();
    const seen = await run([folder, '--json'], { documents });
    const [document] = await documents.list('main');
    expect(seen.lines).toEqual([
      { path: 'a.md', outcome: 'added', documentId: document?.id },
      { report: expect.objectContaining({ collection: 'main', passages: 1 }) as unknown },
    ]);
    expect(seen.said).toBe('');
    expect(seen.code).toBe(0);
  });

  it('answers a path that does not exist with exit code 2', async () => {
    const seen = await run([join(folder, 'none')]);
    expect(seen.code).toBe(2);
    expect(seen.progress).toContain('cannot be read (ENOENT). Check the path');
    expect(seen.closed).toBe(1);
  });

  it('refuses a collection without a name', async () => {
    await expect(run([folder, '--collection', ' '])).rejects.toThrow('--collection takes a name');
  });

  it('answers a store that fails with exit code 1, and closes it', async () => {
    await writeFile(join(folder, 'a.md'), 'Text of a.');
    const documents: DocumentStore = {
      ...createMemoryDocumentStore(),
      put: () => Promise.reject(new Unavailable('storage.unreachable', 'The database does not answer.')),
    };
    const seen = await run([folder], { documents });
    expect(seen).toMatchObject({ code: 1, closed: 1, progress: 'The database does not answer.\n' });
  });

  it('keeps what it has when it is interrupted', async () => {
    await writeFile(join(folder, 'a.md'), 'Text of a.');
    const seen = await run([folder], { signal: AbortSignal.abort() });
    expect(seen.progress).toContain('Stopped');
    expect(seen.code).toBe(1);
  });
});
