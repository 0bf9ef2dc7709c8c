import { beforeEach, describe, expect, it } from '@jest/globals';
import { chatOf, personOf } from '../../tests/fakes/approval-world.js';
import { fakeTurn, type FakeTurn, type TurnOptions } from '../../tests/fakes/fake-turn.js';
import { testClock } from '../../tests/fakes/test-clock.js';
import type { OwnReminders, Reminder } from '../../core/agents/tools/built-in/office-tools.js';
import { createTexts } from '../texts.js';
import { readReminderCommand } from './read-reminder-command.js';
import { remindersDialog } from './reminders-dialog.js';

describe('what is said about reminders', () => {
  it.each([
    'my reminders',
    'Show me all my reminders, please'.replace(',', ''),
    'Which reminders do I have?',
    'meine Erinnerungen',
    'Zeig mir meine offenen Erinnerungen',
    'Welche Erinnerungen habe ich?',
    'mis recordatorios',
    '¿Qué recordatorios tengo?',
    'Montre-moi mes rappels',
    'Quels rappels ai-je ?',
    '私のリマインダー一覧',
    'リマインダーを見せてください',
  ])('asks for the list: %s', (text) => {
    expect(readReminderCommand(text)).toEqual({ kind: 'list' });
  });

  it.each([
    ['cancel my reminder to call Bob', 'call bob'],
    ['Please delete the reminder about the report.', 'the report'],
    ['cancel reminder 2', '2'],
    ["Don't remind me to call Bob any more", 'call bob'],
    ['cancel my reminder', ''],
    ['Lösche die Erinnerung an den Zahnarzt', 'den zahnarzt'],
    ['Bitte nimm meine Erinnerung an Bob zurück', 'bob'],
    ['Erinnere mich nicht mehr an den Bericht', 'den bericht'],
    ['Cancela el recordatorio de llamar a Bob', 'llamar a bob'],
    ['Ya no me recuerdes llamar a Bob', 'llamar a bob'],
    ['Annule mon rappel de l’appel', 'l’appel'],
    ["Supprime le rappel 2 s'il te plaît", '2'],
    ['会議のリマインダーを取り消してください', '会議'],
    ['リマインダーをキャンセルして', ''],
  ])('takes one back: %s', (text, what) => {
    expect(readReminderCommand(text)).toEqual({ kind: 'cancel', what });
  });

  it.each([
    'remind me tomorrow at 9 to call Bob',
    'create a reminder for Friday',
    'cancel laptop',
    'How do reminders work?',
    'the reminders are useful',
    'erinnere mich morgen an den Bericht',
    '明日9時に会議をリマインドしてください',
  ])('is about something else: %s', (text) => {
    expect(readReminderCommand(text)).toBeUndefined();
  });
});

describe('reminders in chat', () => {
  const clock = testClock();
  const HOUR = 3_600_000;
  let stored: Reminder[];
  const own: OwnReminders = {
    pendingOf: (personId) =>
      Promise.resolve(stored.filter((each) => each.personId === personId && each.state === 'pending')),
    cancelOwn: (id, personId) => Promise.resolve(change(id, personId, 'pending', 'cancelled')),
    restore: (id, personId) => Promise.resolve(change(id, personId, 'cancelled', 'pending')),
  };
  function change(
    id: string,
    personId: string,
    from: Reminder['state'],
    to: Reminder['state'],
  ): Reminder | undefined {
    const found = stored.find((each) => each.id === id && each.personId === personId && each.state === from);
    if (found) found.state = to;
    return found;
  }
  const reminder = (id: string, personId: string, text: string, hours: number): Reminder => ({
    id,
    personId,
    text,
    conversation: chatOf(personId),
    dueAt: new Date(clock.now().getTime() + hours * HOUR),
    createdAt: clock.now(),
    state: 'pending',
  });
  const texts = createTexts();
  const dialog = remindersDialog({ reminders: () => own, texts, clock });
  const turnOf = async (who: string, options: TurnOptions): Promise<FakeTurn> => {
    const turn = fakeTurn(personOf(who), options);
    expect(await dialog(turn)).toBe(true);
    return turn;
  };
  const stateOf = (id: string): Reminder['state'] => stored.find((each) => each.id === id)?.state;

  beforeEach(() => {
    stored = [
      reminder('r1', 'mia', 'call Bob', 1),
      reminder('r2', 'mia', 'send the report to Bob', 2),
      reminder('r3', 'ada', 'secret of Ada', 3),
    ];
  });

  it('shows a person their own, each with a button, and nobody else’s', async () => {
    const { replies } = await turnOf('mia', { text: 'my reminders' });
    expect(replies[0]?.text).toContain('1. call Bob');
    expect(replies[0]?.text).toContain('2. send the report');
    expect(JSON.stringify(replies)).not.toContain('secret');
    expect(JSON.stringify(replies[0]?.card)).toContain('reminder.cancel');
    const [german] = (await turnOf('sam', { text: 'meine Erinnerungen', locale: 'de' })).replies;
    expect(german?.text).toContain('Sie haben keine Erinnerungen');
  });

  it('shows in a shared conversation only what was set there', async () => {
    const conversation = { ...chatOf('team'), scope: 'channel' as const };
    stored.push({ ...reminder('r4', 'mia', 'stand-up', 4), conversation });
    const [shown] = (await turnOf('mia', { text: 'my reminders', conversation })).replies;
    expect(shown?.text).toContain('stand-up');
    expect(shown?.text).not.toContain('Bob');
  });

  it('is cancelled by a button, and set again by the one that takes its place', async () => {
    const click = (verb: string): Promise<FakeTurn> =>
      turnOf('mia', { click: { verb, data: { reminderId: 'r1' } } });
    const [cancelled] = (await click('reminder.cancel')).responses;
    expect(stateOf('r1')).toBe('cancelled');
    expect(JSON.stringify(cancelled)).toContain('taken back');
    expect(JSON.stringify(cancelled)).toContain('reminder.restore');
    const [restored] = (await click('reminder.restore')).responses;
    expect(stateOf('r1')).toBe('pending');
    expect(JSON.stringify(restored)).not.toContain('reminder.restore');
  });

  it('is cancelled in words: by what it says, by its number, and after a question when several fit', async () => {
    const [which] = (await turnOf('mia', { text: 'cancel my reminder about Bob' })).replies;
    expect(which?.text).toContain('Which reminder do you mean?');
    expect([stateOf('r1'), stateOf('r2')]).toEqual(['pending', 'pending']);
    await turnOf('mia', { text: 'cancel my reminder to call Bob' });
    expect([stateOf('r1'), stateOf('r2')]).toEqual(['cancelled', 'pending']);
    const [done] = (await turnOf('mia', { text: 'Lösche Erinnerung 1', locale: 'de' })).replies;
    expect(done?.text).toContain('Die Erinnerung ist gestrichen');
    expect(stateOf('r2')).toBe('cancelled');
    const [none] = (await turnOf('mia', { text: 'cancel my reminder to call Bob' })).replies;
    expect(none?.text).toContain('You have no reminders');
  });

  it('is nobody else’s to cancel, and tells what was given already', async () => {
    const turn = await turnOf('mia', { click: { verb: 'reminder.cancel', data: { reminderId: 'r3' } } });
    expect(turn.responses).toMatchObject([{ kind: 'message' }]);
    expect(stateOf('r3')).toBe('pending');
    expect((await turnOf('mia', { click: { verb: 'reminder.cancel', data: {} } })).responses).toMatchObject([
      { kind: 'message' },
    ]);
  });
});
