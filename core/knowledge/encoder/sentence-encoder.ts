import { Unavailable } from '../../kernel/errors.js';
import type { EncodedText, Encoder, TextWithParts } from './encoder.js';
import { EncoderThread } from './encoder-thread.js';

export const SENTENCE_ENCODER_ID = 'use-lite-en@0.2.0';
export const SENTENCE_ENCODER_DIMENSIONS = 512;

/** Characters of several texts that are encoded together: as many as fill a forward pass, not more than one waits for. */
const READ_TOGETHER = 320;

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
 * @param workers threads; each takes about 100 MB while it lives.
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
    while (urgent.length + patient.length > 0) {
      clearTimeout(rest);
      const thread = idle.pop() ?? (all.size < workers ? start() : undefined);
      if (!thread) return;
      void serve(thread, takeTogether(urgent.length > 0 ? urgent : patient));
    }
  };
  const start = (): EncoderThread => {
    const thread = new EncoderThread();
    all.add(thread);
    return thread;
  };
  const serve = async (thread: EncoderThread, jobs: Job[]): Promise<void> => {
    const wanted = jobs.filter((job) => !isGivenUp(job));
    try {
      const blocks = wanted.length > 0 ? await thread.run(wanted.map(({ text }) => text)) : [];
      for (const [at, job] of wanted.entries()) job.done(encodedFrom(blocks[at] as Float32Array, job.text));
    } catch (error) {
      for (const job of wanted) job.failed(error instanceof Error ? error : new Error(String(error)));
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
    // What is asked in one breath, as a question and its words, is encoded at once.
    queueMicrotask(pump);
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

/** The next texts of a queue that are read at once: the numbers of the model take longer to fetch than few words to read. */
function takeTogether(queue: Job[]): Job[] {
  let characters = 0;
  const over = queue.findIndex(({ text: { text } }) => (characters += text.length) > READ_TOGETHER);
  return queue.splice(0, over === -1 ? queue.length : Math.max(1, over));
}

/** Tells who does not wait any more that it was not done. */
function isGivenUp({ signal, failed }: Job): boolean {
  if (signal?.aborted)
    failed(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
  return signal?.aborted ?? false;
}

function encodedFrom(block: Float32Array, { parts, words }: TextWithParts): EncodedText {
  const size = SENTENCE_ENCODER_DIMENSIONS;
  const end = size * (1 + parts.length);
  return {
    vector: block.slice(0, size),
    parts: block.slice(size, end),
    ...(words ? { words: block.slice(end) } : {}),
  };
}

const closedError = (): Unavailable =>
  new Unavailable('knowledge.encoder-closed', 'The sentence encoder was closed.');
