import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advanceRun } from '../../core/agents/run/advance.js';
import { watchBudgets } from '../../core/gateway/budget-pressure.js';
import { createAccounts } from '../../core/gateway/account.js';
import { createGateway, type Gateway } from '../../core/gateway/create-gateway.js';
import { loadPrompts } from '../../core/gateway/prompts/registry.js';
import type { ModelRequest } from '../../core/gateway/model.js';
import { createOpenAiClient, createOpenAiModel } from '../../core/gateway/providers/openai.js';
import { DEFAULT_ROUTER } from '../../core/gateway/router.js';
import { createConcealment } from '../../core/guardrails/pii/concealment.js';
import { createPiiScreen } from '../../core/guardrails/pii/pii-screen.js';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { budgetCollection, createBudgetStore } from '../../storage/mongo/budget-repository.js';
import { costCollection, createCostLog } from '../../storage/mongo/cost-repository.js';
import { createFieldCipher } from '../../storage/mongo/field-cipher.js';
import { createRunRepository, runCollection, stepCollection } from '../../storage/mongo/run-repository.js';
import { agentWorld } from '../fakes/agent-world.js';
import { startConnector } from '../fakes/connector.js';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { openTemporaryDatabase } from '../fakes/temporary-database.js';
import { percentile } from './generator.js';
import { freePort, startServer } from './subject.js';

/** Medians in ms. */
export interface GatewayFigures {
  bareMs: number;
  gatewayMs: number;
  stepMs: number;
  steps: number;
  firstSignMs: { p50: number; p95: number };
  firstTextMs: number;
}

const CALLS = 200;
const RUN_CALLS = 8;
const QUESTIONS = 15;
/** How long the stand-in for a model thinks before its first word. */
const THINKING_MS = 1_500;

/** What the gateway and the loop add to a model's own time, beside the bare client in the same run. */
export async function measureGateway(serverFile: string): Promise<GatewayFigures> {
  const endpoint = await startFakeOpenAi();
  const store = await openTemporaryDatabase([
    budgetCollection,
    costCollection,
    runCollection,
    stepCollection,
  ]);
  try {
    const client = createOpenAiClient({ apiKey: 'k', baseUrl: endpoint.baseUrl });
    const model = createOpenAiModel({
      name: 'fake',
      client,
      models: { light: 's', standard: 'm', heavy: 'l' },
      countTokens: () => 1,
      price: () => 10,
    });
    const gateway = whole(model, store.database);
    const bare: number[] = [];
    const through: number[] = [];
    for (let call = 0; call < CALLS; call += 1) {
      endpoint.script({ text: 'sixteen weeks' }, { text: 'sixteen weeks' });
      const { messages } = question(call);
      bare.push(
        await timed(() =>
          client.chat.completions.create({
            model: 'm',
            messages: [{ role: 'user', content: messages[0]?.content ?? '' }],
          }),
        ),
      );
      through.push(await timed(() => gateway.generate(question(call))));
    }
    const bareMs = median(bare);
    const cipher = createFieldCipher([{ id: 'k', key: randomBytes(32) }]);
    const world = agentWorld((tenantId) => createRunRepository(store.database, cipher, tenantId), model);
    const perStep: number[] = [];
    let steps = 0;
    for (let round = 0; round < 5; round += 1) {
      const search = (n: number) => ({
        toolCalls: [{ id: `c${n}`, name: 'knowledge__search', arguments: `{"query":"hotel ${round} ${n}"}` }],
      });
      endpoint.script(...Array.from({ length: RUN_CALLS }, (_, n) => search(n)), {
        text: 'Hotels cost 140 euros.',
      });
      const id = `run-bench-${round}`;
      await world.start(id, 'concierge', 'What is the hotel limit?');
      const before = performance.now();
      const done = await advanceRun(world.deps, 't1', id, { owner: 'bench' });
      steps = done?.steps.length ?? 0;
      perStep.push((performance.now() - before - bareMs * (RUN_CALLS + 1)) / Math.max(1, steps));
    }
    return {
      bareMs,
      gatewayMs: median(through),
      stepMs: median(perStep),
      steps,
      ...(await signs(endpoint, serverFile)),
    };
  } finally {
    await store.close();
    await endpoint.close();
  }
}

const median = (values: number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

const question = (call: number): ModelRequest => ({
  messages: [{ role: 'user', content: `How long is parental leave? ${call}` }],
  tier: 'standard',
  route: { text: 'How long is parental leave?' },
  origin: {
    tenantId: 't',
    personId: `p${call % 10}`,
    sessionId: `s${call}`,
    correlationId: 'c',
    purpose: 'answer',
  },
});

/** All wrappers in their order, budgets and records in the store as in production. */
function whole(
  model: Parameters<typeof createGateway>[0]['providers'][0]['deployments'][0]['model'],
  database: Parameters<typeof createBudgetStore>[0],
): Gateway {
  const screen = createPiiScreen({});
  return createGateway({
    providers: [{ name: 'fake', deployments: [{ model }] }],
    conceal: (_origin, texts) => createConcealment(screen, texts),
    routing: { options: DEFAULT_ROUTER },
    prompts: loadPrompts(),
    open: createAccounts({
      budget: {
        ...watchBudgets(createBudgetStore(database)),
        limits: () => ({ session: 2_000_000, personDay: 10_000_000 }),
        onNotice: () => undefined,
      },
      record: (record) => createCostLog(database, record.origin.tenantId).add(record),
      onBooksFailed: (error) => {
        throw error;
      },
      clock: systemClock,
    }).open,
    price: () => 10,
    random: Math.random,
    clock: systemClock,
    logger: silentLogger,
    metrics: noMetrics,
  });
}

/** From a Teams message to the first thing that a person sees, while the model is still thinking. */
async function signs(
  endpoint: FakeOpenAi,
  serverFile: string,
): Promise<Pick<GatewayFigures, 'firstSignMs' | 'firstTextMs'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steward-signs-'));
  const connector = await startConnector();
  const subject = await startServer('Steward', serverFile, await freePort(), {
    STEWARD_DATA_DIR: dataDir,
    STEWARD_RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
    OPENAI_BASE_URL: endpoint.baseUrl,
  });
  const reply = (call: FakeOpenAi['calls'][number]) =>
    call.body.stream
      ? { text: 'You get 80 days of paid parental leave [1].', firstDelayMs: THINKING_MS }
      : { text: '{}' };
  const first: number[] = [];
  const texts: number[] = [];
  try {
    for (let asked = 0; asked <= QUESTIONS; asked += 1) {
      endpoint.script(reply, reply, reply, reply);
      const id = `a:sign-${asked}`;
      const before = performance.now();
      await fetch(`http://127.0.0.1:${subject.port}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          type: 'message',
          id: `sign-${asked}`,
          timestamp: systemClock.now().toISOString(),
          channelId: 'msteams',
          serviceUrl: connector.serviceUrl,
          from: {
            id: `29:p${asked}`,
            name: 'Ann',
            aadObjectId: `3f2c1a6e-0000-4000-8000-0000000000${asked + 10}`,
          },
          recipient: { id: '28:steward', name: 'Steward' },
          conversation: { id, conversationType: 'personal', tenantId: 'acme' },
          channelData: { tenant: { id: 'acme' } },
          text: 'How many days of parental leave do I get?',
        }),
      });
      const mine = ({ conversationId }: { conversationId: string }): boolean => conversationId === id;
      await connector.waitFor(1, mine);
      const seen = performance.now() - before;
      await connector.waitFor(
        1,
        ({ conversationId, activity }) => conversationId === id && activity.type === 'message',
      );
      if (asked === 0) continue; // the first one warms the caches up
      first.push(seen);
      texts.push(performance.now() - before);
    }
  } finally {
    await subject.stop();
    await connector.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
  const sorted = [...first].sort((a, b) => a - b);
  return {
    firstSignMs: { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) },
    firstTextMs: median(texts),
  };
}

export function gatewaySection(machine: string, figures: GatewayFigures): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const { bareMs, gatewayMs, stepMs, steps, firstSignMs, firstTextMs } = figures;
  return `## Models and agents

\`npm run bench\` on ${machine}; the model is a stand-in on loopback.

| what | median | beside |
| --- | --- | --- |
| one call through the whole gateway, budgets and record in the built-in store | ${ms(gatewayMs)} | the bare \`openai\` client: ${ms(bareMs)} |
| an agent's loop, per stored step (${steps} in a run), without the model's own time | ${ms(stepMs)} | |
| first visible sign in Teams, with a model that thinks for ${THINKING_MS} ms | ${ms(firstSignMs.p50)} (p95 ${ms(firstSignMs.p95)}) | the whole answer: ${ms(firstTextMs)} |`;
}
