import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFieldCipher } from '../../../storage/mongo/field-cipher.js';
import { createRunRepository, runCollection, stepCollection } from '../../../storage/mongo/run-repository.js';
import { agentWorld } from '../../../tests/fakes/agent-world.js';
import { startFakeOpenAi, type FakeOpenAi } from '../../../tests/fakes/openai-server.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../../tests/fakes/temporary-database.js';
import { createOpenAiClient, createOpenAiModel } from '../../gateway/providers/openai.js';
import { silentLogger } from '../../kernel/logger.js';
import { parseAgent } from '../definition.js';
import { advanceRun } from './advance.js';
import { foldRun, type RunRepository, type Step } from './run.js';
import { createOfflineThinker, withOfflineThinker } from './thinker.js';

let store: TemporaryDatabase;
let server: FakeOpenAi;
let runs: (tenantId: string) => RunRepository;
let counter = 0;
const newRunId = (): string => `controlled-${(counter += 1)}`;

beforeAll(async () => {
  store = await openTemporaryDatabase([runCollection, stepCollection]);
  const cipher = createFieldCipher([{ id: 'k', key: randomBytes(32) }]);
  runs = (tenantId) => createRunRepository(store.database, cipher, tenantId);
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
const call = (name: string, parameters: object | string, id = 'c') => ({
  id,
  name,
  arguments: typeof parameters === 'string' ? parameters : JSON.stringify(parameters),
});
const kinds = (steps: Step[] = []): string[] => steps.map(({ kind }) => kind);
const told = (at: number): string => server.calls[at]?.body.messages.at(-1)?.content ?? '';

describe('what a model gets wrong', () => {
  it('is told as JSON that could not be read, as a tool that is not there, and as an empty reply', async () => {
    server.script(
      { toolCalls: [call('knowledge__search', '{"query": "hotel')] },
      { toolCalls: [call('payroll__raise', { by: 1000 })] },
      { text: ' ' },
      { text: 'Nothing was found.' },
    );
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'concierge', 'How much may a hotel cost?');
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    expect(done?.status).toBe('finished');
    expect(told(1)).toContain('not a JSON object');
    expect(server.calls[2]?.body.messages.map(({ content }) => content).join('\n')).toContain(
      'Yours are: knowledge.search',
    );
    expect(told(3)).toContain('Your last reply was empty');
  });

  it('makes it try another way after each second failure in a row, and not while things work', async () => {
    const wrong = { toolCalls: [call('knowledge__search', {})] };
    server.script(
      wrong,
      wrong,
      { toolCalls: [call('knowledge__search', { query: 'hotel' })] },
      wrong,
      wrong,
      { text: 'Up to 140 euros.' },
    );
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'concierge', 'How much may a hotel cost?');
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    expect(done?.status).toBe('finished');
    expect(kinds(done?.steps).filter((kind) => kind === 'strategy')).toHaveLength(2);
  });

  it('ends without being called certain when what was found supports it neither the first nor the second time', async () => {
    server.script(
      { toolCalls: [call('knowledge__search', { query: 'hotel' })] },
      { text: 'Hotels are free.' },
      { text: 'Hotels cost nothing.' },
    );
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'concierge', 'How much may a hotel cost?');
    const deps = { ...world.deps, grounding: () => Promise.resolve(0.1) };
    const done = await advanceRun(deps, 't1', id, { owner: 'p' });
    expect(foldRun(done?.steps ?? []).end).toMatchObject({
      kind: 'stopped',
      reason: 'confidence',
      text: 'Hotels cost nothing.',
    });
  });
});

describe('several calls of one thought', () => {
  it('read at most three at a time, and write in order after what stands before them', async () => {
    const reads = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, n) =>
        call('knowledge__search', { query: `hotel ${from + n}` }, `r${from + n}`),
      );
    const write = (title: string) =>
      call('ticket__create', { title, description: 'Because it is needed.' }, title);
    server.script(
      { toolCalls: [...reads(0, 5), write('First ticket'), write('Second ticket'), ...reads(5, 6)] },
      { text: 'Done.' },
    );
    const world = agentWorld(runs, model());
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const deps = {
      ...world.deps,
      callTool: async (request: Parameters<typeof world.deps.callTool>[0]) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        order.push((request.parameters.query ?? request.parameters.title) as string);
        running -= 1;
        const done = { kind: 'done' as const, summary: 'ok' };
        return { kind: 'done' as const, outcome: done, messages: [] };
      },
    };
    const id = newRunId();
    await world.start(id, 'concierge', 'Six questions and two tickets');
    const done = await advanceRun(deps, 't1', id, { owner: 'p' });
    expect(done?.status).toBe('finished');
    expect(most).toBe(3);
    expect(order).toEqual([
      'hotel 0',
      'hotel 1',
      'hotel 2',
      'hotel 3',
      'hotel 4',
      'First ticket',
      'Second ticket',
      'hotel 5',
    ]);
  });
});

describe('a run that is stopped or handed over', () => {
  it('ends the model call that is under way when somebody presses stop', async () => {
    server.script({ text: 'A very long answer', firstDelayMs: 20_000 });
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'analyst', 'travel');
    let pressed = false;
    const work = advanceRun(world.deps, 't1', id, {
      owner: 'p',
      isStopped: () => pressed,
      onStep: ({ kind }) => {
        if (kind === 'asked') pressed = true;
      },
    });
    const done = await work;
    expect(foldRun(done?.steps ?? []).end).toMatchObject({ reason: 'cancelled' });
    expect(server.calls).toHaveLength(1);
  });

  it('takes back what it asked a person for when it is stopped while it waits', async () => {
    const world = agentWorld(runs);
    const id = newRunId();
    await world.start(id, 'incident-responder', 'The VPN is down in Berlin');
    await advanceRun(world.deps, 't1', id, { owner: 'p' });
    expect(await world.approvals.waitingFor('t1', 'ana')).toHaveLength(1);
    await runs('t1').requestCancel(id);
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    expect(foldRun(done?.steps ?? []).end).toMatchObject({ reason: 'cancelled' });
    expect(await world.approvals.waitingFor('t1', 'ana')).toHaveLength(0);
  });

  it('is left as it is when its process has to go, and another one goes on', async () => {
    server.script({ text: 'Late', firstDelayMs: 20_000 }, { text: 'Up to 140 euros.' });
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'analyst', 'travel');
    const shutdown = new AbortController();
    const left = await advanceRun(world.deps, 't1', id, {
      owner: 'first',
      signal: shutdown.signal,
      onStep: ({ kind }) => {
        if (kind === 'asked') setTimeout(() => shutdown.abort(), 20);
      },
    });
    expect(left).toBeUndefined();
    expect((await runs('t1').get(id))?.status).toBe('running');
    const done = await advanceRun(world.deps, 't1', id, { owner: 'second' });
    expect(foldRun(done?.steps ?? []).end).toMatchObject({ kind: 'finished', text: 'Up to 140 euros.' });
  });

  it('stays with its process while a model takes longer than the lease', async () => {
    server.script({ text: 'Up to 140 euros.', firstDelayMs: 1_500 });
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'analyst', 'travel');
    const slow = advanceRun(world.deps, 't1', id, { owner: 'first' });
    while (server.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    world.clock.advance(59_000); // the first look renews the lease, as from now on
    await new Promise((resolve) => setTimeout(resolve, 1_150));
    world.clock.advance(30_000);
    expect(await advanceRun(world.deps, 't1', id, { owner: 'second' })).toBeUndefined();
    expect((await slow)?.status).toBe('finished');
    expect(server.calls).toHaveLength(1);
  });

  it('is told of once, however many processes see its end', async () => {
    const world = agentWorld(runs);
    const id = newRunId();
    await world.start(id, 'analyst', 'travel');
    const claims = await Promise.all(['turn', 'job', 'job 2'].map((who) => runs('t1').claimTelling(id, who)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const winner = ['turn', 'job', 'job 2'][claims.indexOf(true)] ?? '';
    expect(await runs('t1').claimTelling(id, winner)).toBe(true);
  });
});

describe('an agent whose model does not answer', () => {
  it('goes on without one from the first thought, and says what a model would add', async () => {
    server.script({ status: 503 });
    const world = agentWorld(runs, model());
    const deps = {
      ...world.deps,
      thinker: withOfflineThinker(world.deps.thinker, createOfflineThinker(), silentLogger),
    };
    const id = newRunId();
    await world.start(id, 'analyst', 'travel');
    const done = await advanceRun(deps, 't1', id, { owner: 'p' });
    expect(done?.status).toBe('finished');
    expect(foldRun(done?.steps ?? []).end?.text).toMatch(/140 euros.*A model would/s);
  });
});

describe("an agent's contract", () => {
  const definition = (more: string) => `
name: clerk
title: Clerk
role: You are a clerk who files tickets.
goal: File tickets for people who ask for them.
instructions: File one ticket at a time.
topics: [tickets]
tools: [ticket.create, knowledge.search]
tier: light
budget: { steps: 40, dollars: 0.1 }
contract:
  tools:
    - { tool: ticket.create${more} }
    - { tool: knowledge.search }
  riskCeiling: write
  dataClasses: [public]
languages: [en]
starters: [File a ticket]
offline:
  steps:
    - { tool: ticket.create, with: { title: '{{title}}', description: '{{goal}}' } }
  adds: A model would word the ticket.
`;

  it.each([
    ['a role that the person lacks', ', roles: [admin]', 'needs one of the roles admin'],
    ['a risk ceiling', '', 'riskier than "read"'],
  ])('holds where the call is decided: %s', async (what, more, why) => {
    const world = agentWorld(runs);
    const clerk = parseAgent(definition(more), 'clerk.yaml');
    const lowered = what.includes('ceiling')
      ? { ...clerk, contract: { ...clerk.contract, riskCeiling: 'read' as const } }
      : clerk;
    const id = newRunId();
    await world.start(id, 'clerk', 'The printer is broken');
    const deps = { ...world.deps, agents: new Map([['clerk', lowered]]) };
    const done = await advanceRun(deps, 't1', id, { owner: 'p' });
    expect(foldRun(done?.steps ?? []).observations).toMatchObject([
      { ok: false, text: expect.stringContaining(why) },
    ]);
    expect(world.tickets).toHaveLength(0);
  });

  it('counts the calls of one run', async () => {
    const search = (n: number) => ({
      toolCalls: [call('knowledge__search', { query: `hotel ${n}` }, `c${n}`)],
    });
    server.script(search(1), search(2), { text: 'Up to 140 euros.' });
    const world = agentWorld(runs, model());
    const clerk = parseAgent(
      definition('').replace('{ tool: knowledge.search }', '{ tool: knowledge.search, callsPerRun: 1 }'),
      'clerk.yaml',
    );
    const id = newRunId();
    await world.start(id, 'clerk', 'How much may a hotel cost?');
    const done = await advanceRun({ ...world.deps, agents: new Map([['clerk', clerk]]) }, 't1', id, {
      owner: 'p',
    });
    expect(foldRun(done?.steps ?? []).observations.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it('has to name each tool of the agent, and says at which line one is missing', () => {
    expect(() =>
      parseAgent(definition('').replace('    - { tool: knowledge.search }\n', ''), 'clerk.yaml'),
    ).toThrow(/^clerk\.yaml:8: knowledge\.search is not in the contract of clerk/);
  });
});
