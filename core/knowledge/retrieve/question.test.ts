import { describe, expect, it } from '@jest/globals';
import { createAnalysers } from '../index/words.js';
import { NO_SYNONYMS, parseSynonyms } from '../synonyms/synonym-groups.js';
import { Synonyms } from '../synonyms/synonyms.js';
import { fitsShape, shapeOf } from './question-shape.js';
import { readQuestion } from './question.js';

const analyser = createAnalysers();
const read = (text: string, history: string[] = []): ReturnType<typeof readQuestion> =>
  readQuestion(text, history, {
    analyser,
    detectLanguage: () => undefined,
    synonyms: new Synonyms(
      {
        ...NO_SYNONYMS,
        same: [
          ['boss', 'manager', 'line manager'],
          ['chief', 'head'],
        ],
      },
      analyser,
    ),
    speaks: () => false,
    isKnown: (term) => ['manag', 'line'].includes(term),
    meantWord: () => undefined,
  });

describe('Reading a question', () => {
  it('adds other words for its words, at less weight', () => {
    const boss = read('What does my boss approve?').terms.find(({ term }) => term === 'boss');
    expect(boss?.alternatives.map(({ terms }) => terms.join(' '))).toEqual(['manag', 'line manag']);
    expect(boss?.alternatives.every(({ weight }) => weight < 1)).toBe(true);
  });

  it('leaves out other words that no document has', () => {
    expect(read('Where is the chief?').terms[0]?.alternatives).toEqual([]);
  });

  it.each([
    ['And in Germany?', true],
    ['What about Zurich?', true],
    ['Until when must it be taken?', true],
    ['How many days of parental leave do employees in Germany get?', false],
  ])('%s leans on the question before: %s', (text, leans) => {
    const question = read(text, ['How high is the hotel limit?']);
    expect(question.leansOn !== undefined).toBe(leans);
    expect(question.terms.some(({ term, weight }) => term === 'hotel' && weight < 1)).toBe(leans);
  });

  it('leans on the last question that stood by itself', () => {
    const question = read('And in Paris?', ['How high is the hotel limit?', 'And in Zurich?']);
    expect(question.leansOn).toBe('How high is the hotel limit?');
  });

  it.each([
    ['How many days of leave do I get?', 'duration'],
    ['How much does lunch cost?', 'money'],
    ['Who approves this?', 'person'],
    ['When is payday?', 'time'],
    ['Where do I park?', 'place'],
    ['Can I bring a dog?', 'yes-no'],
    ['Wie viele Tage Urlaub habe ich?', 'duration'],
    ['Tell me about locks', 'thing'],
  ] as const)('%s asks for a %s', (text, shape) => {
    expect(shapeOf(text)).toBe(shape);
  });

  it('tells whether a sentence holds what is asked for', () => {
    expect(fitsShape('duration', 'You get 80 days.')).toBe(true);
    expect(fitsShape('duration', 'Ask your manager.')).toBe(false);
    expect(fitsShape('person', 'The officer is Helena Brandt.')).toBe(true);
    expect(fitsShape('thing', 'Anything.')).toBeUndefined();
  });
});

describe('The language of a terse question', () => {
  const languageOf = (text: string, spoken: string[]): string =>
    readQuestion(text, [], {
      analyser,
      detectLanguage: () => 'it',
      speaks: (language) => spoken.includes(language),
      synonyms: new Synonyms(NO_SYNONYMS, analyser),
      isKnown: () => false,
      meantWord: () => undefined,
    }).language;

  it('is not guessed by a few letters when no document is in it', () => {
    expect(languageOf('holidays per year', ['en'])).toBe('en');
    expect(languageOf('giorni liberi', ['en', 'it'])).toBe('it');
  });

  it('is that of its small words, whatever its letters look like', () => {
    expect(languageOf("dental - who's the insurer?", ['en', 'it'])).toBe('en');
  });

  it('counts in a long question, though no document is in it', () => {
    expect(languageOf('In quale giorno arriva lo stipendio nelle feste natalizie?', ['en'])).toBe('it');
  });
});

describe('A question as people type it in chat', () => {
  it.each([
    ['whos the insurer', 'person', ['insurer']],
    ['hey wheres the printer pls', 'place', ['printer']],
    ['im ill, whats next', 'thing', ['ill', 'next']],
  ] as const)('%s asks for a %s, by the words that say something', (text, shape, words) => {
    const question = read(text);
    expect(question.shape).toBe(shape);
    expect(question.words.map(({ word }) => word)).toEqual(words);
  });
});

describe('A slip of the pen', () => {
  const meant = new Map([['vaction', 'vacation']]);
  const readSlip = (text: string): ReturnType<typeof readQuestion> =>
    readQuestion(text, [], {
      analyser,
      detectLanguage: () => 'en',
      synonyms: new Synonyms({ ...NO_SYNONYMS, same: [['vacation', 'leave']] }, analyser),
      speaks: () => false,
      isKnown: (term) => term === 'leav',
      meantWord: (word) => {
        const other = meant.get(word);
        return other === undefined ? undefined : { word: other, term: analyser('en').terms(other)[0] ?? '' };
      },
    });

  it('is read as the word that is meant, by words, synonyms and meaning alike', () => {
    const question = readSlip('Is vaction paid?');
    expect(question.encoded).toBe('Is vacation paid?');
    expect(question.words.map(({ word }) => word)).toEqual(['vacation', 'paid']);
    expect(question.terms[0]?.alternatives.map(({ terms }) => terms)).toEqual([['leav']]);
  });

  it('is not seen in a name', () => {
    expect(readSlip('Who leads Vaction?').encoded).toBe('Who leads Vaction?');
  });
});

describe('Synonyms', () => {
  it('are read from YAML', () => {
    expect(parseSynonyms('same:\n  - [vacation, holiday]\n').same).toEqual([['vacation', 'holiday']]);
  });

  it.each(['same: [[one]]', 'same: 3', 'near:\n  - vacation', '- ['])(
    'are refused when they are %j',
    (yaml) => {
      expect(() => parseSynonyms(yaml)).toThrow('The synonyms need the lists');
    },
  );
});
