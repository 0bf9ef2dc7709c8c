import { randomInt } from 'node:crypto';
import { expect } from '@jest/globals';
import * as fc from 'fast-check';
import { approvalWorld, anyApprover, chatOf, personOf } from './fakes/approval-world.js';
import { createChainVerifier, emptyTip, nextEntry } from '../core/governance/audit/chain.js';
import type { ApprovalRule } from '../core/governance/policy/decision.js';
import type { OutboundMessage } from '../core/kernel/outbound-message.js';
import type { ApprovalContext } from '../core/approvals/context.js';
import { createApprovalService, type ApprovalService } from '../core/approvals/service.js';
import { isTerminal, type Approval } from '../core/approvals/approval.js';
import { approvalToken } from '../core/approvals/token.js';

const RULES: ApprovalRule[] = [
  anyApprover,
  { ...anyApprover, name: 'two', need: { kind: 'quorum', count: 2 } },
  {
    ...anyApprover,
    name: 'both',
    need: { kind: 'all' },
    who: [...anyApprover.who, { kind: 'role', role: 'admin' }],
  },
  { ...anyApprover, name: 'undo', undoSeconds: 30 },
];

type Act =
  | { kind: 'approve' | 'reject'; who: string; replica: number }
  | { kind: 'edit'; who: string; replica: number; title: string }
  | { kind: 'delegate' | 'ask-hand-over' | 'accept'; who: string; replica: number }
  | { kind: 'cancel' | 'execute' | 'tick' | 'crash-execute' | 'silence'; who: string; replica: number }
  | { kind: 'wait'; who: string; replica: number; ms: number };

const people = ['ada', 'bob', 'cleo', 'mia', 'stranger'];
const who = fc.constantFrom(...people);
const replica = fc.integer({ min: 0, max: 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('approve' as const, 'approve' as const, 'reject' as const),
      who,
      replica,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      who,
      replica,
      title: fc.constantFrom('Laptop', 'Phone', 'forbidden'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('delegate' as const, 'ask-hand-over' as const, 'accept' as const),
      who,
      replica,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'cancel' as const,
        'execute' as const,
        'tick' as const,
        'crash-execute' as const,
        'silence' as const,
      ),
      who,
      replica,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      who,
      replica,
      ms: fc.constantFrom(1_000, 31_000, 61_000, 50_000_000, 90_000_000),
    }),
  },
);

/** Runs the acts on two replicas over one store; the scheduler decides the order of every single read and write. */
async function play(rule: ApprovalRule, acts: Act[], scheduler: fc.Scheduler): Promise<void> {
  let scheduling = false;
  const pause = (what: string): Promise<void> =>
    scheduling ? scheduler.schedule(Promise.resolve(), what).then(() => undefined) : Promise.resolve();
  const effectsOfTool = new Map<string, number>();
  const world = approvalWorld(
    [
      personOf('mia'),
      personOf('ada', ['approver'], {
        conversations: [chatOf('ada'), chatOf('ada', 'slack')],
        managerId: 'cleo',
      }),
      personOf('bob', ['approver']),
      personOf('cleo', ['admin']),
      personOf('stranger'),
    ],
    {
      pause,
      run: async ({ key }) => {
        await pause('tool');
        // A tool with an idempotency key: the first call has the effect, later ones only hear of it.
        if (!effectsOfTool.has(key)) effectsOfTool.set(key, 1);
        await pause('tool');
        return { outcome: { kind: 'done', summary: 'Ticket T-1' }, messages: [] };
      },
    },
  );
  // Once in each play the policy may give no answer to the question before an execution.
  let silences = 0;
  let isSilent = false;
  world.policy.decide = ({ approved, parameters, tool }) => {
    const base = { ruleId: 'r', version: 'v1', risk: tool.risk, reason: 'x' };
    if (approved && isSilent) {
      isSilent = false;
      return Promise.resolve({ ...base, effect: 'deny', unanswered: true });
    }
    if (parameters.title === 'forbidden') return Promise.resolve({ ...base, effect: 'deny' });
    return Promise.resolve(
      approved ? { ...base, effect: 'allow' } : { ...base, effect: 'needs-approval', rule },
    );
  };
  const contexts: ApprovalContext[] = [0, 1].map((index) => ({
    ...world.context,
    owner: `replica-${index}`,
  }));
  const services = contexts.map(createApprovalService) as [ApprovalService, ApprovalService];
  const checked = world.context.tools.check('ticket.create', { title: 'Laptop' });
  if (!checked.ok) throw new Error('the call is valid');
  const opened = await services[0].open({
    tenantId: 't1',
    requestKey: 'turn-1',
    call: checked.call,
    rule,
    reason: 'It writes.',
    policy: { ruleId: 'r', version: 'v1' },
    requester: { id: 'mia', name: 'Mia' },
    origin: chatOf('mia'),
    locale: 'en',
    correlationId: 'c1',
  });
  if (opened.kind !== 'opened') throw new Error('it opens');
  const { id } = opened.approval;
  const stored = (): Approval => world.store.records.get(id) as Approval;
  const decisions: string[] = [];
  const replace = world.store.replace.bind(world.store);
  world.store.replace = async (previous, next, effect) => {
    const done = await replace(previous, next, effect);
    if (done && previous.decision === null && next.decision) decisions.push(next.decision.outcome);
    return done;
  };

  const perform = async (step: Act): Promise<void> => {
    const service = services[step.replica] as ApprovalService;
    const person = { id: step.who, name: step.who, active: true };
    const ask = {
      tenantId: 't1',
      approvalId: id,
      person,
      token: approvalToken(stored(), world.context.secret),
    };
    switch (step.kind) {
      case 'approve':
      case 'reject':
        return void (await service.decide({ ...ask, verdict: step.kind }));
      case 'edit':
        return void (await service.edit({ ...ask, parameters: { title: step.title } }));
      case 'delegate':
        return void (await service.delegate({ ...ask, to: { id: 'stranger', name: 'Stranger' } }));
      case 'ask-hand-over':
        return void (await service.askHandOver({ ...ask, to: { id: 'stranger', name: 'Stranger' } }));
      case 'accept':
        return void (await service.answerHandOver({ ...ask, accept: true }));
      case 'cancel':
        return void (await service.cancel({ ...ask, mayCancelAny: step.who === 'cleo' }));
      case 'execute':
        return void (await service.execute('t1', id));
      case 'crash-execute': {
        // The process dies between the start and the record: its last write never comes.
        const context = contexts[step.replica] as ApprovalContext;
        const dying: ApprovalContext = {
          ...context,
          tools: {
            ...context.tools,
            run: async (call) => {
              await context.tools.run(call);
              throw new Dead();
            },
          },
          approvals: () => ({
            ...world.store,
            replace: (previous, next, effect) =>
              next.execution?.outcome
                ? Promise.reject(new Dead())
                : world.store.replace(previous, next, effect),
          }),
        };
        await createApprovalService(dying)
          .execute('t1', id)
          .catch((error: unknown) => {
            if (!(error instanceof Dead)) throw error;
          });
        return;
      }
      case 'tick':
        return service.tick('t1', id);
      case 'silence':
        silences += 1;
        isSilent = silences === 1;
        return;
      case 'wait':
        return world.clock.advance(step.ms);
    }
  };

  scheduling = true;
  const playing = Promise.all(
    acts.map((step) => scheduler.schedule(Promise.resolve(), step.kind).then(() => perform(step))),
  );
  await scheduler.waitFor(playing);
  scheduling = false;
  await scheduler.waitAll();
  await world.settle();

  // Whatever happened, the jobs bring it to an end.
  for (let round = 0; round < 12 && !isTerminal(stored().state); round += 1) {
    world.clock.advance(9 * 3_600_000);
    await services[1].tick('t1', id);
  }
  const end = stored();
  expect(isTerminal(end.state)).toBe(true);
  expect(decisions).toHaveLength(1);
  const executions = effectsOfTool.get(id) ?? 0;
  expect(executions).toBe(decisions[0] === 'approved' && end.state !== 'cancelled' ? 1 : 0);
  expect(end.state === 'done').toBe(executions === 1);
  if (decisions[0] === 'approved') expectRuleWasKept(end, rule);
  expectCopiesAgree(
    end,
    world.store.effects.flatMap(({ messages }) => messages),
  );
  expectAuditVerifies(world.store.effects.flatMap(({ audit }) => audit));
}

class Dead extends Error {}

function expectRuleWasKept(end: Approval, rule: ApprovalRule): void {
  const agreed = new Set(
    end.votes
      .filter(({ verdict, revision }) => verdict === 'approve' && revision === end.revision)
      .map(({ by }) => by.id),
  );
  expect(agreed.has('mia')).toBe(false);
  expect(agreed.size).toBeGreaterThanOrEqual(rule.need.kind === 'any' ? 1 : 2);
}

function expectCopiesAgree(end: Approval, messages: OutboundMessage[]): void {
  for (const { copyKey } of end.copies) {
    const ofCopy = messages.filter((message) => message.copyKey === copyKey);
    expect(ofCopy[0]?.kind).toBe('post');
    expect(ofCopy.filter(({ kind }) => kind === 'post')).toHaveLength(1);
    expect(ofCopy.at(-1)?.content.card?.data).toMatchObject({ state: end.state, token: null });
  }
}

function expectAuditVerifies(events: Parameters<typeof nextEntry>[1]['event'][]): void {
  const verifier = createChainVerifier('t1');
  let tip = emptyTip('t1');
  for (const [position, event] of events.entries()) {
    const entry = nextEntry(tip, { tenantId: 't1', batchId: 'b', position, event });
    verifier.add(entry);
    tip = entry;
  }
  expect(verifier.finish(tip).faults).toEqual([]);
  expect(events.filter(({ action }) => action === 'approval-request')).toHaveLength(1);
}

/**
 * Tries `runs` random interleavings of clicks, edits, cancellations, executions, crashes and passing time on two
 * replicas; each must end with one decision, at most one execution, copies that agree and an audit that verifies.
 * @param seed of the random choices; printed, so that the same run can be had again.
 * @returns the seed.
 */
export async function checkInterleavings(runs: number, seed = randomInt(2 ** 31)): Promise<number> {
  process.stdout.write(`${runs} interleavings of approvals, seed ${seed}\n`);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...RULES),
      fc.array(act, { minLength: 2, maxLength: 9 }),
      fc.scheduler(),
      play,
    ),
    { numRuns: runs, seed },
  );
  return seed;
}
