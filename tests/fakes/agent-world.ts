import { createThinking } from '../../core/agents/thinking/thinking.js';
import { agentAbilities } from '../../core/agents/abilities/abilities.js';
import { loadAgents } from '../../core/agents/definition.js';
import type { RunDependencies } from '../../core/agents/run/advance.js';
import { createRun, type RunRepository } from '../../core/agents/run/run.js';
import { createOfflineThinker, createModelThinker } from '../../core/agents/run/thinker.js';
import { createModelMind, createOfflineMind } from '../../core/agents/team/team-mind.js';
import { officeTools } from '../../core/agents/tools/built-in/office-tools.js';
import { ticketTools } from '../../core/agents/tools/built-in/ticket-tools.js';
import type { Ticket } from '../../core/agents/tools/built-in/ticket.js';
import { callTool } from '../../core/agents/tools/call-tool.js';
import { createRegistry } from '../../core/agents/tools/registry.js';
import { createToolDesk } from '../../core/agents/tools/tool-desk.js';
import { createApprovalService } from '../../core/approvals/service.js';
import type { Model } from '../../core/gateway/model.js';
import { loadPrompts } from '../../core/gateway/prompts/registry.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { anyApprover, approvalWorld, chatOf, personOf } from './approval-world.js';
import { memorySharedContext } from './memory-shared-context.js';
import { memoryExecutions, memoryTickets } from './memory-tools.js';

export const HANDBOOK = [
  {
    title: 'Travel',
    text: 'Hotels are paid up to 140 euros a night. Book with the travel desk. Trains go first class over 3 hours.',
  },
];

/** Agents with real tools, rules and approvals; the store and the model are the test's own. */
export function agentWorld(
  runs: (tenantId: string) => RunRepository,
  model?: Model,
  shared: RunDependencies['shared'] = memorySharedContext(),
) {
  const prompts = loadPrompts();
  const mind = model && { model, prompts };
  const mia = personOf('mia', ['developer']);
  const world = approvalWorld([mia, personOf('ana', ['approver'])]);
  const tickets: Ticket[] = [];
  const registry = createRegistry([
    ...ticketTools(() => memoryTickets(tickets)),
    ...officeTools({
      reminders: () => Promise.reject(new Error('not used')) as never,
      drafts: () => Promise.reject(new Error('not used')) as never,
      announcements: () => Promise.reject(new Error('not used')) as never,
      findChannel: () => Promise.resolve({ kind: 'none' }),
    }),
    ...agentAbilities({
      thinking: createThinking(undefined),
      languageOf: () => undefined,
      ask: (question) => {
        const answered = question.toLowerCase().includes('hotel');
        const citation = {
          number: 1,
          passageId: 'p',
          documentId: 'd',
          path: 'travel.md',
          title: 'Travel',
          headings: [],
          quote: '',
        };
        return Promise.resolve({
          id: 'a',
          answered,
          text: answered ? 'Hotels are paid up to 140 euros a night. [1]' : '',
          parts: [],
          citations: answered ? [citation] : [],
          confidence: answered ? 0.9 : 0,
          nearest: [{ documentId: 'd', path: 'travel.md', title: 'Travel' }],
          model: 'offline',
        });
      },
      passages: () => Promise.resolve(HANDBOOK),
    }),
  ]);
  const tools = createToolDesk(registry, {
    executions: memoryExecutions(),
    clock: world.clock,
    logger: silentLogger,
    metrics: noMetrics,
    timeoutMs: 1_000,
  });
  const context = { ...world.context, tools };
  const approvals = createApprovalService(context);
  world.policy.decide = ({ tool, approved }) =>
    Promise.resolve({
      ruleId: 'r',
      version: 'v',
      risk: tool.risk,
      reason: 'It writes.',
      ...(tool.risk === 'read' || approved
        ? { effect: 'allow' as const }
        : { effect: 'needs-approval' as const, rule: anyApprover }),
    });
  const deps: RunDependencies = {
    runs,
    agents: loadAgents((name) => registry.get(name)?.risk),
    thinker: mind ? createModelThinker(mind, registry) : createOfflineThinker(),
    callTool: (request) =>
      callTool({ tools, policy: context.policy, approvals, clock: world.clock }, request),
    isRead: (name) => registry.get(name)?.risk === 'read',
    approval: (tenantId, id) => approvals.get(tenantId, id),
    withdraw: async (tenantId, approvalId, person) =>
      void (await approvals.cancel({ tenantId, approvalId, person, mayCancelAny: false })),
    person: (_tenantId, id) => Promise.resolve(world.people.get(id)),
    shared,
    mind: mind ? createModelMind(mind) : createOfflineMind(),
    grounding: () => Promise.resolve(0.9),
    prompts,
    clock: world.clock,
    logger: silentLogger,
  };
  const start = (id: string, agent: string, goal: string, locale = 'en') =>
    startRun(deps, { id, agent, goal, locale, person: mia });
  return { ...world, deps, approvals, tickets, registry, mia, start };
}

async function startRun(
  deps: RunDependencies,
  {
    id,
    agent,
    goal,
    locale,
    person,
  }: { id: string; agent: string; goal: string; locale: string; person: ReturnType<typeof personOf> },
): Promise<void> {
  const runs = deps.runs(person.tenantId);
  const at = deps.clock.now();
  const run = {
    id,
    tenantId: person.tenantId,
    agent,
    personId: person.id,
    origin: chatOf(person.id),
    locale,
    correlationId: id,
    createdAt: at,
  };
  await createRun(runs, run, [{ kind: 'started', goal }], { owner: 'maker', now: at });
  await runs.release(id, 'maker', at);
}
