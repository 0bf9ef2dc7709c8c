import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createMarkdownReader } from './parse-markdown.js';
import { SEGMENT, segmentsOf } from './segments.js';

describe('pieces of a long text', () => {
  it('are the text itself when it is short', () => {
    expect(segmentsOf('# A\n\nb')).toEqual(['# A\n\nb']);
  });

  it('end at blank lines, never inside a code fence', () => {
    const paragraph = `${'word '.repeat(2_000)}\n`.replaceAll(' word word', ' word\nword');
    const fence = `\`\`\`\n${'code\n\n'.repeat(2_000)}\`\`\`\n`;
    const source = `${paragraph}\n${fence}\n`.repeat(8);
    const pieces = segmentsOf(source);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) expect((piece.match(/^```/gm) ?? []).length % 2).toBe(0);
  });

  it('lose nothing and stay small, whatever the text is', () => {
    const part = fc.constantFrom(
      'a'.repeat(3_000),
      '\n',
      '\n\n',
      '```\n',
      'b'.repeat(20_000),
      '- item\n'.repeat(500),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const source = parts.join('');
        const pieces = segmentsOf(source);
        expect(pieces.join('')).toBe(source);
        for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(SEGMENT * 1.2);
      }),
    );
  });

  it('are read with the headings of the pieces before', async () => {
    const source = `# T\n\n## Part\n\n${'Some words here.\n\n'.repeat(8_000)}`;
    expect(segmentsOf(source).length).toBeGreaterThan(1);
    const { blocks } = await createMarkdownReader()(source);
    expect(blocks).toHaveLength(8_000);
    expect(new Set(blocks.map((block) => block.headings.join()))).toEqual(new Set(['Part']));
  });
});
