import type { Answer } from '../../kernel/answer.js';
import type { KnowledgeDocument } from '../document.js';
import type { PassageIndex } from '../index/passage-index.js';
import type { Analyser } from '../index/words.js';
import type { SearchOptions } from '../knowledge-base.js';
import type { Question } from '../retrieve/question.js';
import type { Candidate } from '../retrieve/retriever.js';

export interface AnswerTools {
  find(question: Question, mayRead: (document: KnowledgeDocument) => boolean): Promise<Candidate[]>;
  index: PassageIndex;
  analyser: (language: string) => Analyser;
  newId(): string;
}

export async function answerQuestion(
  q: Question,
  options: SearchOptions,
  tools: AnswerTools,
): Promise<Answer> {
  await tools.find(q, options.mayRead);
  return {
    id: tools.newId(),
    answered: false,
    text: '',
    parts: [],
    citations: [],
    confidence: 0,
    nearest: [],
    model: 'offline',
  };
}
