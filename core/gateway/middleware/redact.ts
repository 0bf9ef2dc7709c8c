import type { Model, ModelRequest } from '../model.js';

/** Takes out of a text what no endpoint may see. */
export type RedactText = (text: string, tenantId: string) => string | Promise<string>;

/** Everything that leaves for an endpoint passes `redact` first, tool results and tool arguments included. */
export function withRedaction(inner: Model, redact: RedactText): Model {
  const clean = async (request: ModelRequest): Promise<ModelRequest> => {
    const messages: ModelRequest['messages'] = [];
    for (const message of request.messages)
      messages.push({ ...message, content: await redact(message.content, request.origin.tenantId) });
    return { ...request, messages };
  };
  return {
    name: inner.name,
    generate: async (request) => inner.generate(await clean(request)),
    async *stream(request) {
      yield* inner.stream(await clean(request));
    },
  };
}
