import type { KnowledgeDocument } from '../document.js';
import type { Fact } from '../graph/fact.js';
import type { GraphPath } from '../graph/knowledge-graph.js';
import { isRow } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';

/** A column's name says which fact is meant; a name for a role is meant whenever a person is asked for. */
const IS = 'is';

/**
 * What another passage states about a thing that question and evidence speak of together: the evidence says "the owner
 * of the cost centre", the question names the cost centre, and a list has its owner. At most one such fact, of a document
 * that may be read.
 */
export function bridgedEvidence(
  question: Question,
  best: Evidence,
  mayRead: (document: KnowledgeDocument) => boolean,
  tools: AnswerTools,
): Evidence[] {
  const asked = new Set(tools.termsOf(question.text));
  const said = new Set(best.sentence.terms);
  const ways = [
    ...tools.ways(question.text, mayRead).filter((way) => endsIn(way, said, tools)),
    ...tools
      .ways(best.sentence.text, mayRead)
      .filter((way) => !leadsToAnotherRow(way, best))
      .filter((way) => endsIn(way, asked, tools) || (question.shape === 'person' && isNaming(way))),
  ];
  for (const way of ways) {
    const fact = way.steps.at(-1)?.fact;
    if (!fact || fact.passageId === best.candidate.passage.id || best.quote.includes(fact.object)) continue;
    const found = evidenceOf(fact, best, tools);
    if (found) return [found];
  }
  return [];
}

/** The last fact is told of its subject, and its relation is one of these words. */
function endsIn({ steps }: GraphPath, words: Set<string>, { termsOf }: AnswerTools): boolean {
  const last = steps.at(-1);
  if (!last || last.backwards || last.fact.relation === IS) return false;
  const relation = termsOf(last.fact.relation);
  return relation.length > 0 && relation.every((term) => words.has(term));
}

/** From the value in a row back to another row that has it, too: one owner has many services. */
const leadsToAnotherRow = ({ steps }: GraphPath, { sentence }: Evidence): boolean =>
  isRow(sentence) && steps.some(({ backwards }) => backwards);

const isNaming = ({ steps }: GraphPath): boolean => {
  const [only, further] = steps;
  return only !== undefined && !further && !only.backwards && only.fact.relation === IS;
};

/** The sentence or row that states a fact. */
function evidenceOf(fact: Fact, best: Evidence, tools: AnswerTools): Evidence | undefined {
  const candidate = tools.candidateOf(fact.passageId);
  if (!candidate) return undefined;
  const sentence = tools
    .read(candidate)
    .sentences.find(({ text }) => text.includes(fact.object) && mentions(text, fact.subject));
  if (!sentence) return undefined;
  const { start, end, text: quote } = sentence;
  return { ...best, candidate, sentence, start, end, quote };
}

/** A code alone stands without its column's name: `Cost centre 4100` as `4100`. */
function mentions(text: string, subject: string): boolean {
  const plain = text.toLowerCase();
  const name = subject.toLowerCase();
  return plain.includes(name) || plain.includes(name.split(' ').at(-1) ?? name);
}
