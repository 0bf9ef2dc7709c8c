import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { describeError, InvalidInput } from '../kernel/errors.js';
import { shippedFile } from '../kernel/package-root.js';
import { readYaml, yamlFilesIn, type ReadYaml } from '../kernel/read-yaml.js';
import { agentContractSchema, createContractBook, type ContractBook } from '../guardrails/contracts.js';
import { DATA_CLASSES } from '../knowledge/document.js';
import { RISKS } from '../governance/policy/decision.js';

const sentence = z.string().trim().min(3).max(600);
const toolName = z.string().regex(/^[a-z]+(?:\.[a-z-]+)+$/, 'must be a tool name such as ticket.create');

const definitionSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z-]{1,39}$/, 'must be small letters and hyphens')
    .refine((name) => name !== 'team', 'is the word for several agents at once'),
  title: z.string().trim().min(2).max(40),
  /** What people call it beside that, in any language. */
  alsoCalled: z.array(z.string().trim().min(2).max(40)).max(20).default([]),
  role: sentence,
  goal: sentence,
  instructions: sentence,
  /** Words of the tasks that suit the agent, in any language: by them it is chosen for a team. */
  topics: z.array(z.string().trim().min(2).max(40)).min(1).max(60),
  tools: z.array(toolName).min(1).max(20),
  tier: z.enum(['light', 'standard', 'heavy']),
  budget: z.strictObject({
    /** Entries of a run's log; a tool call takes two, a thought two. */
    steps: z.number().int().min(4).max(200),
    dollars: z.number().positive().max(10),
  }),
  /** What the agent is certified for; whatever is not listed is refused, whoever asks. */
  contract: z.strictObject({
    tools: agentContractSchema.shape.tools.min(1),
    riskCeiling: z.enum(RISKS),
    /** Classifications of documents that it may read; the person's own permissions hold as well. */
    dataClasses: z.array(z.enum(DATA_CLASSES)).min(1),
  }),
  languages: z.array(z.string().min(2).max(10)).min(1),
  starters: z.array(z.string().trim().min(3).max(200)).min(1).max(5),
  offline: z.strictObject({
    /** What is done without a model; `{{goal}}` and `{{title}}` stand for the task and its first words, `{{material}}` for it with what others handed over. */
    steps: z.array(z.strictObject({ tool: toolName, with: z.record(z.string(), z.string()) })).min(1),
    adds: sentence,
  }),
});

/** Who an agent is and what it may do; one YAML file each in `core/agents/definitions`. */
export type AgentDefinition = z.output<typeof definitionSchema>;

/** The contracts of agents as their definitions hold them. */
export function contractBookOf(agents: Iterable<AgentDefinition>): ContractBook {
  return createContractBook(
    [...agents].map(({ name, contract, budget }) => ({
      agent: name,
      tools: contract.tools,
      costPerRunMicroUsd: budget.dollars * 1_000_000,
      stepsPerRun: budget.steps,
    })),
  );
}

/**
 * Reads an agent's file.
 * @throws InvalidInput with the file, the line and the mistake, one per line.
 */
export const parseAgent = (yaml: string, file: string): AgentDefinition => readAgent(yaml, file).value;

function readAgent(yaml: string, file: string): ReadYaml<AgentDefinition> {
  const { value, lineAt } = readYaml(yaml, file, definitionSchema, 'agents.definition');
  const { name, tools, offline } = value;
  const book = contractBookOf([value]);
  const strange = [
    ...offline.steps.flatMap(({ tool }, index) =>
      tools.includes(tool)
        ? []
        : [`${file}:${lineAt(['offline', 'steps', index, 'tool'])}: ${tool} is not among the agent's tools`],
    ),
    ...tools.flatMap((tool, index) =>
      book.matrix([tool]).length > 0
        ? []
        : [`${file}:${lineAt(['tools', index])}: ${tool} is not in the contract of ${name}`],
    ),
  ];
  if (strange.length > 0) throw new InvalidInput('agents.definition', strange.join('\n'));
  return { value, lineAt };
}

const SHIPPED = shippedFile('core', 'agents', 'definitions');

type RiskOf = (tool: string) => 'read' | 'write' | 'destructive' | undefined;

/**
 * The shipped agents and those of a folder of the operator's, which replace shipped ones of the same name; by name.
 * @throws InvalidInput with every mistake, file and line: a wrong value, a tool that does not exist or is riskier than the
 *   contract allows, a name that is taken, a folder that cannot be read.
 */
export function loadAgents(riskOf: RiskOf, ownFolder?: string): Map<string, AgentDefinition> {
  const agents = agentsOf(SHIPPED, riskOf);
  for (const [name, agent] of ownFolder === undefined ? [] : agentsOf(ownFolder, riskOf))
    agents.set(name, agent);
  return agents;
}

function agentsOf(folder: string, riskOf: RiskOf): Map<string, AgentDefinition> {
  const agents = new Map<string, AgentDefinition>();
  const mistakes: string[] = [];
  for (const file of yamlFilesIn(folder, 'STEWARD_AGENTS', 'agents.folder')) {
    try {
      const yaml = readFileSync(join(folder, file), 'utf8');
      const { value: agent, lineAt } = readAgent(yaml, file);
      mistakes.push(...toolMistakes(agent, (index) => `${file}:${lineAt(['tools', index])}`, riskOf));
      if (agents.has(agent.name))
        mistakes.push(`${file}:${lineAt(['name'])}: there are two agents named ${agent.name}.`);
      agents.set(agent.name, agent);
    } catch (error) {
      mistakes.push(error instanceof InvalidInput ? error.message : `${file}: ${describeError(error)}`);
    }
  }
  if (mistakes.length > 0) throw new InvalidInput('agents.definition', mistakes.join('\n'));
  return agents;
}

const toolMistakes = (
  { tools, contract }: AgentDefinition,
  placeOf: (index: number) => string,
  riskOf: RiskOf,
): string[] =>
  tools.flatMap((tool, index) => {
    const risk = riskOf(tool);
    const at = `${placeOf(index)}: the tool ${tool}`;
    if (risk === undefined) return [`${at} does not exist.`];
    const isRiskier = RISKS.indexOf(risk) > RISKS.indexOf(contract.riskCeiling);
    return isRiskier ? [`${at} is riskier (${risk}) than the contract allows.`] : [];
  });
