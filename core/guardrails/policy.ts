import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { InvalidInput } from '../kernel/errors.js';
import { digest } from '../kernel/json.js';
import { PII_TYPES } from './pii/types.js';
import { compileSafePattern } from './safe-pattern.js';

const mode = z.enum(['enforce', 'observe', 'off']);
const share = z.number().min(0).max(1);
const action = z.enum(['redact', 'review', 'block']);

/** By measured alarms, see the model card: what is read is judged by another model than what is typed. */
const thresholds = z
  .strictObject({
    user: share.default(0.5),
    document: share.default(0.7), // the company's own pages: a rule that is not quoted costs more than one odd sentence
    'tool-result': share.default(0.33),
    'web-page': share.default(0.5),
    mail: share.default(0.33),
    model: share.default(0.6),
  })
  .prefault({});

const hostName = z
  .string()
  .regex(
    /^(?:[a-z0-9-]{1,63}\.){0,8}[a-z0-9-]{1,63}$/i,
    'must be a host name such as wiki.example.com, without https://',
  );

/** What is wrong with a type that is not looked for, and the nearest there is. */
function notAType(type: string, known: ReadonlySet<string>): string {
  const meant = [...known].filter((name) => name.includes(type.toUpperCase()));
  const list =
    meant.length > 0 ? `Did you mean ${meant.join(' or ')}?` : `There are: ${[...known].join(', ')}.`;
  return `there is no type ${type}. ${list}`;
}

const policySchema = z.strictObject({
  version: z.literal(1),
  /** How many requests an hour the whole tenant has; see `DEFAULT_RATE_LIMITS`. */
  plan: z.enum(['free', 'developer', 'enterprise']).default('enterprise'),
  input: z
    .strictObject({
      injection: z
        .strictObject({
          mode: mode.default('enforce'),
          /** Scores at or above are blocked, by where the text came from. */
          block: thresholds,
          /** Between this and the block threshold a configured second opinion is asked. */
          uncertainFrom: share.default(0.15),
        })
        .prefault({}),
      pii: z
        .strictObject({
          mode: mode.default('enforce'),
          leave: z.array(z.string()).default([]),
          custom: z
            .array(
              z.strictObject({
                type: z
                  .string()
                  .regex(/^[A-Z][A-Z0-9_]{1,39}$/, 'must be upper case such as CUSTOMER_NUMBER'),
                pattern: z.string(),
              }),
            )
            .max(50)
            .default([]),
        })
        .superRefine(({ leave, custom }, context) => {
          const known = new Set([...PII_TYPES, ...custom.map(({ type }) => type)]);
          leave.forEach((type, position) => {
            if (!known.has(type))
              context.addIssue({ code: 'custom', path: ['leave', position], message: notAType(type, known) });
          });
        })
        .prefault({}),
    })
    .prefault({}),
  output: z
    .strictObject({
      grounding: z
        .strictObject({
          mode: mode.default('enforce'),
          bar: share.default(0.7),
          below: z.enum(['mark', 'remove', 'review']).default('mark'),
        })
        .prefault({}),
      danger: z.strictObject({ mode: mode.default('enforce'), action: action.default('block') }).prefault({}),
      leaks: z.strictObject({ mode: mode.default('enforce'), action: action.default('block') }).prefault({}),
      pii: z.strictObject({ mode: mode.default('enforce') }).prefault({}),
      tone: z.strictObject({ mode: mode.default('enforce'), action: action.default('review') }).prefault({}),
      links: z
        .strictObject({
          mode: mode.default('enforce'),
          action: action.default('redact'),
          allowedHosts: z.array(hostName).max(500).default([]),
          onlyAllowed: z.boolean().default(false),
        })
        .prefault({}),
      topics: z
        .strictObject({
          mode: mode.default('enforce'),
          action: action.default('review'),
          not: z
            .array(z.enum(['financial-advice', 'medical-advice', 'legal-advice', 'competitors']))
            .default([]),
          competitors: z.array(z.string().min(2).max(80)).max(200).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
});

type PolicyFile = z.infer<typeof policySchema>;

/** One tenant's guardrails, checked; `version` changes whenever the content does. */
export interface GuardrailPolicy extends Omit<PolicyFile, 'version'> {
  version: string;
  customPatterns: { type: string; pattern: RegExp }[];
}

function finish({ version, ...content }: PolicyFile): GuardrailPolicy {
  return {
    ...content,
    version: `guardrails-${version}.${digest(content).slice(0, 10)}`,
    customPatterns: content.input.pii.custom.map(({ type, pattern }) => ({
      type,
      pattern: compileSafePattern(pattern),
    })),
  };
}

/** What holds for a tenant without a file of its own. */
export const defaultPolicy = (): GuardrailPolicy => finish(policySchema.parse({ version: 1 }));

/** The policies of an installation: what holds for everybody, and what single tenants have otherwise. */
export interface PolicyBook {
  /** Tenants with settings of their own. */
  tenants: string[];
  of(tenantId: string): GuardrailPolicy;
}

/** The book of an installation without a file. */
export const defaultPolicies = (): PolicyBook => {
  const policy = defaultPolicy();
  return { tenants: [], of: () => policy };
};

/**
 * Reads a policy file (`samples/guardrails.yaml` shows every setting); what it leaves out has its default. Under `tenants`
 * stand, by tenant id, the settings that one tenant has otherwise; lists replace lists.
 * @throws InvalidInput that names each wrong setting, what it is and what it must be.
 */
export function parseGuardrailPolicies(yaml: string): PolicyBook {
  const content = readYaml(yaml);
  if (!isRecord(content)) return { tenants: [], of: constant(checked(content)) };
  const { tenants = {}, ...common } = content;
  if (!isRecord(tenants))
    throw new InvalidInput(
      'guardrails.policy',
      'The guardrail policy has mistakes. tenants: must hold settings by tenant id',
    );
  const everybody = checked(common);
  const own = new Map(
    Object.entries(tenants).map(([id, settings]) => [
      id,
      checked(overlaid(common, settings), `tenants.${id}.`),
    ]),
  );
  return { tenants: [...own.keys()], of: (tenantId) => own.get(tenantId) ?? everybody };
}

/** The policy of a file for tenants without settings of their own; see `parseGuardrailPolicies`. */
export const parseGuardrailPolicy = (yaml: string): GuardrailPolicy => parseGuardrailPolicies(yaml).of('');

const constant =
  <T>(value: T) =>
  (): T =>
    value;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The settings of `over` laid over those of `under`, setting by setting. */
function overlaid(under: unknown, over: unknown): unknown {
  if (!isRecord(under) || !isRecord(over)) return over ?? under;
  const merged = { ...under };
  for (const [name, value] of Object.entries(over)) merged[name] = overlaid(under[name], value);
  return merged;
}

function readYaml(yaml: string): unknown {
  try {
    return parse(yaml);
  } catch (error) {
    const where = error instanceof YAMLParseError && error.linePos ? ` in line ${error.linePos[0].line}` : '';
    throw new InvalidInput('guardrails.policy-yaml', `The guardrail policy is not valid YAML${where}.`, {
      cause: error,
    });
  }
}

function checked(content: unknown, place = ''): GuardrailPolicy {
  const read = policySchema.safeParse(content);
  if (read.success) return finish(read.data);
  const problems = read.error.issues.map(
    ({ path, message }) => `${place}${path.join('.') || 'file'}: ${message}`,
  );
  throw new InvalidInput('guardrails.policy', `The guardrail policy has mistakes. ${problems.join('; ')}`);
}

/** Where two policies differ, one line each, for the audit and for the person who changes one. */
export function comparePolicies(
  before: Pick<GuardrailPolicy, 'plan' | 'input' | 'output'>,
  after: Pick<GuardrailPolicy, 'plan' | 'input' | 'output'>,
): string[] {
  const left = flatten({ plan: before.plan, input: before.input, output: before.output });
  const right = flatten({ plan: after.plan, input: after.input, output: after.output });
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => left.get(key) !== right.get(key))
    .sort()
    .map((key) => `${key}: ${left.get(key) ?? 'not set'} -> ${right.get(key) ?? 'not set'}`);
}

function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[prefix, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...flatten(inner, prefix ? `${prefix}.${key}` : key)]),
  );
}
