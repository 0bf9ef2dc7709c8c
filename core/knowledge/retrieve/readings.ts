import type { KnowledgeDocument } from '../document.js';
import type { Question } from './question.js';

/** One way to read a question, with the documents that are searched for it. */
export interface Reading {
  question: Question;
  mayRead: (document: KnowledgeDocument) => boolean;
}

/**
 * A question in another language is asked in English of the documents in English, and as it stands of the others, so that
 * either can be compared by an encoder that knows its words.
 */
export function readingsOf(question: Question, mayRead: Reading['mayRead']): Reading[] {
  const { inEnglish } = question;
  if (!inEnglish) return [{ question, mayRead }];
  return [
    { question, mayRead: (document) => document.language !== 'en' && mayRead(document) },
    {
      question: { ...inEnglish, origin: question.origin },
      mayRead: (document) => document.language === 'en' && mayRead(document),
    },
  ];
}
