import { StewardError } from '../../kernel/errors.js';
import type { Model, ModelRequest, ModelResult } from '../model.js';

/** Words planted into system prompts that must never come back. */
export interface PromptMarks {
  /** The prompt with the tenant's word in it. */
  mark(prompt: string, tenantId: string): string;
  /** Whether a text gives a system prompt away: the planted word, or a stretch of `prompts`. */
  givesAway(text: string, tenantId: string, prompts: readonly string[]): boolean;
}

const promptsOf = ({ messages }: ModelRequest): string[] =>
  messages.filter(({ role }) => role === 'system').map(({ content }) => content);

/**
 * Marks every system prompt, and breaks off a reply that gives one away, whether in words or in the arguments of a tool
 * call: nobody reads it, no tool is called with it.
 */
export function withPromptMarks(
  inner: Model,
  marks: PromptMarks,
  onLeak: (request: ModelRequest) => void,
): Model {
  const marked = (request: ModelRequest): ModelRequest => ({
    ...request,
    messages: request.messages.map((message) =>
      message.role === 'system'
        ? { ...message, content: marks.mark(message.content, request.origin.tenantId) }
        : message,
    ),
  });
  const check = (text: string, request: ModelRequest): void => {
    if (!marks.givesAway(text, request.origin.tenantId, promptsOf(request))) return;
    onLeak(request);
    throw new StewardError(
      'gateway.prompt-leak',
      'A reply was broken off because it gave the system prompt away.',
    );
  };
  const checkResult = (result: ModelResult, request: ModelRequest): ModelResult => {
    const called = result.toolCalls.map((call) => JSON.stringify(call.arguments));
    check([result.text, ...called].join('\n'), request);
    return result;
  };

  return {
    name: inner.name,
    generate: async (request) => checkResult(await inner.generate(marked(request)), request),
    async *stream(request) {
      let told = '';
      let checked = 0;
      for await (const event of inner.stream(marked(request))) {
        if (event.kind === 'end') {
          yield { kind: 'end', result: checkResult(event.result, request) };
          continue;
        }
        told += event.text;
        // a look at the whole text so far is dear: one each time it has grown by a line's length
        if (told.length - checked > LOOK_EVERY) {
          check(told, request);
          checked = told.length;
        }
        yield event;
      }
    },
  };
}

const LOOK_EVERY = 80;
