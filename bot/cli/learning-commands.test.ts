import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMemoryFacts } from '../../tests/fakes/memory-facts.js';
import type { Article } from '../../core/knowledge/learning/article.js';
import { type ArticleStore, createArticleDesk } from '../../core/knowledge/learning/article-desk.js';
import type { StandardAnswer, StandardAnswerStore } from '../../core/knowledge/learning/standard-answers.js';
import { createMemoryDocumentStore } from '../../core/knowledge/memory-document-store.js';
import { ingestPaths } from '../../core/knowledge/ingest/ingest.js';
import { articleCommand } from './article.js';
import type { CliContext } from './context.js';
import { graphCommand } from './graph.js';
import { standardAnswerCommand } from './standard-answer.js';

const clock = { now: () => new Date('2026-03-02T09:00:00Z'), sleep: () => Promise.resolve() };
const close = (): Promise<void> => Promise.resolve();
const index = { add: () => undefined, remove: () => undefined };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-learning-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let fixed: Map<string, StandardAnswer>;
let written: Map<string, Article>;
let facts: ReturnType<typeof createMemoryFacts>;
let documents: ReturnType<typeof createMemoryDocumentStore>;
beforeEach(() => {
  fixed = new Map();
  written = new Map();
  facts = createMemoryFacts();
  documents = createMemoryDocumentStore();
});

const answers: StandardAnswerStore = {
  list: () => Promise.resolve([...fixed.values()]),
  put: (answer) => Promise.resolve(void fixed.set(answer.id, answer)),
  remove: (id) => Promise.resolve(void fixed.delete(id)),
};
const articles: ArticleStore = {
  insert: (article) => Promise.resolve(void written.set(article.id, article)),
  get: (id) => Promise.resolve(written.get(id)),
  list: (states) => Promise.resolve([...written.values()].filter(({ state }) => states.includes(state))),
  replace: (article) => Promise.resolve(Boolean(written.set(article.id, article))),
};

async function run(...words: string[]): Promise<{ said: string; code: number }> {
  const said: string[] = [];
  let code = 0;
  const context = {
    clock,
    say: (text: string) => void said.push(text),
    progress: (text: string) => void said.push(text),
    emit: (value: object) => void said.push(JSON.stringify(value)),
    fail: (given: number) => (code = given),
    signal: new AbortController().signal,
  } as unknown as CliContext;
  const desk = createArticleDesk({ articles, documents, index, clock });
  const command = {
    'standard-answer': () => standardAnswerCommand(context, () => Promise.resolve({ answers, close })),
    article: () => articleCommand(context, () => Promise.resolve({ articles, desk, close })),
    graph: () => graphCommand(context, () => Promise.resolve({ documents, facts, close })),
  }[words[0] ?? ''];
  await command?.().parseAsync(['node', ...words]);
  return { said: said.join('\n'), code };
}

describe('the standard-answer command', () => {
  const add = (...more: string[]) =>
    run(
      'standard-answer',
      'add',
      '--question',
      'Where can I park?',
      '--answer',
      'On deck B.',
      '--owner',
      'zoe@example.com',
      ...more,
    );

  it('fixes an answer, lists it and takes it out', async () => {
    const { said: id } = await add('--review-by', '2027-01-31');
    expect([...fixed.values()]).toMatchObject([
      {
        phrasings: ['Where can I park?'],
        answer: 'On deck B.',
        access: { classification: 'internal' },
        enabled: true,
      },
    ]);
    expect((await run('standard-answer', 'list')).said).toContain('given  until 2027-01-31  zoe@example.com');
    await run('standard-answer', 'remove', id);
    expect(fixed.size).toBe(0);
  });

  it('refuses a day that is none or past, and an id that nobody has', async () => {
    expect(await add('--review-by', 'soon')).toMatchObject({ code: 2 });
    expect(await add('--review-by', '2020-01-01')).toMatchObject({ code: 2 });
    expect(await run('standard-answer', 'remove', 'none')).toMatchObject({ code: 2 });
    expect(fixed.size).toBe(0);
  });
});

describe('the article command', () => {
  it('takes a question from an expert over a reviewer into the documents, and out again', async () => {
    const { said: id } = await run(
      'article',
      'request',
      'Who waters the plants?',
      '--by',
      'ada@example.com',
      '--expert',
      'max@example.com',
    );
    const file = join(folder, 'plants.md');
    writeFileSync(file, 'The reception waters the plants on Mondays.');
    const draft = await run(
      'article',
      'write',
      id,
      '--by',
      'max@example.com',
      '--title',
      'Plants',
      '--file',
      file,
    );
    expect(draft).toMatchObject({ code: 0 });
    const approve = (by: string) =>
      run('article', 'approve', id, '--by', by, '--owner', 'max@example.com', '--review-by', '2027-01-31');
    const refused = await approve('max@example.com');
    expect(refused.code).toBe(2);
    expect(refused.said).toContain('Nobody approves what they wrote themselves.');
    expect(await approve('zoe@example.com')).toMatchObject({ code: 0 });
    expect(await documents.list()).toMatchObject([{ title: 'Plants', owner: 'max@example.com' }]);
    expect((await run('article', 'list')).said).toContain('published');
    await run('article', 'retire', id, '--by', 'zoe@example.com', '--reason', 'plants are gone');
    expect(await documents.list()).toEqual([]);
  });

  it('refuses an article that does not exist', async () => {
    expect(await run('article', 'retire', 'none', '--by', 'zoe@example.com', '--reason', 'x')).toMatchObject({
      code: 2,
    });
  });
});

describe('the graph command', () => {
  it('walks over several documents, each step with the page that says it', async () => {
    writeFileSync(join(folder, 'centres.csv'), 'Cost centre,Owner\nHardening,Oluwaseun Bello\n');
    writeFileSync(join(folder, 'people.csv'), 'Name,Extension\nOluwaseun Bello,4711\n');
    for await (const event of ingestPaths({ paths: [folder], collection: 'main', store: documents, clock }))
      void event;
    const { said, code } = await run('graph', 'Hardening', '--hops', '2');
    expect(code).toBe(0);
    expect(said).toContain('Hardening | owner | Oluwaseun Bello  (centres.csv)');
    expect(said).toContain('Oluwaseun Bello | extension | 4711  (people.csv)');
    expect((await run('graph', 'Hardening', '--hops', '9')).code).toBe(2);
  });

  it('leads through nothing that the named reader may not read', async () => {
    const page = (readers: string): string => `---\nreaders: [${readers}]\n---\n# Heron\n\n`;
    writeFileSync(
      join(folder, 'heron.md'),
      `${page('group:board')}| Site | Price |\n|---|---|\n| Sollmark | 11 million |\n`,
    );
    for await (const event of ingestPaths({ paths: [folder], collection: 'main', store: documents, clock }))
      void event;
    const as = async (...reader: string[]): Promise<string> =>
      (await run('graph', 'Sollmark', '--as', ...reader)).said;
    expect((await run('graph', 'Sollmark')).said).toContain('11 million');
    expect(await as('employee', 'group:board')).toContain('11 million');
    expect(await as('employee')).not.toContain('million');
    expect(await as('role:admin')).not.toContain('million');
    expect(await as('guest')).not.toContain('million');
    expect((await run('graph', 'Sollmark', '--as', 'boss')).code).toBe(2);
  });
});
