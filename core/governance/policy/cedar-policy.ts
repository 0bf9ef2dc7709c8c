import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { InvalidInput } from '../../kernel/errors.js';
import { digest } from '../../kernel/json.js';
import { strictestRule, type ApprovalRules } from './approval-rules.js';
import type { Policy, PolicyDecision, PolicyRequest } from './decision.js';
import { loadCedar } from './load-cedar.js';
import { localHour } from './local-hour.js';

/** The texts of a policy folder: `*.cedar`, `*.cedarschema` and the parsed `approvals.yaml`. */
export interface CedarSource {
  policies: string;
  schema: string;
  rules: ApprovalRules;
  /** IANA name of the zone in which rules see hours and weekdays. */
  timeZone: string;
}

/** What the annotations of one policy say. */
interface PolicyNotes {
  needsApproval: boolean;
  approval?: string;
  reason: string;
  /** `@calls("person")`: a manager wants to be called when it denies. */
  callsPerson: boolean;
}

interface Verdict {
  allowed: boolean;
  /** Ids of the policies that made it so. */
  policyIds: string[];
}

/**
 * Policies in the Cedar language, parsed once and checked against their schema.
 * A forbid with `@decision("needs-approval")` is asked about twice: without and with a person's agreement. Only what
 * would be allowed with it needs approval; all else is denied, so that nobody is asked to agree to the impossible.
 * @throws InvalidInput for policies that do not parse, do not fit the schema, or name an unknown approval rule.
 */
export function createCedarPolicy({ policies, schema, rules, timeZone }: CedarSource): Policy & {
  readonly version: string;
} {
  const version = digest({ policies, schema, rules }).slice(0, 12);
  const cedar = loadCedar();
  const { texts, notes } = readPolicies(cedar, policies, rules);
  checkAgainstSchema(cedar, texts, schema);
  const setId = `steward-${version}`;
  accept(cedar.preparseSchema(setId, schema));
  accept(cedar.preparsePolicySet(setId, { staticPolicies: texts }));

  const ask = (request: PolicyRequest, approved: boolean): Verdict => {
    const answer = cedar.statefulIsAuthorized({
      ...cedarCall(request, approved, timeZone),
      preparsedPolicySetId: setId,
      preparsedSchemaName: setId,
      validateRequest: true,
    });
    if (answer.type === 'failure') return { allowed: false, policyIds: ['request-refused'] };
    const { decision, diagnostics } = answer.response;
    // A policy that fails on a request says nothing; a forbid that says nothing must not let the call pass.
    if (diagnostics.errors.length > 0)
      return { allowed: false, policyIds: diagnostics.errors.map((error) => error.policyId) };
    return { allowed: decision === 'allow', policyIds: [...diagnostics.reason].sort() };
  };

  const decide = (request: PolicyRequest): PolicyDecision => {
    const base = { version, risk: request.tool.risk };
    const asked = ask(request, request.approved);
    const reasonOf = (ids: string[]): string =>
      ids.map((id) => notes.get(id)?.reason ?? '').find(Boolean) ?? REFUSED;
    if (asked.allowed)
      return { ...base, effect: 'allow', ruleId: named(asked.policyIds), reason: reasonOf(asked.policyIds) };
    const waiting = asked.policyIds.filter((id) => notes.get(id)?.needsApproval);
    const final = asked.policyIds.filter((id) => !waiting.includes(id));
    const deny = (ids: string[]): PolicyDecision => ({
      ...base,
      effect: 'deny',
      ruleId: named(ids),
      reason: reasonOf(ids),
      ...(ids.some((id) => notes.get(id)?.callsPerson) && { callsPerson: true }),
    });
    if (request.approved || final.length > 0 || waiting.length === 0) return deny(final);
    const agreed = ask(request, true);
    if (!agreed.allowed) return deny(agreed.policyIds);
    const rule = strictestRule(
      rules,
      waiting.map((id) => notes.get(id)?.approval ?? ''),
    );
    if (!rule) return deny(waiting);
    const deciding = waiting.find((id) => notes.get(id)?.approval === rule.name) as string;
    return { ...base, effect: 'needs-approval', ruleId: named(waiting), reason: reasonOf([deciding]), rule };
  };

  return { name: 'cedar', version, decide: (request) => Promise.resolve(decide(request)) };
}

const REFUSED = 'No rule allows this.';
const named = (ids: string[]): string => ids.join('+') || 'default';

/** Splits the text into policies by their `@id`, with their annotations. */
function readPolicies(
  { policySetTextToParts, policyToJson }: typeof Cedar,
  text: string,
  rules: ApprovalRules,
): { texts: Record<string, string>; notes: Map<string, PolicyNotes> } {
  const parts = policySetTextToParts(text);
  if (parts.type === 'failure') throw unusable(parts.errors);
  const texts: Record<string, string> = {};
  const notes = new Map<string, PolicyNotes>();
  for (const policy of parts.policies) {
    const parsed = policyToJson(policy);
    if (parsed.type === 'failure') throw unusable(parsed.errors);
    const { id, decision, approval, reason, calls } = (parsed.json.annotations ?? {}) as Record<
      string,
      string | undefined
    >;
    if (!id || notes.has(id)) {
      throw new InvalidInput(
        'governance.bad-policy',
        `Each policy needs an @id of its own; ${id ? `"${id}" stands there twice` : 'one has none'}.`,
      );
    }
    const needsApproval = decision === 'needs-approval';
    if (needsApproval && (parsed.json.effect !== 'forbid' || !rules.some((rule) => rule.name === approval))) {
      throw new InvalidInput(
        'governance.bad-policy',
        `Policy "${id}" needs approval: it has to be a forbid, and its @approval has to name a rule of approvals.yaml.`,
      );
    }
    if (calls !== undefined && (calls !== 'person' || parsed.json.effect !== 'forbid' || needsApproval)) {
      throw new InvalidInput(
        'governance.bad-policy',
        `Policy "${id}": only a forbid that ends the matter can have @calls, and its value is "person".`,
      );
    }
    texts[id] = policy;
    notes.set(id, { needsApproval, approval, reason: reason ?? '', callsPerson: calls === 'person' });
  }
  return { texts, notes };
}

function checkAgainstSchema({ validate }: typeof Cedar, texts: Record<string, string>, schema: string): void {
  const checked = validate({ schema, policies: { staticPolicies: texts } });
  if (checked.type === 'failure') throw unusable(checked.errors);
  const [first] = checked.validationErrors;
  if (first) {
    throw new InvalidInput('governance.bad-policy', `Policy "${first.policyId}": ${first.error.message}`);
  }
}

function accept(answer: { type: 'success' } | { type: 'failure'; errors: Cedar.DetailedError[] }): void {
  if (answer.type === 'failure') throw unusable(answer.errors);
}

function unusable(errors: Cedar.DetailedError[]): InvalidInput {
  return new InvalidInput(
    'governance.bad-policy',
    `The policy files cannot be used: ${errors.map((error) => error.message).join('; ')}`,
  );
}

type CedarCall = Pick<
  Parameters<typeof Cedar.statefulIsAuthorized>[0],
  'principal' | 'action' | 'resource' | 'context' | 'entities'
>;

function cedarCall(request: PolicyRequest, approved: boolean, timeZone: string): CedarCall {
  const { person, tool, facts } = request;
  const principal = { type: 'Person', id: person.id };
  const resource = { type: 'Tool', id: tool.name };
  const parents = [
    ...person.roles.map((id) => ({ type: 'Role', id: id as string })),
    ...person.groups.map((id) => ({ type: 'Group', id })),
  ];
  return {
    principal,
    action: { type: 'Action', id: 'call' },
    resource,
    context: {
      tenant: request.tenantId,
      approved,
      agent: request.agent ?? '',
      untrusted: facts.untrusted ?? false,
      amountMicroUsd: Math.max(0, Math.round(facts.amountMicroUsd ?? 0)),
      hosts: facts.hosts ?? [],
      recipientDomains: (facts.recipients ?? []).map(domainOf),
      ...localHour(request.at, timeZone),
    },
    entities: [
      { uid: principal, attrs: { id: person.id, tenant: person.tenantId }, parents },
      ...parents.map((uid) => ({ uid, attrs: {}, parents: [] })),
      { uid: resource, attrs: { name: tool.name, risk: tool.risk }, parents: [] },
    ],
  };
}

/** The part after the last `@`, in lower case; an address without one is its own domain and so on no list. */
function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
