import { z } from 'zod';
import type { Role } from '../kernel/person.js';
import { ROLES } from '../kernel/person.js';

/** What an agent is certified for. Whatever is not listed is not allowed. */
export const agentContractSchema = z.strictObject({
  agent: z.string().min(1).max(80),
  tools: z.array(
    z.strictObject({
      /** Tool name, or `prefix.*` for all tools of one connector. */
      tool: z
        .string()
        .regex(
          /^[\w-]+(?:\.[\w-]+)*(?:\.\*)?$/,
          'must be a tool name such as github.create-issue or github.*',
        ),
      /** Roles of the person on whose behalf the agent may use it; absent: every role. */
      roles: z.array(z.enum(ROLES)).min(1).optional(),
      /** Calls allowed in one run. */
      callsPerRun: z.number().int().positive().optional(),
    }),
  ),
  /** Spending limit of one run, in micro-dollars. */
  costPerRunMicroUsd: z.number().int().nonnegative().optional(),
  /** Steps of one run. */
  stepsPerRun: z.number().int().positive().optional(),
});
export type AgentContract = z.infer<typeof agentContractSchema>;

/** One attempt to use a tool. */
export interface ToolUse {
  agent: string;
  tool: string;
  roles: readonly Role[];
  /** Earlier calls of this tool in the run. */
  callsSoFar: number;
  costSoFarMicroUsd: number;
  stepsSoFar: number;
}

export type ContractDecision =
  { allowed: true; rule: string } | { allowed: false; rule: string; reason: string };

/** Decides tool uses by contracts; an agent without a contract may use nothing. */
export interface ContractBook {
  decide(use: ToolUse): ContractDecision;
  /** Rows of the access matrix: agent x tool x role, for the console and the audit. */
  matrix(tools: readonly string[]): { agent: string; tool: string; roles: Role[] }[];
}

const covers = (pattern: string, tool: string): boolean =>
  pattern.endsWith('.*') ? tool.startsWith(pattern.slice(0, -1)) : pattern === tool;

/** Makes the book; of several rules that cover a tool the one with the longest name counts. */
export function createContractBook(contracts: readonly AgentContract[]): ContractBook {
  const byAgent = new Map(contracts.map((contract) => [contract.agent, contract]));
  const ruleFor = (agent: string, tool: string): AgentContract['tools'][number] | undefined =>
    byAgent
      .get(agent)
      ?.tools.filter((rule) => covers(rule.tool, tool))
      .sort((a, b) => b.tool.length - a.tool.length)[0];

  return {
    decide({ agent, tool, roles, callsSoFar, costSoFarMicroUsd, stepsSoFar }) {
      const contract = byAgent.get(agent);
      const rule = ruleFor(agent, tool);
      const refuse = (name: string, reason: string): ContractDecision => ({
        allowed: false,
        rule: `contract.${agent}.${name}`,
        reason,
      });
      if (!contract) return refuse('none', `Agent ${agent} has no contract.`);
      if (!rule) return refuse('tool', `Agent ${agent} is not certified for ${tool}.`);
      if (rule.roles && !rule.roles.some((role) => roles.includes(role))) {
        return refuse('role', `${tool} needs one of the roles ${rule.roles.join(', ')}.`);
      }
      if (rule.callsPerRun !== undefined && callsSoFar >= rule.callsPerRun) {
        return refuse('calls', `${tool} may be called ${rule.callsPerRun} times in a run.`);
      }
      if (contract.costPerRunMicroUsd !== undefined && costSoFarMicroUsd >= contract.costPerRunMicroUsd) {
        return refuse('cost', `The run has used its budget.`);
      }
      if (contract.stepsPerRun !== undefined && stepsSoFar >= contract.stepsPerRun) {
        return refuse('steps', `The run has used its ${contract.stepsPerRun} steps.`);
      }
      return { allowed: true, rule: `contract.${agent}.${rule.tool}` };
    },
    matrix: (tools) =>
      contracts.flatMap(({ agent }) =>
        tools.flatMap((tool) => {
          const rule = ruleFor(agent, tool);
          return rule ? [{ agent, tool, roles: rule.roles ?? [...ROLES] }] : [];
        }),
      ),
  };
}
