/**
 * Reads PDF and Word files away from the main thread, where a file that never ends can be stopped.
 * Plain JavaScript, because it is started both from source and from a build.
 */
import { parentPort } from 'node:worker_threads';

async function readPdf({ bytes, maxPages }) {
  const { getDocumentProxy } = await import('unpdf');
  const document = await getDocumentProxy(bytes, {
    isEvalSupported: false,
    stopAtErrors: false,
    verbosity: 0,
  });
  try {
    if (document.numPages > maxPages) return { tooManyPages: document.numPages };
    const { info } = await document.getMetadata().catch(() => ({ info: {} }));
    const pages = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      pages.push(
        items
          .filter((item) => typeof item.str === 'string')
          .map(({ str, transform, width }) => ({
            text: str,
            x: transform[4],
            y: transform[5],
            width,
            size: Math.hypot(transform[2], transform[3]),
          })),
      );
      page.cleanup();
    }
    return { pages, title: typeof info?.Title === 'string' ? info.Title : undefined };
  } finally {
    await document.destroy();
  }
}

async function readWord({ bytes }) {
  const { default: mammoth } = await import('mammoth');
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes) },
    {
      externalFileAccess: false,
      includeEmbeddedStyleMap: false,
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
    },
  );
  return { html: value };
}

async function answer({ id, kind, ...job }) {
  try {
    return { id, result: kind === 'pdf' ? await readPdf(job) : await readWord(job) };
  } catch (error) {
    return { id, failed: { name: String(error?.name), message: String(error?.message) } };
  }
}

parentPort.on('message', async (job) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort.postMessage(await answer(job));
});
