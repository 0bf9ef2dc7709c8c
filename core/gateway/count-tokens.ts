import type { ModelRequest } from './model.js';

/** Longer runs without a space are broken up: the tokenizer takes a second for twenty thousand equal letters. */
const LONG_RUN = /\S{200}/g;

/**
 * Tokens of texts by the tokenizer of OpenAI's present models (o200k). Loaded when it is first needed: it is only for
 * endpoints that do not report what they used. What looks like a special token is counted as the plain text it is.
 */
export async function countTokens(texts: string[]): Promise<number> {
  const { countTokens: count } = await import('gpt-tokenizer/encoding/o200k_base');
  const plain = { disallowedSpecial: new Set<string>() };
  return texts.reduce((sum, text) => sum + count(text.replace(LONG_RUN, '$& '), plain), 0);
}

/** A number that is rarely too small and costs nothing to find: for reserving, never for bills. */
export function roughTokens(texts: string[]): number {
  return texts.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 3), 0);
}

/** All that a request makes an endpoint read. */
export const textsOf = ({ messages, tools = [], responseSchema }: ModelRequest): string[] => [
  ...messages.map(({ content }) => content),
  ...messages.flatMap((message) =>
    message.role === 'assistant' && message.toolCalls ? [JSON.stringify(message.toolCalls)] : [],
  ),
  ...tools.map((tool) => JSON.stringify(tool)),
  ...(responseSchema ? [JSON.stringify(responseSchema)] : []),
];
