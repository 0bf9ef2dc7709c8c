/** Shorter agreements between the end of one text and the start of another are chance, */
const LEAST_OVERLAP = 10;
/** but for a whole word, or a begun one, that is said again without a space before it. */
const LEAST_WORD = 3;

/**
 * Joins what a second endpoint writes to what a first one had already shown. A model that is asked to go on often begins
 * by repeating the last words, or all of them: such a beginning is held back until it is clear what of it is new.
 */
export function createContinuation(shown: string): { add(text: string): string; end(): string } {
  let held = '';
  let isJoined = false;

  const overlap = (): number => {
    const from = Math.max(0, shown.length - held.length);
    for (let start = from; start < shown.length; start += 1) {
      const length = shown.length - start;
      if (length < LEAST_OVERLAP && start > 0 && !beginsWord(start, length)) continue;
      if (held.startsWith(shown.slice(start))) return length;
    }
    return 0;
  };
  const beginsWord = (start: number, length: number): boolean =>
    length >= LEAST_WORD && /\s\S/.test(shown.slice(start - 1, start + 1));
  const mayStillRepeat = (): boolean =>
    held.length < shown.length && shown.lastIndexOf(held, shown.length - held.length - 1) >= 0;
  const join = (): string => {
    isJoined = true;
    const fresh = held.slice(overlap());
    held = '';
    return fresh;
  };

  return {
    add(text) {
      if (isJoined) return text;
      held += text;
      return mayStillRepeat() ? '' : join();
    },
    end: () => (isJoined ? '' : join()),
  };
}
