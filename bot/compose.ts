import { createThinking } from '../core/agents/thinking/thinking.js';
import { loadPrompts } from '../core/gateway/prompts/registry.js';
import type { AuditLog } from '../core/governance/audit/audit-log.js';
import { createAccountLinks } from '../core/governance/identity/account-links.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import { systemClock, type Clock } from '../core/kernel/clock.js';
import { describeError } from '../core/kernel/errors.js';
import type { HttpModule } from '../core/kernel/http-route.js';
import type { Logger } from '../core/kernel/logger.js';
import type { ChannelPort } from '../core/kernel/outbound-message.js';
import { createAudience } from './audience.js';
import { isStopCommand } from '../dialogs/agents/read-agent-command.js';
import { errorContent } from '../dialogs/cards/plain-cards.js';
import { createRouter, type Dialog } from '../dialogs/dialog.js';
import { courtesyDialog } from '../dialogs/courtesy.js';
import { linkAccountDialog } from '../dialogs/link-account.js';
import { memoryDialog } from '../dialogs/memory/memory-dialog.js';
import { isNewQuestion } from '../dialogs/new-question.js';
import { questionDialog } from '../dialogs/question.js';
import { unknownActionDialog } from '../dialogs/unknown-action.js';
import { asksForDeed } from '../dialogs/request/request-dialog.js';
import { createTexts } from '../dialogs/texts.js';
import { thinkingDialog } from '../dialogs/thinking/thinking-dialog.js';
import { createScheduler, type JobDatabase, type JobDefinition, type JobState } from '../jobs/scheduler.js';
import { createAnswerLog } from '../storage/mongo/answers.js';
import { createAuditLog } from '../storage/mongo/audit-log.js';
import { createDocumentStore } from '../storage/mongo/document-store.js';
import { createFactStore } from '../storage/mongo/fact-store.js';
import { createStandardAnswerStore } from '../storage/mongo/standard-answer-store.js';
import { createLinkCodeRepository } from '../storage/mongo/link-code-repository.js';
import { createConversationReferences } from '../storage/mongo/conversation-references.js';
import { createAnswerLessons } from '../storage/mongo/answer-lessons.js';
import { createPromptOutcomeStore } from '../storage/mongo/prompt-outcomes.js';
import { createPeopleRepository } from '../storage/mongo/person-repository.js';
import { openBooks } from './compose-books.js';
import { createBudgetNotices } from './budget-notices.js';
import { createAnswers, eventOf, originOf } from './compose-answers.js';
import { createArticles } from './compose-articles.js';
import type { createEmbeddings } from './compose-embeddings.js';
import {
  createKnowledgeRoom,
  HANDBOOK_COLLECTION,
  SAMPLE_HANDBOOK,
  type KnowledgeRoom,
} from './compose-knowledge.js';
import { createGuards, groundingOf } from './compose-guardrails.js';
import { createPersonalValues } from './personal-values.js';
import { createPromptMarks } from '../core/guardrails/output/leaks.js';
import { createGuardrailPolicies } from './guardrail-policies.js';
import { createMongoRateLimitStore } from '../storage/mongo/rate-limit-store.js';
import { createChannels, type Channel, type ChannelsOptions } from './compose-channels.js';
import { createMemory } from './compose-memory.js';
import { createIdentity } from './compose-identity.js';
import { createLearning } from './compose-learning.js';
import { createPeopleSource } from './compose-people.js';
import { createAgents, resumeStoppedRun } from './compose-agents.js';
import { createApprovals } from './compose-approvals.js';
import { createTools } from './compose-tools.js';
import { createMemoryStore } from '../storage/mongo/memory-repository.js';
import { joinReplicas } from '../storage/mongo/replicas.js';
import { localeOf } from './turn/locale-of.js';
import { createEffectRelay } from './turn/effect-relay.js';
import { createSlack, isSlackConfigured, type SlackAbilities } from './compose-slack.js';
import { createSmallDialogs } from './compose-small-dialogs.js';
import { openStore, type OpenStore } from './compose-store.js';
import { createTurns, type Turns } from './compose-turns.js';
import { isModelConfigured, type Config } from './config.js';
import { housekeepingJobs } from './housekeeping-jobs.js';
import { createAdminCheck, namesNobody } from './nobody-decides.js';
import { createReach } from './reach-people.js';
import { readModelsFile } from './read-models-file.js';
import { rememberConversation } from './remember-conversation.js';
import { openFieldCipher } from './open-field-cipher.js';
import { deriveKey, loadSecretKey, TEXT_HASH_KEY } from './secret-key.js';
import { createPromptOutcomes } from './prompt-outcomes.js';
import { createServer } from './server.js';
import { createServiceFetch } from './service-fetch.js';
import { createSlackHome } from './slack-home.js';
import { createHealth } from './telemetry/health.js';
import { addGauges } from './telemetry/gauges.js';
import { addHealthChecks } from './telemetry/health-checks.js';
import { createMetrics } from './telemetry/metrics.js';
import { tracesOf } from './telemetry/traces.js';
import { adminsOf, createTenants, HOME_TENANT, servedTenants } from './tenants.js';
import { createRunRepository } from '../storage/mongo/run-repository.js';
import { createSessionBreakers } from '../storage/mongo/session-breakers.js';
import type { TurnSteps } from './turn/pipeline.js';
import { createSessionWatch } from './turn/session-watch.js';

export interface ComposeOptions {
  clock?: Clock;
  logger: Logger;
  /** Where Microsoft's services are, in tests. */
  teamsCloud?: ChannelsOptions['teamsCloud'];
  /** Turns in the queue from which new questions wait; unless told, it follows from how fast turns end. */
  busyAt?: number;
}

/** A whole Steward, wired but not started. */
export interface Steward {
  /** Begins to serve. @returns where. */
  start(): Promise<{ port: number; host: string }>;
  /** Drains: no new turns, running ones end, leases and jobs are let go, connections are closed; within 10 s. */
  stop(): Promise<void>;
  knowledge: KnowledgeRoom;
  turns: Turns;
  store: OpenStore;
  audit: AuditLog;
  jobStates(): Promise<JobState[]>;
  /** The folder that is kept fresh and the collection it goes into. */
  source: { folder: string; collection: string; isSample: boolean };
}

const HTTP_GRACE_MS = 2_000;
const TURN_GRACE_MS = 6_000;

/** The SDKs of model endpoints are large: a process without an embedding model does not load them. */
const embeddingOf: typeof createEmbeddings = async (config, options) =>
  config.models.embedding
    ? (await import('./compose-embeddings.js')).createEmbeddings(config, options)
    : undefined;

/** Joins every room of the house by plain function calls. Opens the store; whatever it opens, `stop` closes. */
export async function composeSteward(config: Config, options: ComposeOptions): Promise<Steward> {
  const { clock = systemClock, logger } = options;
  const metrics = createMetrics();
  const health = createHealth();
  const texts = createTexts(config.tenant.timeZone);
  const key = loadSecretKey(config.secretKey, config.dataDir);
  const tenants = createTenants(config);
  const prompts = loadPrompts({
    folder: config.models.prompts,
    onOutcome: (...counted) => outcomesOfPrompts.count(...counted),
  });
  const store = await openStore(config, clock, logger);
  const { database } = store;

  const people = (tenantId: string): PeopleRepository =>
    createPeopleRepository(database, tenantId, adminsOf(config.people.admins, tenantId));
  const peopleSource = createPeopleSource(config, { people: people(HOME_TENANT), clock, logger, metrics });
  const answers = (tenantId: string) => createAnswerLog(database, tenantId);
  const audit = createAuditLog(database);
  const post: Turns['post'] = (tenantId, effect) => turns.post(tenantId, effect);
  const tellOfBudget = createBudgetNotices({ people, texts, post, clock });
  const traces = tracesOf(config.telemetry, { clock, logger });
  const books = openBooks({
    file: readModelsFile(config.models.file),
    database,
    onNotice: (notice) =>
      void tellOfBudget(notice).catch((error: unknown) =>
        logger.error({ error: describeError(error) }, 'Nobody was told of a budget.'),
      ),
    onCall: traces?.call,
    clock,
    logger,
  });
  const knowledge = await createKnowledgeRoom({
    documents: (tenantId) => createDocumentStore(database, tenantId),
    facts: (tenantId) => createFactStore(database, tenantId),
    votes: (tenantId, since) => createAnswerLessons(database, tenantId).votes(since),
    chromaUrl: config.storage.chromaUrl,
    embedding: await embeddingOf(config, { open: books.open, clock, logger }),
    synonymsFolder: config.knowledge.synonymsFolder,
    clock,
    logger,
  });
  const source = {
    folder: config.knowledge.folder ?? SAMPLE_HANDBOOK,
    collection: HANDBOOK_COLLECTION,
    isSample: config.knowledge.folder === undefined,
  };

  const replica = await joinReplicas(database, clock);
  /** What a channel tells and gives beyond its port. */
  const abilities = new Map<string, SlackAbilities>();
  const ports = new Map<string, ChannelPort>();
  const isUnnamed = namesNobody(config);
  const identify = createIdentity({
    people,
    abilities,
    ports,
    isUnnamed,
    audit,
    post,
    texts,
    clock,
  });
  const audience = createAudience({ ports, tenants, people, clock, logger });
  const policies = createGuardrailPolicies({ file: config.guardrails.file, audit, clock, logger });
  const marks = createPromptMarks(deriveKey(key, 'canary').toString('hex'));
  // The SDKs of model endpoints are large: an offline process does not load them.
  const gateway = isModelConfigured(config) ? await import('./compose-gateway.js') : undefined;
  const cipher = openFieldCipher(key);
  const memories = (tenantId: string) => createMemoryStore(database, cipher, tenantId);
  const personal = createPersonalValues({ policyOf: policies.of, memories });
  const model = gateway?.createModel(config, { books, personal, marks, prompts, clock, logger, metrics });
  const outcomesOfPrompts = createPromptOutcomes({
    store: (tenantId) => createPromptOutcomeStore(database, tenantId),
    metrics,
    clock,
    logger,
  });
  const mind = model && { model, prompts };
  const guards = createGuards(config, {
    mind,
    policyOf: policies.of,
    canariesOf: marks.of,
    asksForDeed: (text) => asksForDeed(text, tools.registry.all()),
    rates: createMongoRateLimitStore(database),
    hashKey: deriveKey(key, TEXT_HASH_KEY).toString('hex'),
    texts,
    clock,
    logger,
    metrics,
  });
  const memory = createMemory({
    store: memories,
    sift: personal.sift,
    mind,
    clock,
    logger,
  });
  const isHostile = async (text: string, tenantId: string): Promise<boolean> =>
    (await guards.input.check(text, { tenantId, origin: 'document' })).outcome === 'block';
  const answering = createAnswers({
    memory,
    prompts,
    knowledge,
    answers,
    standardAnswers: (tenantId) => createStandardAnswerStore(database, tenantId),
    audience: ({ conversation, person }) => audience.audienceOf(conversation, person),
    model,
    grounding: groundingOf,
    isHostile,
    clock,
    logger,
  });

  const fetch = createServiceFetch(config);
  const articles = createArticles({ database, knowledge, people, post, texts, clock });
  const { drafts } = articles;
  const tools = createTools(config, { database, cipher, drafts, fetch, key, ports, texts, logger });
  const reach = createReach({
    ports,
    people,
    anyConversation: (tenantId, channel) => createConversationReferences(database, tenantId).latest(channel),
    logger,
    metrics,
  });
  const approvals = await createApprovals(config, {
    database,
    cipher,
    tools,
    people,
    reach,
    answers,
    documents: knowledge.documents,
    texts,
    fetch,
    key,
    clock,
    logger,
    metrics,
    screen: guards.input,
    poke: (...changed) => relay.poke(...changed),
    outbox: post,
    peopleRefreshes: peopleSource ? [peopleSource] : [],
    resumeRun: (order) =>
      resumeStoppedRun(createRunRepository(database, cipher, order.tenantId), prompts, order, clock, logger),
    replicaId: replica.id,
  });

  const watch = createSessionWatch({
    breakers: (tenantId) => createSessionBreakers(database, tenantId),
    callPerson: approvals.callPerson,
    clock,
    metrics,
  });
  const learning = createLearning(config, {
    database,
    knowledge,
    people,
    tenants: () => servedTenants(audit),
    post,
    channelFiles: (channel) => abilities.get(channel)?.fetchFile,
    schedule: (name, data) => scheduler.schedule(name, 'now', data),
    mind,
    isHostile,
    texts,
    clock,
    logger,
  });

  const thinking = createThinking(mind);
  const agents = createAgents({
    folder: config.agents.folder,
    thinking,
    database,
    cipher,
    registry: tools.registry,
    callTool: approvals.callTool,
    escalations: approvals.escalations,
    knowledge,
    people,
    audienceOf: (conversation, person) => audience.audienceOf(conversation, person),
    mind,
    prompts,
    grounding: groundingOf,
    outbox: post,
    memory,
    lastAnswer: answering.last,
    replicaId: replica.id,
    texts,
    clock,
    logger,
    metrics,
  });

  const links = createAccountLinks({
    codes: (tenantId) => createLinkCodeRepository(database, tenantId),
    people,
    sendMail: tools.mail && (async (mail) => void (await tools.mail?.send(mail))),
    changed: identify.forget,
    clock,
  });

  const dialogs: Dialog[] = [
    approvals.decisions,
    rememberConversation({ people, approvals: approvals.approvals, escalations: approvals.escalations }),
    ...createSmallDialogs({
      texts,
      database,
      answers,
      people,
      copies: (tenantId) => turns.copies(tenantId),
      prompts,
      clock,
    }),
    linkAccountDialog({ links, texts }),
    ...agents.dialogs,
    articles.dialog(approvals.escalations),
    ...approvals.dialogs,
    ...learning.dialogs,
    thinkingDialog({
      texts,
      note: memory.note,
      think: async (turn, tool, subject) =>
        thinking[tool]({
          subject,
          locale: turn.locale,
          passages: await answering.passages(turn, subject),
          origin: originOf(turn, 'think'),
          signal: turn.live.whenStopped ? AbortSignal.any([turn.signal, turn.live.whenStopped]) : turn.signal,
          onStep: (step) => turn.live.status(`${texts.text('thinking.working', turn.locale)} ${step}`),
        }),
    }),
    memoryDialog({ texts, ...memory }),
    approvals.passOn.dialog,
    courtesyDialog(texts),
    questionDialog({
      texts,
      ...answering,
      ...approvals.inQuestions,
      links: {},
      noteAnswer: (turn, answer) => watch(turn, eventOf(answer)),
    }),
    unknownActionDialog(texts),
  ];
  const steps: TurnSteps = {
    tenant: tenants.get,
    identify,
    ...guards.steps,
    route: createRouter(dialogs),
    explain: (error, locale, correlationId) => errorContent(texts, locale, error, correlationId),
    noteFailure: (turn) => watch(turn, { kind: 'failure' }),
    review: (turn) => approvals.callPerson(turn, 'policy'),
    localeOf,
    signFor: (activity, locale) =>
      isNewQuestion(activity) ? texts.text('progress.searching', locale) : undefined,
  };
  const turns: Turns = createTurns({
    database,
    cipher,
    replica,
    steps,
    tenantOf: tenants.of,
    overtakes: ({ kind, addressed, text }) => kind === 'message' && addressed && isStopCommand(text),
    mayWait: isNewQuestion,
    busyContent: (place, locale) => ({ text: texts.text('busy.text', locale, { place }) }),
    busyAt: options.busyAt,
    onTurn: traces?.turn,
    audit,
    clock,
    logger,
    metrics,
  });

  const relay = createEffectRelay({
    sources: approvals.effectSources,
    outcomes: turns.outcomes,
    order: approvals.order,
    deliver: (outcome) => turns.outbox.deliver(outcome),
    replicaId: replica.id,
    clock,
    logger,
  });

  const http: HttpModule[] = [health.http, metrics.http];
  const closers: (() => Promise<void>)[] = [];
  const starters: (() => Promise<void> | undefined)[] = [];
  const addChannel = (adapter: Channel): void => {
    ports.set(adapter.port.channel, adapter.port);
    turns.addChannel(adapter.port);
    http.push(adapter.http);
    closers.push(() => adapter.close());
    if (adapter.start) starters.push(() => adapter.start?.());
  };
  for (const adapter of createChannels(config, {
    database,
    cipher,
    intake: turns.intake,
    admit: guards.admit,
    tenants,
    people,
    identify,
    knowledge,
    texts,
    key,
    isEmbedded: store.isEmbedded,
    teamsCloud: options.teamsCloud,
    clock,
    logger,
    metrics,
  }))
    addChannel(adapter);
  if (isSlackConfigured(config)) {
    const slack = await createSlack(config, {
      database,
      cipher,
      intake: turns.intake,
      tenants,
      identify,
      texts,
      key,
      home: createSlackHome({ approvals: approvals.approvals, answers, people, isUnnamed, texts, clock }),
      clock,
      logger,
      metrics,
    });
    abilities.set('slack', slack);
    addChannel(slack);
  }

  const jobs: JobDefinition[] = [
    ...approvals.jobs,
    ...agents.jobs,
    ...learning.jobs,
    ...housekeepingJobs({ knowledge, source, turns, clock, logger }),
  ];
  const scheduler = await createScheduler(database.connection.db as JobDatabase, jobs, {
    replica,
    clock,
    logger,
    metrics,
  });
  const server = createServer({ modules: http, clock, logger, metrics });

  const adminProblem = createAdminCheck(config, people(HOME_TENANT));
  const chroma = config.storage.chromaUrl === undefined ? undefined : knowledge.ping;
  addHealthChecks(health, metrics, {
    database,
    replica,
    outcomes: turns.outcomes,
    intake: turns.intake,
    adminProblem,
    channelProblems: () => [...abilities.values()].flatMap((channel) => channel.problem() ?? []),
    people: peopleSource,
    model,
    chroma,
  });
  addGauges(metrics, { knowledge, turns, scheduler });

  return {
    knowledge,
    turns,
    store,
    audit,
    source,
    jobStates: () => scheduler.states(),
    start: async () => {
      await peopleSource?.run();
      const missing = await adminProblem();
      if (missing) logger.warn({}, `As it stands, ${missing}.`);
      await policies.start();
      await turns.start();
      relay.start();
      knowledge.start();
      if (!source.isSample) await scheduler.schedule('knowledge-refresh', 'now');
      const address = await server.listen(config.server.port, config.server.host);
      await scheduler.start(); // no message waits for a job
      health.started();
      for (const startChannel of starters) void startChannel(); // says itself what it could not open
      return address;
    },
    stop: async () => {
      health.drain();
      policies.stop();
      await scheduler.stop();
      for (const close of closers) await close();
      await server.close(HTTP_GRACE_MS);
      await relay.stop();
      await turns.stop(TURN_GRACE_MS);
      await outcomesOfPrompts.stop();
      await traces?.stop();
      tools.close();
      await knowledge.close();
      await books.settled();
      await store.close();
      logger.info({}, 'Stopped.');
    },
  };
}
