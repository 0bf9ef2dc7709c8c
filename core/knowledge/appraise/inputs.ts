import type { AnswerTools, Evidence } from '../answer/answer-tools.js';
import type { Nearness } from '../answer/nearness.js';
import { signsOf, wordsThatCount } from '../answer/signs.js';
import { wordRarity } from '../encoder/everyday-words.js';
import { credit, type KnownTerms, softTermOf } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import { formOf, shownIn } from './question-form.js';

/** What is known of a question beside a piece of evidence, in the order that the network was taught. */
export interface AppraisalInput {
  /** Numbers of each word of the question: how rare it is, and what sentence, quote, passage and headings say of it. */
  words: number[][];
  /** Numbers of question and evidence as wholes. */
  whole: number[];
}

/** Words of a question that are read; a longer one says the rest again. */
const MOST_WORDS = 24;
/** Characters of a long quote and of a long passage. */
const LONG_QUOTE = 300;
const LONG_PASSAGE = 500;
const MOST_PASSAGES = 2;
/** What place and score in the ranking are counted in. */
const MUCH_BEHIND = 10;
const MANY_PLACES = 8;

/**
 * Reads a question beside each piece of evidence.
 * @param evidence best first.
 * @param nearness of each piece, as `nearnessOf` found it.
 * @returns nothing where question and documents are not compared by the encoder that the network was taught with.
 */
export async function appraisalInputs(
  question: Question,
  evidence: Evidence[],
  nearness: Nearness[],
  tools: AnswerTools,
): Promise<AppraisalInput[] | undefined> {
  const meaning = await tools.meaningOf(question);
  if (!meaning) return undefined;
  const form = formOf(question.text);
  const first = evidence[0]?.score ?? 0;
  return evidence.map((one, at) => {
    const near = nearness[at] as Nearness;
    const sentence = meaning.sentence(one);
    return {
      words: wordsBeside(question, one, near, meaning.words, tools),
      whole: [
        ...Object.values(signsOf(question, one, near, tools)),
        ...meaning.question,
        ...sentence.directions,
        sentence.cosine,
        ...form,
        ...shownIn(one.quote),
        one.quote.length / LONG_QUOTE,
        Math.min(MOST_PASSAGES, one.candidate.passage.text.length / LONG_PASSAGE),
        (one.score - first) / MUCH_BEHIND,
        at / MANY_PLACES,
      ],
    };
  });
}

/** The numbers of each word of a question beside one piece of evidence. */
function wordsBeside(
  question: Question,
  { candidate, sentence, start, end }: Evidence,
  near: Nearness,
  directions: number[][],
  tools: AnswerTools,
): number[][] {
  const { known, sentences } = tools.read(candidate);
  const place = sentences.findIndex((other) => other.start === sentence.start);
  const quoted = sentences.filter((other) => other.start < end && start < other.end);
  const beside = [sentences[place - 1], sentences[place + 1]].filter((other) => other !== undefined);
  const inQuote = anyOf(quoted.map((other) => other.known));
  const besideIt = anyOf(beside.map((other) => other.known));
  const counting = new Set(wordsThatCount(question));
  const words = question.words.slice(0, MOST_WORDS);
  return words.map((word, at) => {
    const soft = softTermOf(question.terms, word.term);
    return [
      tools.rarity(soft) / Math.max(Number.EPSILON, tools.rarest()),
      ...[sentence.known, inQuote, besideIt, known, sentence.context].map((there) => credit(soft, there)),
      ...[near.sentence, near.quote, near.passage, near.headings].map((cosines) => cosines[at] ?? 0),
      Number(counting.has(word)),
      Number(tools.frequency(word.term) > 0),
      wordRarity(word.word),
      words.length > 1 ? at / (words.length - 1) : 0.5,
      Number(at === words.length - 1),
      Number(at === 0),
      ...(directions[at] as number[]),
    ];
  });
}

const anyOf = (sets: Set<string>[]): KnownTerms => ({ has: (term) => sets.some((one) => one.has(term)) });
