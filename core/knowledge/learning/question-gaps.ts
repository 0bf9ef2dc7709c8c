import type { KnowledgeDocument } from '../document.js';
import type { Analyser } from '../index/words.js';
import { keyTerms, overlap } from './similarity.js';

/** A question that the documents did not answer, or whose answer was voted down. Its text is screened. */
export interface OpenQuestion {
  id: string;
  question: string;
  personId: string;
  at: Date;
  why: 'unanswered' | 'voted-down';
}

/** Questions that ask for the same thing. */
export interface QuestionGap {
  /** The question that is nearest to all others of the cluster. */
  question: string;
  questionIds: string[];
  times: number;
  /** How many different people asked. */
  people: number;
  firstAt: Date;
  lastAt: Date;
}

/** Words in common, of all words of two questions, from which on they ask for the same thing. */
const SAME = 0.5;

/**
 * Groups questions by their words: each joins the cluster whose centre it overlaps most with, or opens one. Quadratic in
 * the number of clusters; a week's questions are a few thousand at most.
 * @param analyserOf the analyser of the language that a question is in.
 */
export function clusterQuestions(
  questions: OpenQuestion[],
  analyserOf: (question: string) => Analyser,
): QuestionGap[] {
  const clusters: { members: { asked: OpenQuestion; terms: Set<string> }[] }[] = [];
  const inOrder = [...questions].sort((a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1));
  for (const asked of inOrder) {
    const terms = keyTerms(asked.question, analyserOf(asked.question));
    if (terms.size === 0) continue;
    let best: (typeof clusters)[number] | undefined;
    let bestOverlap = SAME;
    for (const cluster of clusters) {
      const nearness = Math.max(
        ...cluster.members.slice(0, 20).map((member) => overlap(member.terms, terms)),
      );
      if (nearness < bestOverlap) continue;
      best = cluster;
      bestOverlap = nearness;
    }
    if (best) best.members.push({ asked, terms });
    else clusters.push({ members: [{ asked, terms }] });
  }
  return clusters.map(({ members }) => toGap(members)).sort(byWeight);
}

function toGap(members: { asked: OpenQuestion; terms: Set<string> }[]): QuestionGap {
  const nearness = members.map(({ terms }) =>
    members.reduce((sum, other) => sum + overlap(terms, other.terms), 0),
  );
  const centre = members[nearness.indexOf(Math.max(...nearness))];
  const times = members.map(({ asked }) => asked.at.getTime());
  return {
    question: centre?.asked.question ?? '',
    questionIds: members.map(({ asked }) => asked.id),
    times: members.length,
    people: new Set(members.map(({ asked }) => asked.personId)).size,
    firstAt: new Date(Math.min(...times)),
    lastAt: new Date(Math.max(...times)),
  };
}

/** What most people miss comes first. */
const byWeight = (a: QuestionGap, b: QuestionGap): number =>
  b.people - a.people || b.times - a.times || b.lastAt.getTime() - a.lastAt.getTime();

/** Whom a gap is shown to. */
export interface GapOwner {
  /** E-mail address or person id. */
  owner: string;
  /** The document that comes nearest and that this person owns. */
  nearest?: Pick<KnowledgeDocument, 'path' | 'title' | 'access'> & { documentId: string };
}

export interface GapDigest {
  owner: string;
  gaps: (QuestionGap & Pick<GapOwner, 'nearest'>)[];
}

/**
 * Sorts gaps by who could fill them.
 * @param ownerOf finds the owner of the nearest document; undefined when there is none.
 * @param fallback gets what nobody owns.
 */
export async function digestsFor(
  gaps: QuestionGap[],
  ownerOf: (question: string) => Promise<GapOwner | undefined>,
  fallback: string,
): Promise<GapDigest[]> {
  const digests = new Map<string, GapDigest>();
  for (const gap of gaps) {
    const { owner, nearest } = (await ownerOf(gap.question)) ?? { owner: fallback };
    const digest = digests.get(owner) ?? { owner, gaps: [] };
    digest.gaps.push({ ...gap, ...(nearest ? { nearest } : {}) });
    digests.set(owner, digest);
  }
  return [...digests.values()].sort((a, b) => (a.owner < b.owner ? -1 : 1));
}
