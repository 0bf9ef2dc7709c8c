/** What models write around their thoughts when their server leaves them in the text. */
const TAGS = ['think', 'thinking', 'thought', 'reasoning'];
const OPENINGS = TAGS.map((tag) => `<${tag}>`);
/** The end of thoughts whose opening was a part of the prompt: it ends a line. */
const BARE_CLOSING = /<\/think>[ \t]*\r?\n/;
/** Longer than the closing line: that much of what was given out is looked at again with each piece. */
const TAIL = 16;

export interface ReasoningFilter {
  add(text: string): string;
  /** @param isCut whether the reply had no room to come to its end. */
  end(isCut: boolean): string;
  /** Whether all that was given out so far proves to have been thoughts, whose opening never came. */
  wasThought(): boolean;
}

/**
 * Takes the thoughts out that a reasoning model puts before its answer (`<think>…</think>`), as small servers pass them
 * through. Only at the very beginning: an answer may speak of the tag.
 * @param isInThought whether the model was seen to begin in the middle of its thoughts.
 */
export function createReasoningFilter(isInThought = false): ReasoningFilter {
  let state: 'unsure' | 'thinking' | 'between' | 'answering' = isInThought ? 'thinking' : 'unsure';
  let closing = '</think>';
  let held = '';
  let given = '';
  let hadThoughts = isInThought;
  let wasThought = false;
  const answer = (text: string): string => {
    const seen = given.slice(-TAIL) + text;
    given += text;
    hadThoughts ||= given.includes('<think>'); // it speaks of the tags
    const end = hadThoughts ? null : BARE_CLOSING.exec(seen);
    if (!end) return text;
    [hadThoughts, wasThought] = [true, true];
    return seen.slice(end.index + end[0].length).trimStart();
  };
  return {
    add(text) {
      if (state === 'answering') return answer(text);
      held += text;
      if (state === 'unsure') {
        const start = held.trimStart();
        const opening = OPENINGS.find((each) => start.startsWith(each));
        if (opening) [state, closing, hadThoughts] = ['thinking', opening.replace('<', '</'), true];
        else if (!OPENINGS.some((each) => each.startsWith(start))) state = 'answering';
      }
      const end = state === 'thinking' ? held.indexOf(closing) : -1;
      if (end >= 0) {
        held = held.slice(end + closing.length);
        state = 'between';
      }
      if (state === 'between') {
        held = held.trimStart();
        if (held !== '') state = 'answering';
      }
      return state === 'answering' ? answer(held) : '';
    },
    // a reply that is nothing but an unfinished thought has no answer in it; one that was only taken for a thought has
    end: (isCut) => (state === 'unsure' || (state === 'thinking' && isInThought && !isCut) ? held : ''),
    wasThought: () => {
      const was = wasThought;
      wasThought = false;
      return was;
    },
  };
}
