import type { Clock } from '../core/kernel/clock.js';

/** Keeps the rewrites of one message in their order, whoever asks for them: the outbox, or the answer to a click. */
export interface MessageUpdates {
  /**
   * Runs one rewrite after those of the same message that were asked for before.
   * @param version counts up with what the message shows; what shows less than stands there already is left out.
   * @returns undefined when it was left out.
   */
  run<Result>(
    messageId: string,
    version: number | undefined,
    rewrite: () => Promise<Result>,
  ): Promise<Result | undefined>;
  /** Whether the message shows more already than this version of it. */
  isOld(messageId: string, version: number | undefined): boolean;
  /** Whether the message was rewritten after `at`. */
  wereAfter(messageId: string, at: Date): boolean;
}

const MAX_KNOWN = 5_000;

export function createMessageUpdates(clock: Clock): MessageUpdates {
  const running = new Map<string, Promise<unknown>>();
  const shown = new Map<string, { at: number; version: number | undefined }>();

  const isOld: MessageUpdates['isOld'] = (messageId, version) => {
    const newest = shown.get(messageId)?.version;
    return version !== undefined && newest !== undefined && version < newest;
  };
  const note = (messageId: string, version: number | undefined): void => {
    const newest = version ?? shown.get(messageId)?.version;
    if (shown.size >= MAX_KNOWN) shown.clear();
    shown.set(messageId, { at: clock.now().getTime(), version: newest });
  };

  return {
    isOld,
    wereAfter: (messageId, at) => (shown.get(messageId)?.at ?? 0) > at.getTime(),
    run: (messageId, version, rewrite) => {
      const before = running.get(messageId) ?? Promise.resolve();
      const work = before
        .catch(() => undefined) // its own caller hears of it
        .then(async () => {
          if (isOld(messageId, version)) return undefined;
          const result = await rewrite();
          note(messageId, version);
          return result;
        });
      const tail = work
        .catch(() => undefined) // as above
        .finally(() => {
          if (running.get(messageId) === tail) running.delete(messageId);
        });
      running.set(messageId, tail);
      return work;
    },
  };
}
