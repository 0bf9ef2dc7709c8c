import { parse } from 'yaml';
import { z } from 'zod';
import { parseClause } from '../governance/policy/approval-rules.js';
import { InvalidInput, describeError } from '../kernel/errors.js';
import { ESCALATION_REASONS, type EscalationChain, type EscalationReason } from './escalation.js';

const clause = z.string().transform((text, context) => {
  const read = parseClause(text);
  if (typeof read !== 'string') return read;
  context.addIssue({ code: 'custom', message: read });
  return z.NEVER;
});

const fileSchema = z.strictObject({
  chains: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-z0-9-]*$/),
        /** For which reasons; a chain without any is used for all others. */
        reasons: z.array(z.enum(ESCALATION_REASONS)).default([]),
        rounds: z.number().int().min(1).max(10).default(1),
        answerWithinMinutes: z.number().positive().max(10_080).default(30),
        steps: z
          .array(
            z.strictObject({
              afterMinutes: z.number().min(0).max(10_080),
              notify: z.array(clause).min(1),
              webhooks: z.array(z.url({ protocol: /^https?$/ })).default([]),
              also: z
                .array(
                  z
                    .string()
                    .regex(
                      /^(pagerduty|telegram:.+|email:.+@.+)$/,
                      'use pagerduty, telegram:CHAT or email:ADDRESS',
                    ),
                )
                .default([]),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

/**
 * Reads `escalation.yaml`.
 * @returns the chain for each reason.
 * @throws InvalidInput that names what is wrong, also when no chain is left for other reasons.
 */
export function parseEscalationChains(text: string): (reason: EscalationReason) => EscalationChain {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    throw new InvalidInput('approvals.bad-chains', `escalation.yaml cannot be read: ${describeError(error)}`);
  }
  const read = fileSchema.safeParse(raw);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    throw new InvalidInput('approvals.bad-chains', `escalation.yaml: ${faults}`);
  }
  const other = read.data.chains.find(({ reasons }) => reasons.length === 0);
  if (!other)
    throw new InvalidInput('approvals.bad-chains', 'escalation.yaml needs one chain without reasons.');
  return (reason) => {
    const { reasons: _reasons, ...chain } =
      read.data.chains.find(({ reasons }) => reasons.includes(reason)) ?? other;
    return chain;
  };
}
