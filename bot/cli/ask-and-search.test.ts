import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import type { Logger } from '../../core/kernel/logger.js';
import { Command } from 'commander';
import { loadConfig } from '../config.js';
import { askCommand } from './ask.js';
import { addCommands } from './commands.js';
import type { CliContext } from './context.js';
import { searchCommand } from './search.js';

const silent = (): void => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent, child: () => logger };

interface Output {
  lines: Record<string, unknown>[];
  said: string[];
  progress: string;
  exitCode: number;
}

function contextFor(
  env: Record<string, string> = {},
  signal = new AbortController().signal,
): { output: Output; context: CliContext } {
  const output: Output = { lines: [], said: [], progress: '', exitCode: 0 };
  const context: CliContext = {
    config: loadConfig({ NODE_ENV: 'test', ...env }, tmpdir()),
    clock: systemClock,
    logger,
    emit: (value) => void output.lines.push(value as Record<string, unknown>),
    say: (text) => void output.said.push(text),
    progress: (text) => {
      output.progress += text;
    },
    signal,
    fail: (code) => {
      output.exitCode = code;
    },
  };
  return { output, context };
}

async function run(command: 'ask' | 'search', ...words: string[]): Promise<Output> {
  const { output, context } = contextFor();
  const open = (): never => {
    throw new Error('The installation must not be opened.');
  };
  const made = command === 'ask' ? askCommand(context, open) : searchCommand(context, open);
  await made.exitOverride().parseAsync(words, { from: 'user' });
  return output;
}

/** As the program does, with all options and settings. */
async function runProgram(env: Record<string, string>, ...words: string[]): Promise<Output> {
  const { output, context } = contextFor(env);
  const program = new Command('steward').exitOverride().configureOutput({ writeErr: context.progress });
  addCommands(program, context);
  await program.parseAsync(words, { from: 'user' });
  return output;
}

describe('ask and search on a temporary index', () => {
  let folder: string;
  let kb: string;
  let questions: string;
  let corpus: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-cli-'));
    kb = await mkdtemp(join(folder, 'kb-'));
    await writeFile(
      join(kb, 'leave.md'),
      '# Parental leave\n\nYou get 80 days of paid parental leave for each child.\n',
    );
    await writeFile(join(kb, 'travel.md'), '# Travel\n\nTrain first: below five hours the train is used.\n');
    questions = join(folder, 'questions.jsonl');
    const lines = [
      { id: 'q1', question: 'How many days of parental leave do I get?', note: 'ignored' },
      'not json',
      { query_id: 7, query: 'Who won the chess tournament in Reykjavik?' },
      { id: 'q3' },
      { doc_id: 'q4', text: 'When is the train used?' },
    ];
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\r\n\n');
    await writeFile(questions, `\uFEFF${text}\n`);
    corpus = join(folder, 'corpus.jsonl');
    const documents = [
      { doc_id: 'd1', title: 'Leave', text: 'Parental leave is 80 days.' },
      { doc_id: 'd2', title: 'Locks', text: 'Only the person who put on a lock takes it off.' },
    ];
    await writeFile(corpus, documents.map((document) => JSON.stringify(document)).join('\n'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('answers line for line in order, with exact quotes, and reports unusable lines', async () => {
    const before = await readdir(folder, { recursive: true });
    const { lines, progress, exitCode } = await run('ask', '--questions', questions, '--kb', kb, '--json');
    expect(lines.map(({ id }) => id)).toEqual(['q1', null, '7', 'q3', 'q4']);
    expect(lines[0]).toMatchObject({
      question: 'How many days of parental leave do I get?',
      answered: true,
      citations: [
        {
          path: 'leave.md',
          title: 'Parental leave',
          quote: 'You get 80 days of paid parental leave for each child.',
        },
      ],
    });
    expect(Object.keys(lines[0] ?? {})).toEqual([
      'id',
      'question',
      'answered',
      'answer',
      'citations',
      'confidence',
      'latencyMs',
    ]);
    expect(lines[1]).toEqual({ id: null, error: 'Line 3 is not JSON.' });
    expect(lines[2]).toMatchObject({ answered: false, citations: [], reason: 'not-found' });
    expect(lines[3]).toEqual({ id: 'q3', error: 'Line 7 has no question, query or text.' });
    expect(progress).toContain('Line 3 is not JSON.');
    expect(exitCode).toBe(1);
    expect(await readdir(folder, { recursive: true })).toEqual(before);
  });

  it('searches a folder by path and a corpus by id, each document once', async () => {
    const byPath = await run('search', '--queries', questions, '--kb', kb, '--k', '1', '--json');
    expect(byPath.lines[4]).toEqual({
      id: 'q4',
      query: 'When is the train used?',
      hits: [{ path: 'travel.md', score: expect.any(Number) }],
    });
    const byId = await run('search', 'who takes off a lock', '--corpus', corpus, '--json');
    expect(byId.lines[0]).toMatchObject({ id: '1', hits: [{ id: 'd2' }, { id: 'd1' }] });
    expect(byId.exitCode).toBe(0);
  });

  it('answers from a corpus, whose documents are named by id', async () => {
    const { lines, exitCode } = await run('ask', 'Who takes off a lock?', '--corpus', corpus, '--json');
    const quote = 'Only the person who put on a lock takes it off.';
    expect(lines).toMatchObject([
      { id: '1', answered: true, citations: [{ id: 'd2', path: 'd2', title: 'Locks', quote }] },
    ]);
    expect(exitCode).toBe(0);
  });

  it('asks with the synonyms of the tenant, or of the file that is named', async () => {
    const synonyms = await mkdtemp(join(folder, 'synonyms-'));
    const env = { STEWARD_KNOWLEDGE_SYNONYMS: synonyms };
    await writeFile(join(synonyms, 'home.yaml'), 'same:\n  - [frobnitz, parental leave]\n');
    await writeFile(join(synonyms, 'acme.yml'), 'same:\n  - [frobnitz, train]\n');
    const named = join(synonyms, 'named.txt');
    await writeFile(named, 'same:\n  - [frobnitz, train]\n  - [alone]\n');
    const search = ['search', 'frobnitz', '--kb', kb, '--k', '1', '--json'];
    const first = ({ lines: [line] }: Output): unknown => line?.['hits'];
    const home = await runProgram(env, ...search);
    expect(first(home)).toMatchObject([{ path: 'leave.md' }]);
    expect(first(await runProgram(env, ...search, '--tenant', 'acme'))).toMatchObject([
      { path: 'travel.md' },
    ]);
    const other = await runProgram(env, ...search, '--synonyms', named);
    expect(first(other)).toMatchObject([{ path: 'travel.md' }]);
    expect(home.exitCode).toBe(0);
    expect(other.progress).toContain(`${named}, line 3: a group of \`same\` needs at least two words.`);
    expect(other.exitCode).toBe(1);
  });

  it('tells who uses a command wrongly, as one error of the program', async () => {
    for (const words of [
      ['ask', 'several', 'words'],
      ['source', 'add'],
      ['ingest', 'x', '--bogus'],
    ])
      await expect(runProgram({}, ...words)).rejects.toMatchObject({ name: 'CommanderError' });
  });

  it('ends as a failure, in a word, when it is stopped', async () => {
    const { output, context } = contextFor({}, AbortSignal.abort());
    await askCommand(context, () => Promise.reject(new Error('not opened'))).parseAsync(
      ['--questions', questions, '--kb', kb, '--json'],
      { from: 'user' },
    );
    expect(output).toEqual({ lines: [], said: [], progress: 'Stopped.\n', exitCode: 1 });
  });

  it('says before the answers which question each belongs to, and that a file has none', async () => {
    const two = join(folder, 'two.jsonl');
    await writeFile(two, '{"id":"a","query":"train"}\n{"id":"b","query":"leave"}\n');
    const { said } = await run('search', '--queries', two, '--kb', kb, '--k', '1');
    expect(said).toEqual(['\na: train', 'Travel (travel.md)', '\nb: leave', 'Parental leave (leave.md)']);
    await writeFile(two, '\n');
    expect((await run('search', '--queries', two, '--kb', kb)).progress).toContain('There is no question in');
  });

  it('names the lines of a corpus that cannot be used, and searches the rest', async () => {
    const torn = join(folder, 'torn.jsonl');
    const good = { doc_id: 'd1', title: 'Leave', text: 'Parental leave is 80 days.' };
    const lines = [`\uFEFF${JSON.stringify(good)}`, '{"doc_id": "d2", "te', '{"text": "without an id"}', ''];
    const last = JSON.stringify({ doc_id: 'd3', text: 'Only the person who put on a lock takes it off.' });
    await writeFile(torn, [...lines, last].join('\n'));
    const found = await run('search', 'who takes off a lock', '--corpus', torn, '--json');
    expect(found.lines[0]).toMatchObject({ hits: [{ id: 'd3' }, { id: 'd1' }] });
    expect(found.progress).toContain('Line 2 of the corpus is not JSON.');
    expect(found.progress).toContain('Line 3 of the corpus needs doc_id (or id) and text: doc_id is missing');
    expect(found.exitCode).toBe(1);
  });

  it('says in words what it found to a person', async () => {
    const { said } = await run('ask', 'How many days of parental leave do I get?', '--kb', kb);
    expect(said.join('\n')).toContain('[1] Parental leave (leave.md)');
    const refused = await run('ask', 'Who won the chess tournament in Reykjavik?', '--kb', kb);
    expect(refused.said.join('\n')).toContain('The documents do not say.');
  });

  it.each([
    ['a folder that is not there', ['ask', 'x', '--kb', '/nowhere/at/all'], 'is not a folder'],
    ['neither a question nor a file', ['ask', '--kb', '/tmp'], 'Give either'],
    [
      'a folder and a corpus',
      ['search', 'x', '--kb', '/tmp', '--corpus', '/tmp/x'],
      'Give either --kb or --corpus',
    ],
    ['no name for a folder', ['ask', 'x', '--kb', ''], 'is not a folder'],
    ['a folder as a corpus', ['ask', 'x', '--corpus', '/tmp'], 'is not a file'],
    ['synonyms that are not there', ['ask', 'x', '--kb', '/tmp', '--synonyms', '/nowhere'], 'is not a file'],
    ['a count that is none', ['search', 'x', '--kb', '/tmp', '--k', 'ten'], 'whole number'],
    ['a file that is not there', ['ask', '--questions', '/nowhere.jsonl', '--kb', '/tmp'], 'cannot be read'],
  ])('refuses %s', async (_what, [command, ...words], message) => {
    await expect(run(command as 'ask', ...words)).rejects.toThrow(message);
  });
});
