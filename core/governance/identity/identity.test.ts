import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { generate } from 'otplib';
import { shippedFile } from '../../kernel/package-root.js';
import { silentLogger } from '../../kernel/logger.js';
import { noMetrics } from '../../kernel/telemetry.js';
import { testClock } from '../../../tests/fakes/test-clock.js';
import { createDirectory, personOnCall } from './directory.js';
import { loadOrganisationFile } from './load-organisation.js';
import { readOrganisationCsv, readOrganisationYaml } from './organisation-file.js';
import type { DelegationRepository, PeopleRepository, PersonRecord } from './people.js';
import { readCsv } from './read-csv.js';
import { createPeopleRefresh } from './refresh-people.js';
import { createTotp, type TotpEnrolment } from './totp.js';

describe('the organisation file', () => {
  it('reads the shipped samples', async () => {
    const { people, schedules } = await loadOrganisationFile(shippedFile('samples', 'organisation.yaml'));
    expect(people.map(({ id }) => id)).toEqual(['priya', 'tom', 'ana', 'max', 'zoe']);
    expect(people[0]).toMatchObject({
      managerId: 'max',
      roles: ['viewer'],
      accounts: [{ channel: 'web', accountId: 'priya' }],
    });
    expect(schedules).toMatchObject([{ name: 'service-desk', turnHours: 168 }]);
    const csv = await loadOrganisationFile(shippedFile('samples', 'organisation.csv'));
    expect(csv.people[4]).toMatchObject({ name: 'Martin, Zoe', roles: ['viewer', 'manager', 'admin'] });
  });

  it.each([
    ['people:\n  - id: a\n    name: A\n    roles: [king]\n', 4, 'roles are admin'],
    ['people:\n  - id: a\n    name: A\n    manager: b\n', 2, 'manager b of a is not in the file'],
    ['people:\n  - id: a\n    name: A\n  - id: a\n    name: B\n', 4, 'stands there twice'],
    ['people:\n  - id: a\n    name: A\n    nickname: x\n', 2, 'nickname'],
    ['people:\n  - id: a\n   name: A\n', 3, ''],
    ['people:\n  - id: a\n    name: A\n    timeZone: Mars/Base\n', 4, 'no such time zone'],
    [
      'people:\n  - {id: a, name: A}\nonCall:\n  - {name: x, people: [z], startsAt: "2026-01-01T00:00:00Z"}\n',
      4,
      'z of x',
    ],
  ])('tells the line of a mistake in YAML: %j', (text, line, message) => {
    const reading = readOrganisationYaml(text);
    expect(reading).toMatchObject({
      ok: false,
      faults: [{ line, message: expect.stringContaining(message) }],
    });
  });

  it('tells the line of a mistake in CSV', () => {
    expect(readOrganisationCsv('id,name,roles\na,A,viewer\nb,B,king\n')).toMatchObject({
      faults: [{ line: 3 }],
    });
    expect(readOrganisationCsv('id,name\na,A,extra\n')).toMatchObject({ faults: [{ line: 2 }] });
    expect(readOrganisationCsv('id,colour\n')).toMatchObject({
      faults: [{ line: 1, message: expect.stringContaining('colour') }],
    });
  });

  it('counts the last day of an absence whole', () => {
    const text = 'people:\n  - {id: a, name: A, away: [{from: 2026-12-24, until: 2026-12-31}]}\n';
    const reading = readOrganisationYaml(text);
    expect(reading.ok && reading.organisation.people[0]?.absences).toEqual([
      { from: new Date('2026-12-24'), until: new Date('2027-01-01'), delegateId: undefined },
    ]);
  });

  it('reads back any table that was written as CSV', () => {
    const cell = fc.string().map((text) => text.replace(/\r/g, ''));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (table) => {
        const quoted = table.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
        expect(readCsv(quoted.join('\n')).map(({ cells }) => cells)).toEqual(table);
      }),
    );
  });
});

const person = (id: string, over: Partial<PersonRecord> = {}): PersonRecord => ({
  id,
  tenantId: 't1',
  name: id,
  roles: ['viewer'],
  groups: [],
  accounts: [],
  active: true,
  source: 'file',
  conversations: [],
  absences: [],
  ...over,
});
function directoryOf(people: PersonRecord[], delegated: Record<string, string> = {}) {
  const byId = new Map(people.map((each) => [each.id, each]));
  const repository = {
    get: (id: string) => Promise.resolve(byId.get(id)),
    schedules: () => Promise.resolve([]),
  };
  const delegations = {
    of: (id: string) =>
      Promise.resolve(
        delegated[id]
          ? { id: 'd', fromId: id, toId: delegated[id], from: new Date(0), until: new Date(9e12) }
          : undefined,
      ),
  };
  return createDirectory(
    repository as unknown as PeopleRepository,
    delegations as unknown as DelegationRepository,
  );
}
const AT = new Date('2026-11-18T10:00:00Z');

describe('the directory', () => {
  it('passes over managers who have left, and bears people who manage each other', async () => {
    const directory = directoryOf([
      person('a', { managerId: 'b' }),
      person('b', { managerId: 'c', active: false }),
      person('c'),
      person('x', { managerId: 'y', active: false }),
      person('y', { managerId: 'x', active: false }),
    ]);
    expect((await directory.managerOf('a'))?.id).toBe('c');
    expect(await directory.managerOf('c')).toBeUndefined();
    expect(await directory.managerOf('x')).toBeUndefined();
  });

  it('follows stand-ins of stand-ins, but not in circles', async () => {
    const away = { from: new Date('2026-11-01'), until: new Date('2026-12-01') };
    const people = [
      person('a'),
      person('b', { absences: [{ ...away, delegateId: 'c' }] }),
      person('c'),
      person('d'),
      person('e'),
    ];
    expect((await directoryOf(people, { a: 'b' }).standInFor('a', AT))?.id).toBe('c');
    expect(await directoryOf(people).standInFor('c', AT)).toBeUndefined();
    expect((await directoryOf(people, { d: 'e', e: 'd' }).standInFor('d', AT))?.id).toBe('e');
  });

  it('knows whose turn it is, also before the schedule began', () => {
    const schedule = {
      name: 's',
      personIds: ['a', 'b'],
      startsAt: new Date('2026-11-16T00:00:00Z'),
      turnHours: 24,
    };
    expect(personOnCall(schedule, new Date('2026-11-16T12:00:00Z'))).toBe('a');
    expect(personOnCall(schedule, new Date('2026-11-17T00:00:00Z'))).toBe('b');
    expect(personOnCall(schedule, new Date('2026-11-15T12:00:00Z'))).toBe('b');
    expect(personOnCall({ ...schedule, personIds: [] }, AT)).toBeUndefined();
  });
});

describe('refreshing people', () => {
  it('keeps what it has when the directory fails, and closes when that lasts', async () => {
    const clock = testClock();
    const good = readOrganisationYaml('people:\n  - {id: a, name: A}\n');
    if (!good.ok) throw new Error('valid');
    let read = () => Promise.resolve(good.organisation);
    let written = 0;
    const people = {
      replaceAll: () => Promise.resolve({ changed: (written += 1), left: 0 }),
      replaceSchedules: () => Promise.resolve(),
      activeOf: () => Promise.resolve([]),
      schedules: () => Promise.resolve([]),
    };
    const refresh = createPeopleRefresh({
      source: 'file',
      read: () => read(),
      people: people as unknown as PeopleRepository,
      clock,
      logger: silentLogger,
      metrics: noMetrics,
      maxAgeMs: 3_600_000,
    });
    expect(refresh.isFresh()).toBe(false);
    await refresh.run();
    expect(refresh.isFresh()).toBe(true);
    read = () => Promise.reject(new Error('gone'));
    expect(await refresh.run()).toBeUndefined();
    expect(written).toBe(1);
    clock.advance(3_600_001);
    expect(refresh.isFresh()).toBe(false);
    expect(await refresh.becomesFresh()).toBe(false);
    read = () => Promise.resolve(good.organisation);
    expect(await refresh.becomesFresh()).toBe(false);
    clock.advance(60_000);
    expect(await Promise.all([refresh.becomesFresh(), refresh.becomesFresh()])).toEqual([true, true]);
    expect(written).toBe(2);
  });
});

describe('codes from an authenticator', () => {
  function setUp() {
    const clock = testClock();
    const stored = new Map<string, TotpEnrolment>();
    const totp = createTotp(
      () => ({
        get: (id) => Promise.resolve(structuredClone(stored.get(id))),
        save: (enrolment) => Promise.resolve(void stored.set(enrolment.personId, structuredClone(enrolment))),
        spendStep: (id, step) => {
          const known = stored.get(id);
          if (!known || known.lastStep >= step) return Promise.resolve(false);
          Object.assign(known, { lastStep: step, failures: 0 });
          return Promise.resolve(true);
        },
        spendRecovery: (id, hash) => {
          const known = stored.get(id);
          if (!known?.recovery.includes(hash)) return Promise.resolve(false);
          known.recovery = known.recovery.filter((each) => each !== hash);
          return Promise.resolve(true);
        },
        noteFailure: (id, lockedUntil) => {
          const known = stored.get(id);
          if (known) Object.assign(known, { failures: known.failures + 1, lockedUntil });
          return Promise.resolve();
        },
        remove: (id) => Promise.resolve(stored.delete(id)),
      }),
      clock,
      'Steward',
    );
    const codeNow = (secret: string): Promise<string> =>
      generate({ secret, epoch: clock.now().getTime() / 1000 });
    const enrolled = async (): Promise<{ secret: string; recovery: string[] }> => {
      const begun = await totp.enrol('t1', { id: 'ada', label: 'ada@example.com' });
      const secret = begun?.secret ?? '';
      const recovery = (await totp.confirm('t1', 'ada', await codeNow(secret))) ?? [];
      clock.advance(30_000);
      return { secret, recovery };
    };
    return { clock, totp, codeNow, enrolled };
  }

  it('are taken once, also in the 30 s in which they still hold', async () => {
    const { clock, totp, codeNow, enrolled } = setUp();
    const { secret } = await enrolled();
    const code = await codeNow(secret);
    expect(await totp.verify('t1', 'ada', code)).toBe('ok');
    expect(await totp.verify('t1', 'ada', code)).toBe('wrong');
    clock.advance(30_000);
    expect(await totp.verify('t1', 'ada', code)).toBe('wrong');
    expect(await totp.verify('t1', 'ada', await codeNow(secret))).toBe('ok');
  });

  it('cannot confirm and decide with the same code', async () => {
    const { totp, codeNow } = setUp();
    const begun = await totp.enrol('t1', { id: 'ada', label: 'ada' });
    expect(begun?.uri).toMatch(/^otpauth:\/\/totp\/Steward:ada\?/);
    const code = await codeNow(begun?.secret ?? '');
    expect(await totp.verify('t1', 'ada', code)).toBe('not-enrolled');
    expect(await totp.confirm('t1', 'ada', code)).toHaveLength(8);
    expect(await totp.verify('t1', 'ada', code)).toBe('wrong');
  });

  it('can be replaced by a recovery code, once each', async () => {
    const { totp, enrolled } = setUp();
    const { recovery } = await enrolled();
    expect(await totp.verify('t1', 'ada', (recovery[0] ?? '').toUpperCase())).toBe('ok');
    expect(await totp.verify('t1', 'ada', recovery[0] ?? '')).toBe('wrong');
    expect(await totp.verify('t1', 'ada', recovery[1] ?? '')).toBe('ok');
  });

  it('lock for a quarter of an hour after five wrong ones', async () => {
    const { clock, totp, codeNow, enrolled } = setUp();
    const { secret } = await enrolled();
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await totp.verify('t1', 'ada', '000000')).toBe('wrong');
    expect(await totp.verify('t1', 'ada', await codeNow(secret))).toBe('locked');
    clock.advance(15 * 60_000 + 1);
    expect(await totp.verify('t1', 'ada', await codeNow(secret))).toBe('ok');
  });
});
