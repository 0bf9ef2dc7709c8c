/**
 * Draws one picture away from the main thread, which answers people meanwhile. Plain JavaScript, because it is started both
 * from source and from a build. The drawing package and its font, four megabytes, are read by whoever draws.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const find = createRequire(import.meta.url);
const [{ initWasm, Resvg }, wasm, font] = await Promise.all([
  import('@resvg/resvg-wasm'),
  readFile(find.resolve('@resvg/resvg-wasm/index_bg.wasm')),
  readFile(find.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
]);
await initWasm(wasm);
const options = { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans' };
const png = new Resvg(workerData.svg, { font: options }).render().asPng();
parentPort.postMessage(png, [png.buffer]);
