import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCommand } from '../../../bot/cli/run.js';
import type { CliContext } from '../../../bot/cli/context.js';
import { createFieldCipher } from '../../../storage/mongo/field-cipher.js';
import { createRunRepository, runCollection, stepCollection } from '../../../storage/mongo/run-repository.js';
import { agentWorld } from '../../../tests/fakes/agent-world.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../../tests/fakes/temporary-database.js';
import { advanceRun } from './advance.js';
import { forkRun, summariseRun } from './fork-run.js';
import { replayRun } from './replay-run.js';
import type { RunRepository, Step } from './run.js';

let store: TemporaryDatabase;
let repository: RunRepository;
let steps: Step[];
let world: ReturnType<typeof agentWorld>;

beforeAll(async () => {
  store = await openTemporaryDatabase([runCollection, stepCollection]);
  const cipher = createFieldCipher([{ id: 'k', key: randomBytes(32) }]);
  repository = createRunRepository(store.database, cipher, 't1');
  world = agentWorld(() => repository);
  await world.start('past', 'devops-engineer', 'How are hotels booked?');
  steps = (await advanceRun(world.deps, 't1', 'past', { owner: 'p' }))?.steps ?? [];
});
afterAll(() => store.close());

const secondFinding = (): number => steps.filter(({ kind }) => kind === 'observation')[1]?.number ?? -1;

describe('a past run', () => {
  it('is played again from its records, step for step', () => {
    const agent = world.deps.agents.get('devops-engineer');
    if (!agent) throw new Error('no agent');
    const replayed = replayRun(steps, agent, (tool) => world.deps.isRead(tool));
    expect(replayed).toHaveLength(steps.length - 1);
    expect(replayed.filter(({ same }) => !same)).toEqual([]);
    const tighter = { ...agent, budget: { ...agent.budget, steps: 5 } };
    expect(replayRun(steps, tighter, (tool) => world.deps.isRead(tool)).some(({ same }) => !same)).toBe(true);
  });

  it('is forked at a step: the fork keeps what was found and goes on by itself', async () => {
    const fork = await forkRun(repository, { runId: 'past', atStep: secondFinding() }, world.clock);
    const before = (await repository.steps(fork.id)).length;
    expect(before).toBe(secondFinding() + 1);
    const done = await advanceRun(world.deps, 't1', fork.id, { owner: 'p' });
    expect(done?.status).toBe('finished');
    const past = await repository.get('past');
    const [one, two] = [past && summariseRun(past, steps), done && summariseRun(done.run, done.steps)];
    expect(two?.outcome).toBe(one?.outcome);
    expect(await repository.steps('past')).toHaveLength(steps.length);
  });

  it('is not forked between a thought and what it found, or where there is nothing', async () => {
    const thought = steps.find(({ kind }) => kind === 'thought')?.number ?? -1;
    await expect(forkRun(repository, { runId: 'past', atStep: thought }, world.clock)).rejects.toThrow(
      /choose/,
    );
    await expect(forkRun(repository, { runId: 'past', atStep: 99 }, world.clock)).rejects.toThrow(/no step/);
    await expect(forkRun(repository, { runId: 'gone', atStep: 0 }, world.clock)).rejects.toThrow(/no run/);
  });
});

describe('what runs are compared by', () => {
  it('does not count the time in which a person was to act', async () => {
    const past = await repository.get('past');
    if (!past) throw new Error('no run');
    const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 18, 10, minute));
    const call = { callId: 'c', tool: 'ticket.create' };
    const log: Step[] = [
      { number: 0, at: at(0), kind: 'started', goal: 'Raise a ticket' },
      { number: 1, at: at(1), kind: 'action', ...call, parameters: {}, key: 'k' },
      { number: 2, at: at(2), kind: 'suspended', ...call, approvalId: 'a' },
      { number: 3, at: at(47), kind: 'observation', ...call, ok: true, text: 'T-1', risk: 'other' },
      { number: 4, at: at(48), kind: 'stopped', reason: 'budget', text: '' },
      { number: 5, at: at(58), kind: 'instruction', text: 'Go on.', resumedBy: 'zoe' },
      { number: 6, at: at(59), kind: 'finished', text: 'T-1', confidence: 1 },
    ];
    expect(summariseRun(past, log)).toMatchObject({ durationMs: 4 * 60_000, waitedMs: 55 * 60_000 });
  });
});

describe('the run command', () => {
  async function run(...words: string[]): Promise<{ said: string[]; emitted: object[]; code: number }> {
    const result = { said: [] as string[], emitted: [] as object[], code: 0 };
    const context = {
      say: (text: string) => void result.said.push(text),
      emit: (value: object) => void result.emitted.push(value),
      progress: () => undefined,
      clock: world.clock,
      fail: (code: number) => (result.code = code),
    } as unknown as CliContext;
    const opened = {
      runs: repository,
      agents: world.deps.agents,
      isRead: (tool: string) => world.deps.isRead(tool),
      tools: [],
      close: () => Promise.resolve(),
    };
    await runCommand(context, () => Promise.resolve(opened)).parseAsync(['node', 'run', ...words]);
    return result;
  }

  it('shows, replays, forks and compares', async () => {
    expect((await run('show', 'past', '--json')).emitted).toHaveLength(steps.length);
    expect(await run('replay', 'past')).toMatchObject({ code: 0 });
    const { said } = await run('fork', 'past', '--at', String(secondFinding()), '--say', 'Be brief.');
    const fork = said[0] ?? '';
    expect((await repository.steps(fork)).at(-1)).toMatchObject({ kind: 'instruction', text: 'Be brief.' });
    expect((await run('compare', 'past', fork)).said.join('\n')).toMatch(
      /\* status: finished {2}\| {2}running/,
    );
    expect((await run('show', 'nothing')).code).toBe(1);
  });
});
