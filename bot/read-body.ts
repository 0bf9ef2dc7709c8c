import type { IncomingMessage } from 'node:http';
import { InvalidInput } from '../core/kernel/errors.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

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
  const cut = (error?: unknown): InvalidInput =>
    new InvalidInput('bot.body-cut', 'The body broke off.', { cause: error });
  if (request.destroyed) throw cut();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (error: InvalidInput): void => {
      request.off('data', take);
      request.pause(); // the sender waits until the answer is out and the connection is closed
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) stop(tooLarge());
      else chunks.push(chunk);
    };
    request.on('data', take);
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', (error) => stop(cut(error)));
    request.once('close', () => request.complete || stop(cut()));
  });
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
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch (error) {
    throw new InvalidInput('bot.bad-json', 'The body is not valid JSON.', { cause: error });
  }
}
