import { createHash } from 'node:crypto';
import type { Model, ModelMessage, ModelRequest, ModelResult, ModelTool } from '../../gateway/model.js';
import type { PromptedModel } from '../../gateway/prompts/ask-by-prompt.js';
import { conversationKey, roomOf } from '../../kernel/conversation-reference.js';
import { describeError, StewardError, Unavailable } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import { markUntrusted, UNTRUSTED_NOTICE } from '../../guardrails/untrusted.js';
import type { AgentDefinition } from '../definition.js';
import type { ToolRegistry } from '../tools/registry.js';
import { isEmptyThought, type PlannedCall, type Run, type RunState, type Step, type Written } from './run.js';

export interface Thought extends Written {
  text: string;
  calls: PlannedCall[];
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
    /** Gets the text as it comes. */
    onText?(text: string): void;
  }): Promise<Thought>;
}

/** Models take no dots in names of functions. */
const nameForModel = (tool: string): string => tool.replaceAll('.', '__');
const nameOfTool = (name: string): string => name.replaceAll('__', '.');

/** An agent that thinks by a language model. */
export function createModelThinker({ model, prompts }: PromptedModel, registry: ToolRegistry): Thinker {
  return {
    async think({ run, agent, steps, state, key, signal, onText }) {
      const tools = agent.tools.flatMap((name): ModelTool[] => {
        const tool = registry.get(name);
        const { description } = tool ?? {};
        return tool && description
          ? [{ name: nameForModel(name), description, parameters: registry.schemaOf(tool) }]
          : [];
      });
      const { role, goal, instructions, languages } = agent;
      const prompt = prompts.render(
        'agent',
        {
          role,
          goal,
          instructions,
          notice: UNTRUSTED_NOTICE,
          locale: run.locale,
          languages: languages.join(', '),
        },
        run.personId,
      );
      const told = new Set<string>();
      for (const step of steps)
        if ((step.kind === 'strategy' || step.kind === 'instruction') && step.prompt) told.add(step.prompt);
      const log = toMessages(run.id, steps, (name) => {
        const { id, text } = prompts.render(name, {}, run.personId);
        told.add(id);
        return text;
      });
      const besides = told.size > 0 ? [...told] : undefined;
      const result = await written(model, onText, {
        messages: [{ role: 'system', content: prompt.text }, ...log],
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
          sessionId: conversationKey(run.origin),
          project: roomOf(run.origin),
          runId: run.id,
          agent: run.agent,
          correlationId: run.correlationId,
          purpose: 'agent',
          prompt: prompt.id,
          besides,
        },
        callKey: key,
        signal,
      });
      return {
        // a reply that had no room to end is not to look like one that did
        text: result.finishReason === 'length' && result.text ? `${result.text} …` : result.text,
        // some endpoints count their ids afresh in each reply; ours are the run's own
        calls: result.toolCalls.map(({ name, arguments: parameters }, index) => ({
          id: `${key}:${index}`,
          tool: nameOfTool(name),
          parameters,
        })),
        model: result.model,
        prompt: prompt.id,
        ...((besides ?? result.besides) && { besides: [...told, ...(result.besides ?? [])] }),
        costMicroUsd: result.costMicroUsd,
        tokens: result.usage.inputTokens + result.usage.outputTokens,
      };
    },
  };
}

/** Streams: a long thought is seen as it grows, and a pressed stop ends what is paid for. */
async function written(
  model: Model,
  onText: ((text: string) => void) | undefined,
  request: ModelRequest,
): Promise<ModelResult> {
  let result: ModelResult | undefined;
  for await (const event of model.stream(request)) {
    if (event.kind === 'end') result = event.result;
    else onText?.(event.text);
  }
  if (!result) throw new Unavailable('agents.no-result', 'The model ended its reply without a result.');
  return result;
}

/** Something to read beside the task, if there is any. */
function material(title: string, label: string, text: string | undefined, salt: string): ModelMessage[] {
  if (!text) return [];
  return [
    { role: 'user', content: `${title}\n${markUntrusted({ text, origin: 'tool-result', label }, salt)}` },
  ];
}

/** Our ids are longer than OpenAI takes (40 signs), and Mistral's models want nine letters and digits. */
const wireId = (id: string): string =>
  BigInt(`0x${createHash('sha256').update(id).digest('hex')}`)
    .toString(36)
    .slice(0, 9);

/** The log as a conversation: what tools returned is marked as material, never as instructions. */
function toMessages(salt: string, steps: readonly Step[], told: (prompt: string) => string): ModelMessage[] {
  return steps.flatMap((step): ModelMessage[] => {
    switch (step.kind) {
      case 'started':
        return [
          ...material('Earlier in this conversation:', 'memory', step.memory, salt),
          { role: 'user', content: step.goal },
          ...material('What others of the team handed over:', 'shared context', step.context, salt),
        ];
      case 'instruction':
      case 'strategy':
        return [{ role: 'user', content: step.text }];
      case 'thought':
        if (isEmptyThought(step)) return [{ role: 'user', content: told('agent-empty') }];
        return [
          {
            role: 'assistant',
            content: step.text,
            toolCalls: step.calls.map(({ id, tool, parameters }) => ({
              id: wireId(id),
              name: nameForModel(tool),
              arguments: parameters,
            })),
          },
        ];
      case 'observation':
        return [
          {
            role: 'tool',
            toolCallId: wireId(step.callId),
            content: markUntrusted({ text: step.text, origin: 'tool-result', label: step.tool }, salt),
          },
        ];
      case 'verified':
        return step.ok ? [] : [{ role: 'user', content: told('agent-unsupported') }];
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
      const next = steps[state.found];
      if (next) {
        const parameters = Object.fromEntries(
          Object.entries(next.with).map(([name, text]) => [name, filled(text, state)]),
        );
        return Promise.resolve({ ...free, text: '', calls: [{ id: key, tool: next.tool, parameters }] });
      }
      const findings = state.observations
        .slice(-state.found || undefined)
        .map(({ ok, text }) => (ok ? text : `⚠️ ${text}`));
      return Promise.resolve({ ...free, text: [...findings, `_${adds}_`].join('\n\n'), calls: [] });
    },
  };
}

/**
 * Thinks by a model while it answers and may be paid. When the very first thought fails for such a reason the run goes on
 * without one; a run that began with a model is not taken over half-way.
 */
export function withOfflineThinker(model: Thinker, offline: Thinker, logger: Logger): Thinker {
  return {
    async think(input) {
      const { steps, state, run, signal } = input;
      const isOffline = steps.some((step) => step.kind === 'thought' && step.model === OFFLINE_THINKER);
      if (isOffline) return offline.think(input);
      try {
        return await model.think(input);
      } catch (error) {
        const isOut = error instanceof StewardError && (error.retryable || error.code === 'gateway.budget');
        if (!isOut || state.thoughts > 0 || signal?.aborted) throw error;
        logger.warn({ run: run.id, error: describeError(error) }, 'An agent goes on without a model.');
        return offline.think(input);
      }
    },
  };
}

const TITLE_LENGTH = 120;

/** What a fork said stands in place of the goal; `{{material}}` is what others handed over, or the goal itself. */
function filled(text: string, { goal, said = goal, context }: RunState): string {
  return text
    .replaceAll('{{goal}}', () => said)
    .replaceAll('{{material}}', () => (context ? `${said}\n${context}` : said))
    .replaceAll('{{title}}', () => (said.split('\n')[0] ?? said).slice(0, TITLE_LENGTH));
}
