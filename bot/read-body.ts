import type { IncomingMessage } from 'node:http';
import { InvalidInput } from '../core/kernel/errors.js';

/**
 * Reads a request's body, at most `maxBytes`.
 * @throws InvalidInput with status 413 when it is larger (told by its header or found while reading), 400 when it breaks off.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = (): InvalidInput =>
    new InvalidInput('bot.body-too-large', `The body is larger than ${maxBytes} bytes.`, {
      status: 413,
      userText: 'error.too-large',
    });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('bot.body-cut', 'The body broke off.', { cause: error });
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/**
 * Parses a JSON body; an empty one is `undefined`.
 * @throws InvalidInput 415 for another content type, 400 for text that is no JSON in UTF-8.
 */
export function parseJsonBody(bytes: Buffer, contentType: string | undefined): unknown {
  if (bytes.length === 0) return undefined;
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '')) {
    throw new InvalidInput('bot.content-type', 'Send the body as application/json.', { status: 415 });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    throw new InvalidInput('bot.bad-json', 'The body is not valid JSON.', { cause: error });
  }
}
