import { describe, expect, it } from '@jest/globals';
import { readPlanCommand } from './read-plan-command.js';

const now = new Date('2026-11-21T09:00:00Z');
const read = (text: string) => readPlanCommand(text, now);

describe('what people say of plans', () => {
  it.each([
    ['plan: move the office by 15 March', { kind: 'make', goal: 'move the office by 15 March' }],
    ['plan the summer party by 1 June', { kind: 'make', goal: 'the summer party by 1 June' }],
    ['Make a plan for the office move', { kind: 'make', goal: 'the office move' }],
    ['plan', { kind: 'show' }],
    ['show the plan', { kind: 'show' }],
    ['plan done 2', { kind: 'done', number: 2 }],
    ['plan 2 is done', { kind: 'done', number: 2 }],
    ['milestone 3 dropped', { kind: 'drop', number: 3 }],
    ['plan reopen 1', { kind: 'reopen', number: 1 }],
    ['plan 2 to Ana Ruiz', { kind: 'assign', number: 2, to: 'Ana Ruiz' }],
    ['plan 2 by Friday', { kind: 'move', number: 2, due: expect.any(Date) }],
    ['plan move 2 to 5 December', { kind: 'move', number: 2, due: expect.any(Date) }],
    ['plan close', { kind: 'close' }],
    ['plan 2 somehow', { kind: 'unclear' }],
    ['Plan 2 ist erledigt', { kind: 'done', number: 2 }],
    ['Plan fertig 2', { kind: 'done', number: 2 }],
    ['Plan 3 streichen', { kind: 'drop', number: 3 }],
    ['Plan 1 wieder öffnen', { kind: 'reopen', number: 1 }],
    ['Plan 2 an Jürgen Groß', { kind: 'assign', number: 2, to: 'Jürgen Groß' }],
    ['Plan beenden', { kind: 'close' }],
    ['plan hecho 2', { kind: 'done', number: 2 }],
    ['plan 2 está terminado', { kind: 'done', number: 2 }],
    ['plan quitar 3', { kind: 'drop', number: 3 }],
    ['plan reabrir 1', { kind: 'reopen', number: 1 }],
    ['plan 2 para Ana Ruiz', { kind: 'assign', number: 2, to: 'Ana Ruiz' }],
    ['cierra el plan', { kind: 'close' }],
    ['muestra el plan', { kind: 'show' }],
    ['plan 2 est fait', { kind: 'done', number: 2 }],
    ['plan terminé 2', { kind: 'done', number: 2 }],
    ['plan supprimer 3', { kind: 'drop', number: 3 }],
    ['plan rouvrir 1', { kind: 'reopen', number: 1 }],
    ['plan 2 à Zoé', { kind: 'assign', number: 2, to: 'Zoé' }],
    ['fermer le plan', { kind: 'close' }],
    ['計画 2 完了', { kind: 'done', number: 2 }],
    ['計画2を完了', { kind: 'done', number: 2 }],
    ['計画 3 取消', { kind: 'drop', number: 3 }],
    ['計画 再開 1', { kind: 'reopen', number: 1 }],
    ['計画2を田中さんに', { kind: 'assign', number: 2, to: '田中' }],
    ['計画を終了', { kind: 'close' }],
    ['計画を見せて', { kind: 'show' }],
    ['Plan 2 bis 2026-12-05', { kind: 'move', number: 2, due: expect.any(Date) }],
    ['plan 2 para el 2026-12-05', { kind: 'move', number: 2, due: expect.any(Date) }],
    ['plan 2 pour le 2026-12-05', { kind: 'move', number: 2, due: expect.any(Date) }],
    ['計画2を2026-12-05までに', { kind: 'move', number: 2, due: expect.any(Date) }],
  ])('is understood: %s', (text, command) => {
    expect(read(text)).toEqual(command);
  });

  it.each([
    'plan details?',
    'What is the pension plan?',
    'Which plan do I have?',
    'planning poker',
    '計画休暇は何日ですか？',
    'Quel plan de retraite ai-je ?',
    'plan de pensiones?',
  ])('is left to others: %s', (text) => {
    expect(read(text)).toBeUndefined();
  });
});
