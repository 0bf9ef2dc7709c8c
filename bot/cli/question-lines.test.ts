import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readQuestionLines } from './question-lines.js';

const folder = mkdtempSync(join(tmpdir(), 'steward-lines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string) => readQuestionLines('-', Readable.from([text]));

describe('Lines of questions', () => {
  it('keep their id when they cannot be used', async () => {
    const lines = [
      '{"id":"a","question":5}',
      '{"query_id":"b","query":true}',
      '{"doc_id":7,"question":"   "}',
      '{"id":{},"query_id":"c","question":"Who?"}',
      '["d"]',
      '"e"',
      'f',
    ];
    expect(
      (await read(lines.join('\n'))).map((line) => ('error' in line ? [line.id, line.error] : line)),
    ).toEqual([
      ['a', 'Line 1: question has the wrong type.'],
      ['b', 'Line 2: query has the wrong type.'],
      ['7', 'Line 3 has no question, query or text.'],
      ['c', 'Line 4: id has the wrong type.'],
      [null, 'Line 5 is not a JSON object.'],
      [null, 'Line 6 is not a JSON object.'],
      [null, 'Line 7 is not JSON.'],
    ]);
  });

  it('may have null where a table had an empty cell', async () => {
    expect(
      await read('{"id":null,"query_id":"a","question":null,"text":"Who?"}\n{"id":null,"text":"Who?"}'),
    ).toEqual([
      { number: 1, id: 'a', text: 'Who?' },
      { number: 2, id: '2', text: 'Who?' },
    ]);
  });

  it('come from a file, with a byte order mark and the ends of lines of any system', async () => {
    const file = join(folder, 'questions.jsonl');
    writeFileSync(file, '\uFEFF{"id":"a","question":"Who?"}\r\n\r\n{"id":"b","question":"When?"}');
    expect(await readQuestionLines(file)).toMatchObject([
      { number: 1, id: 'a' },
      { number: 3, id: 'b' },
    ]);
  });

  it('are refused when they are a folder or not there', async () => {
    await expect(readQuestionLines(folder)).rejects.toThrow('is a folder. Give a file of JSON Lines.');
    await expect(readQuestionLines(join(folder, 'none'))).rejects.toThrow('cannot be read. Check the path');
  });
});
