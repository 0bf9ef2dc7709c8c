import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFieldCipher } from '../../../storage/mongo/field-cipher.js';
import { createRunRepository, runCollection, stepCollection } from '../../../storage/mongo/run-repository.js';
import {
  createSharedContext,
  sharedContextCollection,
} from '../../../storage/mongo/shared-context-repository.js';
import { agentWorld } from '../../../tests/fakes/agent-world.js';
import { chatOf } from '../../../tests/fakes/approval-world.js';
import {
  startFakeOpenAi,
  type FakeOpenAi,
  type ReceivedCall,
  type ScriptedReply,
} from '../../../tests/fakes/openai-server.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../../tests/fakes/temporary-database.js';
import { createOpenAiClient, createOpenAiModel } from '../../gateway/providers/openai.js';
import { advanceRun } from '../run/advance.js';
import { createRun, foldRun, type Run, type RunRepository, type Step } from '../run/run.js';
import type { SharedContext } from './shared-context.js';

let store: TemporaryDatabase;
let server: FakeOpenAi;
let runs: (tenantId: string) => RunRepository;
let shared: (tenantId: string) => SharedContext;
let counter = 0;

beforeAll(async () => {
  store = await openTemporaryDatabase([runCollection, stepCollection, sharedContextCollection]);
  const cipher = createFieldCipher([{ id: 'k', key: randomBytes(32) }]);
  runs = (tenantId) => createRunRepository(store.database, cipher, tenantId);
  shared = (tenantId) => createSharedContext(store.database, cipher, tenantId);
});
afterAll(() => store.close());
beforeEach(async () => {
  server = await startFakeOpenAi();
});
afterEach(() => server.close());

const model = () =>
  createOpenAiModel({
    name: 'fake',
    client: createOpenAiClient({ apiKey: 'k', baseUrl: server.baseUrl }),
    models: { light: 's', standard: 'm', heavy: 'l' },
    countTokens: () => 1,
    price: () => 100,
  });

type World = ReturnType<typeof agentWorld>;
const offline = (): World => agentWorld(runs, undefined, shared);
const online = (...replies: (ScriptedReply | ((call: ReceivedCall) => ScriptedReply))[]): World => {
  server.script(...replies);
  return agentWorld(runs, model(), shared);
};

/** Starts a team's run. @returns its id. */
async function start(world: World, goal: string, team?: Run['team']): Promise<string> {
  const id = `team-${(counter += 1)}`;
  const now = world.clock.now();
  const run = {
    id,
    tenantId: 't1',
    agent: 'team',
    personId: 'mia',
    origin: chatOf('mia'),
    locale: 'en',
    correlationId: id,
    createdAt: now,
    team,
  };
  await createRun(runs('t1'), run, [{ kind: 'started', goal }], { owner: 'p', now });
  return id;
}

async function work(world: World, id: string, owner = 'p'): Promise<Step[]> {
  return (await advanceRun(world.deps, 't1', id, { owner }))?.steps ?? [];
}
const only = <Kind extends Step['kind']>(steps: Step[], kind: Kind) =>
  steps.filter((step): step is Extract<Step, { kind: Kind }> => step.kind === kind);
const endOf = (steps: Step[]) => foldRun(steps).end;

describe('the pattern of a team', () => {
  it.each([
    ['single', 'What is the hotel limit?'],
    ['test-driven', 'Describe the travel rules in at most 40 words'],
    ['gate', 'Write down the travel rules and make sure they are right'],
    ['fan-out', 'Compare the costs and the security of our VPN access'],
    ['pipeline', 'Collect the figures of our travel costs, then audit the text for secrets'],
  ])('is chosen by how hard the task looks: %s', async (pattern, goal) => {
    const world = offline();
    const [staffed] = only(await work(world, await start(world, goal)), 'staffed');
    expect(staffed).toMatchObject({ pattern, chosenBy: 'score' });
  });

  it('is what a person asks for, when one does', async () => {
    const world = offline();
    const id = await start(world, 'What is the hotel limit?', { pattern: 'fan-out' });
    const steps = await work(world, id);
    expect(only(steps, 'staffed')).toMatchObject([{ pattern: 'fan-out', chosenBy: 'person' }]);
    expect(only(steps, 'delegated').length).toBeGreaterThan(1);
  });
});

describe('a pipeline', () => {
  it('hands on what was found, with who wrote it, its version and how long it holds', async () => {
    const world = offline();
    const agents = ['analyst', 'security-auditor'];
    const id = await start(world, 'travel', { pattern: 'pipeline', agents });
    const steps = await work(world, id);
    expect(only(steps, 'delegated').map(({ agent }) => agent)).toEqual(agents);
    expect(only(steps, 'delegated')[1]?.context).toMatch(/Analyst \(version 1, by analyst\):.*140 euros/s);
    const entries = await shared('t1').read(id, world.clock.now());
    expect(entries).toMatchObject([
      { key: 'Analyst', writtenBy: 'analyst', version: 1 },
      { key: 'Security Auditor', writtenBy: 'security-auditor', version: 1 },
    ]);
    world.clock.advance(25 * 3_600_000);
    expect(await shared('t1').read(id, world.clock.now())).toEqual([]);
  });

  it('stops at a part that failed and shows what there was', async () => {
    const world = online({ status: 400 });
    const id = await start(world, 'travel', { pattern: 'pipeline', agents: ['analyst', 'concierge'] });
    const steps = await work(world, id);
    expect(endOf(steps)).toMatchObject({ kind: 'stopped', reason: 'failures' });
    expect(only(steps, 'delegated')).toHaveLength(1);
  });
});

describe('a fan-out', () => {
  it('puts the findings together without a model, each line once', async () => {
    const world = offline();
    const agents = ['concierge', 'devops-engineer'];
    const id = await start(world, 'hotel limit', { pattern: 'fan-out', agents });
    const text = endOf(await work(world, id))?.text ?? '';
    expect(text).toMatch(/\*\*Concierge\*\*[\s\S]*\*\*DevOps Engineer\*\*/);
    expect(text.split('Hotels are paid up to 140 euros a night.')).toHaveLength(2);
  });

  it('has a model merge them, told where they come from', async () => {
    const world = online({ text: 'Limit 140.' }, { text: 'Limit 150.' }, (call) => {
      const told = call.body.messages.map(({ content }) => content).join('\n');
      return { text: /Limit 140[\s\S]*Limit 150/.test(told) ? 'They disagree: 140 or 150.' : 'lost' };
    });
    const id = await start(world, 'hotel limit', { pattern: 'fan-out', agents: ['concierge', 'analyst'] });
    const steps = await work(world, id);
    expect(endOf(steps)).toMatchObject({ kind: 'finished', text: 'They disagree: 140 or 150.' });
    expect(foldRun(steps).costMicroUsd).toBe(300);
  });
});

describe('a gate', () => {
  it('lets through what passes, and has the rest done again with what is wrong', async () => {
    const verdict = (passed: boolean, ...problems: string[]) => ({
      text: JSON.stringify({ passed, problems }),
    });
    const world = online(
      { text: '{"checks":[]}' },
      { text: 'Hotels are limited.' },
      verdict(false, 'Name the amount.'),
      (call) => ({
        text: JSON.stringify(call.body.messages).includes('Name the amount.') ? 'Up to 140 euros.' : 'lost',
      }),
      verdict(true),
    );
    const id = await start(world, 'Hotel rules', { pattern: 'gate', agents: ['concierge'] });
    const steps = await work(world, id);
    expect(endOf(steps)).toMatchObject({ kind: 'finished', text: 'Up to 140 euros.' });
    expect(only(steps, 'checked').map(({ ok }) => ok)).toEqual([false, true]);
  });

  it('does not call a result good that never passed', async () => {
    const no = { text: '{"passed":false,"problems":["Name the amount."]}' };
    const world = online(
      { text: '{"checks":[]}' },
      { text: 'One.' },
      no,
      { text: 'Two.' },
      no,
      { text: 'Three.' },
      no,
    );
    const id = await start(world, 'Hotel rules', { pattern: 'gate', agents: ['concierge'] });
    expect(endOf(await work(world, id))).toMatchObject({
      kind: 'stopped',
      reason: 'confidence',
      text: expect.stringMatching(/Three\.[\s\S]*Name the amount/),
    });
  });
});

describe('a test-driven team', () => {
  it('writes the checks before anybody works, and iterates until they pass', async () => {
    const world = online(
      { text: '{"checks":[{"kind":"contains","text":"140"}]}' },
      { text: 'There is a limit for each night that you spend in a hotel.' },
      { text: 'Hotels: 140 euros.' },
      { text: '{"passed":true,"problems":[]}' },
    );
    const goal = 'Describe the hotel rule in at most 6 words';
    const steps = await work(
      world,
      await start(world, goal, { pattern: 'test-driven', agents: ['concierge'] }),
    );
    const kinds = steps.map(({ kind }) => kind);
    expect(kinds.indexOf('staffed')).toBeLessThan(kinds.indexOf('delegated'));
    expect(only(steps, 'staffed')[0]?.checks).toContainEqual({ kind: 'contains', text: '140' });
    expect(only(steps, 'staffed')[0]).toMatchObject({ prompt: 'team-checks@1', besides: ['reply-json@1'] });
    expect(only(steps, 'staffed')[0]?.costMicroUsd).toBeGreaterThan(0);
    expect(only(steps, 'checked')[0]?.problems).toEqual([
      'It has 13 words; at most 6 are allowed.',
      'It does not mention "140".',
    ]);
    expect(endOf(steps)).toMatchObject({ kind: 'finished', text: 'Hotels: 140 euros.' });
  });

  it('tries once more without a model and then says which check fails', async () => {
    const world = offline();
    const goal = 'The travel rules must mention "spacecraft"';
    const steps = await work(world, await start(world, goal));
    expect(endOf(steps)).toMatchObject({
      reason: 'confidence',
      text: expect.stringContaining('It does not mention "spacecraft".'),
    });
    expect(only(steps, 'delegated')).toHaveLength(2);
  });
});

describe('a team whose process dies', () => {
  it('goes on after any of its steps, and no part is done twice', async () => {
    let length = Number.POSITIVE_INFINITY;
    for (let dies = 1; dies < length; dies += 1) {
      const world = online({ text: 'Limit 140.' }, { text: 'No secrets.' });
      const before = server.calls.length;
      const id = await start(world, 'travel', {
        pattern: 'pipeline',
        agents: ['analyst', 'security-auditor'],
      });
      let stored = 0;
      const dying = advanceRun(world.deps, 't1', id, {
        owner: 'p',
        onStep: () => {
          stored += 1;
          if (stored === dies) throw new Error('killed');
        },
      });
      const first = await dying.catch(() => undefined);
      if (first) length = dies;
      world.clock.advance(61_000);
      const steps = await work(world, id, 'another process');
      expect([dies, endOf(steps)]).toMatchObject([dies, { kind: 'finished', text: 'No secrets.' }]);
      expect([dies, server.calls.length - before]).toEqual([dies, 2]);
    }
    expect(length).toBeGreaterThan(10);
  });

  it('waits while a part waits for a person, and goes on when they agreed', async () => {
    const world = offline();
    const agents = ['incident-responder', 'security-auditor'];
    const id = await start(world, 'The VPN is down in Berlin', { pattern: 'pipeline', agents });
    expect((await advanceRun(world.deps, 't1', id, { owner: 'p' }))?.status).toBe('suspended');
    const [approval] = await world.approvals.waitingFor('t1', 'ana');
    if (!approval) throw new Error('nothing waits');
    await world.approvals.decide({
      tenantId: 't1',
      approvalId: approval.id,
      person: { ...world.mia, id: 'ana', name: 'Ana' },
      token: world.approvals.tokenFor(approval),
      verdict: 'approve',
    } as never);
    await world.settle();
    const done = await advanceRun(world.deps, 't1', id, { owner: 'q' });
    expect(done?.status).toBe('finished');
    expect(world.tickets).toHaveLength(1);
  });

  it('stops its parts when it is stopped', async () => {
    const world = online({ text: 'Limit 140.', firstDelayMs: 20_000 });
    const id = await start(world, 'travel', { pattern: 'single', agents: ['analyst'] });
    const stopping = advanceRun(world.deps, 't1', id, {
      owner: 'p',
      onStep: ({ kind }) => {
        if (kind === 'asked') void runs('t1').requestCancel(id);
      },
    });
    expect(endOf((await stopping)?.steps ?? [])).toMatchObject({ reason: 'cancelled' });
    expect(await runs('t1').get(`${id}.2`)).toMatchObject({ status: 'stopped' });
  });
});

describe('the shared context', () => {
  it('numbers what is written at once one after the other, and keeps a repeated writing single', async () => {
    const at = new Date('2026-11-21T09:00:00Z');
    const entry = (runId: string) => ({
      key: 'Analyst',
      value: `by ${runId}`,
      writtenBy: 'analyst',
      writtenAt: at,
      expiresAt: new Date(at.getTime() + 1_000),
      runId,
    });
    const context = shared('t1');
    const written = await Promise.all(['a', 'b', 'c'].map((runId) => context.write('both', entry(runId))));
    expect(new Set(written.map(({ version }) => version))).toEqual(new Set([1, 2, 3]));
    expect((await context.write('both', entry('b'))).version).toBe(written[1]?.version);
    const [newest] = await context.read('both', at);
    expect(newest?.version).toBe(3);
    expect(await shared('t2').read('both', at)).toEqual([]);
  });
});
