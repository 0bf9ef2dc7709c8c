import type { z } from 'zod';
import type { Model, ModelRequest } from '../model.js';
import { generateStructured, type Structured } from '../structured.js';
import { subjectOf, type PromptRegistry, type PromptVariables, type RenderedPrompt } from './registry.js';

/** A model with the words to ask it by. */
export interface PromptedModel {
  model: Model;
  prompts: PromptRegistry;
}

export interface PromptedRequest extends Omit<ModelRequest, 'messages' | 'responseSchema'> {
  /** Name of the prompt that is the system message. */
  prompt: string;
  variables: PromptVariables;
  /** What the person, or the task, says. */
  user: string;
}

/** The request with its messages, and with the prompt's version in its trace. */
export function promptedRequest(
  prompts: PromptRegistry,
  { prompt, variables, user, ...request }: PromptedRequest,
): ModelRequest {
  const { id, text } = prompts.render(prompt, variables, subjectOf(request.origin));
  return {
    ...request,
    messages: [
      { role: 'system', content: text },
      { role: 'user', content: user },
    ],
    origin: { ...request.origin, prompt: id },
  };
}

/** Asks for a value of a schema by a prompt, and counts for its version whether the reply could be used. */
export async function askByPrompt<Schema extends z.ZodType>(
  { model, prompts }: PromptedModel,
  request: PromptedRequest,
  schema: Schema,
): Promise<Structured<z.output<Schema>> & { prompt: string }> {
  const filled = promptedRequest(prompts, request);
  const prompt = filled.origin.prompt ?? '';
  const said = (name: string, about: PromptVariables): RenderedPrompt =>
    prompts.render(name, about, subjectOf(filled.origin));
  const words = {
    schema: (json: string) => said('reply-json', { schema: json }),
    correct: (problems: string) => said('correct-json', { problems }),
  };
  const read = await generateStructured(model, filled, schema, { words });
  prompts.note(prompt, filled.origin.tenantId, read.ok ? 'usable' : 'unusable');
  return { ...read, prompt };
}
