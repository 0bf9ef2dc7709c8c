import { describe, expect, it } from '@jest/globals';
import { createAnalyser } from '../index/words.js';
import { type OpenQuestion, clusterQuestions, digestsFor } from './question-gaps.js';

const analyser = createAnalyser('en');
const asked = (question: string, personId = 'p1', day = 1): OpenQuestion => ({
  id: `${question}|${personId}|${day}`,
  question,
  personId,
  at: new Date(Date.UTC(2026, 1, day)),
  why: 'unanswered',
});
const cluster = (...questions: OpenQuestion[]) => clusterQuestions(questions, () => analyser);

describe('gaps', () => {
  it('put questions together that ask for the same thing in other words and forms', () => {
    const gaps = cluster(
      asked('Can I bring my dog to the office?', 'p1', 1),
      asked('can we bring dogs to the office', 'p2', 3),
      asked('Who repairs the coffee machine?', 'p3', 2),
      asked('Bring a dog to office?', 'p2', 4),
    );
    expect(gaps).toHaveLength(2);
    expect(gaps[0]).toMatchObject({
      times: 3,
      people: 2,
      firstAt: new Date(Date.UTC(2026, 1, 1)),
      lastAt: new Date(Date.UTC(2026, 1, 4)),
    });
    expect(gaps[0]?.question).toMatch(/dog/);
    expect(gaps[1]?.question).toBe('Who repairs the coffee machine?');
  });

  it('come in the order of how many people miss them, and do not depend on the order of arrival', () => {
    const questions = [
      asked('Where is the gym?', 'p1', 1),
      asked('Where is the gym?', 'p1', 2),
      asked('Where is the gym?', 'p1', 3),
      asked('When is the summer party?', 'p2', 2),
      asked('When is the summer party?', 'p3', 2),
    ];
    const gaps = cluster(...questions);
    expect(gaps.map((gap) => gap.question)).toEqual(['When is the summer party?', 'Where is the gym?']);
    expect(cluster(...questions.toReversed())).toEqual(gaps);
  });

  it('leave out questions without any word that carries meaning', () => {
    expect(cluster(asked('and what about it?'), asked('???'))).toEqual([]);
  });
});

describe('the digest', () => {
  const gaps = cluster(
    asked('Can I bring my dog?', 'p1'),
    asked('Can I bring my dog?', 'p2'),
    asked('Where is **the** gym?'),
  );

  it('goes to who could fill the gap, the rest to the fallback', async () => {
    const digests = await digestsFor(
      gaps,
      async (question) =>
        question.includes('dog')
          ? {
              owner: 'facilities@x.example',
              nearest: {
                documentId: 'd',
                path: 'f.md',
                title: 'Facilities',
                access: { classification: 'internal' },
              },
            }
          : undefined,
      'people@x.example',
    );
    expect(digests.map(({ owner, gaps: own }) => [owner, own.length])).toEqual([
      ['facilities@x.example', 1],
      ['people@x.example', 1],
    ]);
  });
});
