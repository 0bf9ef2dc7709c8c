import { describe, expect, it } from '@jest/globals';
import { createConcealment } from './concealment.js';
import { createPiiScreen } from './pii-screen.js';

const screen = createPiiScreen();
const EARLIER = 'Person: My mail is [EMAIL_ADDRESS_1]';
const QUESTION = 'Does bert.maier@firma.example get parental leave?';

describe('what one model call hides', () => {
  it.each([
    ['before', [EARLIER, QUESTION]],
    ['behind', [QUESTION, EARLIER]],
  ])('gives nobody a placeholder that stands %s it in another text', (_place, texts) => {
    const concealment = createConcealment(screen, texts);
    const hidden = texts.map((text) => concealment.hide(text));
    expect(hidden).toContain(EARLIER);
    expect(hidden).toContain('Does [EMAIL_ADDRESS_2] get parental leave?');
    expect(concealment.restore('[EMAIL_ADDRESS_2], not [EMAIL_ADDRESS_1]')).toBe(
      'bert.maier@firma.example, not [EMAIL_ADDRESS_1]',
    );
  });

  it('remembers the placeholders of a text it was not told of before', () => {
    const concealment = createConcealment(screen);
    expect(concealment.hide('my mail is [EMAIL_ADDRESS_1]')).toBe('my mail is [EMAIL_ADDRESS_1]');
    expect(concealment.hide('Write to bert@firma.example')).toBe('Write to [EMAIL_ADDRESS_2]');
  });

  it('hides a name in every text once the words of one text give it away', () => {
    const texts = [
      'I write to Priya Raman today',
      'My name is Priya Raman',
      '田中太郎に書く',
      '私の名前は田中太郎です',
    ];
    const concealment = createConcealment(screen, texts);
    expect(texts.map((text) => concealment.hide(text))).toEqual([
      'I write to [PERSON_1] today',
      'My name is [PERSON_1]',
      '[PERSON_2]に書く',
      '私の名前は[PERSON_2]です',
    ]);
  });

  it('leaves longer words and short numbers alone that only contain a value', () => {
    const texts = ['My name is Ann Ker', 'Ann Kerner sent 2024 mails', 'her PIN: 2024'];
    const concealment = createConcealment(screen, texts);
    expect(concealment.hide(texts[1] ?? '')).toBe('Ann Kerner sent 2024 mails');
  });

  it('gives a value one placeholder whatever it is taken for, and hides a secret for good everywhere', () => {
    const texts = [
      'the password is Tr0ub4dor&3',
      'I typed Tr0ub4dor&3 twice',
      'Tel: 123456789',
      'SSN 123456789',
    ];
    const concealment = createConcealment(screen, texts);
    const hidden = texts.map((text) => concealment.hide(text));
    expect(hidden[1]).toBe('I typed [PASSWORD] twice');
    expect(hidden[2]?.split(': ')[1]).toBe(hidden[3]?.split(' ')[1]);
    expect(concealment.restore(hidden.join('\n'))).not.toContain('Tr0ub4dor&3');
  });

  it('hides what is known from earlier though nothing in the call gives it away', () => {
    const text = 'Priya Raman asked about leave';
    const concealment = createConcealment(screen, [text], [{ type: 'PERSON', value: 'Priya Raman' }]);
    expect(concealment.hide(text)).toBe('[PERSON_1] asked about leave');
    expect(concealment.restore('Tell [PERSON_1]')).toBe('Tell Priya Raman');
  });
});
