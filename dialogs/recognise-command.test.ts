import { describe, expect, it } from '@jest/globals';
import { recogniseCommand } from './recognise-command.js';

describe('commands', () => {
  it.each([
    ['help', 'help'],
    ['  HELP ', 'help'],
    ['/help', 'help'],
    ['/', 'help'],
    ['Hilfe', 'help'],
    ['ヘルプ', 'help'],
    ['What can you do?', 'help'],
    ['hepl', 'help'],
    ['my requests', 'my-requests'],
    ['meine Anträge', 'my-requests'],
  ])('understands “%s” as %s', (text, name) => {
    expect(recogniseCommand(text)?.name).toBe(name);
  });

  it.each([
    'How many days of leave do I get?',
    'request a laptop for Priya',
    'hello world program',
    'help me find the VPN guide',
    'hero',
    '',
  ])('leaves “%s” to the other dialogs', (text) => {
    expect(recogniseCommand(text)).toBeUndefined();
  });

  it('keeps what stands behind a slash command', () => {
    expect(recogniseCommand('/request a laptop for Priya')).toEqual({
      name: 'request',
      rest: 'a laptop for Priya',
      exact: true,
    });
  });

  it('tells a typo from an exact hit', () => {
    expect(recogniseCommand('hepl')?.exact).toBe(false);
    expect(recogniseCommand('help')?.exact).toBe(true);
  });
});
