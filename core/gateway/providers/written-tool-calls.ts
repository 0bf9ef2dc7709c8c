import { z } from 'zod';
import type { ModelTool, ModelToolCall } from '../model.js';
import { readArguments } from './read-completion.js';

/** Llama's models call the arguments parameters. */
const callSchema = z.strictObject({
  name: z.string(),
  arguments: z.unknown().optional(),
  parameters: z.unknown().optional(),
});
/** `<tool_call>{…}</tool_call>`, as Qwen's and Hermes' models write it; the last end is often missing. */
const TAGGED = /<tool_call>([\s\S]*?)(?:<\/tool_call>|$)/g;

/**
 * Tool calls that a small server left in the text, because it does not know how its model writes them. The whole text has to
 * be calls of tools that were offered: anything else is an answer, which may show an example.
 */
export function writtenToolCalls(text: string, tools: readonly ModelTool[] = []): ModelToolCall[] {
  const bare = text.trim();
  if (tools.length === 0 || !/^(?:<tool_call>|```|\{)/.test(bare)) return [];
  const tagged = [...bare.matchAll(TAGGED)].map(([, call = '']) => call);
  if (tagged.length > 0 && bare.replaceAll(TAGGED, '').trim() !== '') return [];
  const written = tagged.length > 0 ? tagged : [bare];
  const calls = written.flatMap((call, index) => {
    const { data } = callSchema.safeParse(readArguments(call));
    if (!data || !tools.some(({ name }) => name === data.name)) return [];
    const given = data.arguments ?? data.parameters ?? {};
    const said = typeof given === 'string' ? given : JSON.stringify(given);
    return [{ id: `call-${index + 1}`, name: data.name, arguments: readArguments(said) }];
  });
  return calls.length === written.length ? calls : [];
}
