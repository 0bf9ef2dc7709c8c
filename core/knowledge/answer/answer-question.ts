import type { Answer, Citation } from '../../kernel/answer.js';
import type { SearchOptions } from '../knowledge-base.js';
import type { Question } from '../retrieve/question.js';
import type { Candidate } from '../retrieve/candidate.js';
import { readingsOf } from '../retrieve/readings.js';
import { CONFIDENCE } from './confidence.js';
import { bridgedEvidence } from './bridge.js';
import { findConflict } from './conflict.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import { furtherEvidence } from './further-evidence.js';
import { isGuess, judge, type Judged } from './judge.js';
import { leadOf, shownQuote } from './quote.js';

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
  const { question: reading, candidates, found } = await judgeReadings(question, mayRead, tools);
  if (found && found.confidence >= CONFIDENCE.threshold) return given(reading, found, mayRead, tools);
  const hidden = await isHidden(question, mayRead, tools);
  return {
    id: tools.newId(),
    answered: false,
    text: '',
    parts: [],
    citations: [],
    confidence: found?.confidence ?? 0,
    reason: hidden ? 'not-permitted' : 'not-found',
    nearest: nearestDocuments(candidates, found?.evidence ?? []),
    model: MODEL,
  };
}

/** The reading of a question that is answered most likely, with what was found for it. */
interface JudgedReading {
  question: Question;
  candidates: Candidate[];
  found: Judged | undefined;
}

/** Judges each reading of a question by the documents of its language; the surest is taken. */
export async function judgeReadings(
  question: Question,
  mayRead: SearchOptions['mayRead'],
  tools: AnswerTools,
): Promise<JudgedReading> {
  const judged: JudgedReading[] = [];
  for (const reading of readingsOf(question, mayRead)) {
    const candidates = await tools.find(reading.question, reading.mayRead);
    judged.push({
      question: reading.question,
      candidates,
      found: await judge(reading.question, candidates, tools),
    });
  }
  const sureness = ({ found }: JudgedReading): number => found?.confidence ?? -1;
  return judged.reduce((best, other) => (sureness(other) > sureness(best) ? other : best));
}

function given(
  question: Question,
  { best, evidence, confidence }: Judged,
  mayRead: SearchOptions['mayRead'],
  tools: AnswerTools,
): Answer {
  const conflict = findConflict(question, best, evidence);
  const first = conflict?.newer ?? best;
  const chosen = conflict
    ? [first, conflict.older]
    : withBridge(
        [best, ...furtherEvidence(question, best, evidence, tools)],
        bridgedEvidence(question, best, mayRead, tools),
      );
  const citations = chosen.map((one, at) => citationOf(one, at + 1));
  const lines = chosen.map(({ candidate: { owner, passage }, start, end }, at) => {
    const date = owner.document.updatedAt.toISOString().slice(0, 10);
    const dated = conflict ? `${passage.title}, ${date}: ` : '';
    const said = shownQuote(passage.text, start, end);
    return `${dated}${said} [${at + 1}]`;
  });
  return {
    id: tools.newId(),
    answered: true,
    text: lines.join('\n\n'),
    parts: [],
    citations,
    confidence,
    ...(conflict ? { conflict: true } : {}),
    nearest: [],
    model: MODEL,
  };
}

/** A fact from elsewhere comes last, unless what was chosen says it already. */
const withBridge = (chosen: Evidence[], bridge: Evidence[]): Evidence[] => [
  ...chosen,
  ...bridge.filter(({ quote }) => chosen.every((one) => !one.quote.includes(quote))),
];

function citationOf({ candidate: { passage }, quote, start, end }: Evidence, number: number): Citation {
  const lead = leadOf(passage.text, start, end);
  return {
    number,
    passageId: passage.id,
    documentId: passage.documentId,
    path: passage.path,
    title: passage.title,
    headings: passage.headings,
    quote,
    ...(lead === undefined ? {} : { lead }),
  };
}

/** Whether a document that this reader may not see would have answered. */
async function isHidden(
  question: Question,
  mayRead: SearchOptions['mayRead'],
  tools: AnswerTools,
): Promise<boolean> {
  if (!tools.someHidden(mayRead)) return false;
  const { found } = await judgeReadings(question, () => true, tools);
  return (
    found !== undefined &&
    found.confidence >= CONFIDENCE.threshold &&
    !mayRead(found.best.candidate.owner.document)
  );
}

/** The reader judges better than a threshold whether the nearest words help; a mere guess is not shown. */
function nearestDocuments(candidates: Candidate[], evidence: Evidence[]): Answer['nearest'] {
  const nearest = new Map<string, Answer['nearest'][number]>();
  for (const { owner, passage } of candidates) {
    if (nearest.size >= NEAREST) break;
    if (nearest.has(owner.document.id)) continue;
    const own = evidence.find(({ candidate }) => candidate.owner === owner);
    nearest.set(owner.document.id, {
      documentId: owner.document.id,
      path: passage.path,
      title: passage.title,
      ...(own && !isGuess(own) ? { quote: own.quote } : {}),
    });
  }
  return [...nearest.values()];
}
