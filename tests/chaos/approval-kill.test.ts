import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../storage/mongo/audit-log.js';
import { startConnector, type ConnectorFake } from '../fakes/connector.js';
import { eventually } from '../support/eventually.js';
import { policiesThatAllowLoopback } from '../support/loopback-policies.js';
import { startSteward } from '../support/start-steward.js';
import { buttonOf, peopleIn, writeOrganisation, type PeopleInTeams } from '../support/teams-people.js';
import { writeFigures } from '../support/write-figures.js';
import { startKillable, type KillableSteward } from './killable-steward.js';

/** Kills around the decision on a request; set CHAOS_APPROVAL_KILLS for another number. */
const kills = Number(process.env.CHAOS_APPROVAL_KILLS ?? 6);
/** Longer than the lease of an execution and than any undo window. */
const AFTER_LEASE_MS = 65_000;
const PATIENCE_MS = 40_000;
/** Cost centre of the request whose card is rewritten late; behind all others in their order. */
const LATE = '99001';

let folder: string;
let policies: string;
let connector: ConnectorFake;
/** Takes webhooks, and answers those that a test wants answered. */
let hook: Server;
let hookUrl: string;
let hooked: number;
let isAnswering = false;
let running: KillableSteward;
let people: PeopleInTeams;
let aheadMs = 0;
/** Kills so far; where one is not survived, a test fails. */
let survived = 0;
/** Called when a webhook's request has arrived and before it is answered. */
let onHook: () => void = () => undefined;
const started = { dataDir: '', env: {} as NodeJS.ProcessEnv };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-approval-kill-'));
  connector = await startConnector();
  hooked = 0;
  hook = createServer((_request, response) => {
    hooked += 1;
    if (isAnswering) response.end();
    onHook();
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
  policies = policiesThatAllowLoopback();
  started.dataDir = join(folder, 'data');
  started.env = {
    STEWARD_ORG_FILE: writeOrganisation(folder),
    STEWARD_POLICIES: policies,
    STEWARD_OUTBOUND_HOSTS: '127.0.0.1',
  };
  running = await startKillable({ ...started, aheadMs }, connector);
  people = await peopleIn(() => running);
}, 120_000);

afterAll(async () => {
  await running.stop();
  await connector.close();
  hook.closeAllConnections();
  hook.close();
  for (const each of [folder, policies]) rmSync(each, { recursive: true, force: true });
}, 60_000);

async function kill(): Promise<void> {
  survived += 1;
  await running.kill();
}

async function startAgainLater(): Promise<void> {
  aheadMs += AFTER_LEASE_MS;
  running = await startKillable({ ...started, aheadMs }, connector);
}

/** What a person was sent about a request, oldest first, for a failure to be understood. */
const story = (who: string, words: string): string =>
  people
    .cardsWith(who, words)
    .map(({ kind, id, activity }) => `${kind} ${id}: ${String(activity.summary)}`)
    .join('\n');

/** What asks a person to look whether something happened. */
const asksToLook = (who: string, words: string): unknown[] =>
  people
    .cardsWith(who, 'Please look whether it did')
    .filter(({ activity }) => JSON.stringify(activity).includes(words));
const hookHost = (): string => new URL(hookUrl).host;

const newest = (who: string, words: string): string =>
  JSON.stringify(people.cardsWith(who, words).at(-1)?.activity ?? {});

const isResult = ({ activity }: { activity: object }): boolean => /T-\d+/.test(JSON.stringify(activity));

async function cardToDecide(who: string, words: string): Promise<unknown> {
  await eventually(() => expect(newest(who, words)).toContain('approval.approve'), PATIENCE_MS);
  return people.cardsWith(who, words).at(-1)?.activity;
}

describe('an approval whose process is killed', () => {
  it(
    `around the decision and the execution, ${kills} times, is executed exactly once`,
    async () => {
      for (let round = 0; round < kills; round += 1) {
        const costCentre = String(30_000 + round);
        const words = `cost centre ${costCentre}`;
        await people.say('priya', `please raise a laptop request for Lee, 16 inch, ${words}`);
        const approve = buttonOf(await cardToDecide('max', words), 'approval.approve');
        const clicking = people.click('max', approve).catch(() => 'cut off');
        await pause((round * 7) % 41); // before, during and after the decision, the execution and its record
        await kill();
        await clicking;
        await startAgainLater();
        // A click that was not stored before the kill is clicked again, as a person would.
        await people.click('max', approve);
        await eventually(() => {
          const behind = ['priya', 'max', 'tom'].filter((who) => !/T-\d+/.test(newest(who, words)));
          expect(behind.map((who) => story(who, words))).toEqual([]);
        }, PATIENCE_MS);
      }
    },
    60_000 * (kills + 1),
  );

  it('between the execution and its record, does not do again what cannot be repeated, and says so', async () => {
    await people.say('priya', `send {"release":7} to ${hookUrl}/deploy`);
    const approve = buttonOf(await cardToDecide('tom', 'release'), 'approval.approve');
    const arrived = new Promise<void>((resolve) => {
      onHook = resolve;
    });
    await people.click('tom', approve);
    await kill(); // in the time to call it off: between decision and execution
    await startAgainLater();
    await arrived;
    await kill(); // the webhook has come, and nobody has noted it
    onHook = () => undefined;
    const sent = hooked;
    await startAgainLater();
    await eventually(() => {
      for (const who of ['priya', 'tom']) expect(newest(who, 'release')).toContain('may have happened');
    }, PATIENCE_MS);
    expect(sent).toBe(1);
    expect(hooked).toBe(1);
    await eventually(() => expect(asksToLook('tom', hookHost())).toHaveLength(1), PATIENCE_MS);
    expect(asksToLook('priya', hookHost())).toHaveLength(0); // she reads it on her card
  }, 240_000);

  it('right after the tool was answered, ends as done or plainly with a person, and is sent once', async () => {
    isAnswering = true;
    for (const [round, waitMs] of [0, 4].entries()) {
      const words = `release-${70 + round}`;
      const before = hooked;
      await people.say('priya', `send {"${words}":true} to ${hookUrl}/deploy`);
      const approve = buttonOf(await cardToDecide('tom', words), 'approval.approve');
      await people.click('tom', approve);
      await kill(); // in the time to call it off
      const arrived = new Promise<void>((resolve) => {
        onHook = resolve;
      });
      await startAgainLater();
      await arrived;
      await pause(waitMs); // before, while or after the outcome is noted
      await kill();
      onHook = () => undefined;
      await startAgainLater();
      await eventually(() => {
        const ends = ['priya', 'tom'].map(
          (who) => /has taken it|may have happened/.exec(newest(who, words))?.[0],
        );
        expect(ends[0]).toBeDefined();
        expect(ends[1]).toBe(ends[0]);
      }, PATIENCE_MS);
      expect(hooked).toBe(before + 1);
    }
    isAnswering = false;
  }, 480_000);

  it('while it rewrites a card leaves the result there, though its own call arrives last', async () => {
    const words = `cost centre ${LATE}`;
    await people.say('priya', `please raise a laptop request for Lee, 16 inch, ${words}`);
    const button = await cardToDecide('max', words);
    const approve = buttonOf(await cardToDecide('tom', words), 'approval.approve');
    const { id: card } = people.cardsWith('tom', words).at(-1) ?? {};
    let arrive = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    connector.fail({ until, when: ({ method, path }) => method === 'PUT' && path.includes(`${card}`) });
    await people.click('max', buttonOf(button, 'approval.info'), { question: 'Which colour?' });
    await pause(500); // its rewriting of the other card is on its way
    await kill();
    running = await startKillable({ ...started, aheadMs }, connector);
    await people.click('tom', approve);
    await eventually(() => expect(newest('tom', words)).toMatch(/T-\d+/), PATIENCE_MS);
    const result = people.cardsWith('tom', words).length;
    arrive();
    await eventually(() => {
      const since = people.cardsWith('tom', words).slice(result);
      const late = since.findIndex((each) => !isResult(each)); // the call of the dead process
      expect(late).toBeGreaterThanOrEqual(0);
      expect(since.slice(late).some(isResult)).toBe(true);
      expect(newest('tom', words)).toMatch(/T-\d+/);
    }, PATIENCE_MS);
  }, 120_000);

  it('has one ticket for each request, and an audit that verifies', async () => {
    await running.stop();
    const { steward, close } = await startSteward({
      dataDir: started.dataDir,
      env: started.env,
      handbook: false,
      connector,
    });
    const { database } = steward.store;
    const tickets = await database.connection.collection('tickets').find({}).toArray();
    const costCentres = tickets.map(({ details }) => (details as { costCentre: string }).costCentre).sort();
    const states = await database.connection.collection('approvals').distinct('state');
    const { faults } = await createAuditLog(database).verify('home');
    await close({ keepData: true, keepConnector: true });
    running = await startKillable({ ...started, aheadMs }, connector);
    const rounds = Array.from({ length: kills }, (_, round) => String(30_000 + round));
    expect(costCentres).toEqual([...rounds, LATE]);
    expect(new Set(states)).toEqual(new Set(['done', 'failed']));
    expect(faults).toEqual([]);
    writeFigures('approval-kills', 'Approvals: kills', 'npm run test:slow -- tests/chaos/approval-kill', [
      [
        'kills survived: around the decision, during the tool, before its record, while cards are rewritten',
        survived,
      ],
      ['requests executed twice or lost', 0],
      ['entries of the audit that do not verify', faults.length],
    ]);
  }, 120_000);
});
