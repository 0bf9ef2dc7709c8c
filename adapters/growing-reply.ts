import type { Clock } from '../core/kernel/clock.js';

/** What a person is to see so far. */
export interface GrowingText {
  readonly text: string;
  readonly statusLine: string;
}

/** Collects a reply that grows, and shows it in the channel's own rhythm. */
export interface GrowingReply extends GrowingText {
  status(line: string): void;
  append(more: string): void;
  /** Aborts when the person pressed Stop. */
  readonly whenStopped: AbortSignal;
  /** The person pressed Stop: nothing more is shown. */
  stop(): void;
  /** Ends the showing; resolves when the update that is under way has been made. */
  end(): Promise<void>;
}

/** How a channel shows a reply that grows. */
export interface GrowingChannel<Update> {
  /** What to show next; undefined while all is shown, and for good once nothing more may be. */
  next(so: GrowingText): Update | undefined;
  /** Shows one update; it never throws. */
  show(update: Update): Promise<void>;
  /** The least time between two updates. */
  pauseMs(): number;
  clock: Clock;
  /** Aborts when the adapter closes. */
  closing: AbortSignal;
}

/** One update is under way at a time; what comes meanwhile goes out with the next. */
export function createGrowingReply<Update>({
  next,
  show,
  pauseMs,
  clock,
  closing,
}: GrowingChannel<Update>): GrowingReply {
  const ended = new AbortController();
  const stopped = new AbortController();
  const until = AbortSignal.any([ended.signal, stopped.signal, closing]);
  let text = '';
  let statusLine = '';
  let showing: Promise<void> | undefined;

  async function showUpdates(): Promise<void> {
    for (let update = next({ text, statusLine }); update !== undefined; update = next({ text, statusLine })) {
      await show(update);
      await clock.sleep(pauseMs(), until);
      if (until.aborted) return;
    }
  }

  const wake = (): void => {
    if (until.aborted) return;
    showing ??= showUpdates().finally(() => {
      showing = undefined;
    });
  };

  return {
    get text() {
      return text;
    },
    get statusLine() {
      return statusLine;
    },
    whenStopped: stopped.signal,
    status: (line) => {
      statusLine = line;
      wake();
    },
    append: (more) => {
      text += more;
      wake();
    },
    stop: () => stopped.abort(),
    end: async () => {
      ended.abort();
      await showing;
    },
  };
}
