import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { addCommands } from '../../bot/cli/commands.js';
import { loadConfig } from '../../bot/config.js';
import { systemClock, type Clock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startTeamsPeople, type TeamsPeople } from '../support/teams-people.js';

const entra = (number: number): string => `{ entra: 3f2c1a6e-0000-4000-8000-00000000000${number} }`;
const FIRST = `people:
  - { id: zoe, name: Zoe Martin, roles: [viewer, admin], accounts: ${entra(4)} }
  - { id: max, name: Max Weber, manager: zoe, roles: [viewer, manager], accounts: ${entra(1)} }
  - { id: priya, name: Priya Nair, manager: max, accounts: ${entra(0)} }
`;
const REST = `  - { id: tom, name: Tom Okafor, roles: [viewer, approver], accounts: ${entra(2)} }
  - { id: ana, name: Ana Ruiz, accounts: ${entra(3)} }
  - { id: sam, name: Sam Stranger, accounts: ${entra(5)} }
`;
const ON_CALL = `onCall:
  - { name: service-desk, people: [max], startsAt: 2026-01-05T08:00:00Z }
`;
const MINUTE_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'steward-directory-'));
const file = join(folder, 'people.yaml');
let ahead = 0;
const clock: Clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + ahead) };
let people: TeamsPeople;

beforeAll(async () => {
  writeFileSync(file, FIRST + REST + ON_CALL);
  people = await startTeamsPeople({ clock, env: { STEWARD_ORG_FILE: file } });
}, 60_000);
afterAll(async () => {
  await people.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

/** The command line beside the running server, on its store. */
async function steward(...words: string[]): Promise<{ said: string; code: number }> {
  const { dataDir } = people.running;
  const config = loadConfig({ NODE_ENV: 'test', STEWARD_DATA_DIR: dataDir, STEWARD_ORG_FILE: file }, dataDir);
  const said: string[] = [];
  let code = 0;
  const program = new Command('steward').exitOverride();
  addCommands(program, {
    config,
    clock,
    logger: silentLogger,
    emit: (value) => void said.push(JSON.stringify(value)),
    say: (text) => void said.push(text),
    progress: (text) => void said.push(text),
    signal: new AbortController().signal,
    fail: (with_) => {
      code = with_;
    },
  });
  await program.parseAsync(['node', 'steward', ...words]);
  return { said: said.join('\n'), code };
}

const readiness = async (): Promise<string> => (await fetch(`${people.running.url}/readyz`)).text();

describe('an organisation file that was cut in the middle and still reads well', () => {
  it('sets nobody inactive, says so to the operator and to whoever would decide, and goes on once it is whole', async () => {
    const button = await people.asked('6101');
    writeFileSync(file, FIRST);
    await people.restart();
    expect(await people.click('max', button('approval.approve'))).toContain('company directory');
    const told = await readiness();
    expect(told).toContain('set 3 of 6 people inactive and remove every on-call schedule (service-desk)');
    expect(told).toContain('people refresh --accept-leaving 3');
    expect(told).not.toContain('Okafor');
    expect((await steward('doctor')).said).toMatch(/✖ !!\s+People .*3 of 6 people/);

    writeFileSync(file, FIRST + REST + ON_CALL);
    ahead += MINUTE_MS;
    expect(await people.click('max', button('approval.approve'))).toMatch(/approved/i);
    expect(await readiness()).not.toContain('people inactive');
    await people.asked('6102', 'tom'); // who was cut out of the file, and still is an approver
  }, 90_000);

  it('lets people go when an operator confirms how many, and not on another number', async () => {
    writeFileSync(file, FIRST + ON_CALL);
    const held = await steward('people', 'refresh');
    expect(held.code).toBe(2);
    expect(held.said).toContain('tom  Tom Okafor');
    expect(held.said).toContain('set 3 of 6 people inactive.');
    expect((await steward('people', 'refresh', '--accept-leaving', '2')).code).toBe(2);
    expect((await steward('people', 'refresh', '--accept-leaving', 'all')).said).toContain(
      'takes the number',
    );
    expect(await steward('people', 'refresh', '--accept-leaving', '3')).toEqual({
      said: 'People are refreshed: 0 new or changed, 3 set inactive.',
      code: 0,
    });
    await people.restart();
    const button = await people.asked('6103');
    expect(await people.click('max', button('approval.approve'))).toMatch(/approved/i);
    expect(people.cardsWith('tom', 'cost centre 6103')).toEqual([]);
  }, 90_000);
});
