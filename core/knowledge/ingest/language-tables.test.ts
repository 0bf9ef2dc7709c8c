import { describe, expect, it } from '@jest/globals';
import { eld } from 'eld/small';
import { loadLanguageTables } from './language-tables.js';

const TEXTS = [
  'How many weeks of parental leave do I get when my child is born in the summer?',
  'Wie viele Urlaubstage stehen mir im ersten Jahr zu, und wann verfallen sie?',
  '¿Cuántos días de vacaciones me corresponden si trabajo a tiempo parcial?',
  "Combien de jours de congé parental puis-je prendre, et qui doit l'approuver ?",
  '入社一年目の有給休暇は何日ありますか。上司の承認は必要ですか。',
  'Сколько дней отпуска мне положено в первый год работы?',
  "it's \\ a {strange} text: 1,2,3 'quoted'",
  '',
];

describe('the packed language tables', () => {
  it('tell the same language with the same scores as eld itself', async () => {
    const packed = await loadLanguageTables();
    expect(packed).not.toBe(eld);
    for (const text of TEXTS) {
      const [ours, theirs] = [packed.detect(text), eld.detect(text)];
      expect(ours.language).toBe(theirs.language);
      expect(ours.getScores()).toEqual(theirs.getScores());
      expect(ours.isReliable()).toBe(theirs.isReliable());
    }
  });
});
