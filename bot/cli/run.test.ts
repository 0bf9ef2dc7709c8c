import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { advanceRun } from '../../core/agents/run/advance.js';
import { createRun, type RunRepository } from '../../core/agents/run/run.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { createFieldCipher } from '../../storage/mongo/field-cipher.js';
import { createRunRepository, runCollection, stepCollection } from '../../storage/mongo/run-repository.js';
import { agentWorld } from '../../tests/fakes/agent-world.js';
import { chatOf } from '../../tests/fakes/approval-world.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../tests/fakes/temporary-database.js';
import { loadConfig } from '../config.js';
import type { CliContext } from './context.js';
import { agentsCommand, runCommand, type OpenedRuns } from './run.js';

let store: TemporaryDatabase;
let runs: (tenantId: string) => RunRepository;
let world: ReturnType<typeof agentWorld>;

beforeAll(async () => {
  store = await openTemporaryDatabase([runCollection, stepCollection]);
  const cipher = createFieldCipher([{ id: 'k', key: randomBytes(32) }]);
  runs = (tenantId) => createRunRepository(store.database, cipher, tenantId);
  world = agentWorld(runs);
  await world.start('run-1', 'analyst', 'travel costs');
  await advanceRun(world.deps, 't1', 'run-1', { owner: 'p' });
});
afterAll(() => store.close());

/** Runs a command. @returns what it said, its JSON lines, and its exit code. */
async function steward(...words: string[]): Promise<{ said: string[]; lines: unknown[]; code: number }> {
  const said: string[] = [];
  const lines: unknown[] = [];
  let code = 0;
  const context: CliContext = {
    config: loadConfig({ NODE_ENV: 'test' }, '/'),
    clock: world.clock,
    logger: silentLogger,
    emit: (value) => void lines.push(value),
    say: (text) => void said.push(text),
    progress: (text) => void said.push(text),
    signal: new AbortController().signal,
    fail: (failed) => {
      code = failed;
    },
  };
  const open = (): Promise<OpenedRuns> =>
    Promise.resolve({
      runs: runs('t1'),
      agents: world.deps.agents,
      isRead: (tool) => world.deps.isRead(tool),
      tools: world.registry.all().map(({ name }) => name),
      close: () => Promise.resolve(),
    });
  const [command, ...rest] = words;
  const made = command === 'agents' ? agentsCommand(context, open) : runCommand(context, open);
  await made.parseAsync(rest, { from: 'user' });
  return { said, lines, code };
}

describe('steward run', () => {
  it('shows a run step by step, and replays it without asking anybody', async () => {
    const shown = await steward('run', 'show', 'run-1');
    expect(shown.said.join('\n')).toMatch(/0 .* started .*travel costs[\s\S]*observation[\s\S]*finished/);
    const replayed = await steward('run', 'replay', 'run-1');
    expect(replayed.lines).not.toHaveLength(0);
    expect([replayed.code, replayed.lines.every((line) => (line as { same: boolean }).same)]).toEqual([
      0,
      true,
    ]);
  });

  it('forks, compares, merges once, and lists what came of it', async () => {
    const forked = await steward('run', 'fork', 'run-1', '--at', '0', '--say', 'hotel');
    const id = forked.said[0] ?? '';
    expect((await steward('run', 'merge', id)).code).toBe(1); // it has not ended yet
    await advanceRun(world.deps, 't1', id, { owner: 'server' });
    const compared = await steward('run', 'compare', 'run-1', id, '--json');
    expect(compared.lines).toMatchObject([
      { id: 'run-1', goal: 'travel costs' },
      { id, goal: 'hotel' },
    ]);
    expect((await steward('run', 'merge', id)).said).toEqual(['merged']);
    expect((await steward('run', 'discard', id)).code).toBe(1);
    expect(await runs('t1').get('run-1')).toMatchObject({ resolution: 'replaced' });
    expect((await steward('run', 'list', '--json')).lines).toHaveLength(2);
  });

  it('replays the run of a team', async () => {
    const now = world.clock.now();
    const team = {
      id: 'run-team',
      tenantId: 't1',
      agent: 'team',
      personId: 'mia',
      origin: chatOf('mia'),
      locale: 'en',
      correlationId: 'c',
      createdAt: now,
      team: { pattern: 'fan-out' as const },
    };
    await createRun(runs('t1'), team, [{ kind: 'started', goal: 'hotel limit' }], { owner: 'p', now });
    expect((await advanceRun(world.deps, 't1', 'run-team', { owner: 'p' }))?.status).toBe('finished');
    const replayed = await steward('run', 'replay', 'run-team');
    expect(replayed.lines.filter((line) => !(line as { same: boolean }).same)).toEqual([]);
    expect(replayed.code).toBe(0);
  });

  it('says when there is no such run or step', async () => {
    expect(await steward('run', 'show', 'nothing')).toMatchObject({ code: 1 });
    await expect(steward('run', 'fork', 'run-1', '--at', '2')).rejects.toThrow(/cannot be forked at step 2/);
  });
});

describe('steward agents', () => {
  it('tells who may use which tool for people of which role', async () => {
    const { lines } = await steward('agents', '--matrix', '--json');
    expect(lines).toContainEqual({
      agent: 'analyst',
      tool: 'text.figures',
      roles: ['admin', 'manager', 'developer', 'approver', 'viewer'],
    });
    expect(lines).not.toContainEqual(expect.objectContaining({ agent: 'analyst', tool: 'ticket.create' }));
    expect((await steward('agents')).said).toHaveLength(8);
  });

  it.each([
    [['list', '--limit', '-3'], /--limit takes a whole number from 1 on/],
    [['list', '--limit', 'all'], /--limit takes/],
    [['fork', 'run-1', '--at', 'x'], /--at takes a whole number from 0 on/],
  ])('refuses %j', async (words, problem) => {
    await expect(steward('run', ...words)).rejects.toThrow(problem);
  });
});
