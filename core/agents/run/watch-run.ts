import type { Run } from './run.js';

/** Looks after a run while a model or a tool takes its time. */
export interface RunWatch {
  /** Aborts the model call: somebody pressed stop, the lease went to another process, or this one has to let go. */
  readonly signal: AbortSignal;
  /** True once another process holds the lease. */
  readonly isLost: boolean;
  end(): void;
}

const LOOK_MS = 1_000;

/** Renews the lease every second, and sees by it whether the run is still wanted. */
export function watchRun(
  lease: () => Promise<Run | undefined>,
  { signal, isStopped }: { signal?: AbortSignal; isStopped?(): boolean },
): RunWatch {
  const stop = new AbortController();
  let isLost = false;
  const look = async (): Promise<void> => {
    if (isStopped?.()) return stop.abort();
    const held = await lease();
    isLost = !held;
    if (!held || held.cancelRequested) stop.abort();
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS); // a store that fails is the next step's to tell
  timer.unref();
  return {
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    get isLost() {
      return isLost;
    },
    end: () => clearInterval(timer),
  };
}
