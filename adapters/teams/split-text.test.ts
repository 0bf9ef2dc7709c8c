import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { splitText } from './split-text.js';

const letters = (text: string): string => text.replace(/\s/g, '');

describe('Splitting a long text', () => {
  it('leaves a short one as it is', () => {
    expect(splitText('short', 100)).toEqual(['short']);
    expect(splitText('', 100)).toEqual(['']);
  });

  it('cuts between paragraphs', () => {
    expect(splitText('first paragraph\n\nsecond paragraph', 30)).toEqual([
      'first paragraph',
      'second paragraph',
    ]);
  });

  it('closes and opens again a code block that is cut', () => {
    const parts = splitText(`\`\`\`sh\n${'echo line\n'.repeat(10)}\`\`\``, 60);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(part.startsWith('```sh\n')).toBe(true);
      expect(part.endsWith('```')).toBe(true);
    }
  });

  it('loses no character of any text and keeps every part within the limit', () => {
    const text = fc.string({
      unit: fc.constantFrom('word ', 'a', '\n', '\n\n', '😀', '  ', 'é', '.'),
      maxLength: 400,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 120 }), (given, limit) => {
        const parts = splitText(given, limit);
        expect(letters(parts.join(''))).toBe(letters(given));
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(limit);
          expect(/\p{Surrogate}/u.test(part)).toBe(false);
        }
      }),
    );
  });
});
