import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { createMemoryDocumentStore } from '../../core/knowledge/memory-document-store.js';
import type { KnowledgeSource, SourceRegistry } from '../../core/knowledge/sources/source-definition.js';
import type { CliContext } from './context.js';
import { documentCommand } from './document.js';
import { sourceCommand } from './source.js';

let folder: string;
let sources: Map<string, KnowledgeSource>;
let documents: ReturnType<typeof createMemoryDocumentStore>;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'steward-source-')));
  sources = new Map();
  documents = createMemoryDocumentStore();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const registry: SourceRegistry = {
  list: () => Promise.resolve([...sources.values()]),
  get: (id) => Promise.resolve(sources.get(id)),
  put: (source) => Promise.resolve(void sources.set(source.id, source)),
  remove: (id) => Promise.resolve(void sources.delete(id)),
  claim: () => Promise.resolve(true),
  finish: (id, lastRun) => {
    const source = sources.get(id);
    if (source) sources.set(id, { ...source, lastRun });
    return Promise.resolve();
  },
};

async function run(...words: string[]) {
  const said: string[] = [];
  let code = 0;
  const context = {
    clock: systemClock,
    say: (text: string) => void said.push(text),
    progress: (text: string) => void said.push(text),
    emit: (value: object) => void said.push(JSON.stringify(value)),
    fail: (given: number) => (code = given),
    signal: new AbortController().signal,
  } as unknown as CliContext;
  const close = (): Promise<void> => Promise.resolve();
  const fetch = () => Promise.reject(new Error('nothing is fetched here'));
  const reach = { fetch, gitHosts: [], folders: [folder] };
  const command =
    words[0] === 'source'
      ? sourceCommand(context, () => Promise.resolve({ registry, documents, reach, close }))
      : documentCommand(context, () => Promise.resolve({ documents, close }));
  await command.parseAsync(['node', ...words]);
  return { said: said.join('\n'), code };
}

const onlyId = (): string => [...sources.keys()][0] ?? '';
const write = (text: string): void => writeFileSync(join(folder, 'page.md'), `# Page\n\n${text}\n`);

describe('the source command', () => {
  it('adds, runs, lists and removes a source with what it brought', async () => {
    write('The gate opens at six.');
    await run('source', 'add', 'Gate', '--folder', folder, '--collection', 'site', '--schedule', '0 3 * * *');
    expect((await run('source', 'list')).said).toMatch(/Gate {2}folder → site {2}due .* never run/);
    expect((await run('source', 'run', onlyId())).said).toContain('Gate: 1 added');
    expect((await run('source', 'list')).said).toContain('1 added');
    expect((await documents.list('site')).map(({ path }) => path)).toEqual(['page.md']);
    expect((await run('source', 'remove', onlyId(), '--documents')).said).toContain('with 1 documents');
    expect(await documents.list()).toEqual([]);
    expect(sources.size).toBe(0);
  });

  it('refuses a folder outside of those that sources may lie in, and says so in the list', async () => {
    await run('source', 'add', 'System', '--folder', tmpdir());
    const { said, code } = await run('source', 'run', onlyId());
    expect(said).toContain('STEWARD_KNOWLEDGE_FOLDERS');
    expect(code).toBe(2);
    expect((await run('source', 'list')).said).toContain('STEWARD_KNOWLEDGE_FOLDERS');
  });

  it('says of each file that is refused why, and fails when nothing else is left', async () => {
    writeFileSync(join(folder, 'bad.md'), '---\nclassification: top-hat\n---\n# Bad\n');
    await run('source', 'add', 'Gate', '--folder', folder);
    const { said, code } = await run('source', 'run', onlyId());
    expect(said).toMatch(/refused bad\.md: .*classification/);
    expect(code).toBe(1);
    write('The gate opens at six.');
    expect((await run('source', 'run', onlyId())).code).toBe(0);
    rmSync(join(folder, 'bad.md'));
  });

  it('keeps the whole path of a folder that was named from here', async () => {
    await run('source', 'add', 'Gate', '--folder', relative(process.cwd(), folder));
    expect([...sources.values()][0]?.place).toEqual({ kind: 'folder', path: folder });
  });

  it('refuses two places, a schedule that is none, and an id that nobody has', async () => {
    expect((await run('source', 'add', 'Both', '--folder', folder, '--web', 'https://a.example')).code).toBe(
      2,
    );
    expect((await run('source', 'add', 'Often', '--folder', folder, '--schedule', '* * * * *')).code).toBe(2);
    expect((await run('source', 'run', 'nobody')).code).toBe(2);
    expect(sources.size).toBe(0);
  });
});

describe('the document command', () => {
  it('finds a document by its name, however the letters of it are composed', async () => {
    writeFileSync(join(folder, 'übersicht.md'.normalize('NFD')), '# Overview\n\nAll at a glance.\n');
    await run('source', 'add', 'Gate', '--folder', folder);
    await run('source', 'run', onlyId());
    for (const form of ['NFC', 'NFD'])
      expect((await run('document', 'history', 'übersicht.md'.normalize(form))).said).toContain('Overview');
  });

  it('shows versions, compares them, goes back to one, and opens a document to others', async () => {
    await run('source', 'add', 'Gate', '--folder', folder, '--classification', 'restricted');
    for (const text of ['The gate opens at six.', 'The gate opens at seven.']) {
      write(text);
      await run('source', 'run', onlyId());
    }
    const diff = (await run('document', 'diff', 'page.md', '1', '2')).said;
    expect(diff).toContain('- The gate opens at six.');
    expect(diff).toContain('+ The gate opens at seven.');
    await run('document', 'rollback', 'page.md', '1');
    await run('document', 'publish', 'page.md');
    const [page] = await documents.list();
    expect(page).toMatchObject({ version: 4, access: { classification: 'internal' } });
    expect((await documents.get(page?.id ?? ''))?.passages[0]?.text).toContain('six');
    expect((await run('document', 'history', 'page.md')).said.split('\n')).toHaveLength(4);
  });

  it('says which document or version does not exist', async () => {
    expect(await run('document', 'history', 'nothing.md')).toMatchObject({ code: 2 });
    write('The gate opens at six.');
    await run('source', 'add', 'Gate', '--folder', folder);
    await run('source', 'run', onlyId());
    expect((await run('document', 'rollback', 'page.md', '7')).said).toContain('has no version 7');
    for (const words of [
      ['rollback', 'page.md', 'two'],
      ['diff', 'page.md', '1', ''],
    ])
      expect(await run('document', ...words)).toMatchObject({
        said: expect.stringContaining('is not the number of a version. See: document history page.md'),
        code: 2,
      });
  });

  it('lists what there is, and finds what was removed by the path that it had', async () => {
    write('The gate opens at six.');
    writeFileSync(join(folder, 'other.md'), '# Other\n\nThe lamp is green.\n');
    await run('source', 'add', 'Gate', '--folder', folder, '--collection', 'site');
    await run('source', 'run', onlyId());
    const all = (await run('document', 'list')).said;
    expect(all.split('\n')).toEqual([
      'site  other.md  version 1  internal  Other',
      'site  page.md  version 1  internal  Page',
    ]);
    expect((await run('document', 'list', '--collection', 'main')).said).toBe('');
    rmSync(join(folder, 'page.md'));
    await run('source', 'run', onlyId());
    expect((await run('document', 'list', '--json')).said).toContain('"path":"other.md"');
    expect((await run('document', 'list')).said).not.toContain('page.md');
    expect((await run('document', 'history', 'page.md')).said).toContain('1  ');
    expect((await run('document', 'rollback', 'page.md', '1')).said).toContain(
      'not in the knowledge base any more',
    );
  });

  it('makes no new version of going back to the present one', async () => {
    write('The gate opens at six.');
    await run('source', 'add', 'Gate', '--folder', folder);
    await run('source', 'run', onlyId());
    expect((await run('document', 'rollback', 'page.md', '1')).said).toContain('is the present one already');
    expect((await documents.list())[0]?.version).toBe(1);
  });
});
