import { Unavailable } from '../../kernel/errors.js';
import type { EncodedText, Encoder, TextWithParts } from './encoder.js';
import { EncoderThread } from './encoder-thread.js';

export const SENTENCE_ENCODER_ID = 'use-lite-en@0.2.0';
export const SENTENCE_ENCODER_DIMENSIONS = 512;

interface Job {
  text: TextWithParts;
  done: (encoded: EncodedText) => void;
  failed: (error: Error) => void;
  signal?: AbortSignal | undefined;
}

/**
 * The offline sentence encoder: English, 512 dimensions, unit length, reads the first 128 word pieces (about 95 words)
 * of a text. Runs in worker threads that start at the first text and end when there was none for a while; questions go
 * before passages.
 * @param workers threads; each takes about 170 MB while it lives.
 * @param restAfterMs how long threads wait for the next text.
 */
export function createSentenceEncoder({
  workers = 1,
  restAfterMs = 60_000,
}: { workers?: number; restAfterMs?: number } = {}): Encoder {
  const urgent: Job[] = [];
  const patient: Job[] = [];
  const idle: EncoderThread[] = [];
  const all = new Set<EncoderThread>();
  let closed = false;
  let rest: NodeJS.Timeout | undefined;

  const pump = (): void => {
    clearTimeout(rest);
    while (urgent.length + patient.length > 0) {
      const thread = idle.pop() ?? (all.size < workers ? start() : undefined);
      if (!thread) return;
      void serve(thread, urgent.shift() ?? (patient.shift() as Job));
    }
  };
  const start = (): EncoderThread => {
    const thread = new EncoderThread();
    all.add(thread);
    return thread;
  };
  const serve = async (thread: EncoderThread, job: Job): Promise<void> => {
    try {
      job.signal?.throwIfAborted();
      const block = await thread.run(job.text);
      const size = SENTENCE_ENCODER_DIMENSIONS;
      const words = size * (1 + job.text.parts.length);
      job.done({
        vector: block.slice(0, size),
        parts: block.slice(size, words),
        ...(job.text.words ? { words: block.slice(words) } : {}),
      });
    } catch (error) {
      job.failed(error instanceof Error ? error : new Error(String(error)));
    }
    if (thread.broken) all.delete(thread);
    else idle.push(thread);
    pump();
    if (idle.length === all.size) restLater();
  };
  /** The weights take much memory, and loading them again takes a moment only. */
  const restLater = (): void => {
    clearTimeout(rest);
    rest = setTimeout(() => {
      for (const thread of idle.splice(0)) {
        all.delete(thread);
        void thread.stop();
      }
    }, restAfterMs).unref();
  };
  const enqueue = async (
    queue: Job[],
    texts: TextWithParts[],
    signal?: AbortSignal,
  ): Promise<EncodedText[]> => {
    if (closed) throw closedError();
    const results = texts.map(
      (text) =>
        new Promise<EncodedText>((done, failed) => {
          queue.push({ text, done, failed, signal });
        }),
    );
    pump();
    return Promise.all(results);
  };

  return {
    id: SENTENCE_ENCODER_ID,
    dimensions: SENTENCE_ENCODER_DIMENSIONS,
    comparesWords: true,
    async embed(texts, { signal } = {}) {
      const encoded = await enqueue(
        urgent,
        texts.map((text) => ({ text, parts: [] })),
        signal,
      );
      return encoded.map(({ vector }) => vector);
    },
    encodePassages: (texts) => enqueue(patient, texts),
    encodeQuestion: async (text) => (await enqueue(urgent, [text]))[0] as EncodedText,
    async close() {
      closed = true;
      clearTimeout(rest);
      for (const job of [...urgent.splice(0), ...patient.splice(0)]) job.failed(closedError());
      await Promise.all([...all].map((thread) => thread.stop()));
    },
  };
}

const closedError = (): Unavailable =>
  new Unavailable('knowledge.encoder-closed', 'The sentence encoder was closed.');
