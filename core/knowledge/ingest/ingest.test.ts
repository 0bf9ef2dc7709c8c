import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createManualClock } from '../../../tests/support/manual-clock.js';
import { makePdf } from '../../../tests/support/office-files.js';
import type { DocumentStore } from '../document-store.js';
import { createMemoryDocumentStore } from '../memory-document-store.js';
import { type IngestOptions, ingestPaths } from './ingest.js';
import type { IngestEvent, IngestReport } from './ingest-report.js';
import { DEFAULT_LIMITS, formatBytes } from './limits.js';
import { readQuietly } from './walk-folder.js';

let folder: string;
let store: DocumentStore;
const clock = createManualClock();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingest-'));
  store = createMemoryDocumentStore();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, content: string | Uint8Array): Promise<void> {
  const full = join(folder, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content);
}

async function ingest(changes: Partial<IngestOptions & { paths: string[] }> = {}): Promise<IngestReport> {
  const events: IngestEvent[] = [];
  for await (const event of ingestPaths({ paths: [folder], collection: 'main', store, clock, ...changes })) {
    events.push(event);
  }
  const last = events.at(-1);
  if (last?.kind !== 'end') throw new Error('no report');
  return last.report;
}

const noteOf = (report: IngestReport, path: string): string | undefined =>
  report.lines.find((line) => line.path === path)?.note;
const textOf = async (path: string): Promise<string | undefined> => {
  const document = (await store.list('main')).find((one) => one.path === path);
  return document && (await store.get(document.id))?.passages.map((passage) => passage.text).join('\n');
};

describe('a second ingest', () => {
  it('touches only what changed, follows deletions and keeps versions', async () => {
    await write('a.md', 'First text of a.');
    await write('deep/b.md', 'Text of b.');
    await write('c.md', 'Text of c.');
    expect((await ingest()).counts).toMatchObject({ added: 3 });
    await write('a.md', 'Second text of a.');
    await unlink(join(folder, 'c.md'));
    expect((await ingest()).counts).toMatchObject({ added: 0, changed: 1, unchanged: 1, removed: 1 });
    const documents = await store.list('main');
    expect(documents.map(({ path, version }) => [path, version])).toEqual([
      ['a.md', 2],
      ['deep/b.md', 1],
    ]);
    expect(await store.history(documents[0]?.id ?? '')).toHaveLength(2);
    expect(await textOf('a.md')).toBe('Second text of a.');
    await write('c.md', 'Text of c.');
    expect((await ingest()).counts).toMatchObject({ added: 1, unchanged: 2 });
    expect((await store.list('main')).find((one) => one.path === 'c.md')?.version).toBe(2);
  });

  it('tells the index of every change', async () => {
    const seen: string[] = [];
    const index = {
      add: (stored: { document: { path: string } }) => void seen.push(`+${stored.document.path}`),
      remove: (id: string) => void seen.push(`-${id}`),
    };
    await write('a.md', 'Text of a.');
    await write('b.md', 'Text of b.');
    await ingest({ index });
    await unlink(join(folder, 'a.md'));
    await ingest({ index });
    expect(seen.slice(0, 2).sort()).toEqual(['+a.md', '+b.md']); // files are read side by side
    expect(seen[2]).toMatch(/^-[0-9a-f]{24}$/);
    expect(seen).toHaveLength(3);
  });

  it('reads again what nobody named readers for when the default readers change', async () => {
    await write('a.md', 'Text of a.');
    await ingest();
    const report = await ingest({ defaultAccess: { classification: 'confidential', groups: ['board'] } });
    expect(report.counts.changed).toBe(1);
    expect((await store.list('main'))[0]?.access.groups).toEqual(['board']);
  });

  it('does not empty the knowledge base when the folder is suddenly empty', async () => {
    await write('a.md', 'Text of a.');
    await ingest();
    await unlink(join(folder, 'a.md'));
    const report = await ingest();
    expect(report.lines[0]?.note).toContain('Documents that were not seen were kept: 1.');
    expect(await store.list('main')).toHaveLength(1);
    expect((await ingest({ allowEmpty: true })).counts.removed).toBe(1);
  });

  it('leaves the documents of other sources alone', async () => {
    const other = await mkdtemp(join(tmpdir(), 'ingest-'));
    try {
      await writeFile(join(other, 'x.md'), 'Other source.');
      await write('a.md', 'Text of a.');
      await ingest({ paths: [other, folder] });
      expect((await ingest()).counts).toMatchObject({ unchanged: 1, removed: 0 });
      await write('x.md', 'Same path, other source.');
      const report = await ingest();
      expect(noteOf(report, 'x.md')).toContain('Another source');
      expect(await textOf('x.md')).toBe('Other source.');
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it('takes in one file without removing its neighbours', async () => {
    await write('a.md', 'Text of a.');
    await write('b.md', 'Text of b.');
    await ingest();
    await write('a.md', 'New text of a.');
    const report = await ingest({ paths: [join(folder, 'a.md')] });
    expect(report.counts).toMatchObject({ changed: 1, removed: 0 });
    expect(await store.list('main')).toHaveLength(2);
  });
});

describe('a bad file', () => {
  it('is a line in the report and stops nothing', async () => {
    await write('binary.md', Buffer.from([0, 1, 2, 3]));
    await write('broken.pdf', '%PDF-1.4 broken');
    await write('locked.pdf', makePdf([[{ text: 'x', y: 9 }]], { encrypted: true }));
    await write('empty.md', '');
    await write('picture.png', 'x');
    await write('zz.md', 'Good text.');
    const report = await ingest();
    expect(report.counts).toMatchObject({ added: 1, refused: 3, ignored: 2 });
    expect(noteOf(report, 'binary.md')).toContain('binary');
    expect(noteOf(report, 'broken.pdf')).toContain('damaged');
    expect(noteOf(report, 'locked.pdf')).toContain('encrypted');
    expect(noteOf(report, 'empty.md')).toContain('empty');
    expect(noteOf(report, 'picture.png')).toContain('.png');
    expect(await textOf('zz.md')).toBe('Good text.');
  });

  it('leaves the version that was good in place', async () => {
    await write('a.md', 'Good text.');
    await ingest();
    await write('a.md', '');
    expect(noteOf(await ingest(), 'a.md')).toBe('The file is empty. Version 1 stays.');
    await write('a.md', Buffer.from([0, 0, 0]));
    expect(noteOf(await ingest(), 'a.md')).toContain('Version 1 stays.');
    expect(await textOf('a.md')).toBe('Good text.');
  });

  it('takes a document out when its readers became unclear', async () => {
    await write('a.md', 'Open text.');
    await ingest();
    await write('a.md', '---\nreaders: [groop:board]\n---\nSecret text.');
    expect(noteOf(await ingest(), 'a.md')).toContain('nobody is answered from it');
    expect(await store.list('main')).toEqual([]);
    await write('a.md', '---\nreaders: ["group:board"]\n---\nSecret text.');
    await ingest();
    expect((await store.list('main'))[0]).toMatchObject({ version: 2, access: { groups: ['board'] } });
  });

  it('takes in what repeats itself much when it is cut up, or says that it is too large for a record', async () => {
    const columns = Array.from({ length: 20_000 }, (_, at) => `c${at}`).join(',');
    await write('wide.csv', `${columns}\n${columns.replaceAll('c', '')}\n`);
    await write('shouting.md', `# ${'HEADING '.repeat(20_000)}\n\n${'A line of it.\n\n'.repeat(9_000)}`);
    await write('good.md', '# Good\n\nThe good page.\n');
    const report = await ingest();
    expect(report.counts).toMatchObject({ added: 3, refused: 0 });
    for (const document of await store.list('main')) {
      const bytes = JSON.stringify(await store.get(document.id)).length;
      expect(bytes).toBeLessThan(4 * 1024 * 1024);
    }
    await write('good.md', '# Good\n\nThe better page.\n');
    const tight = await ingest({ limits: { ...DEFAULT_LIMITS, maxStoredBytes: 100 } });
    expect(tight.lines[0]?.note).toMatch(/comes to \d+ bytes when it is cut up; at most 100 bytes are kept/);
  });

  it('is refused by its size before it is read', async () => {
    await write('huge.md', '');
    await truncate(join(folder, 'huge.md'), 100 * 1024 * 1024);
    await write('long.md', Array.from({ length: 50 }, (_, part) => `## P${part}\n\ntext\n`).join('\n'));
    const report = await ingest({ limits: { ...DEFAULT_LIMITS, maxPassages: 20 } });
    expect(noteOf(report, 'huge.md')).toBe('The file has 100 MB; at most 5 MB are read. Split it.');
    expect(formatBytes(5 * 1024 * 1024 + 1)).toBe('5.1 MB');
    expect(noteOf(report, 'long.md')).toContain('50 passages, at most 20');
  });

  it('is told when it cannot be opened', async () => {
    if (process.getuid?.() === 0) return; // root may open everything
    await write('a.md', 'x');
    await chmod(join(folder, 'a.md'), 0);
    expect(noteOf(await ingest(), 'a.md')).toContain('may not read');
  });
});

describe('odd folders', () => {
  it('follows no link: not out of the folder, not in circles, not to nowhere', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    try {
      await writeFile(join(outside, 'secret.md'), 'Secret.');
      await write('a/b.md', 'Text of b.');
      await symlink(outside, join(folder, 'out'));
      await symlink(join(outside, 'secret.md'), join(folder, 'out.md'));
      await symlink(folder, join(folder, 'a', 'loop'));
      await symlink('self.md', join(folder, 'self.md'));
      await symlink('nowhere', join(folder, 'dead.md'));
      const report = await ingest();
      expect((await store.list('main')).map((document) => document.path)).toEqual(['a/b.md']);
      expect(noteOf(report, 'out')).toContain('outside of the folder');
      expect(noteOf(report, 'out.md')).toContain('outside of the folder');
      expect(noteOf(report, 'a/loop')).toContain('under its own name');
      expect(noteOf(report, 'self.md')).toContain('back to itself');
      expect(noteOf(report, 'dead.md')).toContain('nowhere');
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('does not wait for a pipe that is named like a document', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe.md')]);
    expect(noteOf(await ingest(), 'pipe.md')).toContain('pipe');
  });

  it('goes down to a limit and keeps what it could not see', async () => {
    await write('a/b/c.md', 'Deep.');
    await ingest();
    await write('x.md', 'Shallow.');
    const report = await ingest({ limits: { ...DEFAULT_LIMITS, maxDepth: 1 } });
    expect(noteOf(report, 'a/b')).toContain('deeper');
    expect((await store.list('main')).map((document) => document.path)).toEqual(['a/b/c.md', 'x.md']);
  });

  it('stops at the limit of files and removes nothing then', async () => {
    await write('a.md', 'a text');
    await write('b.md', 'b text');
    await ingest();
    const report = await ingest({ limits: { ...DEFAULT_LIMITS, maxFiles: 1 } });
    expect(noteOf(report, 'b.md')).toContain('More than 1 files');
    expect(await store.list('main')).toHaveLength(2);
  });

  it('takes names in any script, and shows hostile ones harmlessly', async () => {
    await write('休暇/política d’été №1.md', 'Text one.');
    await write('a b%20c#?.md', 'Text two.');
    await write('evil\u001b[31m\n\u202egnp.md', Buffer.from([0]));
    const report = await ingest();
    expect((await store.list('main')).map((document) => document.path)).toEqual([
      'a b%20c#?.md',
      '休暇/política d’été №1.md',
    ]);
    expect(report.lines[0]?.path).toBe('evil[31m gnp.md');
  });

  it('says which files have the same content, and takes in both', async () => {
    await write('a.md', 'Same text.');
    await write('b.md', 'Same text.');
    const report = await ingest();
    expect(report.counts.added).toBe(2);
    expect(noteOf(report, 'b.md')).toBe('It has the same content as a.md.');
  });

  it('passes over hidden files and node_modules', async () => {
    await write('.git/x.md', 'x');
    await write('.hidden.md', 'x');
    await write('node_modules/y/readme.md', 'x');
    await write('a.md', 'Seen.');
    expect((await ingest()).counts).toMatchObject({ added: 1, ignored: 0 });
  });

  it('says that a folder does not exist', async () => {
    await expect(ingest({ paths: [join(folder, 'none')] })).rejects.toMatchObject({
      code: 'knowledge.no-such-path',
    });
  });
});

describe('an ingest under way', () => {
  it('reports progress file by file', async () => {
    await write('a.md', 'a text');
    await write('b.md', 'b text');
    const shown: string[] = [];
    for await (const event of ingestPaths({ paths: [folder], collection: 'main', store, clock })) {
      shown.push(event.kind === 'file' ? `${event.line.path} ${event.done}/${event.total}` : event.kind);
    }
    expect(shown).toEqual(['start', 'a.md 1/2', 'b.md 2/2', 'end']);
  });

  it('ends between two files when it is aborted, and removes nothing', async () => {
    await write('a.md', 'a text');
    await ingest();
    await unlink(join(folder, 'a.md'));
    await write('b.md', 'b text');
    const report = await ingest({ signal: AbortSignal.abort() });
    expect(report.counts).toMatchObject({ added: 0, removed: 0 });
    expect(await store.list('main')).toHaveLength(1);
  });

  it('ends with one error when the store fails, however many files are under way', async () => {
    for (const file of ['a.md', 'b.md', 'c.md']) await write(file, `text of ${file}`);
    const broken = { ...store, put: () => Promise.reject(new Error('disk full')) };
    await expect(ingest({ store: broken })).rejects.toThrow('disk full');
  });

  it('loses a race against another ingest of the same folder without harm', async () => {
    for (let file = 0; file < 20; file += 1) await write(`f${file}.md`, `Text of file ${file}.`);
    const [one, two] = await Promise.all([ingest(), ingest()]);
    expect(one.counts.added + two.counts.added).toBe(20);
    expect((await store.list('main')).map((document) => document.version)).toEqual(Array(20).fill(1));
  });
});

describe('a file that changes while it is read', () => {
  const changing = (times: number) => {
    let reads = 0;
    const stat = async () => ({
      size: 4,
      mtimeMs: Math.min(reads, times),
      mtime: new Date(0),
      isFile: () => true,
    });
    const read = async (buffer: Buffer) => {
      reads += 1;
      buffer.write(`v${reads}..`);
      return { bytesRead: 4 };
    };
    return { stat, read };
  };

  it('is read again', async () => {
    const { bytes } = await readQuietly(changing(1), 100);
    expect(Buffer.from(bytes).toString()).toBe('v2..');
  });

  it('is given up when it does not keep still', async () => {
    await expect(readQuietly(changing(Infinity), 100)).rejects.toThrow('kept changing');
  });
});
