export interface DerivedTest {
  name: string;
  expect: 'accepted' | 'refused' | 'holds';
}

const REQUIREMENT =
  /\b(?:must(?: not)?|shall(?: not)?|should(?: not)?|may(?: not)?|can(?:not)?|at least|at most|no more than|up to|minimum|maximum|between|muss|müssen|darf|dürfen|mindestens|höchstens)\b/i;
const AT_LEAST = /\b(?:at least|minimum(?: of)?|no (?:less|fewer) than|mindestens)\s+(\d{1,9})/gi;
const AT_MOST = /\b(?:at most|maximum(?: of)?|no more than|up to|höchstens)\s+(\d{1,9})/gi;
const TIMES = /\b(?:may|can|darf)\b[^.]{0,40}?(\d{1,9})\s+(?:times|mal)\b/gi;
const BETWEEN = /\b(?:between|zwischen)\s+(\d{1,9})\s+(?:and|und)\s+(\d{1,9})/gi;

/** Test cases for each requirement of a text: the rule itself, and the values around each limit that it names. */
export function deriveTests(text: string): DerivedTest[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => REQUIREMENT.test(sentence))
    .flatMap((sentence): DerivedTest[] => {
      const limits = limitsOf(sentence);
      const about = sentence.replace(/[.!?]+$/, '');
      return limits.length > 0
        ? limits.map(({ value, expect }) => ({ name: `"${about}" with ${value}`, expect }))
        : [{ name: about, expect: 'holds' }];
    });
}

function limitsOf(sentence: string): { value: number; expect: 'accepted' | 'refused' }[] {
  const numbers = (pattern: RegExp, group = 1): number[] =>
    [...sentence.matchAll(pattern)].map((match) => Number(match[group]));
  const lowest = [...numbers(AT_LEAST), ...numbers(BETWEEN)];
  const highest = [...numbers(AT_MOST), ...numbers(TIMES), ...numbers(BETWEEN, 2)];
  return [
    ...lowest.flatMap((value) => [
      { value: value - 1, expect: 'refused' as const },
      { value, expect: 'accepted' as const },
    ]),
    ...highest.flatMap((value) => [
      { value, expect: 'accepted' as const },
      { value: value + 1, expect: 'refused' as const },
    ]),
  ];
}
