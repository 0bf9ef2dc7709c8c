import { performance } from 'node:perf_hooks';

/** Below this part of the time nothing else waits for the event loop. */
const BUSY_FROM = 0.9;
const MEASURED_EVERY_MS = 100;

export interface QuestionLimit {
  /** How many questions may run at once now. */
  current(): number;
  /** How long to wait before asking again is worth it, in milliseconds. */
  readonly measuredEveryMs: number;
}

export interface QuestionLimitOptions {
  least: number;
  most: number;
  /** Milliseconds since some instant, and how many of them the event loop was at work. */
  loop?: () => { now: number; active: number };
}

/**
 * How many questions run at once. While the event loop has time left, questions wait for others (a model, the store) and more
 * of them help; when it has none, more of them only keep each other and every command waiting, and what they hold in memory is
 * copied by the garbage collector again and again. So the number goes up by a step and down by half, as TCP's window does.
 */
export function createQuestionLimit({ least, most, loop = eventLoop }: QuestionLimitOptions): QuestionLimit {
  let limit = Math.min(most, 2 * least);
  let before = loop();
  return {
    measuredEveryMs: MEASURED_EVERY_MS,
    current: () => {
      const seen = loop();
      const passed = seen.now - before.now;
      if (passed < MEASURED_EVERY_MS) return limit;
      const isBusy = (seen.active - before.active) / passed > BUSY_FROM;
      limit = isBusy ? Math.max(least, Math.floor(limit / 2)) : Math.min(most, limit + least);
      before = seen;
      return limit;
    },
  };
}

function eventLoop(): { now: number; active: number } {
  return { now: performance.now(), active: performance.eventLoopUtilization().active };
}
