import type { Passage } from '../../kernel/answer.js';
import type { JsonValue } from '../../kernel/json.js';
import type { Model, ModelRequest, ModelResult } from '../model.js';

/** What can be said from passages alone: sentences quoted from them, with citations in `details`. */
export interface Extract {
  text: string;
  details: JsonValue;
}

export const OFFLINE_MODEL = 'offline/extractive';

/**
 * The model of an installation without an endpoint. It quotes from the passages it was given and writes nothing of its own;
 * where they say nothing the text is empty, and the caller says so to the person.
 */
export function createOfflineModel(
  extract: (question: string, passages: Passage[]) => Promise<Extract | undefined>,
): Model {
  const generate = async ({ question = '', passages = [] }: ModelRequest): Promise<ModelResult> => {
    const found = question && passages.length > 0 ? await extract(question, passages) : undefined;
    return {
      text: found?.text ?? '',
      toolCalls: [],
      finishReason: 'stop',
      usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reported: true },
      model: OFFLINE_MODEL,
      costMicroUsd: 0,
      details: found?.details,
    };
  };
  return {
    name: 'offline',
    generate,
    async *stream(request) {
      const result = await generate(request);
      if (result.text) yield { kind: 'text', text: result.text };
      yield { kind: 'end', result };
    },
  };
}
