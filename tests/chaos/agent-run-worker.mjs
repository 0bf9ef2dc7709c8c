/**
 * Works on one run of an agent on the built-in store, with a model and tools over HTTP, and kills itself as `kill -9` does after the
 * step that it is told. Arguments: compiled modules, data folder, model endpoint, address of the tools' side, run, step to die after.
 */
import { z } from 'zod';

const [, , modules, dataDir, modelUrl, worldUrl, runId, dieAfter] = process.argv;
const load = (path) => import(`${modules}/${path}.js`);
const { startEmbeddedStore } = await load('storage/embedded/index');
const { openDatabase } = await load('storage/mongo/database');
const { createFieldCipher } = await load('storage/mongo/field-cipher');
const { createRunRepository, runCollection, stepCollection } = await load('storage/mongo/run-repository');
const { createToolExecutionRepository, toolExecutionCollection } = await load(
  'storage/mongo/tool-execution-repository',
);
const { systemClock } = await load('core/kernel/clock');
const { silentLogger } = await load('core/kernel/logger');
const { noMetrics } = await load('core/kernel/telemetry');
const { createOpenAiClient, createOpenAiModel } = await load('core/gateway/providers/openai');
const { loadPrompts } = await load('core/gateway/prompts/registry');
const { parseAgent } = await load('core/agents/definition');
const { advanceRun } = await load('core/agents/run/advance');
const { createRun } = await load('core/agents/run/run');
const { createModelThinker } = await load('core/agents/run/thinker');
const { callTool } = await load('core/agents/tools/call-tool');
const { createRegistry } = await load('core/agents/tools/registry');
const { createToolDesk } = await load('core/agents/tools/tool-desk');
const { defineTool } = await load('core/agents/tools/tool');

const store = await startEmbeddedStore({ dataDir, clock: systemClock, logger: silentLogger });
const database = await openDatabase(store.uri, [runCollection, stepCollection, toolExecutionCollection]);
const cipher = createFieldCipher([{ id: 'k', key: Buffer.alloc(32, 7) }]);
const runs = createRunRepository(database, cipher, 't1');

const ask = async (method, path) => {
  const response = await fetch(`${worldUrl}${path}`, { method });
  return response.status === 404 ? undefined : response.text();
};
const registry = createRegistry([
  defineTool({
    name: 'stock.read',
    title: 'Read the stock',
    description: 'Says how many there are.',
    synonyms: [],
    parameters: z.strictObject({ item: z.string() }),
    risk: 'read',
    idempotent: true,
    summarise: ({ item }) => item,
    execute: async ({ item }, { idempotencyKey }) => ({
      ok: true,
      summary: await ask('GET', `/stock/${item}?key=${encodeURIComponent(idempotencyKey)}`),
    }),
  }),
  defineTool({
    name: 'order.place',
    title: 'Place an order',
    description: 'Orders an item; ordering twice means two.',
    synonyms: [],
    parameters: z.strictObject({ item: z.string() }),
    risk: 'write',
    idempotent: false,
    summarise: ({ item }) => item,
    execute: async ({ item }, { idempotencyKey }) => ({
      ok: true,
      summary: await ask('POST', `/orders/${item}?key=${encodeURIComponent(idempotencyKey)}`),
    }),
    reconcile: async (_parameters, { idempotencyKey }) => {
      const known = await ask('GET', `/orders?key=${encodeURIComponent(idempotencyKey)}`);
      return known === undefined ? undefined : { ok: true, summary: known };
    },
  }),
]);
const executor = {
  executions: (tenantId) => createToolExecutionRepository(database, cipher, tenantId),
  clock: systemClock,
  logger: silentLogger,
  metrics: noMetrics,
  timeoutMs: 5_000,
};
const agent = parseAgent(
  `
name: buyer
title: Buyer
role: You buy what is missing.
goal: Look at the stock and order what is missing.
instructions: Read before you order.
topics: [orders]
tools: [stock.read, order.place]
tier: light
budget: { steps: 100, dollars: 1 }
contract:
  tools: [{ tool: stock.read }, { tool: order.place }]
  riskCeiling: write
  dataClasses: [internal]
languages: [en]
starters: [Order what is missing]
offline:
  steps:
    - { tool: stock.read, with: { item: '{{goal}}' } }
  adds: A model would decide.
`,
  'buyer.yaml',
);
const person = {
  id: 'mia',
  tenantId: 't1',
  name: 'Mia',
  roles: ['developer'],
  groups: [],
  accounts: [],
  active: true,
};
const calls = {
  tools: createToolDesk(registry, executor),
  policy: {
    name: 'all',
    decide: ({ tool }) =>
      Promise.resolve({ effect: 'allow', ruleId: 'all', version: '1', reason: '', risk: tool.risk }),
  },
  approvals: {},
  clock: systemClock,
};
const prompts = loadPrompts();
const deps = {
  runs: () => runs,
  agents: new Map([[agent.name, agent]]),
  thinker: createModelThinker(
    {
      prompts,
      model: createOpenAiModel({
        name: 'fake',
        client: createOpenAiClient({ apiKey: 'k', baseUrl: modelUrl }),
        models: { light: 's', standard: 'm', heavy: 'l' },
        countTokens: () => 1,
        price: () => 100,
      }),
    },
    registry,
  ),
  callTool: (request) => callTool(calls, request),
  isRead: (name) => registry.get(name)?.risk === 'read',
  approval: () => Promise.resolve(undefined),
  person: () => Promise.resolve(person),
  grounding: () => Promise.resolve(1),
  prompts,
  clock: systemClock,
  logger: silentLogger,
};

const run = {
  id: runId,
  tenantId: 't1',
  agent: 'buyer',
  personId: 'mia',
  origin: { channel: 'web', channelTenantId: 't1', conversationId: 'c', scope: 'personal' },
  locale: 'en',
  correlationId: runId,
  createdAt: systemClock.now(),
};
const die = (number) => {
  if (number === Number(dieAfter)) process.kill(process.pid, 'SIGKILL');
};
if (!(await runs.get(runId))) {
  await createRun(runs, run, [{ kind: 'started', goal: 'Order what is missing' }], {
    owner: 'worker',
    now: systemClock.now(),
  });
  die(0);
}
const done = await advanceRun(deps, 't1', runId, { owner: 'worker', onStep: ({ number }) => die(number) });
process.stdout.write(JSON.stringify(done));
await database.close();
await store.close();
