/** Finds the translation of a sentence that a tool wrote in English, with its values put back in. */
export type SayTranslated = (sentence: string) => string | undefined;

interface Template {
  pattern: RegExp;
  names: string[];
  translation: string;
}

/** Values that are words of ours as well; all others are names and numbers, which stay as they are. */
const WORDS: ReadonlySet<string> = new Set(['state', 'priority']);
/** Values that are sentences of their own. */
const SENTENCES: ReadonlySet<string> = new Set(['reason']);

/**
 * Tools answer in English and their answers are stored so; a reader's language is put on when they are shown.
 * @param sentences English templates ("There is no ticket T-{number}.") and what they are called in the language.
 * @param choice a word of ours in the language.
 */
export function translatedSentences(
  sentences: Readonly<Record<string, string>>,
  choice: (value: string) => string,
): SayTranslated {
  const exact = new Map(Object.entries(sentences).filter(([english]) => !english.includes('{')));
  const templates = Object.entries(sentences)
    .filter(([english]) => english.includes('{'))
    .map(([english, translation]) => templateOf(english, translation));
  const valueOf = (name: string, value: string): string =>
    WORDS.has(name) ? choice(value) : SENTENCES.has(name) ? (whole(value) ?? value) : value;
  const whole: SayTranslated = (sentence) =>
    exact.get(sentence) ?? fromTemplate(templates, sentence, valueOf);
  return (sentence) => {
    const known = whole(sentence);
    if (known !== undefined || !sentence.includes('\n')) return known;
    // A list: each of its lines is a sentence.
    return sentence
      .split('\n')
      .map((line) => whole(line) ?? line)
      .join('\n');
  };
}

function templateOf(english: string, translation: string): Template {
  const names: string[] = [];
  const pattern = english
    .split(/(\{\w+\})/)
    .map((part) => {
      if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      names.push(part.slice(1, -1));
      return '(.+?)';
    })
    .join('');
  return { pattern: new RegExp(`^${pattern}$`), names, translation };
}

function fromTemplate(
  templates: readonly Template[],
  sentence: string,
  valueOf: (name: string, value: string) => string,
): string | undefined {
  for (const { pattern, names, translation } of templates) {
    const match = pattern.exec(sentence);
    if (!match) continue;
    const values = new Map(names.map((name, place) => [name, match[place + 1] ?? '']));
    return translation.replace(/\{(\w+)\}/g, (_, name: string) => valueOf(name, values.get(name) ?? ''));
  }
  return undefined;
}
