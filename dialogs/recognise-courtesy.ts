import { LANGUAGES, type Language } from '../manifest/commands.js';
import { COURTESY_PHRASES, type Courtesy } from './courtesy-phrases.js';

export interface RecognisedCourtesy {
  kind: Courtesy;
  /** The only language in which it was said; undefined where several have the phrase ("super", "merci"). */
  language: Language | undefined;
}

/** Longer messages want to say something. */
const MOST_LETTERS = 120;
/** When a message holds several, the first of these is answered. */
const BY_WEIGHT: readonly Courtesy[] = [
  'who',
  'well-being',
  'sorry',
  'thanks',
  'bye',
  'greeting',
  'yes-or-no',
  'nod',
];

const PICTURE = /\p{Extended_Pictographic}/u;

/** Each language's phrases, the longest first, so that "thank you" is not read as "thank". */
const PHRASES = LANGUAGES.map((language) => ({
  language,
  phrases: Object.entries(COURTESY_PHRASES[language])
    .flatMap(([kind, phrases]) =>
      phrases.split(', ').map((words) => ({ kind: kind as Courtesy | 'filler', words: plain(words) })),
    )
    .sort((a, b) => b.words.length - a.words.length),
}));

/**
 * Tells whether a message is courtesy and nothing else: whether all of it falls into phrases of one language. "Thanks, and
 * how do I book it?" is a question.
 */
export function recogniseCourtesy(text: string): RecognisedCourtesy | undefined {
  if (text.length > MOST_LETTERS) return undefined;
  const said = plain(text);
  if (said === '') return PICTURE.test(text) ? { kind: 'nod', language: undefined } : undefined;
  const found = PHRASES.flatMap(({ language, phrases }) => {
    const kinds = kindsOf(said, phrases);
    const kind = BY_WEIGHT.find((candidate) => kinds?.has(candidate));
    return kind ? [{ kind, language }] : [];
  });
  const [first] = found;
  return first && { kind: first.kind, language: found.length === 1 ? first.language : undefined };
}

/** The kinds of phrases that `said` falls into from its start to its end, or undefined when something is left over. */
function kindsOf(
  said: string,
  phrases: readonly { kind: Courtesy | 'filler'; words: string }[],
  from = 0,
  hopeless = new Set<number>(),
): Set<Courtesy | 'filler'> | undefined {
  if (from >= said.length) return new Set();
  if (hopeless.has(from)) return undefined;
  for (const { kind, words } of phrases) {
    const end = from + words.length;
    if (!said.startsWith(words, from) || !endsWord(said, end)) continue;
    const rest = kindsOf(said, phrases, said[end] === ' ' ? end + 1 : end, hopeless);
    if (rest) return rest.add(kind);
  }
  hopeless.add(from);
  return undefined;
}

/** Japanese sets no spaces between words. */
function endsWord(said: string, end: number): boolean {
  return end === said.length || said[end] === ' ' || /[^\p{Script=Latin}]/u.test(said[end - 1] ?? '');
}

/** Small letters without marks and emoji; an apostrophe joins what it parts. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’`´]/gu, '')
    .replace(/\p{P}|\p{S}|\p{Extended_Pictographic}|\u200d|\ufe0f/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}
