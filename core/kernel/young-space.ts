import { setFlagsFromString } from 'node:v8';

/** How long V8's space for young objects does not follow a new load. */
const LOOK_MS = 5_000;
/** Of one processor. */
const BUSY = 0.3;

const setGrowth = (factor: 1 | 2): void => setFlagsFromString(`--semi-space-growth-factor=${factor}`);

/**
 * While this module is the first to be loaded, V8's space for young objects stays as small as it begins: most of what a start
 * makes lives on, so more room would save little there, and V8 would keep it when nothing is done afterwards.
 */
setGrowth(1);

/** From now on it grows, as V8 lets it grow by itself, but only while there is something to do. */
export function growYoungSpaceUnderLoad(): void {
  let before = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    setGrowth(user + system > BUSY * LOOK_MS * 1000 ? 2 : 1);
  }, LOOK_MS).unref();
}
