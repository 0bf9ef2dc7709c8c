import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { escapeMarkdown, unescapeMarkdown } from '../escape-markdown.js';
import { hasMention } from '../slack-limits.js';
import { harmless, mrkdwnPieces, plainText, streamedMarkdown, toMrkdwn } from './mrkdwn.js';

describe('markdown as mrkdwn', () => {
  it.each([
    ['**bold** and *thin* and ~~gone~~', '*bold* and _thin_ and ~gone~'],
    ['__bold__ and _thin_', '*bold* and _thin_'],
    ['snake_case_name stays', 'snake_case_name stays'],
    ['# Leave', '*Leave*'],
    ['- one\n- two', '• one\n• two'],
    ['> said', '> said'],
    ['a < b & c > d', 'a &lt; b &amp; c &gt; d'],
    ['[handbook](https://example.com/a?b=1&c=2)', '<https://example.com/a?b=1&amp;c=2|handbook>'],
    ['![plan](https://example.com/p.png)', '<https://example.com/p.png|plan>'],
    ['<https://example.com>', '<https://example.com>'],
    ['`a < b`', '`a &lt; b`'],
    ['```sh\nls <x>\n```', '```\nls &lt;x&gt;\n```'],
    ['**[Leave](https://example.com)**', '*<https://example.com|Leave>*'],
    ['see [1], [2]', 'see [1], [2]'],
    ['2 * 3 * 4', '2 * 3 * 4'],
  ])('writes %j as %j', (markdown, expected) => {
    expect(toMrkdwn(markdown)).toBe(expected);
  });

  it.each([
    '<!channel>',
    '<!here|here>',
    '<@U0EMPLOYE1>',
    '<#C0GENERAL>',
    '[x](<!channel>)',
    '`<@U1>`',
    '<!subteam^S1>',
  ])('lets %s notify nobody', (attack) => {
    expect(hasMention(toMrkdwn(attack))).toBe(false);
  });

  it.each(['javascript:alert(1)', 'slack://user?team=T1', 'data:text/html,x'])(
    'makes no link of %s',
    (url) => {
      expect(toMrkdwn(`[click](${url})`)).not.toContain('<');
    },
  );

  it.each([
    ['[https://bank.example](https://evil.example/x)', '<https://evil.example/x>'],
    ['[bank.example/login](https://evil.example)', '<https://evil.example>'],
    ['[ceo@bank.example](mailto:thief@evil.example)', '<mailto:thief@evil.example>'],
    ['[**bank.example**](https://bank.example@evil.example/)', '<https://bank.example@evil.example/>'],
    ['[www.bank.example](https://bank.example/)', '<https://bank.example/|www.bank.example>'],
    ['[leave.md](https://docs.example/leave)', '<https://docs.example/leave|leave.md>'],
    ['[the handbook](https://docs.example)', '<https://docs.example|the handbook>'],
  ])('never dresses up a link as another address: %s', (markdown, expected) => {
    expect(toMrkdwn(markdown)).toBe(expected);
  });

  it('leaves nothing in a stream, or in plain places, that could notify anybody', () => {
    const attack = 'Hi <!channel> <@U0EMPLOYE1|x> <#C0GENERAL> <!subteam^S1> & <https://a.b|c> <b>';
    expect(streamedMarkdown(attack)).not.toContain('<');
    expect(hasMention(harmless(attack))).toBe(false);
    expect(harmless(attack)).toHaveLength(attack.length);
    expect(harmless('<!DOCTYPE html> a <b> <@x')).toBe('<!DOCTYPE html> a <b> <@x');
  });

  it('shows a value that looks like markup as it was written', () => {
    const value = '*now* [click](https://evil.example) _x_ `y`';
    const shown = toMrkdwn(escapeMarkdown(value));
    expect(shown.replaceAll('\u2060', '')).toBe(value);
    expect(shown).not.toMatch(/(^|\s)[*_`]\S/);
  });

  it('never mentions anybody and never leaves an open bracket, whatever the text', () => {
    const marks = fc.constantFrom(
      '<',
      '>',
      '!',
      '@',
      '#',
      '[',
      ']',
      '(',
      ')',
      '*',
      '_',
      '~',
      '`',
      '\\',
      '|',
      'channel',
      'https://a.b',
      '\n',
      ' ',
      'x',
    );
    fc.assert(
      fc.property(
        fc.array(marks, { maxLength: 40 }).map((parts) => parts.join('')),
        (text) => {
          const mrkdwn = toMrkdwn(text);
          expect(hasMention(mrkdwn)).toBe(false);
          expect(mrkdwn.replace(/<(https?:\/\/|mailto:)[^<>]*>/gi, '').replace(/^>( |$)/gm, '')).not.toMatch(
            /[<>]/,
          );
        },
      ),
    );
  });

  it('escapes plain values so that they can be read back', () => {
    fc.assert(fc.property(fc.string(), (text) => unescapeMarkdown(escapeMarkdown(text)) === text));
  });
});

describe('long texts', () => {
  it('are cut between paragraphs, and lose nothing', () => {
    const paragraph = 'A sentence of a long document that goes on. '.repeat(20).trim();
    const text = Array.from({ length: 12 }, () => paragraph).join('\n\n');
    const pieces = mrkdwnPieces(text, 3_000);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.every((piece) => piece.length <= 3_000 && piece.startsWith('A sentence'))).toBe(true);
    expect(pieces.join('\n\n')).toBe(text);
  });

  it('without any space are cut all the same', () => {
    const pieces = mrkdwnPieces('長'.repeat(7_001), 3_000);
    expect(pieces.join('')).toBe('長'.repeat(7_001));
    expect(pieces.every((piece) => piece.length <= 3_000)).toBe(true);
  });
});

describe('text that is made to cost time', () => {
  it.each(['[', '![', '*a ', '**a ', '`', '_a ', '~~', '[a](', '[a](b ', '<http://', '\\\\', '> '])(
    'of nothing but %j is all there in the end',
    (part) => {
      const text = part.repeat(Math.ceil(40_000 / part.length));
      const letters = (words: string): number => words.match(/[a-z]/g)?.length ?? 0;
      const shown = toMrkdwn(text).replace(/&[a-z]+;/g, '');
      expect(letters(shown)).toBe(letters(text));
    },
  );
});

describe('plain text', () => {
  it('is markdown without its marks', () => {
    expect(plainText('**Leave** for [all](https://example.com) \\[1\\] snake_case & more')).toBe(
      'Leave for all [1] snake_case & more',
    );
  });
});
