import { describe, expect, it } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import { recogniseCourtesy } from './recognise-courtesy.js';

describe('courtesy', () => {
  it.each([
    ['Thanks!', 'thanks', 'en'],
    ['thank you so much 🙏', 'thanks', 'en'],
    ['ok great, thanks a lot!!', 'thanks', 'en'],
    ['Thx Steward', 'thanks', 'en'],
    ['Sorry, wrong chat', 'sorry', 'en'],
    ['that’s all, bye', 'bye', 'en'],
    ['👍 ok', 'nod', undefined],
    ['👍🏽', 'nod', undefined],
    ['No, thanks', 'thanks', 'en'],
    ['Yes please', 'yes-or-no', 'en'],
    ['nein', 'yes-or-no', 'de'],
    ['Hi!', 'greeting', undefined],
    ['Good morning, Steward', 'greeting', 'en'],
    ['Hey, how are you today?', 'well-being', 'en'],
    ['Are you a bot?', 'who', 'en'],
    ['Vielen Dank für die Auskunft!', 'thanks', 'de'],
    ['Guten Morgen', 'greeting', 'de'],
    ['Wie geht’s dir?', 'well-being', 'de'],
    ['Bist du ein Mensch?', 'who', 'de'],
    ['¡Muchas gracias!', 'thanks', 'es'],
    ['¿Qué tal?', 'well-being', 'es'],
    ['C’est gentil, merci beaucoup', 'thanks', 'fr'],
    ['D’accord', 'nod', 'fr'],
    ['ありがとうございます、助かりました。', 'thanks', 'ja'],
    ['お名前は何ですか？', 'who', 'ja'],
  ])('hears in “%s” %s', (text, kind, language) => {
    expect(recogniseCourtesy(text)).toEqual({ kind, language });
  });

  it.each([
    'Thanks, and how do I book it?',
    'thank you letter template',
    'ok so what is the travel policy',
    'Who are you supposed to call when the alarm rings?',
    'good morning meeting room',
    'How are you calculating overtime?',
    'Danke, und wer genehmigt das?',
    'gracias por qué hay que pedirlo',
    'bonjour, quels sont les horaires ?',
    'yes, I have a question about leave',
    'stop',
    '',
    '4711',
  ])('leaves “%s” to the other dialogs', (text) => {
    expect(recogniseCourtesy(text)).toBeUndefined();
  });

  it('takes any text without a fault', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const found = recogniseCourtesy(text);
        expect(found === undefined || typeof found.kind === 'string').toBe(true);
      }),
    );
  });
});
