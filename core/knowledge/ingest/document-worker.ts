import { Worker } from 'node:worker_threads';
import { shippedFile } from '../../kernel/package-root.js';
import { reason } from './reason.js';
import { Unreadable } from './unreadable.js';

/** A piece of text on a PDF page; points from the lower left corner. */
export interface PdfItem {
  text: string;
  x: number;
  y: number;
  width: number;
  /** Font size in points. */
  size: number;
}

export type PdfContent = { pages: PdfItem[][]; title?: string } | { tooManyPages: number };

interface Reply {
  id: number;
  result?: unknown;
  failed?: { name: string; message: string };
}

/** The thread that reads PDF and Word files; started at the first one. */
export interface DocumentWorker {
  pdf(bytes: Uint8Array, maxPages: number): Promise<PdfContent>;
  /** Word's content as HTML. */
  word(bytes: Uint8Array): Promise<string>;
  close(): Promise<void>;
}

/** @param timeoutMs after which a file is given up and the thread is started anew. */
export function createDocumentWorker(timeoutMs: number): DocumentWorker {
  let worker: Worker | undefined;
  let lastJob = 0;
  let queue: Promise<unknown> = Promise.resolve();

  const stop = async (): Promise<void> => {
    const stopped = worker;
    worker = undefined;
    await stopped?.terminate();
  };

  const run = async (job: object): Promise<unknown> => {
    worker ??= startWorker();
    const running = worker;
    lastJob += 1;
    const id = lastJob;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise((resolve, reject) => {
        timer = setTimeout(
          () => reject(new Unreadable(reason('file-slow', { seconds: timeoutMs / 1000 }))),
          timeoutMs,
        );
        running.once('error', (error) => reject(new Unreadable(reason('file-broke-reader'), error)));
        running.once('exit', () => reject(new Unreadable(reason('file-memory'))));
        running.on('message', (reply: Reply) => {
          if (reply.id !== id) return;
          if (reply.failed) reject(unreadable(reply.failed));
          else resolve(reply.result);
        });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        running.postMessage({ id, ...job });
      });
    } catch (error) {
      if (!isReaderVerdict(error)) await stop();
      throw error;
    } finally {
      clearTimeout(timer);
      for (const event of ['error', 'exit', 'message']) running.removeAllListeners(event);
    }
  };
  const inTurn = <T>(job: object): Promise<T> => {
    const result = queue.then(() => run(job));
    queue = result.catch(() => undefined); // the next file does not care how this one ended
    return result as Promise<T>;
  };

  return {
    pdf: (bytes, maxPages) => inTurn<PdfContent>({ kind: 'pdf', bytes: copyOf(bytes), maxPages }),
    word: async (bytes) => (await inTurn<{ html: string }>({ kind: 'word', bytes: copyOf(bytes) })).html,
    close: stop,
  };
}

function startWorker(): Worker {
  const worker = new Worker(shippedFile('core', 'knowledge', 'ingest', 'document-worker-thread.mjs'), {
    resourceLimits: { maxOldGenerationSizeMb: 512 },
    // Readers complain about odd files on the console; the report says it better.
    stdout: true,
    stderr: true,
    env: {},
    execArgv: [],
  });
  worker.unref();
  return worker;
}

const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** The reader itself judged the file; the thread is in order. */
const isReaderVerdict = (error: unknown): boolean =>
  error instanceof Unreadable && (error.cause as { verdict?: boolean } | undefined)?.verdict === true;

function unreadable({ name, message }: { name: string; message: string }): Unreadable {
  const cause = { verdict: true, name, message };
  if (name === 'PasswordException') {
    return new Unreadable(reason('pdf-encrypted'), cause);
  }
  if (name === 'InvalidPDFException' || name === 'MissingPDFException' || /PDF/.test(name)) {
    return new Unreadable(reason('pdf-damaged'), cause);
  }
  return new Unreadable(reason('file-damaged'), cause);
}
