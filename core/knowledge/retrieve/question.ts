import type { CallOrigin } from '../../gateway/model.js';
import { readInEnglish, TONGUES } from '../../kernel/english-reading.js';
import { evidentLanguage } from '../../kernel/evident-language.js';
import type { SoftTerm } from '../index/lexical-index.js';
import type { Analyser } from '../index/words.js';
import { fold, words } from '../index/words.js';
import type { Synonyms } from '../synonyms/synonyms.js';
import { shapeOf, type QuestionShape } from './question-shape.js';

/** A question made ready for searching. */
export interface Question {
  /** As asked. */
  text: string;
  language: string;
  shape: QuestionShape;
  /** Its words in order, each once, with what else they could be called. */
  terms: SoftTerm[];
  /** Its own words as they stand, each with its term, without those that say nothing. */
  words: OwnWord[];
  /** What the encoder reads: with the earlier question when this one leans on it. */
  encoded: string;
  /** The earlier question that this one leans on. */
  leansOn?: string;
  /** The same word by word in English, for documents in English, where enough of its words are known. */
  inEnglish?: Question;
  /** Whom it is charged to, where reading it costs something. */
  origin?: CallOrigin;
}

export interface OwnWord {
  word: string;
  term: string;
}

export interface QuestionReader {
  analyser: (language: string) => Analyser;
  /** Language of a text, or undefined when it is too short to tell. */
  detectLanguage: (text: string) => string | undefined;
  synonyms: Synonyms;
  /** A term of the index for a misspelt word, if one is close. */
  nearestTerm: (term: string) => string | undefined;
}

const EARLIER_WEIGHT = 0.5;
const CORRECTION_WEIGHT = 0.8;
const LEANING =
  /^(and|but|or|also|what about|how about|same for|und|oder|was ist mit|wie ist es|y|o|pero|qué tal|et|ou|mais|pour)\b/iu;
const POINTING =
  /\b(it|its|that|this|these|those|they|them|their|there|he|she|him|her|then|one|ones|davon|dafür|dort|sie|es|eso|esto|ahí|cela|ça|y)\b/iu;
const FEW_WORDS = 3;
/** Share of a question's words that must be known in English for its reading to be of use. */
const KNOWN_WORDS = 0.4;
/** Characters of a question that is worth a reading word by word. */
const LONGEST_READ = 1_000;

/** Reads a question in the light of the conversation's earlier ones (oldest first). */
export function readQuestion(text: string, history: string[], reader: QuestionReader): Question {
  const language = languageOf(text, reader);
  const analyser = reader.analyser(language);
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

/** Small words tell the language of a question that is too short for the statistics of letters. */
function languageOf(text: string, { detectLanguage }: QuestionReader): string {
  const evident = evidentLanguage(text);
  if (evident !== undefined && TONGUES.includes(evident)) return evident;
  return detectLanguage(text) ?? evident ?? 'en';
}

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
  own: OwnWord[],
  earlier: string | undefined,
  language: string,
  reader: QuestionReader,
): SoftTerm[] {
  const terms = own.map(({ term }) => term);
  const weighed = softTerms(terms, 1, reader);
  if (earlier === undefined) return weighed;
  const known = new Set(terms);
  const added = softTerms(reader.analyser(language).terms(earlier), EARLIER_WEIGHT, reader);
  return [...weighed, ...added.filter(({ term }) => !known.has(term))];
}

/** The words of a text that say something, folded, each with its term. */
export const contentWords = (text: string, { term }: Analyser): OwnWord[] =>
  words(text).flatMap(({ text: word }) => {
    const stem = term(word);
    return stem === undefined ? [] : [{ word, term: stem }];
  });

function leansOnEarlier(text: string, terms: string[]): boolean {
  const plain = fold(text).trim();
  return LEANING.test(plain) || terms.length === 0 || (terms.length <= FEW_WORDS && POINTING.test(plain));
}

/** The latest question that stands by itself; failing that, the first one. */
function lastWholeQuestion(history: string[], analyser: Analyser): string | undefined {
  const whole = history.findLast((earlier) => !leansOnEarlier(earlier, analyser.terms(earlier)));
  return whole ?? history[0];
}

function softTerms(terms: string[], weight: number, reader: QuestionReader): SoftTerm[] {
  const seen = new Set<string>();
  return terms.flatMap((term, position) => {
    if (seen.has(term)) return [];
    seen.add(term);
    const alternatives = reader.synonyms.of(terms, position);
    const meant = alternatives.length === 0 ? reader.nearestTerm(term) : undefined;
    if (meant) alternatives.push({ terms: [meant], weight: CORRECTION_WEIGHT });
    return [{ term, weight, alternatives }];
  });
}

/** How many words a question has, stop words included. */
export const questionLength = (text: string): number => words(text).length;
