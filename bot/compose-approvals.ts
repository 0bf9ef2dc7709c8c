import type { CallToolDeps } from '../core/agents/tools/call-tool.js';
import { createToolDesk } from '../core/agents/tools/tool-desk.js';
import type { Reminder } from '../core/agents/tools/built-in/office-tools.js';
import { loadEscalationChains } from '../core/approvals/load-chains.js';
import type { EscalationReason } from '../core/approvals/escalation.js';
import {
  createEscalationService,
  type EscalationContext,
  type EscalationService,
} from '../core/approvals/escalation-service.js';
import { deliverNotifications } from '../core/approvals/notify/deliver.js';
import { createApprovalService, type ApprovalService } from '../core/approvals/service.js';
import type { ApprovalContext } from '../core/approvals/context.js';
import { createDirectory, type Directory } from '../core/governance/identity/directory.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { PeopleRefresh } from '../core/governance/identity/refresh-people.js';
import type { Reach } from '../core/governance/identity/reach.js';
import { createTotp } from '../core/governance/identity/totp.js';
import { createCedarPolicy } from '../core/governance/policy/cedar-policy.js';
import { createPolicy } from '../core/governance/policy/decide.js';
import type { Policy } from '../core/governance/policy/decision.js';
import { loadPolicyFolder } from '../core/governance/policy/load-policy.js';
import { createOpaPolicy } from '../core/governance/policy/opa-policy.js';
import type { Screen } from '../core/guardrails/screen.js';
import type { Clock } from '../core/kernel/clock.js';
import { conversationKey } from '../core/kernel/conversation-reference.js';
import type { Effect, EffectSource } from '../core/kernel/effect.js';
import { describeError } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { OutboundFetch } from '../core/kernel/outbound-fetch.js';
import { shippedFile } from '../core/kernel/package-root.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { Turn } from '../core/kernel/turn.js';
import { isForAllColleagues } from '../core/knowledge/access.js';
import type { DocumentStore } from '../core/knowledge/document-store.js';
import { handleApprovalAction, isApprovalAction } from '../dialogs/approvals/approval-actions.js';
import { approvalCommandsDialog } from '../dialogs/approvals/approval-commands.js';
import { createApprovalCards } from '../dialogs/cards/approval-cards.js';
import type { Dialog } from '../dialogs/dialog.js';
import { createEscalationCards } from '../dialogs/escalation/escalation-content.js';
import {
  callPerson,
  escalationDialog,
  type ConversationState,
  type EscalationDependencies,
} from '../dialogs/escalation/escalation-dialog.js';
import { createPassOn, type PassOn } from '../dialogs/escalation/pass-on.js';
import type { QuestionDependencies } from '../dialogs/question.js';
import { remindersDialog } from '../dialogs/reminders/reminders-dialog.js';
import { wishContent } from '../dialogs/request/no-tool.js';
import { requestDialog } from '../dialogs/request/request-dialog.js';
import type { Texts } from '../dialogs/texts.js';
import { approvalJobs } from '../jobs/approvals/approval-jobs.js';
import type { JobDefinition } from '../jobs/scheduler.js';
import type { AnswerLog, AnswerRecord } from '../storage/mongo/answers.js';
import {
  approvalCollection,
  createApprovalRepository,
  createApprovalSweeps,
} from '../storage/mongo/approval-repository.js';
import type { Database } from '../storage/mongo/database.js';
import { createDecisionLog } from '../storage/mongo/decision-log-repository.js';
import { createDelegationRepository } from '../storage/mongo/delegation-repository.js';
import { createEffectSource } from '../storage/mongo/effects.js';
import {
  createEscalationRepository,
  createEscalationSweeps,
  escalationCollection,
} from '../storage/mongo/escalation-repository.js';
import type { FieldCipher } from '../storage/mongo/field-cipher.js';
import { createNotificationRepository } from '../storage/mongo/notification-repository.js';
import {
  createReminderRepository,
  createReminderSweeps,
  reminderCollection,
} from '../storage/mongo/reminder-repository.js';
import { createStandardAnswerStore } from '../storage/mongo/standard-answer-store.js';
import { createToolExecutionRepository } from '../storage/mongo/tool-execution-repository.js';
import { createTotpRepository } from '../storage/mongo/totp-repository.js';
import type { ToolRoom } from './compose-tools.js';
import type { Config } from './config.js';
import { deriveKey } from './secret-key.js';

const SAMPLE_POLICIES = shippedFile('samples', 'policies');
const LEASE_MS = 60_000;
const TOOL_TIMEOUT_MS = 30_000;
const STATE_LINES = 6;
/** In a channel others ask as well. */
const LATEST_LINES = 20;

export interface ApprovalsOptions {
  database: Database;
  cipher: FieldCipher;
  tools: ToolRoom;
  people(tenantId: string): PeopleRepository;
  /** Finds a chat for people who are needed. */
  reach: Reach;
  answers(tenantId: string): AnswerLog;
  documents(tenantId: string): Pick<DocumentStore, 'get'>;
  /** The input screen; edited values pass it like a person's own words. */
  screen: Screen;
  /** Told of documents that left effects. */
  poke(
    sourceName: string,
    tenantId: string,
    documentId: string,
    effect?: Effect,
    moreFollows?: boolean,
  ): void;
  /** Puts an effect that belongs to no document into the outbox. */
  outbox(tenantId: string, effect: Effect): Promise<void>;
  peopleRefreshes: readonly PeopleRefresh[];
  /** Lets a stopped run of an agent go on. */
  resumeRun: EscalationContext['resumeRun'];
  texts: Texts;
  fetch: OutboundFetch;
  key: Buffer;
  replicaId: string;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface ApprovalRoom {
  approvals: ApprovalService;
  escalations: EscalationService;
  callTool: CallToolDeps;
  /** What is said to a wish that nothing fits and no document answers, and to whom words were passed on. */
  inQuestions: Pick<QuestionDependencies, 'insteadOf' | 'besides'>;
  /** What is written while a person takes care of the conversation goes to them. */
  passOn: PassOn;
  directory(tenantId: string): Directory;
  /** Hands a turn's conversation to a person. */
  callPerson(turn: Turn, reason: EscalationReason): Promise<void>;
  /** Clicks that decide; asked before anything else. */
  decisions: Dialog;
  /** Commands, requests and escalations, in the order in which they are asked. */
  dialogs: Dialog[];
  jobs: JobDefinition[];
  effectSources: EffectSource[];
  /** Keeps orders that leave by mail, webhook and the like. */
  order(tenantId: string, orders: Effect['notifications']): Promise<void>;
}

/** Joins policy, tools, approvals, escalations and their dialogs and jobs. */
export async function createApprovals(config: Config, options: ApprovalsOptions): Promise<ApprovalRoom> {
  const { database, cipher, tools, people, reach, screen, texts, clock, logger, metrics } = options;
  const canMail = tools.notifiers.email !== undefined;
  const delegations = (tenantId: string) => createDelegationRepository(database, tenantId);
  const directory = (tenantId: string): Directory => createDirectory(people(tenantId), delegations(tenantId));
  const totp = createTotp(
    (tenantId) => createTotpRepository(database, cipher, tenantId),
    clock,
    config.tenant.name,
  );
  const policy = await createPolicies(config, options);
  const desk = createToolDesk(tools.registry, {
    executions: (tenantId) => createToolExecutionRepository(database, cipher, tenantId),
    clock,
    logger,
    metrics,
    timeoutMs: TOOL_TIMEOUT_MS,
    timeZone: config.tenant.timeZone,
  });
  const later = (work: () => Promise<void>): void => {
    work().catch((error: unknown) =>
      logger.error({ error: describeError(error) }, 'Work after a click failed; a timer takes it up.'),
    );
  };
  const context: ApprovalContext = {
    approvals: (tenantId) => createApprovalRepository(database, cipher, tenantId),
    directory,
    reach,
    canMail,
    tools: desk,
    policy,
    cards: createApprovalCards(texts),
    stepUp: totp,
    screen: async (text, tenantId) => {
      const verdict = await screen.check(text, { tenantId, origin: 'user' });
      return verdict.outcome === 'block' ? verdict.reasons.join(', ') : undefined;
    },
    poke: (tenantId, id, ...stored) => options.poke(approvalCollection.name, tenantId, id, ...stored),
    later,
    clock,
    logger,
    metrics,
    owner: options.replicaId,
    secret: deriveKey(options.key, 'approval-token'),
    peopleAreFresh: async () =>
      (await Promise.all(options.peopleRefreshes.map((refresh) => refresh.becomesFresh()))).every(Boolean),
    quietHours: { fromHour: 22, untilHour: 7 },
    timeZone: config.tenant.timeZone,
    leaseMs: LEASE_MS,
  };
  const approvals = createApprovalService(context);
  const escalations = createEscalationService({
    escalations: (tenantId) => createEscalationRepository(database, cipher, tenantId),
    directory,
    chainFor: await loadEscalationChains(config.policy.folder ?? SAMPLE_POLICIES, SAMPLE_POLICIES),
    cards: createEscalationCards(texts),
    reach,
    canMail,
    resumeRun: options.resumeRun,
    later,
    poke: (tenantId, id) => options.poke(escalationCollection.name, tenantId, id),
    clock,
    logger,
    metrics,
  });
  const passOn = createPassOn(escalations, texts);
  const notifications = createNotificationRepository(database);
  const callTool: CallToolDeps = { tools: desk, policy, approvals, clock };

  const escalationDeps: EscalationDependencies = {
    escalations,
    texts,
    clock,
    stateOf: (turn) => stateOf(turn, options),
  };
  return {
    approvals,
    escalations,
    callPerson: (turn, reason) => callPerson(turn, escalationDeps, reason),
    callTool,
    inQuestions: {
      insteadOf: (turn, answer) =>
        passOn.notice(turn) ?? wishContent({ registry: tools.registry, texts }, turn, answer),
      besides: passOn.notice,
    },
    passOn,
    directory,
    decisions: async (turn) =>
      isApprovalAction(turn) && handleApprovalAction(turn, { approvals, directory, texts, clock }),
    dialogs: [
      remindersDialog({
        reminders: (tenantId) => createReminderRepository(database, tenantId),
        texts,
        clock,
        timeZone: config.tenant.timeZone,
      }),
      approvalCommandsDialog({
        approvals,
        directory,
        people,
        delegations,
        totp,
        texts,
        clock,
        timeZone: config.tenant.timeZone,
      }),
      escalationDialog(escalationDeps),
      requestDialog({
        ...callTool,
        registry: tools.registry,
        texts,
        callPerson: (turn) => callPerson(turn, escalationDeps, 'rule'),
        timeZone: config.tenant.timeZone,
      }),
    ],
    jobs: approvalJobs({
      context,
      approvals,
      approvalSweeps: createApprovalSweeps(database),
      escalations,
      escalationSweeps: createEscalationSweeps(database),
      reminders: createReminderSweeps(database),
      notifications,
      deliverNotifications: () =>
        deliverNotifications({ notifications, notifiers: tools.notifiers, clock, logger, metrics }),
      outbox: options.outbox,
      poke: (tenantId, id) => options.poke(reminderCollection.name, tenantId, id),
      reminderText: ({ text }: Reminder) => `⏰ ${text}`,
      peopleRefreshes: options.peopleRefreshes,
    }),
    effectSources: [
      createEffectSource(database, approvalCollection),
      createEffectSource(database, escalationCollection),
      createEffectSource(database, reminderCollection),
    ],
    order: (tenantId, orders) =>
      orders.length === 0 ? Promise.resolve() : notifications.accept(tenantId, orders, clock.now()),
  };
}

/** The shipped or the operator's Cedar files, and the company's own OPA beside them where it is configured. */
async function createPolicies(
  config: Config,
  { tools, database, fetch, clock, logger, metrics }: ApprovalsOptions,
): Promise<Policy> {
  const source = await loadPolicyFolder(config.policy.folder ?? SAMPLE_POLICIES, config.tenant.timeZone);
  const { rules, timeZone } = source;
  const opa = config.policy.opaUrl
    ? [createOpaPolicy({ url: config.policy.opaUrl, fetch, rules, timeZone, logger })]
    : [];
  if (config.policy.mode === 'observe')
    logger.warn(
      {},
      'Policies only observe: every known tool runs without asking anybody; see the decision log.',
    );
  return createPolicy({
    policies: [createCedarPolicy(source), ...opa],
    mode: config.policy.mode,
    isKnownTool: (name) => tools.registry.get(name) !== undefined,
    log: createDecisionLog(database),
    clock,
    logger,
    metrics,
  });
}

/**
 * What the person asked last in a conversation and was answered, for whoever takes it over. Answers from pages that not
 * every colleague may read are held back: who is called may not be among their readers.
 */
async function stateOf(
  turn: Turn,
  {
    answers,
    documents,
    database,
    texts,
  }: Pick<ApprovalsOptions, 'answers' | 'documents' | 'database' | 'texts'>,
): Promise<ConversationState> {
  const { id: tenantId } = turn.tenant;
  const earlier = (await answers(tenantId).ofConversation(conversationKey(turn.conversation), LATEST_LINES))
    .filter(({ personId }) => personId === turn.person.id)
    .slice(0, STATE_LINES / 2);
  const isOpen = async ({ citations, model, text }: AnswerRecord): Promise<boolean> => {
    if (model === 'standard-answer') {
      const fixed = await createStandardAnswerStore(database, tenantId).list();
      return fixed.some(({ answer, access }) => answer === text && isForAllColleagues(access));
    }
    const cited = [...new Set(citations.map(({ documentId }) => documentId))];
    const stored = await Promise.all(cited.map((id) => documents(tenantId).get(id)));
    return stored.every((each) => each !== undefined && isForAllColleagues(each.document.access));
  };
  const said = async (record: AnswerRecord): Promise<string> => {
    if (!record.answered) return '—';
    return (await isOpen(record)) ? record.text : texts.text('escalation.held-back', turn.locale);
  };
  const lines = await Promise.all(
    [...earlier].reverse().map(async (record) => [
      { who: turn.person.name, text: record.question, at: record.at },
      { who: 'Steward', text: await said(record), at: record.at },
    ]),
  );
  const now =
    turn.activity.kind === 'message' && turn.text
      ? [{ who: turn.person.name, text: turn.text, at: turn.activity.sentAt }]
      : [];
  return { conversation: [...lines.flat(), ...now], steps: [] };
}
