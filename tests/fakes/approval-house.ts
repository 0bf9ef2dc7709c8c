import { randomBytes } from 'node:crypto';
import { officeTools } from '../../core/agents/tools/built-in/office-tools.js';
import { ticketTools } from '../../core/agents/tools/built-in/ticket-tools.js';
import { callTool, type CallAnswer } from '../../core/agents/tools/call-tool.js';
import { createRegistry } from '../../core/agents/tools/registry.js';
import { createToolDesk } from '../../core/agents/tools/tool-desk.js';
import type { AnyTool } from '../../core/agents/tools/tool.js';
import type { ApprovalContext } from '../../core/approvals/context.js';
import { createApprovalService, type ApprovalService } from '../../core/approvals/service.js';
import { createDirectory } from '../../core/governance/identity/directory.js';
import { loadOrganisationFile } from '../../core/governance/identity/load-organisation.js';
import { createTotp, type TotpService } from '../../core/governance/identity/totp.js';
import { createCedarPolicy } from '../../core/governance/policy/cedar-policy.js';
import { createPolicy } from '../../core/governance/policy/decide.js';
import { loadPolicyFolder } from '../../core/governance/policy/load-policy.js';
import type { StoredEffect } from '../../core/kernel/effect.js';
import type { JsonObject } from '../../core/kernel/json.js';
import { silentLogger } from '../../core/kernel/logger.js';
import type { OutboundMessage } from '../../core/kernel/outbound-message.js';
import { shippedFile } from '../../core/kernel/package-root.js';
import type { Person } from '../../core/kernel/person.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { createApprovalCards } from '../../dialogs/cards/approval-cards.js';
import { createTexts } from '../../dialogs/texts.js';
import {
  announcementCollection,
  createAnnouncementRepository,
} from '../../storage/mongo/announcement-repository.js';
import {
  approvalCollection,
  createApprovalRepository,
  createApprovalSweeps,
} from '../../storage/mongo/approval-repository.js';
import { auditEntries, auditTips, createAuditLog } from '../../storage/mongo/audit-log.js';
import type { Database } from '../../storage/mongo/database.js';
import { createDecisionLog, decisionLogCollection } from '../../storage/mongo/decision-log-repository.js';
import {
  createDelegationRepository,
  delegationCollection,
} from '../../storage/mongo/delegation-repository.js';
import { createEffectSource } from '../../storage/mongo/effects.js';
import { createFieldCipher } from '../../storage/mongo/field-cipher.js';
import {
  createPeopleRepository,
  personCollection,
  scheduleCollection,
} from '../../storage/mongo/person-repository.js';
import { createReminderRepository, reminderCollection } from '../../storage/mongo/reminder-repository.js';
import { createTicketRepository, ticketCollection } from '../../storage/mongo/ticket-repository.js';
import {
  createToolExecutionRepository,
  toolExecutionCollection,
} from '../../storage/mongo/tool-execution-repository.js';
import { createTotpRepository, totpCollection } from '../../storage/mongo/totp-repository.js';
import { chatOf } from './approval-world.js';
import { testClock, type TestClock } from './test-clock.js';

export const houseCollections = [
  announcementCollection,
  approvalCollection,
  auditEntries,
  auditTips,
  decisionLogCollection,
  delegationCollection,
  personCollection,
  scheduleCollection,
  reminderCollection,
  ticketCollection,
  toolExecutionCollection,
  totpCollection,
];

/** What all processes of one test share besides the database. */
export interface HouseGround {
  clock: TestClock;
  secret: Buffer;
  key: Buffer;
  tools?: AnyTool[];
}

export const houseGround = (): HouseGround => ({
  clock: testClock(),
  secret: randomBytes(32),
  key: randomBytes(32),
});

/** One process of Steward with approvals wired as in production, without channels. */
export interface ApprovalHouse {
  context: ApprovalContext;
  service: ApprovalService;
  totp: TotpService;
  /** Work put off until after a click; a killed process never does it. */
  later: (() => Promise<void>)[];
  settle(): Promise<void>;
  ask(person: string, tool: string, parameters: JsonObject, key?: string): Promise<CallAnswer>;
  person(id: string): Promise<Person>;
  /** Moves effects on, as the relay does: messages out, events into the audit chain. */
  relay(): Promise<OutboundMessage[]>;
  audit: ReturnType<typeof createAuditLog>;
}

const TENANT = 't1';

/** Starts a process on a database with the sample organisation and the shipped policies. */
export async function openApprovalHouse(
  database: Database,
  ground: HouseGround,
  owner: string,
): Promise<ApprovalHouse> {
  const { clock, secret, key, tools = [] } = ground;
  const cipher = createFieldCipher([{ id: 'k1', key }]);
  const people = createPeopleRepository(database, TENANT);
  const organisation = await loadOrganisationFile(shippedFile('samples', 'organisation.yaml'));
  if (!(await people.get('priya'))) {
    await people.replaceAll('file', organisation.people);
    for (const { id } of organisation.people) await people.rememberConversation(id, chatOf(id));
  }
  const delegations = createDelegationRepository(database, TENANT);
  const registry = createRegistry([
    ...ticketTools((tenantId) => createTicketRepository(database, tenantId)),
    ...officeTools({
      reminders: (tenantId) => createReminderRepository(database, tenantId),
      drafts: () => ({ create: () => Promise.resolve(), remove: () => Promise.resolve(false) }),
      announcements: (tenantId) => createAnnouncementRepository(database, tenantId),
      findChannel: () => Promise.resolve({ kind: 'none' }),
    }),
    ...tools,
  ]);
  const shared = { clock, logger: silentLogger, metrics: noMetrics };
  const desk = createToolDesk(registry, {
    executions: (tenantId) => createToolExecutionRepository(database, cipher, tenantId),
    timeoutMs: 5_000,
    ...shared,
  });
  const policy = createPolicy({
    policies: [createCedarPolicy(await loadPolicyFolder(shippedFile('samples', 'policies')))],
    mode: 'enforce',
    isKnownTool: (name) => registry.get(name) !== undefined,
    log: createDecisionLog(database),
    ...shared,
  });
  const totp = createTotp((tenantId) => createTotpRepository(database, cipher, tenantId), clock, 'Steward');
  const later: (() => Promise<void>)[] = [];
  const context: ApprovalContext = {
    reach: async (_tenantId, { conversations }) => conversations,
    canMail: true,
    approvals: (tenantId) => createApprovalRepository(database, cipher, tenantId),
    directory: () => createDirectory(people, delegations),
    tools: desk,
    policy,
    cards: createApprovalCards(createTexts()),
    stepUp: totp,
    screen: () => Promise.resolve(undefined),
    poke: () => undefined,
    later: (work) => void later.push(work),
    owner,
    secret,
    quietHours: { fromHour: 0, untilHour: 0 },
    leaseMs: 60_000,
    ...shared,
  };
  const service = createApprovalService(context);
  const audit = createAuditLog(database);
  const effects = createEffectSource(database, approvalCollection);
  const person = async (id: string): Promise<Person> => (await people.get(id)) as Person;
  return {
    context,
    service,
    totp,
    later,
    person,
    audit,
    settle: async () => {
      while (later.length > 0) await later.shift()?.();
    },
    ask: async (id, tool, parameters, requestKey = `${id}:${tool}:${JSON.stringify(parameters)}`) =>
      callTool(
        { tools: desk, policy, approvals: service, clock },
        {
          key: requestKey,
          tool,
          parameters,
          person: await person(id),
          origin: chatOf(id),
          locale: 'en',
          correlationId: 'c1',
        },
      ),
    async relay() {
      const sent: OutboundMessage[] = [];
      for (
        let found: StoredEffect[] = await effects.waiting(100);
        found.length > 0;
        found = await effects.waiting(100)
      ) {
        for (const { tenantId, documentId, effect } of found) {
          sent.push(...effect.messages);
          await audit.append(tenantId, [{ id: effect.id, events: effect.audit }]);
          await effects.drop(tenantId, documentId, [effect.id]);
        }
      }
      return sent;
    },
  };
}

export { createApprovalSweeps };
