import type { ApprovalContext } from '../../core/approvals/context.js';
import type { ApprovalCards } from '../../core/approvals/approval-cards.js';
import type { ToolDesk, ToolRun } from '../../core/approvals/tool-desk.js';
import type { ApprovalRule, Policy } from '../../core/governance/policy/decision.js';
import type { Directory } from '../../core/governance/identity/directory.js';
import type { PersonRecord } from '../../core/governance/identity/people.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import type { Role } from '../../core/kernel/person.js';
import { memoryApprovals, type MemoryApprovals } from './memory-approvals.js';
import { testClock, type TestClock } from './test-clock.js';

export function chatOf(personId: string, channel: 'web' | 'teams' | 'slack' = 'web'): ConversationReference {
  return { channel, channelTenantId: 't1', conversationId: `${channel}-${personId}`, scope: 'personal' };
}

export function personOf(
  id: string,
  roles: Role[] = ['viewer'],
  over: Partial<PersonRecord> = {},
): PersonRecord {
  return {
    id,
    tenantId: 't1',
    name: id.charAt(0).toUpperCase() + id.slice(1),
    email: `${id}@example.com`,
    roles,
    groups: [],
    accounts: [],
    active: true,
    source: 'file',
    conversations: [chatOf(id)],
    absences: [],
    ...over,
  };
}

export const anyApprover: ApprovalRule = {
  name: 'any-approver',
  who: [{ kind: 'role', role: 'approver' }],
  need: { kind: 'any' },
  stepUp: false,
  undoSeconds: 0,
  expiresAfterHours: 24,
};

export interface ApprovalWorld {
  context: ApprovalContext;
  store: MemoryApprovals;
  clock: TestClock;
  people: Map<string, PersonRecord>;
  /** Every call that reached the tool, with its key. */
  runs: ToolRun[];
  /** Work that was put off until after the click. */
  settle(): Promise<void>;
  policy: { decide: Policy['decide'] };
}

/** The approval engine on memory, with cards that only tell the state: for tests of the engine itself. */
export function approvalWorld(
  people: PersonRecord[],
  { pause, run }: { pause?: (what: string) => Promise<void>; run?: ToolDesk['run'] } = {},
): ApprovalWorld {
  const store = memoryApprovals(pause);
  const clock = testClock();
  const known = new Map(people.map((person) => [person.id, person]));
  const runs: ToolRun[] = [];
  const active = (): PersonRecord[] => [...known.values()].filter((person) => person.active);
  const directory: Directory = {
    person: (id) => Promise.resolve(known.get(id)),
    managerOf: (id) => Promise.resolve(active().find((person) => person.id === known.get(id)?.managerId)),
    byRole: (role) => Promise.resolve(active().filter(({ roles }) => roles.includes(role))),
    standInFor: (id, at) => {
      const absence = known.get(id)?.absences.find(({ from, until }) => from <= at && at < until);
      return Promise.resolve(absence?.delegateId ? known.get(absence.delegateId) : undefined);
    },
    isAway: (id, at) =>
      Promise.resolve(known.get(id)?.absences.some(({ from, until }) => from <= at && at < until) ?? false),
    search: (text) =>
      Promise.resolve(active().filter(({ name }) => name.toLowerCase() === text.toLowerCase())),
    matching: (clause, requesterId) => {
      if (clause.kind === 'role') return directory.byRole(clause.role);
      if (clause.kind === 'group')
        return Promise.resolve(active().filter(({ groups }) => groups.includes(clause.group)));
      if (clause.kind === 'manager')
        return directory.managerOf(requesterId).then((one) => (one ? [one] : []));
      if (clause.kind === 'person') return Promise.resolve(active().filter(({ id }) => id === clause.person));
      return Promise.resolve([]);
    },
  };
  const cards: ApprovalCards = {
    card: ({ state, revision, decision }, { token, audience }) => ({
      text: `${state} r${revision}${decision ? ` by ${decision.by.id}` : ''}`,
      card: { template: 'test', data: { state, revision, audience, token: token ?? null } },
    }),
    reminder: ({ summary }) => ({ text: `waiting: ${summary}` }),
    handedOver: ({ summary }) => ({ text: `please look: ${summary}` }),
    handOverAnswered: (_approval, name, accepted) => ({
      text: `${name} ${accepted ? 'accepts' : 'declines'}`,
    }),
    mail: ({ tool }) => ({ subject: 'waiting', text: tool.title }),
    digest: (approvals) => ({ text: `${approvals.length} waiting` }),
  };
  const tools: ToolDesk = {
    check: (tool, parameters) => {
      if (tool !== 'ticket.create') return { ok: false, unknownTool: true };
      if (typeof parameters.title !== 'string') return { ok: false, errors: { title: 'Write a title.' } };
      return {
        ok: true,
        call: {
          tool: { name: tool, title: 'Create a ticket', risk: 'write', undoable: true },
          parameters,
          schema: {},
          summary: `Ticket "${parameters.title}"`,
          facts: {},
        },
      };
    },
    examine: () => Promise.resolve({}),
    run: async (call) => {
      runs.push(call);
      return run ? run(call) : { outcome: { kind: 'done', summary: 'Ticket T-1' }, messages: [] };
    },
    undo: () => Promise.resolve({ outcome: { kind: 'done', summary: 'undone' }, messages: [] }),
  };
  const policy: ApprovalWorld['policy'] = {
    decide: ({ tool, approved, parameters }) =>
      Promise.resolve({
        ruleId: 'r',
        version: 'v1',
        risk: tool.risk,
        ...(parameters.title === 'forbidden'
          ? { effect: 'deny' as const, reason: 'That is forbidden.' }
          : approved
            ? { effect: 'allow' as const, reason: '' }
            : { effect: 'needs-approval' as const, reason: 'It writes.', rule: anyApprover }),
      }),
  };
  const work: Promise<void>[] = [];
  const context: ApprovalContext = {
    reach: async (_tenantId, { conversations }) => conversations,
    canMail: true,
    approvals: () => store,
    directory: () => directory,
    tools,
    policy: { name: 'test', decide: (request) => policy.decide(request) },
    cards,
    stepUp: { verify: (_tenant, _person, code) => Promise.resolve(code === '123456' ? 'ok' : 'wrong') },
    screen: (text) =>
      Promise.resolve(text.includes('ignore all rules') ? 'That text may not pass.' : undefined),
    poke: () => undefined,
    later: (job) => void work.push(job()),
    clock,
    logger: silentLogger,
    metrics: noMetrics,
    owner: 'p1',
    secret: Buffer.alloc(32, 7),
    quietHours: { fromHour: 0, untilHour: 0 },
    leaseMs: 60_000,
  };
  const settle = async (): Promise<void> => {
    while (work.length > 0) await work.shift();
  };
  return { context, store, clock, people: known, runs, settle, policy };
}
