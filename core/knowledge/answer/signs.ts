import { fold } from '../index/words.js';
import { coverage, credit } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import { statedBy } from './defines.js';
import { namesIn } from './names.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import type { AnswerSigns } from './confidence.js';

/** What a passage without a vector is taken for: the usual cosine of a question with its answer. */
const USUAL_COSINE = 0.5;
/** Rarity of a word that one of some twenty thousand passages has. */
const RAREST = 10;
/** Rarity of a word that none of some seventy passages has. */
const RAREST_OF_FEW = 5;

/** "How long" asks for a length; no answer has to say it. */
const MEASURE = /\bhow (\p{L}+)/u;
/** What a question is taken for whose words cannot be compared one by one. */
const USUAL_NEARNESS = 0.6;

/** Collects what the likelihood of an answer is judged by. */
export async function signsOf(question: Question, best: Evidence, tools: AnswerTools): Promise<AnswerSigns> {
  const { candidate } = best;
  const { known } = tools.read(candidate);
  const { terms } = question;
  const stated = statedBy(question, best.sentence);
  const open = terms.filter((term) => credit(term, known) < 0.5).map((term) => tools.rarity(term));
  return {
    agreed: candidate.signals.coverage * (candidate.cosine || USUAL_COSINE),
    sentence: candidate.signals.sentence || USUAL_COSINE,
    fits: best.fits,
    open: Math.min(1, (Math.max(0, ...open) * fewPages(tools.rarest())) / RAREST),
    missingNames: shareOf(namesIn(question, tools), (term) => credit(term, known) === 0),
    detail: Math.min(1, terms.length / 10),
    said: coverage(terms, tools.rarity, (term) => credit(term, stated)),
    strangest: await strangestWord(question, best, tools),
    counts: Number(question.shape === 'number'),
    asksWay: Number(question.shape === 'way'),
    foreign: Number(
      !tools.comparesMeaning(question.language) && candidate.owner.document.language === question.language,
    ),
  };
}

/** How near the question's strangest word comes to a word of the sentence. */
async function strangestWord(question: Question, best: Evidence, tools: AnswerTools): Promise<number> {
  const { language, words, text } = question;
  const stated = statedBy(question, best.sentence);
  const measure = MEASURE.exec(fold(text))?.[1];
  const open = words.filter(({ word, term }) => word !== measure && !stated.has(term));
  const asked = open.map(({ word }) => word);
  const nearness = await tools.wordNearness(language, asked, best.sentence.text);
  return nearness ? Math.min(1, ...nearness) : USUAL_NEARNESS;
}

/** In a few pages no word is rare; what they leave open counts as in a short handbook. */
const fewPages = (rarest: number): number => Math.max(1, RAREST_OF_FEW / Math.max(1, rarest));

const shareOf = <T>(all: T[], holds: (one: T) => boolean): number =>
  all.filter(holds).length / Math.max(1, all.length);
