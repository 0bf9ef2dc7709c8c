import { Worker } from 'node:worker_threads';
import { Unavailable } from '../../core/kernel/errors.js';
import { shippedFile } from '../../core/kernel/package-root.js';

const WITHIN_MS = 20_000;
/** One after the other: a thread takes some 50 MB while it draws. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * A picture as PNG, drawn beside the main thread with a font of our own.
 * @throws Unavailable where it cannot be drawn, or not in time.
 */
export function toPng(svg: string): Promise<Uint8Array> {
  const drawn = queue.then(() => draw(svg));
  queue = drawn.catch(() => undefined); // the next picture does not care
  return drawn;
}

function draw(svg: string): Promise<Uint8Array> {
  const worker = new Worker(shippedFile('cards', 'charts', 'png-thread.mjs'), {
    workerData: { svg },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
    env: {},
    execArgv: [],
  });
  let timer: NodeJS.Timeout | undefined;
  return new Promise<Uint8Array>((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(new Unavailable('cards.picture', 'A chart could not be drawn.', { cause }));
    timer = setTimeout(() => fail('late'), WITHIN_MS);
    worker.once('message', resolve).once('error', fail).once('exit', fail);
  }).finally(() => {
    clearTimeout(timer);
    void worker.terminate();
  });
}
