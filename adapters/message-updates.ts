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
  /** Whether the message shows more already than this version of it, or is about to. */
  isOld(messageId: string, version: number | undefined): boolean;
  /** Whether the message was rewritten after `at`. */
  wereAfter(messageId: string, at: Date): boolean;
}

const MAX_KNOWN = 5_000;

export function createMessageUpdates(clock: Clock): MessageUpdates {
  const running = new Map<string, Promise<unknown>>();
  const shown = new Map<string, { at: number; version: number | undefined }>();
  /** What the rewrites that are not made yet are going to show. */
  const coming = new Map<string, number[]>();

  const isBelow = (version: number | undefined, newest: number | undefined): boolean =>
    version !== undefined && newest !== undefined && version < newest;
  const isOld = (messageId: string, version: number | undefined): boolean =>
    isBelow(version, shown.get(messageId)?.version);
  const note = (messageId: string, version: number | undefined): void => {
    const newest = version ?? shown.get(messageId)?.version;
    if (shown.size >= MAX_KNOWN) shown.clear();
    shown.set(messageId, { at: clock.now().getTime(), version: newest });
  };

  return {
    isOld: (messageId, version) =>
      isOld(messageId, version) || (coming.get(messageId) ?? []).some((newer) => isBelow(version, newer)),
    wereAfter: (messageId, at) => (shown.get(messageId)?.at ?? 0) > at.getTime(),
    run: (messageId, version, rewrite) => {
      const before = running.get(messageId) ?? Promise.resolve();
      if (version !== undefined) coming.set(messageId, [...(coming.get(messageId) ?? []), version]);
      const work = before
        .catch(() => undefined) // its own caller hears of it
        .then(async () => {
          if (isOld(messageId, version)) return undefined;
          const result = await rewrite();
          note(messageId, version);
          return result;
        })
        .finally(() => {
          const left = [...(coming.get(messageId) ?? [])];
          if (version !== undefined) left.splice(left.indexOf(version), 1);
          if (left.length > 0) coming.set(messageId, left);
          else coming.delete(messageId);
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
