import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { shorten, toSummary, toTeamsMarkdown } from './teams-markdown.js';

describe('Markdown for Teams', () => {
  it.each([
    ['# Leave', '**Leave**'],
    ['### **Bold** heading ##', '**Bold heading**'],
    ['above\n\n---\n\nbelow', 'above\n\nbelow'],
    ['![a plan](https://x.example/p.png)', '[a plan](https://x.example/p.png)'],
    ['![](https://x.example/p.png)', '[https://x.example/p.png](https://x.example/p.png)'],
    ['<b>raw</b> and 1 < 2', '&lt;b>raw&lt;/b> and 1 < 2'],
    ['see `a <b> c` here', 'see `a <b> c` here'],
    ['- one\n- two', '- one\n- two'],
    ['**bold**, _it_, [link](https://x.example)', '**bold**, _it_, [link](https://x.example)'],
    ['```\n# not a heading\n| a |\n```', '```\n# not a heading\n| a |\n```'],
    [
      '| Place | Hotel | Meals |\n|---|:-:|---|\n| Berlin | 140 | 32 |\n| Paris | 190 | |',
      '- **Berlin** – Hotel: 140, Meals: 32\n- **Paris** – Hotel: 190, Meals: ',
    ],
    ['<at>Everyone</at> look', '&lt;at>Everyone&lt;/at> look'],
  ])('writes %j as %j', (given, expected) => {
    expect(toTeamsMarkdown(given)).toBe(expected.trim());
  });

  it('leaves no tag that a client could act on, outside of code', () => {
    const piece = fc.constantFrom(
      '<',
      'at',
      '>',
      '</',
      'script',
      ' ',
      '\n',
      '|',
      '#',
      '![',
      '](',
      ')',
      'x',
      '!--',
    );
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 40 }), (text) => {
        expect(toTeamsMarkdown(text)).not.toMatch(/<[a-z/!]/i);
      }),
    );
  });

  it('is the same when it is made twice', () => {
    const once = toTeamsMarkdown('# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\ntext <x>');
    expect(toTeamsMarkdown(once)).toBe(once);
  });
});

describe('A summary', () => {
  it('is one plain line', () => {
    expect(toSummary('## Hi\n\n- **one** [link](https://x.example)\n> two `three`', 200)).toBe(
      'Hi one link two three',
    );
  });

  it('is shortened between characters', () => {
    expect(shorten('😀😀😀', 4)).toBe('😀…');
    expect(toSummary('word '.repeat(100), 20)).toHaveLength(20);
  });
});
