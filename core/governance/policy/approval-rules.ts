import { z } from 'zod';
import { parse } from 'yaml';
import { InvalidInput, describeError } from '../../kernel/errors.js';
import { ROLES } from '../../kernel/person.js';
import type { ApprovalRule, ApproverClause } from './decision.js';

const FORM = /^(manager|(role|group|person|on-call):.+)$/;

/** @returns the clause that a text such as `role:approver` stands for, or what is wrong with the text. */
export function parseClause(text: string): ApproverClause | string {
  if (!FORM.test(text)) return 'use manager, role:R, group:G, person:P or on-call:S';
  const [kind, name = ''] = splitOnce(text);
  if (kind === 'manager') return { kind: 'manager' };
  if (kind === 'group') return { kind: 'group', group: name };
  if (kind === 'person') return { kind: 'person', person: name };
  if (kind === 'on-call') return { kind: 'on-call', schedule: name };
  const role = ROLES.find((known) => known === name);
  return role ? { kind: 'role', role } : `there is no role ${name}; roles are ${ROLES.join(', ')}`;
}

const clauseSchema = z.string().transform((text, context): ApproverClause => {
  const read = parseClause(text);
  if (typeof read !== 'string') return read;
  context.addIssue({ code: 'custom', message: read });
  return z.NEVER;
});

const ruleSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]*$/),
    who: z.array(clauseSchema).min(1),
    need: z.union([z.enum(['any', 'all']), z.strictObject({ quorum: z.number().int().min(1).max(20) })]),
    stepUp: z.boolean().default(false),
    verifiedAccount: z.boolean().default(false),
    undoSeconds: z.number().int().min(0).max(86_400).default(0),
    expiresAfterHours: z.number().positive().max(720).default(24),
  })
  .transform(({ need, ...rule }): ApprovalRule => ({
    ...rule,
    need: typeof need === 'string' ? { kind: need } : { kind: 'quorum', count: need.quorum },
  }));

const fileSchema = z.strictObject({ rules: z.array(ruleSchema).min(1) });

/** The rules of a tenant, mildest first. */
export type ApprovalRules = readonly ApprovalRule[];

/**
 * Reads `approvals.yaml`.
 * @throws InvalidInput that names the rule and the member at fault.
 */
export function parseApprovalRules(text: string): ApprovalRules {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new InvalidInput(
      'governance.bad-approval-rules',
      `approvals.yaml cannot be read: ${describeError(error)}`,
    );
  }
  const read = fileSchema.safeParse(raw);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new InvalidInput('governance.bad-approval-rules', `approvals.yaml: ${faults}`);
  }
  const names = read.data.rules.map((rule) => rule.name);
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice) {
    throw new InvalidInput(
      'governance.bad-approval-rules',
      `approvals.yaml: the rule ${twice} stands there twice.`,
    );
  }
  return read.data.rules;
}

/** The strictest of the named rules: the last in the file, with a code, a sure account or a delay if any of them asks for one. */
export function strictestRule(rules: ApprovalRules, names: readonly string[]): ApprovalRule | undefined {
  const named = rules.filter((rule) => names.includes(rule.name));
  const last = named.at(-1);
  return (
    last && {
      ...last,
      stepUp: named.some((rule) => rule.stepUp),
      verifiedAccount: named.some((rule) => rule.verifiedAccount),
      undoSeconds: Math.max(...named.map((rule) => rule.undoSeconds)),
      expiresAfterHours: Math.min(...named.map((rule) => rule.expiresAfterHours)),
    }
  );
}

function splitOnce(text: string): [string, string?] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}
