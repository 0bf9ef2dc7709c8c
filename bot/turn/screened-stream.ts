/** Where a part of a growing text may end: after a sentence, a line, or what is too long to wait for its end. */
const PART_END = /[.!?](?=\s)|[。！？]|\n/g;
const LONGEST_PART = 400;
/** What was shown before a part and is looked at again with it, so that nothing passes in two halves. */
const LOOK_BACK = 400;

export interface ScreenedStream {
  append(text: string): void;
  /** The whole answer takes over; nothing that is still being looked at is shown any more. */
  close(): void;
}

/**
 * Shows a growing answer sentence by sentence, each after it was looked at together with what stands before it. From the
 * first part that may not be shown on, nothing is; the whole answer, screened as a whole, replaces what was shown.
 * @param mayShow looks at a stretch of text; a look that fails counts as no.
 */
export function createScreenedStream(
  show: (text: string) => void,
  mayShow: (text: string) => Promise<boolean>,
): ScreenedStream {
  let waiting = '';
  let before = '';
  let isOpen = true;
  let looking = Promise.resolve();

  const look = async (part: string): Promise<void> => {
    if (!isOpen) return;
    const allowed = await mayShow(before + part).catch(() => false);
    if (!isOpen) return;
    if (!allowed) {
      isOpen = false;
      return;
    }
    before = (before + part).slice(-LOOK_BACK);
    show(part);
  };

  return {
    append(text) {
      if (!isOpen) return;
      waiting += text;
      const end = lastEnd(waiting);
      if (end === 0) return;
      const part = waiting.slice(0, end);
      waiting = waiting.slice(end);
      looking = looking.then(() => look(part));
    },
    close() {
      isOpen = false;
    },
  };
}

/** Behind the last whole sentence; never between the halves of a word or a character. */
function lastEnd(text: string): number {
  let end = 0;
  for (const { index, 0: sign } of text.matchAll(PART_END)) end = index + sign.length;
  if (end === 0 && text.length > LONGEST_PART) return text.lastIndexOf(' ') + 1;
  return end;
}
