import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore } from '../../storage/embedded/index.js';

/**
 * The built-in store in a process of its own, for the bench: started with a data folder, it tells its parent the URI and, when
 * asked, the processor time and the longest turns of its event loop since the last asking.
 */
const [, , dataDir = ''] = process.argv;

export interface Figures {
  cpuMicros: number;
  heapBytes: number;
  rssBytes: number;
  /** The longest turn by the clock, and by processor time: the latter is not lengthened by other processes. */
  longestTurnMs: number;
  longestCpuMs: number;
}

const before = performance.now();
const store = await startEmbeddedStore({ dataDir, clock: systemClock, logger: silentLogger });
const openMs = performance.now() - before;

let watching = false;
let longest = { wall: 0, cpu: 0 };
let last = { wall: performance.now(), cpu: process.cpuUsage() };

const cpuMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

/** Runs once in each turn of the loop. */
function turn(): void {
  if (!watching) return;
  const now = { wall: performance.now(), cpu: process.cpuUsage() };
  const wall = now.wall - last.wall;
  longest = {
    wall: Math.max(longest.wall, wall),
    cpu: Math.max(longest.cpu, Math.min(wall, cpuMs(now.cpu) - cpuMs(last.cpu))),
  };
  last = now;
  setImmediate(turn);
}

process.on('message', (message) => {
  if (message === 'watch') {
    watching = true;
    last = { wall: performance.now(), cpu: process.cpuUsage() };
    setImmediate(turn);
  }
  if (message === 'figures') {
    const { heapUsed, rss } = process.memoryUsage();
    const figures: Figures = {
      cpuMicros: cpuMs(process.cpuUsage()) * 1000,
      heapBytes: heapUsed,
      rssBytes: rss,
      longestTurnMs: longest.wall,
      longestCpuMs: longest.cpu,
    };
    longest = { wall: 0, cpu: 0 };
    process.send?.(figures);
  }
  if (message === 'stop') void store.close().then(() => process.exit(0));
});
process.send?.({ uri: store.uri, openMs });
