import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createManualClock } from '../../../tests/support/manual-clock.js';
import { createMemoryDocumentStore } from '../memory-document-store.js';
import { createGuardedFetch } from './guarded-fetch.js';
import { type SourceTools, runDueSources, runSource } from './run-source.js';
import {
  type KnowledgeSource,
  type SourceRegistry,
  dueSources,
  newSource,
  nextRun,
  sourceInputSchema,
} from './source-definition.js';
import { uploadSource } from './upload-source.js';
import { ingestSource } from '../ingest/ingest.js';

let home: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'sources-')));
  await mkdir(join(home, 'docs'));
  await writeFile(join(home, 'docs', 'a.md'), 'Text of a.');
});
afterEach(() => rm(home, { recursive: true, force: true }));

const clock = createManualClock(new Date('2026-03-02T09:00:00Z'));
const tools = (): SourceTools => ({
  store: createMemoryDocumentStore(),
  clock,
  fetch: createGuardedFetch({ hosts: [], privateHosts: [] }),
  gitHosts: [],
  folders: [join(home, 'docs')],
});
const source = (changes: Partial<KnowledgeSource> = {}): KnowledgeSource => ({
  ...sourceInputSchema.parse({ name: 'Docs', place: { kind: 'folder', path: join(home, 'docs') } }),
  id: 's1',
  ...changes,
});

function memoryRegistry(sources: KnowledgeSource[]): SourceRegistry {
  const kept = new Map(sources.map((one) => [one.id, one]));
  return {
    list: async () => [...kept.values()],
    get: async (id) => kept.get(id),
    put: async (one) => void kept.set(one.id, one),
    remove: async (id) => void kept.delete(id),
    claim: async ({ id, nextRunAt }, next) => {
      const present = kept.get(id);
      if (present?.nextRunAt?.getTime() !== nextRunAt?.getTime() || !present) return false;
      kept.set(id, { ...present, nextRunAt: next });
      return true;
    },
    finish: async (id, lastRun) => {
      const present = kept.get(id);
      if (present) kept.set(id, { ...present, lastRun });
    },
  };
}

describe('what an administrator enters', () => {
  it('gets sensible defaults', () => {
    const parsed = sourceInputSchema.parse({
      name: 'Wiki',
      place: { kind: 'web', urls: ['https://wiki.example/'] },
    });
    expect(parsed).toMatchObject({
      collection: 'main',
      enabled: true,
      access: { classification: 'internal' },
      place: { depth: 0, maxPages: 200 },
    });
  });

  it.each([
    { name: '', place: { kind: 'folder', path: '/x' } },
    { name: 'x', place: { kind: 'ftp', path: '/x' } },
    { name: 'x', place: { kind: 'web', urls: ['file:///etc/passwd'] } },
    { name: 'x', place: { kind: 'folder', path: '/x' }, schedule: 'now and then' },
    { name: 'x', place: { kind: 'folder', path: '/x' }, schedule: '* * * * *' },
    { name: 'x', place: { kind: 'folder', path: '/x' }, schedule: '* * * * * *' },
    { name: 'x', place: { kind: 'folder', path: '/x' }, access: { classification: 'top' } },
    { name: 'x', place: { kind: 'folder', path: '/x' }, collection: '../up' },
  ])('is refused when it makes no sense: %j', (input) => {
    expect(sourceInputSchema.safeParse(input).success).toBe(false);
  });
});

describe('a new source', () => {
  it('gets an id and its first run', () => {
    const made = newSource(
      { name: 'Docs', place: { kind: 'folder', path: '/docs' }, schedule: '0 3 * * *' },
      clock.now(),
    );
    expect(made).toMatchObject({
      id: expect.stringMatching(/^[0-9a-z]{26}$/) as unknown,
      nextRunAt: new Date('2026-03-03T03:00:00Z'),
    });
  });

  it('names every field that is wrong', () => {
    const make = (): unknown => newSource({ name: '', place: { kind: 'web', urls: [] } }, clock.now());
    expect(make).toThrow('name: a name is missing; urls: name one address at least');
  });

  it.each([
    [
      { kind: 'git', url: 'git@git.example:x.git' },
      'url: begin with https:// or ssh://, as in ssh://git@host',
    ],
    [{ kind: 'git', url: 'file:///srv/x.git' }, 'url: begin with https:// or ssh://'],
    [{ kind: 'web', urls: ['wiki.example'] }, 'urls: begin with https:// or http://'],
    [
      { kind: 'web', urls: ['https://wiki.example'], depth: Number('two') },
      'depth: a whole number from 0 to 10',
    ],
  ])('is not kept when it could never be read: %j', (place, message) => {
    expect(() => newSource({ name: 'X', place }, clock.now())).toThrow(message);
  });

  it('is not kept with a password in its address', () => {
    const places = [
      { kind: 'git', url: 'https://ada:hunter2@git.example/x.git' },
      { kind: 'web', urls: ['https://ada:hunter2@wiki.example/'] },
    ];
    for (const place of places) {
      expect(() => newSource({ name: 'X', place }, clock.now())).toThrow(/a password does not belong/);
      expect(() => newSource({ name: 'X', place }, clock.now())).not.toThrow(/hunter2/);
    }
    expect(() =>
      newSource({ name: 'X', place: { kind: 'git', url: 'ssh://git@git.example/x.git' } }, clock.now()),
    ).not.toThrow();
  });
});

describe('schedules', () => {
  it('come round in UTC', () => {
    expect(nextRun('0 3 * * *', clock.now())).toEqual(new Date('2026-03-03T03:00:00Z'));
    expect(nextRun(undefined, clock.now())).toBeUndefined();
  });

  it('make sources due, the longest waiting first', () => {
    const at = (id: string, time: string | undefined, enabled = true): KnowledgeSource =>
      source({ id, enabled, ...(time ? { nextRunAt: new Date(time) } : {}) });
    const due = dueSources(
      [
        at('late', '2026-03-02T08:59:00Z'),
        at('later', '2026-03-02T08:00:00Z'),
        at('now', '2026-03-02T09:00:00Z'),
        at('future', '2026-03-02T09:00:01Z'),
        at('off', '2026-03-02T08:00:00Z', false),
        at('manual', undefined),
      ],
      clock.now(),
    );
    expect(due.map((one) => one.id)).toEqual(['later', 'late', 'now']);
  });

  it('are run once, by one of several processes', async () => {
    const registry = memoryRegistry([
      source({ schedule: '0 3 * * *', nextRunAt: new Date('2026-03-02T03:00:00Z') }),
    ]);
    const [one, two] = await Promise.all([
      runDueSources(registry, tools()),
      runDueSources(registry, tools()),
    ]);
    expect(one.size + two.size).toBe(1);
    expect(await registry.get('s1')).toMatchObject({
      nextRunAt: new Date('2026-03-03T03:00:00Z'),
      lastRun: { counts: { added: 1 } },
    });
    expect((await runDueSources(registry, tools())).size).toBe(0);
  });

  it('go on with the next source when one fails, and keep the reason', async () => {
    const due = new Date('2026-03-02T03:00:00Z');
    const registry = memoryRegistry([
      source({ id: 'bad', nextRunAt: due, place: { kind: 'folder', path: join(home, 'none') } }),
      source({ id: 'good', nextRunAt: due }),
    ]);
    const runs = await runDueSources(registry, tools());
    expect(runs.get('bad')?.fault).toMatch(/cannot be read \(ENOENT\)\. Check the path/);
    expect(runs.get('good')?.counts?.added).toBe(1);
  });
});

describe('running a source', () => {
  it('gives documents the source as origin and its readers', async () => {
    const own = tools();
    const access = { classification: 'confidential' as const, groups: ['hr'] };
    for await (const event of runSource(source({ collection: 'hr', access }), own)) void event;
    expect((await own.store.list('hr'))[0]).toMatchObject({ source: 's1', access, path: 'a.md' });
  });

  it('refuses folders outside of those that sources may lie in', async () => {
    for (const path of [home, '/etc', join(home, 'docs', '..')]) {
      const running = runSource(source({ place: { kind: 'folder', path } }), tools());
      await expect(running.next()).rejects.toMatchObject({ code: 'knowledge.folder-not-allowed' });
    }
  });
});

describe('an upload', () => {
  const take = async (name: string, content: string, personId = 'p1', own = tools()) => {
    const upload = uploadSource({
      name,
      bytes: new TextEncoder().encode(content),
      personId,
      at: clock.now(),
    });
    const notes: string[] = [];
    for await (const event of ingestSource(upload, { collection: 'main', store: own.store, clock })) {
      if (event.kind === 'file') notes.push(`${event.line.outcome} ${event.line.note ?? ''}`.trim());
    }
    return { notes, paths: (await own.store.list()).map((document) => document.path), own };
  };

  it('becomes a document under the name of its sender', async () => {
    expect(await take('Plan.md', 'The plan.')).toMatchObject({
      notes: ['added'],
      paths: ['uploads/p1/Plan.md'],
    });
  });

  it('cannot leave its place or take the place of another person', async () => {
    expect((await take('../../etc/passwd.txt', 'Some text.')).paths).toEqual(['uploads/p1/passwd.txt']);
    expect((await take('C:\\docs\\..hidden\u202e.md', 'Some text.')).paths).toEqual(['uploads/p1/hidden.md']);
    const { own } = await take('a.md', 'Mine.', 'p1');
    expect((await take('a.md', 'Theirs.', 'p2', own)).paths).toEqual(['uploads/p1/a.md', 'uploads/p2/a.md']);
  });

  it('is refused when it is not what its name says', async () => {
    expect((await take('a.pdf', 'plain text')).notes[0]).toContain('promises a PDF');
    expect((await take('a.exe', 'x')).notes[0]).toContain('.exe');
  });

  it('replaces its own earlier version and removes nothing', async () => {
    const { own } = await take('a.md', 'One.');
    await take('b.md', 'Two.', 'p1', own);
    expect(await take('a.md', 'One again.', 'p1', own)).toMatchObject({
      notes: ['changed'],
      paths: ['uploads/p1/a.md', 'uploads/p1/b.md'],
    });
  });
});
