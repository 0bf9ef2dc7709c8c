import { agentAbilities } from '../core/agents/abilities/abilities.js';
import { loadAgents, type AgentDefinition } from '../core/agents/definition.js';
import type { RunDependencies } from '../core/agents/run/advance.js';
import { createModelThinker, createOfflineThinker, withOfflineThinker } from '../core/agents/run/thinker.js';
import { createModelMind, createOfflineMind } from '../core/agents/team/team-mind.js';
import type { Thinking } from '../core/agents/thinking/thinking.js';
import { callTool, type CallToolDeps } from '../core/agents/tools/call-tool.js';
import { createRegistry, type ToolRegistry } from '../core/agents/tools/registry.js';
import { createToolDesk } from '../core/agents/tools/tool-desk.js';
import type { ToolContext } from '../core/agents/tools/tool.js';
import type { EscalationService, ResumeOrder } from '../core/approvals/escalation-service.js';
import { resumeRun } from '../core/agents/run/resume-run.js';
import type { RunRepository } from '../core/agents/run/run.js';
import { InvalidInput } from '../core/kernel/errors.js';
import { stoppedRunsJob } from '../jobs/agents/stopped-runs.js';
import type { ToolDesk } from '../core/approvals/tool-desk.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Policy } from '../core/governance/policy/decision.js';
import type { PromptRegistry } from '../core/gateway/prompts/registry.js';
import type { PromptedModel } from '../core/gateway/prompts/ask-by-prompt.js';
import type { Clock } from '../core/kernel/clock.js';
import {
  conversationKey,
  roomOf,
  type ConversationReference,
} from '../core/kernel/conversation-reference.js';
import type { Effect } from '../core/kernel/effect.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Person } from '../core/kernel/person.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import { mayRead, type Audience } from '../core/knowledge/access.js';
import type { SearchOptions } from '../core/knowledge/knowledge-base.js';
import { createModelPlanner, offlinePlanner } from '../core/agents/plan/planner.js';
import { agentsDialog, type AgentsDialogDependencies } from '../dialogs/agents/agents-dialog.js';
import { runContent } from '../dialogs/agents/run-content.js';
import type { Dialog } from '../dialogs/dialog.js';
import { lateContent, planContent, planCopyKey } from '../dialogs/plan/plan-content.js';
import { planDialog } from '../dialogs/plan/plan-dialog.js';
import type { Texts } from '../dialogs/texts.js';
import { agentJobs } from '../jobs/agents/agent-jobs.js';
import { planJobs } from '../jobs/agents/plan-jobs.js';
import type { JobDefinition } from '../jobs/scheduler.js';
import type { Database } from '../storage/mongo/database.js';
import type { FieldCipher } from '../storage/mongo/field-cipher.js';
import { createPlanRepository, createPlanSweeps } from '../storage/mongo/plan-repository.js';
import { createRunRepository, createRunSweeps, createStoppedRuns } from '../storage/mongo/run-repository.js';
import { createSharedContext } from '../storage/mongo/shared-context-repository.js';
import { createToolExecutionRepository } from '../storage/mongo/tool-execution-repository.js';
import type { MemoryRoom } from './compose-memory.js';
import type { KnowledgeRoom } from './compose-knowledge.js';

export interface AgentsOptions {
  /** Agents of the operator's own. */
  folder: string | undefined;
  database: Database;
  cipher: FieldCipher;
  registry: ToolRegistry;
  callTool: CallToolDeps;
  escalations: EscalationService;
  knowledge: KnowledgeRoom;
  people(tenantId: string): PeopleRepository;
  audienceOf(conversation: ConversationReference, person: Person): Promise<Audience>;
  /** Thinks; without one agents take the steps of their definitions. */
  mind: PromptedModel | undefined;
  prompts: RunDependencies['prompts'];
  thinking: Thinking;
  grounding: RunDependencies['grounding'];
  outbox(tenantId: string, effect: Effect): Promise<void>;
  replicaId: string;
  memory: Pick<MemoryRoom, 'context' | 'note' | 'noteLater'>;
  lastAnswer: AgentsDialogDependencies['lastAnswer'];
  texts: Texts;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** A council is several calls to a model. */
const ABILITY_TIMEOUT_MS = 120_000;
const PASSAGES = 8;

/** The shipped agents, with the built-in tools and what they can do by themselves. */
export function createAgents(options: AgentsOptions): { dialogs: Dialog[]; jobs: JobDefinition[] } {
  const { database, cipher, registry, texts, clock, logger, metrics } = options;
  const agents = new Map<string, AgentDefinition>();
  const abilities = createRegistry(agentAbilities(readings(options, agents)));
  const own = createToolDesk(abilities, {
    executions: (tenantId) => createToolExecutionRepository(database, cipher, tenantId),
    clock,
    logger,
    metrics,
    timeoutMs: ABILITY_TIMEOUT_MS,
  });
  const all = createRegistry([...registry.all(), ...abilities.all()]);
  const calls: CallToolDeps = {
    ...options.callTool,
    tools: joined(abilities, own, options.callTool.tools),
    policy: withAbilities(abilities, options.callTool.policy),
  };
  const plans = (tenantId: string) => createPlanRepository(database, tenantId);
  for (const [name, agent] of loadAgents((tool) => all.get(tool)?.risk, options.folder))
    agents.set(name, agent);
  const deps: RunDependencies = {
    runs: (tenantId) => createRunRepository(database, cipher, tenantId),
    agents,
    thinker: options.mind
      ? withOfflineThinker(createModelThinker(options.mind, all), createOfflineThinker(), logger)
      : createOfflineThinker(),
    callTool: (request) => callTool(calls, request),
    isRead: (name) => all.get(name)?.risk === 'read',
    approval: (tenantId, id) => options.callTool.approvals.get(tenantId, id),
    withdraw: async (tenantId, approvalId, person) =>
      void (await options.callTool.approvals.cancel({ tenantId, approvalId, person, mayCancelAny: false })),
    person: (tenantId, id) => options.people(tenantId).get(id),
    shared: (tenantId) => createSharedContext(database, cipher, tenantId),
    mind: options.mind ? createModelMind(options.mind) : createOfflineMind(),
    grounding: options.grounding,
    prompts: options.prompts,
    clock,
    logger,
  };
  return {
    dialogs: [
      planDialog({
        plans,
        planner: options.mind ? createModelPlanner(options.mind, logger) : offlinePlanner,
        searchPeople: (tenantId, name) => options.people(tenantId).search(name),
        texts,
        clock,
      }),
      agentsDialog({
        ...deps,
        texts,
        lastAnswer: options.lastAnswer,
        note: options.memory.note,
        ...(options.mind ? { memory: options.memory.context } : {}),
        titleOf: (name) => all.get(name)?.title ?? name,
      }),
    ],
    jobs: [
      ...agentJobs({
        ...deps,
        due: createRunSweeps(database),
        content: (run, status, steps) => runContent(texts, run, status, steps),
        outbox: options.outbox,
        remember: (run, text) =>
          options.memory.noteLater(run.tenantId, run.origin, { id: `run:${run.id}`, text }),
        owner: options.replicaId,
      }),
      ...planJobs({
        plans,
        late: createPlanSweeps(database),
        person: (tenantId, id) => options.people(tenantId).get(id),
        card: (plan, now) => planContent(texts, plan, now),
        alert: (plan, milestone) => lateContent(texts, plan, milestone),
        copyKey: planCopyKey,
        outbox: options.outbox,
        clock,
        logger,
      }),
      stoppedRunsJob({
        ...deps,
        stopped: createStoppedRuns(database),
        escalations: options.escalations,
        titleOf: (name) => all.get(name)?.title ?? name,
      }),
    ],
  };
}

/** What an ability reads is what the agent's contract and the person, and everybody else in the conversation, may read. */
function readings(
  { knowledge, people, audienceOf, thinking }: AgentsOptions,
  agents: ReadonlyMap<string, AgentDefinition>,
): Parameters<typeof agentAbilities>[0] {
  const searchOptions = async ({
    tenantId,
    requester,
    agent,
    origin,
    correlationId,
  }: ToolContext): Promise<SearchOptions> => {
    const person = await people(tenantId).get(requester.id);
    const readers = person && (await audienceOf(origin, person));
    const classes = agents.get(agent ?? '')?.contract.dataClasses ?? [];
    return {
      k: PASSAGES,
      origin: {
        tenantId,
        personId: requester.id,
        sessionId: conversationKey(origin),
        project: roomOf(origin),
        agent,
        correlationId,
        purpose: 'agent',
      },
      mayRead: ({ access }) =>
        readers !== undefined && classes.includes(access.classification) && mayRead(access, readers),
    };
  };
  return {
    thinking,
    languageOf: (text) => knowledge.languageOf(text),
    ask: async (question, context) =>
      (await knowledge.of(context.tenantId)).answer(question, await searchOptions(context)),
    passages: async (query, context) => {
      const base = await knowledge.of(context.tenantId);
      const hits = await base.searchPassages(query, await searchOptions(context));
      return hits.map(({ passage: { title, text } }) => ({ title, text }));
    },
  };
}

function joined(abilities: ToolRegistry, own: ToolDesk, others: ToolDesk): ToolDesk {
  const deskOf = (tool: string): ToolDesk => (abilities.get(tool) ? own : others);
  return {
    check: (tool, parameters) => deskOf(tool).check(tool, parameters),
    examine: (tool, parameters, whose) => deskOf(tool).examine(tool, parameters, whose),
    run: (call) => deskOf(call.tool).run(call),
    undo: (call) => deskOf(call.tool).undo(call),
  };
}

/** Abilities only read what the person may read, so no rule has to speak; everything else is decided as ever. */
function withAbilities(abilities: ToolRegistry, policy: Policy): Policy {
  return {
    name: policy.name,
    decide: (request) =>
      abilities.get(request.tool.name)
        ? Promise.resolve({
            effect: 'allow',
            ruleId: 'agent-ability',
            reason: 'It only reads.',
            version: '1',
            risk: 'read',
          })
        : policy.decide(request),
  };
}

/** Lets a stopped run go on, once for one escalation; one that is gone or has not stopped is left as it is. */
export async function resumeStoppedRun(
  runs: RunRepository,
  prompts: Pick<PromptRegistry, 'render'>,
  { runId, escalationId, by, instruction: said }: ResumeOrder,
  clock: Clock,
  logger: Logger,
): Promise<void> {
  try {
    const told = said === undefined ? prompts.render('agent-resumed', {}, by) : { text: said, id: undefined };
    const id = `${runId}-${escalationId}`;
    await resumeRun(runs, { runId, by, instruction: told.text, prompt: told.id, id }, clock);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    logger.warn({ run: runId, error: error.message }, 'A run could not be resumed.');
  }
}
