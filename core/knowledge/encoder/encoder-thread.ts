import { Worker } from 'node:worker_threads';
import { Unavailable } from '../../kernel/errors.js';
import { shippedFile } from '../../kernel/package-root.js';
import { assembleIntegerProducts } from '../simd/integer-products.js';
import { ENCODER_WEIGHTS } from './encoder-weights.js';
import type { TextWithParts } from './encoder.js';

interface Reply {
  id: number;
  blocks?: Float32Array[];
  failed?: string;
}

let products: WebAssembly.Module | undefined;

/** One worker thread of the sentence encoder, with some texts at a time. It does not keep the process alive when idle. */
export class EncoderThread {
  /** Set once the thread ended; another one has to be started. */
  broken = false;
  private readonly worker: Worker;
  private lastId = 0;
  private waiting:
    { id: number; resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;

  constructor() {
    this.worker = new Worker(shippedFile('core', 'knowledge', 'encoder', 'sentence-encoder-worker.mjs'), {
      workerData: { hashes: ENCODER_WEIGHTS, products: (products ??= assembleIntegerProducts()) },
      // What a library prints must not get into a command's data.
      stdout: true,
    });
    this.worker.unref();
    this.worker.stdout.resume();
    this.worker.on('message', (reply: Reply) => {
      if (reply.id === this.waiting?.id) this.waiting.resolve(reply);
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('its thread ended')));
  }

  /** For each text its vector and those of its parts and words, one after the other. */
  async run(texts: TextWithParts[]): Promise<Float32Array[]> {
    this.lastId += 1;
    const id = this.lastId;
    this.worker.ref();
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.waiting = { id, resolve, reject };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.worker.postMessage({ id, texts });
    }).finally(() => {
      this.waiting = undefined;
      this.worker.unref();
    });
    if (!reply.blocks) throw unavailable(reply.failed ?? 'no answer');
    return reply.blocks;
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
