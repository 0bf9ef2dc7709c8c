/** What models write before an answer when their server leaves it in the text. */
const OPENING = '<think>';
const CLOSING = '</think>';

/**
 * Takes the thoughts out that a reasoning model puts before its answer (`<think>…</think>`), as small servers pass them
 * through. Only at the very beginning: an answer may speak of the tag.
 */
export function createReasoningFilter(): { add(text: string): string; end(): string } {
  let state: 'unsure' | 'thinking' | 'between' | 'answering' = 'unsure';
  let held = '';
  return {
    add(text) {
      if (state === 'answering') return text;
      held += text;
      if (state === 'unsure') {
        const start = held.trimStart();
        if (start.startsWith(OPENING)) state = 'thinking';
        else if (!OPENING.startsWith(start)) state = 'answering';
      }
      const end = state === 'thinking' ? held.indexOf(CLOSING) : -1;
      if (end >= 0) {
        held = held.slice(end + CLOSING.length);
        state = 'between';
      }
      if (state === 'between') {
        held = held.trimStart();
        if (held !== '') state = 'answering';
      }
      return state === 'answering' ? held : '';
    },
    // a reply that is nothing but an unfinished thought has no answer in it
    end: () => (state === 'unsure' ? held : ''),
  };
}
