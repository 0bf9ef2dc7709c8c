import { describe, expect, it } from '@jest/globals';
import { isWish } from './read-wish.js';

describe('what wants something done', () => {
  it.each([
    'Reset my password',
    'Please unlock my account',
    'Can you unlock my account?',
    'Could you please install Photoshop on my machine?',
    'Book a meeting room for Friday',
    'schedule a meeting with Tom',
    'I need access to the payroll system',
    'We would like to have a second printer',
    'Restart the payroll server',
    'Give Tom access to the wiki',
    'please water the plants',
    'Setze bitte mein Passwort zurück',
    'Bitte mein Konto entsperren',
    'Passwort zurücksetzen',
    'Kannst du mein Konto entsperren?',
    'Ich brauche Zugriff auf SAP',
    'Buche einen Raum für Freitag',
    'Restablece mi contraseña',
    '¿Puedes desbloquear mi cuenta?',
    'Necesito acceso a SAP',
    'Reserva una sala para el viernes, por favor',
    'Réinitialise mon mot de passe',
    'Peux-tu débloquer mon compte ?',
    "J'ai besoin d'un accès à SAP",
    'パスワードをリセットしてください',
    'SAPへのアクセスが必要です',
  ])('%s', (text) => {
    expect(isWish(text)).toBe(true);
  });
});

describe('what asks, tells or says nothing', () => {
  it.each([
    'How do I reset my password?',
    'Can you tell me how to reset my password?',
    'Could you explain the travel policy?',
    'I need to know the travel policy',
    'I want to understand the phone policy',
    'I need help with my laptop',
    'Tell me about parental leave',
    'Please explain the leave policy',
    'show me the travel policy',
    'Summarise the handbook',
    'What is the wifi password?',
    'Which colour is the office cat of the Lisbon branch?',
    'And can I split it into blocks?',
    'parental leave',
    'my laptop is broken',
    'The server was restarted yesterday',
    'thanks',
    '',
    'Wie setze ich mein Passwort zurück?',
    'Kannst du mir sagen, wer Urlaub genehmigt?',
    'Ich möchte wissen, ob ich ein Handy bekomme',
    'Bitte erkläre die Reiseregeln',
    'Wann wird der Server neu gestartet?',
    '¿Cómo restablezco mi contraseña?',
    'Explica la política de viajes, por favor',
    'Comment réinitialiser mon mot de passe ?',
    "J'ai besoin d'informations sur les congés",
    'パスワードのリセット方法を教えてください',
    '休暇は何日ですか',
  ])('%s', (text) => {
    expect(isWish(text)).toBe(false);
  });
});
