import { Unavailable } from '../../kernel/errors.js';

/**
 * The JSON of each `data:` field of a server-sent event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Comments and other fields are keep-alive or of no interest. `[DONE]` ends it and is told as the return value.
 * @returns true when the stream said that it was complete, false when it just ended.
 * @throws Unavailable for data that is no JSON: what was lost with it cannot be known.
 */
export async function* readServerEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<unknown, boolean, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let pending = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const read = readLine(line, pending);
      pending = read.pending;
      if (read.isDone) return true;
      if (read.value !== undefined) yield read.value;
    }
  }
  const last = readLine(rest, pending);
  if (last.isDone) return true;
  if (last.value !== undefined) yield last.value;
  if (last.pending !== '') throw malformed();
  return false;
}

interface ReadLine {
  value?: unknown;
  isDone?: boolean;
  /** Data that goes on in the next line. */
  pending: string;
}

/** An event ends with an empty line, but each line that is whole JSON is given out at once: some servers forget the empty one. */
function readLine(line: string, pending: string): ReadLine {
  if (line.trim() === '') {
    if (pending !== '') throw malformed();
    return { pending: '' };
  }
  if (!line.startsWith('data:')) return { pending };
  const data = line.slice(5).trim();
  if (data === '') return { pending };
  if (data === '[DONE]') return { pending: '', isDone: true };
  const whole = pending === '' ? data : `${pending}\n${data}`;
  try {
    return { pending: '', value: JSON.parse(whole) as unknown };
  } catch {
    return { pending: whole };
  }
}

const malformed = (): Unavailable =>
  new Unavailable('gateway.broken-answer', 'A piece of a streamed answer is not JSON.');
