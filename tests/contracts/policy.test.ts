import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadPolicyFolder } from '../../core/governance/policy/load-policy.js';
import { createCedarPolicy } from '../../core/governance/policy/cedar-policy.js';
import { createOpaPolicy } from '../../core/governance/policy/opa-policy.js';
import type { Policy, PolicyRequest } from '../../core/governance/policy/decision.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { createOutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { shippedFile } from '../../core/kernel/package-root.js';
import { startFakeOpa, type FakeOpa } from '../fakes/opa.js';

const WEDNESDAY_NOON = new Date('2026-11-18T12:00:00Z');

function call(
  tool: string,
  risk: PolicyRequest['tool']['risk'],
  over: Partial<PolicyRequest> = {},
): PolicyRequest {
  return {
    tenantId: 't1',
    person: { id: 'p1', tenantId: 't1', roles: ['viewer'], groups: [] },
    tool: { name: tool, risk },
    parameters: {},
    facts: {},
    approved: false,
    at: WEDNESDAY_NOON,
    ...over,
  };
}

let opa: FakeOpa;
const policies = new Map<string, Policy>();

beforeAll(async () => {
  opa = await startFakeOpa();
  const source = await loadPolicyFolder(shippedFile('samples', 'policies'));
  policies.set('cedar', createCedarPolicy(source));
  const fetch = createOutboundFetch(() => true);
  policies.set('opa', createOpaPolicy({ url: opa.url, fetch, logger: silentLogger, ...source }));
});
afterAll(() => opa.close());

describe.each(['cedar', 'opa'])('the shipped policy, decided by %s,', (name) => {
  const decide = (request: PolicyRequest) => (policies.get(name) as Policy).decide(request);

  it('allows reading', async () => {
    expect(await decide(call('ticket.list', 'read'))).toMatchObject({
      effect: 'allow',
      ruleId: 'people-use-tools',
    });
  });

  it('lets a write wait for the manager or an approver and allows it once a person agreed', async () => {
    const decision = await decide(call('ticket.create', 'write'));
    expect(decision).toMatchObject({ effect: 'needs-approval', ruleId: 'writes-need-approval' });
    expect(decision.rule).toMatchObject({
      name: 'manager-or-approver',
      need: { kind: 'any' },
      stepUp: false,
    });
    expect(decision.version).not.toBe('');
    expect((await decide(call('ticket.create', 'write', { approved: true }))).effect).toBe('allow');
  });

  it('lets people remind themselves without asking, unless a document told them to', async () => {
    expect((await decide(call('reminder.create', 'write'))).effect).toBe('allow');
    expect((await decide(call('reminder.create', 'write', { facts: { untrusted: true } }))).effect).toBe(
      'needs-approval',
    );
  });

  it('asks two people with codes before something is destroyed, and only in working hours', async () => {
    const decision = await decide(call('github.close-issue', 'destructive'));
    expect(decision.rule).toMatchObject({
      name: 'destructive',
      need: { kind: 'quorum', count: 2 },
      stepUp: true,
    });
    const sunday = await decide(
      call('github.close-issue', 'destructive', { at: new Date('2026-11-22T12:00:00Z') }),
    );
    expect(sunday).toMatchObject({ effect: 'deny', ruleId: 'risky-in-working-hours' });
  });

  it('keeps hosts and recipients off the list out, also with approval', async () => {
    const hook = call('webhook.send', 'write', { facts: { hosts: ['evil.example.net'] }, approved: true });
    expect(await decide(hook)).toMatchObject({ effect: 'deny', ruleId: 'listed-hosts-only' });
    const mail = call('email.send', 'write', {
      facts: { recipients: ['a@example.com', 'b@example.com.evil.test'] },
    });
    expect(await decide(mail)).toMatchObject({ effect: 'deny', ruleId: 'listed-recipients-only' });
    expect(
      await decide(call('email.send', 'write', { facts: { recipients: ['a@Example.com'] } })),
    ).toMatchObject({
      effect: 'needs-approval',
      rule: { name: 'outgoing' },
    });
  });

  it('takes the strictest of several rules by amount', async () => {
    const costly = await decide(
      call('equipment.request', 'write', { facts: { amountMicroUsd: 2_000_000_000 } }),
    );
    expect(costly.rule).toMatchObject({ name: 'manager-and-finance', need: { kind: 'all' } });
    const dear = await decide(
      call('equipment.request', 'write', { facts: { amountMicroUsd: 60_000_000_000 } }),
    );
    expect(dear).toMatchObject({ effect: 'deny', ruleId: 'amount-limit', callsPerson: true });
  });

  it('sends deployments to the change advisory board', async () => {
    const decision = await decide(call('deployment.start', 'write'));
    expect(decision.rule).toMatchObject({
      name: 'change-advisory-board',
      need: { kind: 'quorum', count: 2 },
    });
  });

  it('keeps the data of another tenant out of reach', async () => {
    expect(await decide(call('ticket.list', 'read', { tenantId: 't2' }))).toMatchObject({
      effect: 'deny',
      ruleId: 'own-tenant-only',
    });
  });
});

describe('an Open Policy Agent that fails', () => {
  it('denies when it answers an error, nonsense or nothing', async () => {
    const failing = await startFakeOpa();
    const { rules, timeZone } = await loadPolicyFolder(shippedFile('samples', 'policies'));
    const fetch = createOutboundFetch(() => true);
    const policy = createOpaPolicy({ url: failing.url, fetch, rules, timeZone, logger: silentLogger });
    for (const [status, body] of [
      [500, '{}'],
      [200, '{"result":{"effect":"perhaps"}}'],
      [200, '{}'],
      [200, 'no json'],
    ] as const) {
      failing.answerWith(status, body);
      expect((await policy.decide(call('ticket.list', 'read'))).effect).toBe('deny');
    }
    await failing.close();
    expect(await policy.decide(call('ticket.list', 'read'))).toMatchObject({
      effect: 'deny',
      ruleId: 'opa-unavailable',
    });
  });
});
