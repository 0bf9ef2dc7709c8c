import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../kernel/logger.js';
import { shippedFile } from '../../kernel/package-root.js';
import { noMetrics } from '../../kernel/telemetry.js';
import { systemClock } from '../../kernel/clock.js';
import { parseApprovalRules, strictestRule } from './approval-rules.js';
import { createCedarPolicy } from './cedar-policy.js';
import { createPolicy, type DecisionRecord } from './decide.js';
import type { Policy, PolicyDecision, PolicyRequest } from './decision.js';
import { loadPolicyFolder } from './load-policy.js';
import { localHour } from './local-hour.js';

const request: PolicyRequest = {
  tenantId: 't1',
  person: { id: 'p1', tenantId: 't1', roles: ['viewer'], groups: [] },
  tool: { name: 'ticket.create', risk: 'write' },
  parameters: { secret: 'do not log' },
  facts: {},
  approved: false,
  at: new Date('2026-11-18T12:00:00Z'),
};
const answering = (decision: Partial<PolicyDecision>): Policy => ({
  name: 'p',
  decide: (asked) =>
    Promise.resolve({
      effect: 'allow',
      ruleId: 'r',
      reason: '',
      version: 'v1',
      risk: asked.tool.risk,
      ...decision,
    }),
});
function policyOf(policies: Policy[], mode: 'enforce' | 'observe' = 'enforce', known = true) {
  const log: DecisionRecord[] = [];
  const record = (entry: DecisionRecord): Promise<void> => Promise.resolve(void log.push(entry));
  const shared = { clock: systemClock, logger: silentLogger, metrics: noMetrics, log: { record } };
  return { log, policy: createPolicy({ policies, mode, isKnownTool: () => known, ...shared }) };
}

describe('the policy in front', () => {
  it('lets the strictest of several answers win', async () => {
    const { policy } = policyOf([answering({}), answering({ effect: 'deny', ruleId: 'no' }), answering({})]);
    expect(await policy.decide(request)).toMatchObject({ effect: 'deny', ruleId: 'no' });
  });

  it('denies an unknown tool without asking anybody, also when it only observes', async () => {
    const { policy } = policyOf([answering({})], 'observe', false);
    expect(await policy.decide(request)).toMatchObject({ effect: 'deny', ruleId: 'unknown-tool' });
  });

  it('denies when a policy throws and when there is none', async () => {
    const broken: Policy = { name: 'broken', decide: () => Promise.reject(new Error('no')) };
    expect((await policyOf([answering({}), broken]).policy.decide(request)).effect).toBe('deny');
    expect((await policyOf([]).policy.decide(request)).effect).toBe('deny');
  });

  it('lets pass in observe mode and logs what it would have done, without parameters', async () => {
    const { policy, log } = policyOf([answering({ effect: 'deny', ruleId: 'no' })], 'observe');
    expect((await policy.decide(request)).effect).toBe('allow');
    expect(log).toMatchObject([
      { effect: 'allow', wouldBe: 'deny', ruleId: 'no', version: 'v1', tool: 'ticket.create' },
    ]);
    expect(JSON.stringify(log)).not.toContain('do not log');
  });

  it('raises the risk by one tier when the arguments come from untrusted text', async () => {
    const decision = await policyOf([answering({})]).policy.decide({
      ...request,
      facts: { untrusted: true },
    });
    expect(decision.risk).toBe('destructive');
  });
});

describe('policy files', () => {
  it('are refused when a policy does not fit the schema', async () => {
    const source = await loadPolicyFolder(shippedFile('samples', 'policies'));
    const wrong =
      '@id("x") forbid (principal, action == Action::"call", resource) when { context.colour == "red" };';
    expect(() => createCedarPolicy({ ...source, policies: wrong })).toThrow(/"x"/);
    expect(() => createCedarPolicy({ ...source, policies: 'forbid (principal, action, resource);' })).toThrow(
      /@id/,
    );
    expect(() => createCedarPolicy({ ...source, policies: 'forbid principal' })).toThrow(/cannot be used/);
  });

  it('are refused when a policy names an approval rule that is not there', async () => {
    const source = await loadPolicyFolder(shippedFile('samples', 'policies'));
    const wrong =
      '@id("x") @decision("needs-approval") @approval("nobody") forbid (principal, action, resource);';
    expect(() => createCedarPolicy({ ...source, policies: wrong })).toThrow(/approvals.yaml/);
  });

  it('deny by default when no permit speaks for the call', async () => {
    const source = await loadPolicyFolder(shippedFile('samples', 'policies'));
    const empty = '@id("x") forbid (principal, action == Action::"call", resource) when { false };';
    const decision = await createCedarPolicy({ ...source, policies: empty }).decide(request);
    expect(decision).toMatchObject({ effect: 'deny', ruleId: 'default' });
  });
});

describe('approval rules', () => {
  it('are read with who, how many and by when', () => {
    const [rule] = parseApprovalRules(
      'rules: [{name: a, who: [manager, "group:x"], need: {quorum: 2}, stepUp: true}]',
    );
    expect(rule).toEqual({
      name: 'a',
      who: [{ kind: 'manager' }, { kind: 'group', group: 'x' }],
      need: { kind: 'quorum', count: 2 },
      stepUp: true,
      verifiedAccount: false,
      undoSeconds: 0,
      expiresAfterHours: 24,
    });
  });

  it.each([
    ['rules: [{name: a, who: ["role:king"], need: any}]', /there is no role king/],
    ['rules: [{name: a, who: [somebody], need: any}]', /use manager/],
    ['rules: [{name: a, who: [manager], need: any}, {name: a, who: [manager], need: any}]', /twice/],
    ['rules: [{name: a, who: [manager], need: any, quorum: 3}]', /quorum/],
    [': [', /cannot be read/],
  ])('are refused with the reason: %s', (text, reason) => {
    expect(() => parseApprovalRules(text)).toThrow(reason);
  });

  it('combine to the strictest of those named', () => {
    const rules = parseApprovalRules(`rules:
      - {name: mild, who: [manager], need: any, stepUp: true, undoSeconds: 30}
      - {name: strict, who: [manager, "role:admin"], need: all, expiresAfterHours: 72}`);
    expect(strictestRule(rules, ['mild', 'strict'])).toMatchObject({
      name: 'strict',
      stepUp: true,
      undoSeconds: 30,
      expiresAfterHours: 24,
    });
    expect(strictestRule(rules, ['other'])).toBeUndefined();
  });
});

describe('hours in a time zone', () => {
  it('follow the zone and its summer time', () => {
    expect(localHour(new Date('2026-11-22T23:30:00Z'), 'Europe/Berlin')).toEqual({ weekday: 1, hour: 0 });
    expect(localHour(new Date('2026-07-01T05:00:00Z'), 'Europe/Berlin')).toEqual({ weekday: 3, hour: 7 });
  });
});
