import type OpenAI from 'openai';
import { APIError, AuthenticationError } from 'openai';
import { z } from 'zod';
import type { ModelTier } from '../model.js';

export interface ModelNamesOptions {
  client: OpenAI;
  /** What the operator named; a tier without a name takes the nearest one that has. */
  given: Partial<Record<ModelTier, string>>;
  /** Asked for where nothing is named and the endpoint has it, or does not say what it has. */
  usual: Record<ModelTier, string>;
  /** Told once which model was taken from the endpoint's own list. */
  onChosen(model: string): void;
}

const listSchema = z.object({ data: z.array(z.object({ id: z.string().min(1) })) });
/** What a server may list beside the models that one can talk to. */
const NO_CHAT = /embed|\bbge\b|\bminilm\b|rerank|whisper|\btts\b|dall-e|moderation|clip|stable-diffusion/i;

/** Names a tier's model, so that a server with one model (Ollama, vLLM) needs no further setting than its address. */
export function createModelNames(options: ModelNamesOptions): (tier: ModelTier) => Promise<string> {
  const { client, given, usual, onChosen } = options;
  let listing: Promise<string[]> | undefined;
  let told = false;
  const nearest = (tier: ModelTier): string | undefined =>
    given[tier] ?? given.standard ?? given.heavy ?? given.light;
  return async (tier) => {
    const named = nearest(tier);
    if (named) return named;
    listing ??= listModels(client).catch((error: unknown) => {
      listing = undefined;
      throw error;
    });
    const listed = await listing;
    const name = listed.includes(usual[tier]) ? undefined : listed.find((id) => !NO_CHAT.test(id));
    if (name === undefined) return usual[tier];
    if (!told) onChosen(name);
    told = true;
    return name;
  };
}

/** What the endpoint lists; nothing when it keeps no list. A wrong key and a server that is not there are faults. */
export async function listModels(client: OpenAI, signal?: AbortSignal): Promise<string[]> {
  try {
    const response = await client.models.list({ signal }).asResponse();
    const read = listSchema.safeParse(await response.json());
    return read.success ? read.data.data.map(({ id }) => id) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    const isRefusal = error instanceof APIError && typeof error.status === 'number';
    if (isRefusal && !(error instanceof AuthenticationError)) return [];
    throw error;
  }
}
