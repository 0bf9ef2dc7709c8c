import type { JsonValue } from '../../kernel/json.js';
import type { CallOrigin, Model, ModelRequest, ModelResult, ModelToolCall } from '../model.js';

/** What one call hides of its texts, and puts back into the reply. */
export interface Concealment {
  /** Takes out what no endpoint may see; the same value becomes the same placeholder throughout a call. */
  hide(text: string): string;
  /** Puts back what may come back to the person. */
  restore(text: string): string;
}

/** Begins a call's concealment by the rules of its tenant, knowing all texts that the call will hide. */
export type Conceal = (origin: CallOrigin, texts: readonly string[]) => Concealment | Promise<Concealment>;

/** Longer than any placeholder; what a stream holds back while one may still be coming. */
const PLACEHOLDER_REACH = 60;

/**
 * Everything that leaves for an endpoint is hidden first, tool results and tool arguments included, and what came of the
 * hidden values is put back into text and tool calls.
 */
export function withRedaction(inner: Model, conceal: Conceal): Model {
  const hidden = async (
    request: ModelRequest,
  ): Promise<{ request: ModelRequest; concealment: Concealment }> => {
    const concealment = await conceal(request.origin, textsOf(request));
    const messages = request.messages.map((message): ModelRequest['messages'][number] => {
      const content = concealment.hide(message.content);
      if (message.role !== 'assistant' || !message.toolCalls) return { ...message, content };
      return {
        ...message,
        content,
        toolCalls: message.toolCalls.map((call) => withArguments(call, (text) => concealment.hide(text))),
      };
    });
    return { request: { ...request, messages }, concealment };
  };
  const restored = (result: ModelResult, { restore }: Concealment): ModelResult => ({
    ...result,
    text: restore(result.text),
    toolCalls: result.toolCalls.map((call) => withArguments(call, restore)),
  });

  return {
    name: inner.name,
    generate: async (original) => {
      const { request, concealment } = await hidden(original);
      return restored(await inner.generate(request), concealment);
    },
    async *stream(original) {
      const { request, concealment } = await hidden(original);
      let held = '';
      for await (const event of inner.stream(request)) {
        if (event.kind === 'text') {
          const text = held + event.text;
          const open = text.lastIndexOf('[');
          const mayGoOn = open >= 0 && !text.includes(']', open) && text.length - open < PLACEHOLDER_REACH;
          held = mayGoOn ? text.slice(open) : '';
          const ready = mayGoOn ? text.slice(0, open) : text;
          if (ready) yield { kind: 'text', text: concealment.restore(ready) };
          continue;
        }
        if (held) yield { kind: 'text', text: concealment.restore(held) };
        held = '';
        yield { kind: 'end', result: restored(event.result, concealment) };
      }
    },
  };
}

const withArguments = (call: ModelToolCall, change: (text: string) => string): ModelToolCall => ({
  ...call,
  arguments: changeTexts(call.arguments, change) as ModelToolCall['arguments'],
});

/** Everything of a request that is hidden before it leaves. */
function textsOf({ messages }: ModelRequest): string[] {
  const texts: string[] = [];
  const note = (text: string): string => {
    texts.push(text);
    return text;
  };
  for (const message of messages) {
    note(message.content);
    if (message.role === 'assistant') message.toolCalls?.forEach((call) => withArguments(call, note));
  }
  return texts;
}

function changeTexts(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => changeTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, changeTexts(item, change)]));
}
