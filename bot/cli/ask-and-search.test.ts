import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Config } from '../config.js';
import { askCommand } from './ask.js';
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

async function run(command: 'ask' | 'search', ...words: string[]): Promise<Output> {
  const output: Output = { lines: [], said: [], progress: '', exitCode: 0 };
  const context: CliContext = {
    // Neither command looks at the settings when it is told a folder.
    config: {} as Config,
    clock: systemClock,
    logger,
    emit: (value) => void output.lines.push(value as Record<string, unknown>),
    say: (text) => void output.said.push(text),
    progress: (text) => {
      output.progress += text;
    },
    signal: new AbortController().signal,
    fail: (code) => {
      output.exitCode = code;
    },
  };
  const open = (): never => {
    throw new Error('The installation must not be opened.');
  };
  const made = command === 'ask' ? askCommand(context, open) : searchCommand(context, open);
  await made.exitOverride().parseAsync(words, { from: 'user' });
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
    expect(lines[2]).toMatchObject({ answered: false, citations: [] });
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
    ['a count that is none', ['search', 'x', '--kb', '/tmp', '--k', 'ten'], 'whole number'],
    ['a file that is not there', ['ask', '--questions', '/nowhere.jsonl', '--kb', '/tmp'], 'cannot be read'],
  ])('refuses %s', async (_what, [command, ...words], message) => {
    await expect(run(command as 'ask', ...words)).rejects.toThrow(message);
  });
});
