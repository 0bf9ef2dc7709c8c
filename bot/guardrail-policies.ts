import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { AuditLog } from '../core/governance/audit/audit-log.js';
import {
  comparePolicies,
  defaultPolicies,
  defaultPolicy,
  parseGuardrailPolicies,
  type GuardrailPolicy,
  type PolicyBook,
} from '../core/guardrails/policy.js';
import type { Clock } from '../core/kernel/clock.js';
import { describeError, InvalidInput } from '../core/kernel/errors.js';
import { newId } from '../core/kernel/ids.js';
import type { JsonObject } from '../core/kernel/json.js';
import type { Logger } from '../core/kernel/logger.js';
import { HOME_TENANT, servedTenants } from './tenants.js';

/** The policies in force; a change of their file counts within seconds and is audited. */
export interface GuardrailPolicies {
  of(tenantId: string): GuardrailPolicy;
  /** Notes in the audit what changed since the last process that ran, and from now on whatever changes. */
  start(): Promise<void>;
  stop(): void;
}

export interface GuardrailPoliciesOptions {
  /** The file of `STEWARD_GUARDRAILS`; without one the shipped settings hold. */
  file: string | undefined;
  audit: AuditLog;
  clock: Clock;
  logger: Logger;
}

const CHANGE = 'guardrail-policy-change';
const RESOURCE = 'guardrails:policy';
const LOOK_EVERY_MS = 5_000;

/**
 * Reads a policy file.
 * @throws InvalidInput that says what is wrong with it.
 */
export function readPolicies(file: string | undefined): PolicyBook {
  if (!file) return defaultPolicies();
  let yaml: string;
  try {
    yaml = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidInput(
      'bot.guardrails-file',
      `STEWARD_GUARDRAILS cannot be read: ${describeError(error)}`,
    );
  }
  return parseGuardrailPolicies(yaml);
}

/** Keeps the policies and what is audited of them. A file with a mistake leaves those in force that were. */
export function createGuardrailPolicies({
  file,
  audit,
  clock,
  logger,
}: GuardrailPoliciesOptions): GuardrailPolicies {
  let book = readPolicies(file);
  let noting = Promise.resolve();

  const noteAll = async (): Promise<void> => {
    const tenants = new Set([...(await servedTenants(audit)), ...book.tenants]);
    for (const tenantId of tenants) await noteChange(audit, tenantId, book.of(tenantId), clock.now());
  };

  const reread = (): void => {
    try {
      book = readPolicies(file);
      logger.info({ version: book.of(HOME_TENANT).version }, 'The guardrail policy was read anew.');
    } catch (error) {
      logger.error({ error: describeError(error) }, 'The guardrail policy stays as it was.');
      return;
    }
    noting = noting
      .then(noteAll)
      .catch((error: unknown) =>
        logger.error({ error: describeError(error) }, 'A change of the guardrail policy was not audited.'),
      );
  };

  return {
    of: (tenantId) => book.of(tenantId),
    start: async () => {
      await noteAll();
      if (file) watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, reread);
    },
    stop: () => {
      if (file) unwatchFile(file, reread);
    },
  };
}

/** Appends an event when the policy is another than the one last noted for the tenant. */
async function noteChange(
  audit: AuditLog,
  tenantId: string,
  policy: GuardrailPolicy,
  at: Date,
): Promise<void> {
  const settings = settingsOf(policy);
  let before = settingsOf(defaultPolicy());
  let changes = 0;
  for await (const { event } of audit.read(tenantId, { resource: RESOURCE, action: CHANGE })) {
    before = { ...settingsOf(defaultPolicy()), ...(event.after as unknown as Settings) };
    changes += 1;
  }
  if (before.version === settings.version) return;
  await audit.append(tenantId, [
    {
      // two processes that see the same change note it once
      id: `guardrails-${changes}-${settings.version}`,
      events: [
        {
          action: CHANGE,
          actor: { kind: 'system', id: 'guardrails' },
          resource: RESOURCE,
          before: before as unknown as JsonObject,
          after: settings as unknown as JsonObject,
          reason: comparePolicies(before, settings).join('; '),
          rule: settings.version,
          correlationId: newId(at),
          at,
        },
      ],
    },
  ]);
}

/** A policy as the audit keeps it: what can be written down, without the compiled patterns. */
type Settings = Pick<GuardrailPolicy, 'version' | 'plan' | 'input' | 'output'>;
const settingsOf = ({ version, plan, input, output }: GuardrailPolicy): Settings => ({
  version,
  plan,
  input,
  output,
});
