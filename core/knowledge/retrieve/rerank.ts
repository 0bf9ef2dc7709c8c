import type { PassageIndex } from '../index/passage-index.js';
import type { Candidate } from './retriever.js';
import type { Question } from './question.js';

export function rerank(_question: Question, candidates: Candidate[], _index: PassageIndex): Candidate[] {
  return candidates;
}
