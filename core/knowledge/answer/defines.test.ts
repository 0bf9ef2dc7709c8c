import { describe, expect, it } from '@jest/globals';
import { createAnalysers } from '../index/words.js';
import { readQuestion } from '../retrieve/question.js';
import { NO_SYNONYMS } from '../synonyms/synonym-groups.js';
import { Synonyms } from '../synonyms/synonyms.js';
import { isDefinedUnder, statedBy } from './defines.js';

const analyser = createAnalysers();
const ask = (text: string, history: string[] = []): ReturnType<typeof readQuestion> =>
  readQuestion(text, history, {
    analyser,
    detectLanguage: (asked) => (asked.startsWith('Was ') ? 'de' : undefined),
    synonyms: new Synonyms(NO_SYNONYMS, analyser),
    speaks: () => false,
    isKnown: () => false,
    meantWord: () => undefined,
  });
const { terms } = analyser('en');
const sentence = (text: string, headings: string): Parameters<typeof isDefinedUnder>[1] => ({
  start: 0,
  end: text.length,
  text,
  terms: terms(text),
  known: new Set(terms(text)),
  context: new Set(terms(headings)),
  isLead: false,
});
const FIRST = sentence('Known to the board only.', 'Project Heron');

describe('A question for what a thing is', () => {
  it.each([
    ['What is Project Heron?', true],
    ["What's Heron?", true],
    ['Was ist Heron?', true],
    ['What does Project Heron cost?', false],
    ['Who leads Project Heron?', false],
    ['What is Project Osprey?', false],
  ])('%s is answered by the section of that name: %s', (text, answers) => {
    expect(isDefinedUnder(ask(text), FIRST)).toBe(answers);
  });

  it('does not ask a sentence under that name to repeat it', () => {
    expect(statedBy(ask('What is Project Heron?'), FIRST).has('heron')).toBe(true);
    expect(statedBy(ask('When does Project Heron start?'), FIRST).has('heron')).toBe(false);
  });

  it('lets a row state the names of its columns', () => {
    const row = sentence('G5 | 65,000 euros', 'Salary bands Grade Upper end');
    expect(statedBy(ask('What is the upper end of G5?'), row).has('upper')).toBe(true);
  });
});
