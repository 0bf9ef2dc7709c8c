import type { Model, ModelMessage, ModelTool } from '../../gateway/model.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../guardrails/untrusted.js';
import type { AgentDefinition } from '../definition.js';
import type { ToolRegistry } from '../tools/registry.js';
import type { PlannedCall, Run, RunState, Step } from './run.js';

export interface Thought {
  text: string;
  calls: PlannedCall[];
  model: string;
  costMicroUsd: number;
  tokens: number;
}

/** Decides what an agent does next, from its log. */
export interface Thinker {
  think(input: {
    run: Run;
    agent: AgentDefinition;
    steps: readonly Step[];
    state: RunState;
    /** Same key, same thought. */
    key: string;
    signal?: AbortSignal;
  }): Promise<Thought>;
}

/** Models take no dots in names of functions. */
const nameForModel = (tool: string): string => tool.replaceAll('.', '__');
const nameOfTool = (name: string): string => name.replaceAll('__', '.');

/** An agent that thinks by a language model. */
export function createModelThinker(model: Model, registry: ToolRegistry): Thinker {
  return {
    async think({ run, agent, steps, state, key, signal }) {
      const tools = agent.tools.flatMap((name): ModelTool[] => {
        const tool = registry.get(name);
        const { description } = tool ?? {};
        return tool && description
          ? [{ name: nameForModel(name), description, parameters: registry.schemaOf(tool) }]
          : [];
      });
      const result = await model.generate({
        messages: [
          { role: 'system', content: instructions(agent, run.locale) },
          ...toMessages(run.id, steps),
        ],
        tools,
        tier: agent.tier,
        route: {
          text: state.goal,
          toolsNeeded: agent.offline.steps.length,
          historyTurns: state.thoughts,
          failedVerifications: state.failedVerifications,
        },
        origin: {
          tenantId: run.tenantId,
          personId: run.personId,
          sessionId: run.id,
          runId: run.id,
          agent: run.agent,
          correlationId: run.correlationId,
          purpose: 'agent',
        },
        callKey: key,
        signal,
      });
      return {
        text: result.text,
        // some endpoints count their ids afresh in each reply; ours are the run's own
        calls: result.toolCalls.map(({ name, arguments: parameters }, index) => ({
          id: `${key}:${index}`,
          tool: nameOfTool(name),
          parameters,
        })),
        model: result.model,
        costMicroUsd: result.costMicroUsd,
        tokens: result.usage.inputTokens + result.usage.outputTokens,
      };
    },
  };
}

function instructions({ role, goal, instructions: how }: AgentDefinition, locale: string): string {
  return [
    role,
    goal,
    how,
    UNTRUSTED_NOTICE,
    'Use tools for facts; never invent the outcome of one. When a call fails, read why and change what it says.',
    `When you are done, reply with the result alone, in the language of the task (${locale} if unclear).`,
  ].join('\n');
}

/** The log as a conversation: what tools returned is marked as material, never as instructions. */
function toMessages(salt: string, steps: readonly Step[]): ModelMessage[] {
  return steps.flatMap((step): ModelMessage[] => {
    switch (step.kind) {
      case 'started':
        return [{ role: 'user', content: step.goal }];
      case 'instruction':
      case 'strategy':
        return [{ role: 'user', content: step.text }];
      case 'thought':
        return [
          {
            role: 'assistant',
            content: step.text,
            toolCalls: step.calls.map(({ id, tool, parameters }) => ({
              id,
              name: nameForModel(tool),
              arguments: parameters,
            })),
          },
        ];
      case 'observation':
        return [
          {
            role: 'tool',
            toolCallId: step.callId,
            content: markUntrusted({ text: step.text, origin: 'tool-result', label: step.tool }, salt),
          },
        ];
      case 'verified':
        return step.ok
          ? []
          : [
              {
                role: 'user',
                content: 'What you found does not support that. Look again, or say what is not known.',
              },
            ];
      default:
        return [];
    }
  });
}

export const OFFLINE_THINKER = 'offline/plan';

/**
 * An agent without a model: it takes the steps that its definition lists, shows what they found word for word, and says
 * what a model would add. A step that was refused or failed is told as such.
 */
export function createOfflineThinker(): Thinker {
  const free = { model: OFFLINE_THINKER, costMicroUsd: 0, tokens: 0 };
  return {
    think({ agent, state, key }) {
      const { steps, adds } = agent.offline;
      const next = steps[state.observations.length];
      if (next) {
        const parameters = Object.fromEntries(
          Object.entries(next.with).map(([name, text]) => [name, filled(text, state.goal)]),
        );
        return Promise.resolve({ ...free, text: '', calls: [{ id: key, tool: next.tool, parameters }] });
      }
      const findings = state.observations.map(({ ok, text }) => (ok ? text : `⚠️ ${text}`));
      return Promise.resolve({ ...free, text: [...findings, `_${adds}_`].join('\n\n'), calls: [] });
    },
  };
}

const TITLE_LENGTH = 120;

const filled = (text: string, goal: string): string =>
  text
    .replaceAll('{{goal}}', () => goal)
    .replaceAll('{{title}}', () => (goal.split('\n')[0] ?? goal).slice(0, TITLE_LENGTH));
