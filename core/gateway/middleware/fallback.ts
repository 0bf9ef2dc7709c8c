import { StewardError, Unavailable } from '../../kernel/errors.js';
import { InterruptedStream } from '../interrupted-stream.js';
import type { Model, ModelEvent, ModelRequest, ModelResult } from '../model.js';
import type { RenderedPrompt } from '../prompts/registry.js';
import { createContinuation } from './continuation.js';

export interface FallbackOptions {
  /** Who is asked, best first; made anew for each call. */
  order(request: ModelRequest): Model[];
  /** What an endpoint is told that goes on with another one's reply. */
  goOn(request: ModelRequest): RenderedPrompt;
  onFallback?(from: string, fault: StewardError): void;
}

/**
 * Asks one endpoint after the other until one answers. A stream that breaks half-way goes on at the next one, after the
 * text that was already shown; what the broken part cost is added to the result.
 */
export function withFallback(name: string, { order, goOn, onFallback }: FallbackOptions): Model {
  const leave = (model: Model, error: unknown, { signal }: ModelRequest): StewardError => {
    if (!(error instanceof StewardError) || signal?.aborted || !helpsElsewhere(error)) throw error;
    onFallback?.(model.name, error);
    return error;
  };
  return {
    name,
    generate: async (request) => {
      const failed: string[] = [];
      let fault: StewardError | undefined;
      for (const model of order(request)) {
        try {
          return noted(await model.generate(request), failed);
        } catch (error) {
          fault = leave(model, error, request);
          failed.push(model.name);
        }
      }
      throw fault ?? nobody();
    },
    async *stream(request): AsyncIterable<ModelEvent> {
      const failed: string[] = [];
      const broken: ModelResult[] = [];
      const told = new Set<string>();
      const further = (shown: string): ModelRequest => {
        const { id, text } = goOn(request);
        told.add(id);
        return goingOn(request, shown, text);
      };
      let shown = '';
      let fault: StewardError | undefined;
      for (const model of withSecondTry(order(request), () => shown !== '')) {
        const joint = createContinuation(shown);
        try {
          for await (const event of model.stream(shown ? further(shown) : request)) {
            if (event.kind === 'text') {
              const fresh = joint.add(event.text);
              if (!fresh) continue;
              shown += fresh;
              yield { kind: 'text', text: fresh };
              continue;
            }
            const rest = joint.end();
            if (rest) {
              shown += rest;
              yield { kind: 'text', text: rest };
            }
            const { result } = event;
            const whole =
              broken.length > 0 ? withBroken({ ...result, text: shown, besides: [...told] }, broken) : result;
            yield { kind: 'end', result: noted(whole, failed) };
            return;
          }
          throw new Unavailable('gateway.broken-answer', `${model.name} ended without a result.`);
        } catch (error) {
          if (error instanceof InterruptedStream && error.partial.text) broken.push(error.partial);
          try {
            fault = leave(model, error, request);
          } catch (final) {
            throw costed(final, broken);
          }
          failed.push(model.name);
        }
      }
      throw costed(fault ?? nobody(), broken);
    },
  };
}

/** Where there is only one endpoint, a reply that broke off is gone on with at the same one, once. */
function* withSecondTry(models: Model[], isBroken: () => boolean): Iterable<Model> {
  yield* models;
  const [only] = models;
  if (models.length === 1 && only && isBroken()) yield only;
}

/** Everything but a request that no endpoint could take, and a caller who left. */
const helpsElsewhere = ({ code }: StewardError): boolean =>
  code !== 'gateway.refused' && code !== 'gateway.cancelled';

const nobody = (): StewardError => new Unavailable('gateway.no-endpoint', 'No model endpoint is configured.');

function goingOn(request: ModelRequest, shown: string, said: string): ModelRequest {
  return {
    ...request,
    messages: [...request.messages, { role: 'assistant', content: shown }, { role: 'user', content: said }],
    callKey: request.callKey && `${request.callKey}:${shown.length}`,
  };
}

const noted = (result: ModelResult, failed: string[]): ModelResult =>
  failed.length > 0 ? { ...result, fellBackFrom: failed } : result;

function withBroken(result: ModelResult, broken: ModelResult[]): ModelResult {
  return broken.reduce(
    (whole, { usage, costMicroUsd }) => ({
      ...whole,
      costMicroUsd: whole.costMicroUsd + costMicroUsd,
      usage: {
        inputTokens: whole.usage.inputTokens + usage.inputTokens,
        outputTokens: whole.usage.outputTokens + usage.outputTokens,
        cachedInputTokens: whole.usage.cachedInputTokens + usage.cachedInputTokens,
        reported: false,
      },
    }),
    result,
  );
}

/** A fault at the end of the chain carries what all its broken parts cost. */
function costed(fault: unknown, broken: ModelResult[]): unknown {
  const [first, ...more] = broken;
  if (!first || !(fault instanceof StewardError)) return fault;
  return new InterruptedStream(fault, withBroken(first, more));
}
