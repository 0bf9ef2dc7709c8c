import { ENDED, type Clock } from '../../core/kernel/clock.js';
import type { LiveReplyChannel } from '../../core/kernel/outbound-message.js';

/** People take what shows nothing for longer as not heard. */
const SIGN_AFTER_MS = 150;

export interface EarlySign {
  /** The live reply that was begun, if it came to that; nothing is begun from here. */
  end(): LiveReplyChannel | undefined;
}

/** Shows a line when what stands before an answer (limits, screens, a model's second opinion) takes longer than a moment. */
export function earlySign(text: string, startLive: () => LiveReplyChannel, clock: Clock): EarlySign {
  const over = new AbortController();
  let live: LiveReplyChannel | undefined;
  void clock.sleep(SIGN_AFTER_MS, over.signal).then(() => {
    if (over.signal.aborted) return;
    live = startLive();
    live.status(text);
  });
  return {
    end: () => {
      over.abort(ENDED);
      return live;
    },
  };
}
