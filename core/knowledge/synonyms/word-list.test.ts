import { describe, expect, it } from '@jest/globals';
import { parseWordList } from './word-list.js';

describe('A word list', () => {
  it('has groups by kind, a group a line, and remarks', () => {
    const text =
      '# home\n\n[same]\nfridge, refrigerator\n\n[kinds]\n# animals\npet: dog, guide dog\n[leads]\npayday: salary\n';
    expect(parseWordList(text)).toEqual({
      same: [['fridge', 'refrigerator']],
      near: [],
      kinds: [['pet', 'dog', 'guide dog']],
      leads: [['payday', 'salary']],
      across: [],
    });
  });

  it.each(['fridge, refrigerator\n', '[same]\nfridge\n', '[others]\na, b\n'])('refuses %j', (text) => {
    expect(() => parseWordList(text)).toThrow('Not a line of a word list');
  });
});
