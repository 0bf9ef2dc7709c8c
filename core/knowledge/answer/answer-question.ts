import type { Answer, Citation } from '../../kernel/answer.js';
import type { SoftTerm } from '../index/lexical-index.js';
import type { SearchOptions } from '../knowledge-base.js';
import { credit } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import type { Candidate } from '../retrieve/candidate.js';
import { type AnswerSigns, CONFIDENCE, confidenceOf } from './confidence.js';
import { findConflict } from './conflict.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import { findEvidence } from './evidence.js';
import { alsoNeeded } from './further-evidence.js';

const NEAREST = 3;
const MODEL = 'offline/extractive';

/**
 * Answers by quoting: the best supported sentence, what else the question needs, and a document that says otherwise.
 * Below the threshold of confidence it says that the documents do not tell, and whether that is for want of permission.
 */
export async function answerQuestion(
  question: Question,
  { mayRead }: SearchOptions,
  tools: AnswerTools,
): Promise<Answer> {
  const candidates = await tools.find(question, mayRead);
  const found = judge(question, candidates, tools);
  if (found && found.confidence >= CONFIDENCE.threshold) return given(question, found, tools);
  const hidden = await isHidden(question, mayRead, tools);
  return {
    id: tools.newId(),
    answered: false,
    text: '',
    parts: [],
    citations: [],
    confidence: found?.confidence ?? 0,
    reason: hidden ? 'not-permitted' : 'not-found',
    nearest: nearestDocuments(candidates),
    model: MODEL,
  };
}

export interface Judged {
  evidence: Evidence[];
  best: Evidence;
  signs: AnswerSigns;
  confidence: number;
}

/** Finds the best evidence and how likely it is right. */
export function judge(question: Question, candidates: Candidate[], tools: AnswerTools): Judged | undefined {
  const evidence = findEvidence(question, candidates, tools);
  const best = evidence[0];
  if (!best) return undefined;
  const signs = signsOf(question, best, candidates, tools);
  return { evidence, best, signs, confidence: confidenceOf(signs) };
}

function signsOf(
  question: Question,
  best: Evidence,
  candidates: Candidate[],
  tools: AnswerTools,
): AnswerSigns {
  const { candidate } = best;
  const passage = tools.read(candidate);
  const rival = candidates.find(({ owner }) => owner !== candidate.owner);
  const rarest = question.terms.reduce<SoftTerm | undefined>(
    (one, other) => (!one || tools.rarity(other) > tools.rarity(one) ? other : one),
    undefined,
  );
  const missing = question.terms.filter(
    ({ term, alternatives }) =>
      tools.frequency(term) === 0 &&
      !alternatives.some(({ terms }) => terms.every((other) => tools.frequency(other) > 0)),
  );
  return {
    covered: best.covered,
    passageCovered: candidate.signals.coverage,
    cosine: candidate.cosine,
    lexical: candidate.lexical,
    meaning: candidate.meaning,
    document: candidate.document,
    margin: candidate.score - (rival?.score ?? candidate.score),
    fits: best.fits,
    rarest: rarest ? credit(rarest, passage.known) : 0,
    pairs: candidate.signals.pairs,
    unknown: missing.length / Math.max(1, question.terms.length),
  };
}

function given(question: Question, { best, evidence, confidence }: Judged, tools: AnswerTools): Answer {
  const conflict = findConflict(question, best, evidence, tools);
  const first = conflict?.newer ?? best;
  const others = conflict ? [conflict.older] : alsoNeeded(question, best, evidence, tools);
  const chosen = [first, ...others];
  const citations = chosen.map((one, at) => citationOf(one, at + 1));
  const lines = citations.map(({ quote, number }, at) => {
    const date = chosen[at]?.candidate.owner.document.updatedAt.toISOString().slice(0, 10);
    const dated = conflict ? `${chosen[at]?.candidate.passage.title}, ${date}: ` : '';
    return `${dated}${quote.replaceAll('\n', ' ')} [${number}]`;
  });
  return {
    id: tools.newId(),
    answered: true,
    text: lines.join(conflict ? '\n\n' : ' '),
    parts: [],
    citations,
    confidence,
    ...(conflict ? { conflict: true } : {}),
    nearest: [],
    model: MODEL,
  };
}

const citationOf = ({ candidate: { passage }, quote }: Evidence, number: number): Citation => ({
  number,
  passageId: passage.id,
  documentId: passage.documentId,
  path: passage.path,
  title: passage.title,
  headings: passage.headings,
  quote,
});

/** Whether a document that this reader may not see would have answered. */
async function isHidden(
  question: Question,
  mayRead: SearchOptions['mayRead'],
  tools: AnswerTools,
): Promise<boolean> {
  let refused = false;
  const openly = await tools.find(question, (document) => {
    refused ||= !mayRead(document);
    return true;
  });
  if (!refused) return false;
  const found = judge(question, openly, tools);
  return (
    found !== undefined &&
    found.confidence >= CONFIDENCE.threshold &&
    !mayRead(found.best.candidate.owner.document)
  );
}

function nearestDocuments(candidates: Candidate[]): Answer['nearest'] {
  const nearest = new Map<string, Answer['nearest'][number]>();
  for (const { owner, passage } of candidates) {
    if (nearest.size >= NEAREST) break;
    nearest.set(owner.document.id, {
      documentId: owner.document.id,
      path: passage.path,
      title: passage.title,
    });
  }
  return [...nearest.values()];
}
