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
  ])('is understood: %s', (text, command) => {
    expect(read(text)).toEqual(command);
  });

  it.each(['plan details?', 'What is the pension plan?', 'Which plan do I have?', 'planning poker'])(
    'is left to others: %s',
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );
});
