import type { CallOrigin } from '../../gateway/model.js';
import { readInEnglish, TONGUES } from '../../kernel/english-reading.js';
import { evidentLanguage } from '../../kernel/evident-language.js';
import type { SoftTerm } from '../index/lexical-index.js';
import { type Analyser, type ContentWord, contentWords, fold } from '../index/words.js';
import type { Synonyms } from '../synonyms/synonyms.js';
import { shapeOf, type QuestionShape } from './question-shape.js';

/** A question made ready for searching. */
export interface Question {
  /** As asked, but for slips of the pen. */
  text: string;
  language: string;
  shape: QuestionShape;
  /** Its words in order, each once, with what else they could be called. */
  terms: SoftTerm[];
  /** Its own words as they stand, each with its term, without those that say nothing. */
  words: ContentWord[];
  /** What the encoder reads: with the earlier question when this one leans on it. */
  encoded: string;
  /** The earlier question that this one leans on. */
  leansOn?: string;
  /** The same word by word in English, for documents in English, where enough of its words are known. */
  inEnglish?: Question;
  /** Whom it is charged to, where reading it costs something. */
  origin?: CallOrigin;
}

export interface QuestionReader {
  analyser: (language: string) => Analyser;
  /** Language of a text, or undefined when it is too short to tell. */
  detectLanguage: (text: string) => string | undefined;
  /** Whether any document is in the language. */
  speaks: (language: string) => boolean;
  synonyms: Synonyms;
  /** Whether some document has the term. */
  isKnown: (term: string) => boolean;
  /** The word of the documents that a misspelt one means, if one is close. */
  meantWord: (word: string) => { word: string; term: string } | undefined;
}

const EARLIER_WEIGHT = 0.5;
const CORRECTION_WEIGHT = 0.8;
const LEANING =
  /^(and|but|or|also|what about|how about|same for|und|oder|was ist mit|wie ist es|y|o|pero|qué tal|et|ou|mais|pour)\b/iu;
const POINTING =
  /\b(it|its|that|this|these|those|they|them|their|there|he|she|him|her|then|one|ones|davon|dafür|dort|sie|es|eso|esto|ahí|cela|ça|y)\b/iu;
const FEW_WORDS = 3;
/** Languages whose small words, or letters, leave no doubt. */
const SURE_BY_SMALL_WORDS: ReadonlySet<string> = new Set(['en', 'ja', ...TONGUES]);
/** Characters from which on the statistics of letters are right even in a language that no document is in. */
const LONG_ENOUGH = 40;
/** Share of a question's words that must be known in English for its reading to be of use. */
const KNOWN_WORDS = 0.4;
/** Characters of a question that is worth a reading word by word. */
const LONGEST_READ = 1_000;

/** Reads a question in the light of the conversation's earlier ones (oldest first). */
export function readQuestion(asked: string, history: string[], reader: QuestionReader): Question {
  const language = languageOf(asked, reader);
  const analyser = reader.analyser(language);
  const text = language === 'en' ? withoutSlips(asked, analyser, reader) : asked;
  const own = contentWords(text, analyser);
  const leans = leansOnEarlier(
    text,
    own.map(({ term }) => term),
  );
  const earlier = leans ? lastWholeQuestion(history, analyser) : undefined;
  const question: Question = {
    text,
    language,
    shape: shapeOf(earlier && shapeOf(text) === 'thing' ? earlier : text),
    terms: weighedTerms(own, earlier, language, reader),
    words: own,
    encoded: earlier ? `${earlier} ${text}` : text,
    ...(earlier ? { leansOn: earlier } : {}),
  };
  const inEnglish = saidInEnglish(question, reader);
  return inEnglish ? { ...question, inEnglish } : question;
}

/** The question with misspelt words as they are meant, so that the encoder understands them, too. A name stays as it is. */
function withoutSlips(asked: string, analyser: Analyser, reader: QuestionReader): string {
  let text = '';
  let done = 0;
  for (const { word, term, start, end } of contentWords(asked, analyser)) {
    if (isName(asked, start) || reader.isKnown(term) || reader.synonyms.of([term], 0).length > 0) continue;
    const meant = reader.meantWord(word);
    if (meant === undefined) continue;
    text += asked.slice(done, start) + meant.word;
    done = end;
  }
  return text + asked.slice(done);
}

const isName = (text: string, start: number): boolean => start > 0 && /\p{Lu}/u.test(text[start] ?? '');

/** Small words tell the language of a question that is too short for the statistics of letters. */
function languageOf(text: string, { detectLanguage, speaks }: QuestionReader): string {
  const evident = evidentLanguage(text);
  if (evident !== undefined && SURE_BY_SMALL_WORDS.has(evident)) return evident;
  const detected = detectLanguage(text);
  if (detected !== undefined && (text.length >= LONG_ENOUGH || isReadable(text, detected))) return detected;
  return [detected, evident].find((language) => language !== undefined && speaks(language)) ?? 'en';
}

/** Whether the dictionary of a language knows enough of a text's words. */
const isReadable = (text: string, language: string): boolean =>
  TONGUES.includes(language) && readInEnglish(text, language).known >= KNOWN_WORDS;

/** Words that the dictionary lacks stay as they stand: the document may have them too, and what is asked for is not lost. */
function saidInEnglish(question: Question, reader: QuestionReader): Question | undefined {
  const { text, language, leansOn, shape } = question;
  if (!TONGUES.includes(language) || text.length > LONGEST_READ) return undefined;
  const spoken = readInEnglish(text, language);
  if (spoken.known < KNOWN_WORDS) return undefined;
  const analyser = reader.analyser('en');
  const foreign = reader.analyser(language);
  const open = spoken.unknown.filter((word) => foreign.term(word) !== undefined).join(' ');
  const words = contentWords(`${spoken.text} ${open}`, analyser);
  const earlier = leansOn === undefined ? undefined : readInEnglish(leansOn, language).text;
  return {
    text: spoken.text,
    language: 'en',
    shape: shape === 'thing' ? shapeOf(spoken.text) : shape,
    terms: weighedTerms(words, earlier, 'en', reader),
    words,
    encoded: earlier === undefined ? spoken.text : `${earlier} ${spoken.text}`,
    ...(earlier === undefined ? {} : { leansOn: earlier }),
  };
}

/** The question's own terms, and for less those of the earlier question that it leans on. */
function weighedTerms(
  own: ContentWord[],
  earlier: string | undefined,
  language: string,
  reader: QuestionReader,
): SoftTerm[] {
  const weighed = softTerms(own, 1, reader);
  if (earlier === undefined) return weighed;
  const known = new Set(own.map(({ term }) => term));
  const added = softTerms(contentWords(earlier, reader.analyser(language)), EARLIER_WEIGHT, reader);
  return [...weighed, ...added.filter(({ term }) => !known.has(term))];
}

function leansOnEarlier(text: string, terms: string[]): boolean {
  const plain = fold(text).trim();
  return LEANING.test(plain) || terms.length === 0 || (terms.length <= FEW_WORDS && POINTING.test(plain));
}

/** The latest question that stands by itself; failing that, the first one. */
function lastWholeQuestion(history: string[], analyser: Analyser): string | undefined {
  const whole = history.findLast((earlier) => !leansOnEarlier(earlier, analyser.terms(earlier)));
  return whole ?? history[0];
}

function softTerms(own: ContentWord[], weight: number, reader: QuestionReader): SoftTerm[] {
  const seen = new Set<string>();
  const terms = own.map(({ term }) => term);
  return own.flatMap(({ word, term }, position) => {
    if (seen.has(term)) return [];
    seen.add(term);
    const alternatives = reader.synonyms.of(terms, position);
    const isOpen = alternatives.length === 0 && !reader.isKnown(term);
    const meant = isOpen ? reader.meantWord(word) : undefined;
    if (meant) alternatives.push({ terms: [meant.term], weight: CORRECTION_WEIGHT });
    return [
      { term, weight, alternatives: alternatives.filter(({ terms: all }) => all.every(reader.isKnown)) },
    ];
  });
}
