import { Worker } from 'node:worker_threads';
import type { EmbeddingModel } from '../../gateway/model.js';
import { Unavailable } from '../../kernel/errors.js';
import { shippedFile } from '../../kernel/package-root.js';
import { ENCODER_WEIGHTS } from './encoder-weights.js';

/** An encoder that knows which texts somebody waits for. */
export interface Encoder extends EmbeddingModel {
  /** The same as `embed`, after everything that somebody waits for. */
  embedLater(texts: string[], signal?: AbortSignal): Promise<Float32Array[]>;
  close(): Promise<void>;
}

export const SENTENCE_ENCODER_ID = 'use-lite-en@0.2.0';
const DIMENSIONS = 512;
/** A few short texts share the fixed cost of a call; long ones would only make a waiting question wait longer. */
const BATCH_CHARACTERS = 400;
const BATCH_TEXTS = 16;

interface Job {
  texts: string[];
  signal?: AbortSignal | undefined;
  done: (vectors: Float32Array[]) => void;
  failed: (error: Error) => void;
}

interface Reply {
  id: number;
  block?: Float32Array;
  failed?: string;
}

/**
 * The offline sentence encoder: English, 512 dimensions, unit length, reads the first 128 word pieces (about 95 words)
 * of a text. Runs in worker threads that start at the first text; questions go before passages.
 * @param workers threads; each takes about 170 MB while it works.
 */
export function createSentenceEncoder({ workers = 1 }: { workers?: number } = {}): Encoder {
  const urgent: Job[] = [];
  const patient: Job[] = [];
  const idle: EncoderThread[] = [];
  const all = new Set<EncoderThread>();
  let closed = false;

  const pump = (): void => {
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
      job.done(await thread.run(job.texts));
    } catch (error) {
      job.failed(error instanceof Error ? error : new Error(String(error)));
    }
    if (thread.broken) all.delete(thread);
    else idle.push(thread);
    pump();
  };
  const enqueue = async (
    queue: Job[],
    texts: string[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array[]> => {
    if (closed) throw new Unavailable('knowledge.encoder-closed', 'The sentence encoder was closed.');
    const parts = batches(texts).map(
      (part) =>
        new Promise<Float32Array[]>((done, failed) => {
          queue.push({ texts: part, signal, done, failed });
        }),
    );
    pump();
    return (await Promise.all(parts)).flat();
  };

  return {
    id: SENTENCE_ENCODER_ID,
    dimensions: DIMENSIONS,
    embed: (texts, signal) => enqueue(urgent, texts, signal),
    embedLater: (texts, signal) => enqueue(patient, texts, signal),
    async close() {
      closed = true;
      for (const job of [...urgent.splice(0), ...patient.splice(0)]) {
        job.failed(new Unavailable('knowledge.encoder-closed', 'The sentence encoder was closed.'));
      }
      await Promise.all([...all].map((thread) => thread.stop()));
    },
  };
}

function batches(texts: string[]): string[][] {
  const made: string[][] = [];
  let characters = Infinity;
  for (const text of texts) {
    const open = made.at(-1);
    if (!open || characters + text.length > BATCH_CHARACTERS || open.length >= BATCH_TEXTS) {
      made.push([text]);
      characters = text.length;
    } else {
      open.push(text);
      characters += text.length;
    }
  }
  return made;
}

/** One worker thread with one job at a time. */
class EncoderThread {
  broken = false;
  private readonly worker: Worker;
  private lastId = 0;
  private waiting:
    { id: number; resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;

  constructor() {
    this.worker = new Worker(shippedFile('core', 'knowledge', 'encoder', 'sentence-encoder-worker.mjs'), {
      workerData: { hashes: ENCODER_WEIGHTS },
      // The model's library prints a greeting on stdout, which belongs to the command's data.
      stdout: true,
    });
    this.worker.unref();
    this.worker.on('message', (reply: Reply) => {
      if (reply.id === this.waiting?.id) this.waiting.resolve(reply);
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('its thread ended')));
  }

  async run(texts: string[]): Promise<Float32Array[]> {
    // The encoder has no vector for a text without any word piece.
    const usable = texts.map((text) => (/[a-z0-9]/i.test(text) ? text : '.'));
    this.lastId += 1;
    const id = this.lastId;
    this.worker.ref();
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.waiting = { id, resolve, reject };
      this.worker.postMessage({ id, texts: usable });
    }).finally(() => {
      this.waiting = undefined;
      this.worker.unref();
    });
    const { block, failed } = reply;
    if (!block) throw unavailable(failed ?? 'no answer');
    return texts.map((_, at) => block.slice(at * DIMENSIONS, (at + 1) * DIMENSIONS));
  }

  async stop(): Promise<void> {
    this.broken = true;
    await this.worker.terminate();
  }

  private fail(error: unknown): void {
    this.broken = true;
    this.waiting?.reject(unavailable(error instanceof Error ? error.message : String(error)));
  }
}

const unavailable = (reason: string): Unavailable =>
  new Unavailable('knowledge.encoder-failed', `The sentence encoder failed: ${reason}`);
