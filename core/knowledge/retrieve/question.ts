import type { CallOrigin } from '../../gateway/model.js';
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

/** Reads a question in the light of the conversation's earlier ones (oldest first). */
export function readQuestion(text: string, history: string[], reader: QuestionReader): Question {
  const language = reader.detectLanguage(text) ?? 'en';
  const analyser = reader.analyser(language);
  const spoken = contentWords(text, analyser);
  const own = spoken.map(({ term }) => term);
  const earlier = leansOnEarlier(text, own) ? lastWholeQuestion(history, analyser) : undefined;
  const terms = softTerms(own, 1, reader);
  if (earlier) {
    const known = new Set(own);
    const added = softTerms(analyser.terms(earlier), EARLIER_WEIGHT, reader);
    terms.push(...added.filter(({ term }) => !known.has(term)));
  }
  const question: Question = {
    text,
    language,
    shape: shapeOf(earlier && shapeOf(text) === 'thing' ? earlier : text),
    terms,
    words: spoken,
    encoded: earlier ? `${earlier} ${text}` : text,
  };
  return earlier ? { ...question, leansOn: earlier } : question;
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
