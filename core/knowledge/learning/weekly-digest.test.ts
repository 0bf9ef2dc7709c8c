import { describe, expect, it } from '@jest/globals';
import { storedDocument } from '../../../tests/contracts/document-store-contract.js';
import type { DocumentHit } from '../knowledge-base.js';
import type { OpenQuestion } from './question-gaps.js';
import { weeklyDigests } from './weekly-digest.js';

const FROM = new Date('2026-03-02');
const asked = (id: string, question: string, personId: string): OpenQuestion => ({
  id,
  question,
  personId,
  at: FROM,
  why: 'unanswered',
});

describe('the weekly digest', () => {
  it('tells each owner what was asked near to their pages, in the language of the question', async () => {
    const hit = (id: string, owner?: string): DocumentHit => {
      const { document, passages } = storedDocument(id, ['x'], owner ? { owner, title: `Page ${id}` } : {});
      return { document, score: 1, best: passages[0] as DocumentHit['best'] };
    };
    const digests = await weeklyDigests({
      questions: [
        asked('1', 'May I bring my dog to the office?', 'p1'),
        asked('2', 'Can I bring my dogs to the office?', 'p2'),
        asked('3', 'Wo sind die Duschen im Werk?', 'p1'),
        asked('4', 'Wo ist die Dusche im Werk?', 'p3'),
        asked('5', 'Who was Napoleon?', 'p1'),
      ],
      knowledge: {
        searchDocuments: async (question) => {
          if (/dog/.test(question)) return [hit('nobodys'), hit('facilities', 'facilities@x.example')];
          return /Dusche/.test(question) ? [hit('werk', 'werk@x.example')] : [];
        },
      },
      detectLanguage: (text) => (/die/.test(text) ? 'de' : 'en'),
      fallbackOwner: 'desk@x.example',
    });
    expect(
      digests.map(({ owner, gaps }) => [owner, gaps.map((gap) => [gap.times, gap.nearest?.documentId])]),
    ).toEqual([
      ['desk@x.example', [[1, undefined]]],
      ['facilities@x.example', [[2, 'facilities']]],
      ['werk@x.example', [[2, 'werk']]],
    ]);
    expect(digests[1]?.gaps).toMatchObject([{ times: 2, people: 2, nearest: { title: 'Page facilities' } }]);
  });
});
