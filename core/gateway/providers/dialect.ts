import type OpenAI from 'openai';
import { APIError } from 'openai';

type Parameters = OpenAI.ChatCompletionCreateParams;

/** What can be left out or said in another way when an endpoint does not know it. */
const OPTIONAL = [
  'stream_options',
  'response_format',
  'temperature',
  'max_tokens',
  'max_completion_tokens',
] as const;
type Optional = (typeof OPTIONAL)[number];

/**
 * What one endpoint's model was found not to take. Compatible servers refuse fields that they do not know, and say which;
 * such a call is made again at once without it, and later calls leave it out from the start.
 */
export class Dialect {
  private readonly refused = new Map<string, Set<Optional>>();

  /** The call as this model takes it. */
  fit<Call extends Parameters>(call: Call): Call {
    const refused = this.refused.get(call.model);
    if (!refused?.size) return call;
    const fitted = { ...call };
    // the longest answer has two names; a server that takes neither, or finds it too long, sets its own
    if (refused.has('max_tokens') && call.max_tokens) fitted.max_completion_tokens = call.max_tokens;
    for (const name of refused) delete fitted[name];
    return fitted;
  }

  /** Notes what the endpoint refused. @returns true when the call may do without it. */
  learn(call: Parameters, error: unknown): boolean {
    if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return false;
    const said = `${error.param ?? ''} ${error.message} ${JSON.stringify(error.error ?? '')}`;
    const refused = this.refused.get(call.model) ?? new Set<Optional>();
    const fitted = this.fit(call);
    const found = OPTIONAL.find((name) => fitted[name] !== undefined && namePattern(name).test(said));
    if (found === undefined) return false;
    this.refused.set(call.model, refused.add(found));
    return true;
  }
}

/** `max_tokens` is named by itself, not as a part of `max_completion_tokens`; JSON modes have several names. */
function namePattern(name: Optional): RegExp {
  if (name === 'response_format') return /response_format|json_schema|json_object|guided|structured output/i;
  // "you requested 4106 tokens (10 in the messages, 4096 in the completion)"
  if (name === 'max_tokens') return /(?<![a-z_])max_tokens(?![a-z_])|in the completion/i;
  if (name === 'max_completion_tokens')
    return /max_completion_tokens|max_tokens|maximum context length|in the completion/i;
  return new RegExp(`(?<![a-z_])${name}(?![a-z_])`, 'i');
}
