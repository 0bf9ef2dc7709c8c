import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { createAuditLog } from '../../storage/mongo/audit-log.js';
import { createDocumentStore } from '../../storage/mongo/document-store.js';
import { openStore } from '../compose-store.js';
import { loadConfig } from '../config.js';
import { addCommands } from './commands.js';
import type { CliContext } from './context.js';

const TENANT = 'slack-T0ACME0001';
const folder = mkdtempSync(join(tmpdir(), 'steward-tenant-'));
const config = loadConfig({ NODE_ENV: 'test', STEWARD_DATA_DIR: join(folder, 'data') }, folder);
const pages = join(folder, 'pages');

beforeAll(async () => {
  mkdirSync(pages);
  writeFileSync(join(pages, 'canteen.md'), '# Canteen\n\nOn Thursday there is plum stew.\n');
  const store = await openStore(config, systemClock, silentLogger);
  const event = {
    action: 'conversation-open',
    actor: { kind: 'system' as const, id: 'test' },
    resource: 'conversation:D1',
    correlationId: 'c1',
    at: systemClock.now(),
  };
  await createAuditLog(store.database).append(TENANT, [{ id: 'b1', events: [event] }]);
  await store.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...words: string[]) {
  const said: string[] = [];
  const context: CliContext = {
    config,
    clock: systemClock,
    logger: silentLogger,
    emit: (value) => void said.push(JSON.stringify(value)),
    say: (text) => void said.push(text),
    progress: (text) => void said.push(text),
    signal: new AbortController().signal,
    fail: () => undefined,
  };
  const program = new Command('steward').exitOverride();
  addCommands(program, context);
  await program.parseAsync(['node', 'steward', ...words]);
  return said.join('\n');
}

async function pathsOf(tenantId: string): Promise<string[]> {
  const store = await openStore(config, systemClock, silentLogger, { mayShare: true });
  const documents = await createDocumentStore(store.database, tenantId).list();
  await store.close();
  return documents.map(({ path }) => path);
}

describe('--tenant', () => {
  it('takes documents in for a workspace that added Steward by itself, and for nobody else', async () => {
    await run('ingest', pages, '--tenant', TENANT);
    expect(await pathsOf(TENANT)).toEqual(['canteen.md']);
    expect(await pathsOf('home')).toEqual([]);
    expect(await run('document', 'history', 'canteen.md', '--tenant', TENANT)).toContain('Canteen');
    expect(await run('document', 'history', 'canteen.md')).toContain('There is no document');
  }, 60_000);

  it('begins no tenant by a typing mistake, and says which there are', async () => {
    const mistyped = run('ingest', pages, '--tenant', 'slack-T0ACME');
    await expect(mistyped).rejects.toThrow(`There is no tenant slack-T0ACME. There are: home, ${TENANT}.`);
    expect(await pathsOf('slack-T0ACME')).toEqual([]);
  }, 60_000);
});
