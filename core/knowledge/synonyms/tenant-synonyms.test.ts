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

  it('stay as they were when the file is broken, which is told once', async () => {
    const told: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, message: string) => void told.push(message) };
    writeFileSync(join(folder, 'broken.yaml'), 'same: [one');
    const read = createTenantSynonyms(folder, 'broken', shipped, logger);
    expect(await read()).toBeUndefined();
    expect(await read()).toBeUndefined();
    expect(told).toEqual(['The synonyms of a tenant could not be read; those before stay in force.']);
  });

  it('stay as they were when the file would take long to read, which is told', async () => {
    const told: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: object, message: string) => void told.push(message) };
    writeFileSync(join(folder, 'large.yaml'), `same:\n${'  - [one, two]\n'.repeat(70_000)}`);
    const read = createTenantSynonyms(folder, 'large', shipped, logger);
    expect(await read()).toBeUndefined();
    expect(told).toEqual(['The synonyms of a tenant are too many to read; those before stay in force.']);
  });

  it('may be bare numbers, such as cost centres', async () => {
    writeFileSync(join(folder, 'numbers.yaml'), 'same:\n  - [4711, sales]\n');
    const read = createTenantSynonyms(folder, 'numbers', shipped, silentLogger);
    expect((await read())?.same).toContainEqual(['4711', 'sales']);
  });

  it('are looked for inside the folder only', async () => {
    writeFileSync(join(folder, 'outside.yaml'), 'same:\n  - [one, two]\n');
    const read = createTenantSynonyms(join(folder, 'inner'), '../outside', shipped, silentLogger);
    expect(await read()).toBeUndefined();
  });
});
