import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeEntraGraph, type FakeEntraGraph } from '../../../tests/fakes/entra-graph.js';
import { testClock } from '../../../tests/fakes/test-clock.js';
import { createGraphToken } from './entra-token.js';
import { createGraphDirectory } from './graph-directory.js';

const CREDENTIALS = {
  tenantId: '9c1f0a52-0000-4000-8000-000000000001',
  clientId: 'app-1',
  clientSecret: 'shh',
};
let graph: FakeEntraGraph;
let waited: number[];

beforeEach(async () => {
  waited = [];
  graph = await startFakeEntraGraph('app-1', 'shh');
  graph.users.push(
    { id: 'u1', displayName: 'Priya Nair', mail: 'priya@example.com', managerId: 'u2' },
    {
      id: 'u2',
      displayName: 'Max Weber',
      mail: 'max@example.com',
      away: { start: '2026-11-16T00:00:00.0000000', end: '2026-11-20T17:00:00.0000000' },
    },
    { id: 'u3', displayName: 'Left Long-Ago', accountEnabled: false },
    { id: 'svc', displayName: 'Service', hasNoMailbox: true },
  );
  graph.groups
    .set('Steward managers', ['u2'])
    .set('Steward approvers', ['u2', 'svc'])
    .set("People's board", ['u2', 'u1', 'u3']);
});
afterEach(() => graph.close());

const directory = (credentials = CREDENTIALS) =>
  createGraphDirectory({
    fetch: graph.fetch,
    token: createGraphToken(credentials, graph.fetch),
    clock: { ...testClock(), sleep: (ms) => Promise.resolve(void waited.push(ms)) },
    groups: ["People's board"],
  });

describe('the directory in Microsoft Graph', () => {
  it('brings users over all pages, with managers, groups, roles and out-of-office', async () => {
    const { people } = await directory()();
    expect(people.map(({ id }) => id)).toEqual(['u1', 'u2', 'u3', 'svc']);
    expect(people[0]).toMatchObject({
      managerId: 'u2',
      roles: ['viewer'],
      groups: ["People's board"],
      absences: [],
    });
    expect(people[1]).toMatchObject({
      roles: ['manager', 'approver'],
      accounts: [{ channel: 'entra', accountId: 'u2', strength: 'verified' }],
      absences: [{ from: new Date('2026-11-16T00:00:00Z'), until: new Date('2026-11-20T17:00:00Z') }],
    });
    expect(people[2]).toMatchObject({ active: false });
    expect(people[3]).toMatchObject({ roles: ['approver'], absences: [] });
  });

  it('takes one token for all requests', async () => {
    await directory()();
    expect(graph.requests.filter(({ path }) => path.includes('/oauth2/v2.0/token'))).toHaveLength(1);
  });

  it('waits as long as Graph asks and goes on', async () => {
    graph.failOnce(429, '7');
    graph.failOnce(503);
    expect((await directory()()).people).toHaveLength(4);
    expect(waited).toEqual([7_000, 4_000]);
  });

  it('brings nothing at all when a part fails', async () => {
    for (let time = 0; time < 4; time += 1) graph.failOnce(500);
    await expect(directory()()).rejects.toMatchObject({ code: 'governance.graph-failed' });
    graph.failOnce(403);
    await expect(directory()()).rejects.toThrow(/User.Read.All/);
  });

  it('says so when Entra refuses the credentials, without the secret', async () => {
    const refused = directory({ ...CREDENTIALS, clientSecret: 'wrong-secret' })();
    await expect(refused).rejects.toMatchObject({ code: 'governance.no-entra-token' });
    await expect(refused).rejects.not.toThrow(/wrong-secret/);
    expect(() => createGraphToken({ tenantId: 't', clientId: 'c' }, graph.fetch)).toThrow(/MICROSOFT_GRAPH/);
    expect(() =>
      createGraphToken({ tenantId: 't', clientId: 'c', certificatePem: 'x' }, graph.fetch),
    ).toThrow(/PEM/);
  });
});
