import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../kernel/logger.js';
import { NO_SYNONYMS } from './synonym-groups.js';
import { createTenantSynonyms } from './tenant-synonyms.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-synonyms-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a logger was told, with its fields. */
function listen() {
  const told: { fields: Record<string, unknown>; message: string }[] = [];
  const warn = (fields: object, message: string): void => void told.push({ fields: { ...fields }, message });
  return { told, logger: { ...silentLogger, warn } };
}

const shipped = { ...NO_SYNONYMS, same: [['vacation', 'leave']] };

describe("A tenant's synonyms", () => {
  it('join the shipped ones, are read anew when the file changes, and go when it goes', async () => {
    const file = join(folder, 'acme.yaml');
    const read = createTenantSynonyms(folder, 'acme', shipped, silentLogger);
    expect(await read()).toBeUndefined();
    writeFileSync(file, 'same:\n  - [HKS, hardening control]\n');
    expect((await read())?.same).toEqual([
      ['vacation', 'leave'],
      ['HKS', 'hardening control'],
    ]);
    expect(await read()).toBeUndefined();
    writeFileSync(file, 'near:\n  - [crane, hoist]\n');
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    expect(await read()).toMatchObject({ same: shipped.same, near: [['crane', 'hoist']] });
    rmSync(file);
    expect(await read()).toEqual(shipped);
  });

  it('stay as they were when the file is no YAML, which is told once, with file and line', async () => {
    const { told, logger } = listen();
    const file = join(folder, 'broken.yaml');
    writeFileSync(file, 'near:\n  - [crane, hoist]\nsame: [one');
    const read = createTenantSynonyms(folder, 'broken', shipped, logger);
    expect(await read()).toBeUndefined();
    expect(await read()).toBeUndefined();
    expect(told).toEqual([
      {
        fields: { tenantId: 'broken', file, error: expect.stringContaining('line 3: ') },
        message: 'The synonyms of a tenant could not be read; those before stay in force.',
      },
    ]);
  });

  it('are used but for the groups that cannot be, each of which is told with its line', async () => {
    const { told, logger } = listen();
    const file = join(folder, 'faulty.yaml');
    const lines = [
      'same:',
      '  - [HKS, hardening control]',
      '  - [alone]',
      '  - boss, manager',
      '  - [boss, [manager]]',
      'sames:',
      '  - [crane, hoist]',
      'Kinds: [[pet, dog]]',
      'words: [[pet, dog]]',
      'near: 3',
      'leads:',
    ];
    writeFileSync(file, `${lines.join('\r\n')}\r\n`);
    const read = createTenantSynonyms(folder, 'faulty', shipped, logger);
    expect(await read()).toEqual({ ...shipped, same: [...shipped.same, ['HKS', 'hardening control']] });
    expect(told).toEqual([
      {
        fields: {
          tenantId: 'faulty',
          file,
          faults: [
            'line 3: a group of `same` needs at least two words',
            'line 4: a group of `same` is a list of words, such as [boss, manager]',
            'line 5: a group of `same` holds something that is not a word; put it in quotes if it is one',
            'line 6: there is no list `sames`; `same` was probably meant',
            'line 8: there is no list `Kinds`; `kinds` was probably meant',
            'line 9: there is no list `words`; there are `same`, `near`, `kinds`, `leads`, `across`',
            'line 10: `near` needs a list of groups, such as near: [[boss, manager]]',
          ],
        },
        message: 'Some synonyms of a tenant cannot be used and are left out; the others are in force.',
      },
    ]);
  });

  it('stay as they were when nothing in the file can be used', async () => {
    const { told, logger } = listen();
    const file = join(folder, 'useless.yaml');
    const read = createTenantSynonyms(folder, 'useless', shipped, logger);
    for (const [text, problem] of [
      ['same: [[one]]\n'.padStart(200, '\n'), 'line 187: a group of `same` needs'],
      ['[[boss, manager]]\n', 'line 1: there are no lists by name here'],
      [`same:\n${'  - [one]\n'.repeat(30)}`, 'and 10 more'],
    ] as const) {
      writeFileSync(file, text);
      expect(await read()).toBeUndefined();
      expect(told.pop()?.fields['error']).toContain(problem);
    }
    writeFileSync(file, '# nothing yet\n');
    expect(await read()).toEqual(shipped);
    expect(told).toEqual([]);
  });

  it('may stand in a file that ends in .yml; beside one that ends in .yaml it is told that it is not read', async () => {
    const { told, logger } = listen();
    const [yaml, yml] = [join(folder, 'short.yaml'), join(folder, 'short.yml')];
    writeFileSync(yml, 'same:\n  - [one, two]\n');
    const read = createTenantSynonyms(folder, 'short', shipped, logger);
    expect((await read())?.same).toContainEqual(['one', 'two']);
    expect(told).toEqual([]);
    writeFileSync(yaml, 'same:\n  - [three, four]\n');
    expect((await read())?.same).toEqual([...shipped.same, ['three', 'four']]);
    expect(told).toMatchObject([{ fields: { file: yaml, unread: yml } }]);
    rmSync(yaml);
    expect((await read())?.same).toContainEqual(['one', 'two']);
  });

  it('stay as they were when their folder is not there, which is told once', async () => {
    const { told, logger } = listen();
    const read = createTenantSynonyms(join(folder, 'nowhere'), 'acme', shipped, logger);
    expect(await read()).toBeUndefined();
    expect(await read()).toBeUndefined();
    expect(told.map(({ message }) => message)).toEqual([
      'There is no such folder of synonyms; those before stay in force.',
    ]);
  });

  it('stay as they were when the file would take long to read, which is told', async () => {
    const { told, logger } = listen();
    writeFileSync(join(folder, 'large.yaml'), `same:\n${'  - [one, two]\n'.repeat(70_000)}`);
    const read = createTenantSynonyms(folder, 'large', shipped, logger);
    expect(await read()).toBeUndefined();
    expect(told).toMatchObject([
      {
        fields: { error: expect.stringContaining('at most 1000000 are read') },
        message: 'The synonyms of a tenant could not be read; those before stay in force.',
      },
    ]);
  });

  it('may be bare numbers as they are written, such as cost centres', async () => {
    writeFileSync(join(folder, 'numbers.yaml'), 'same:\n  - [4711, sales]\n  - [0815, true, "007"]\n');
    const read = createTenantSynonyms(folder, 'numbers', shipped, silentLogger);
    expect((await read())?.same).toEqual([...shipped.same, ['4711', 'sales'], ['0815', 'true', '007']]);
  });

  it('are looked for inside the folder only', async () => {
    writeFileSync(join(folder, 'outside.yaml'), 'same:\n  - [one, two]\n');
    const read = createTenantSynonyms(join(folder, 'inner'), '../outside', shipped, silentLogger);
    expect(await read()).toBeUndefined();
  });
});
