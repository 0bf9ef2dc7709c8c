/**
 * Tokens of texts by the tokenizer of OpenAI's present models (o200k). Loaded when it is first needed: it is only for
 * endpoints that do not report what they used.
 */
export async function countTokens(texts: string[]): Promise<number> {
  const { countTokens: count } = await import('gpt-tokenizer/encoding/o200k_base');
  return texts.reduce((sum, text) => sum + count(text), 0);
}

/** A number that is rarely too small and costs nothing to find: for reserving, never for bills. */
export function roughTokens(texts: string[]): number {
  return texts.reduce((sum, text) => sum + Math.ceil(Buffer.byteLength(text) / 3), 0);
}
