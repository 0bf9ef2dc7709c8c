import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createMarkdownReader } from './parse-markdown.js';

const read = async (source: string): Promise<string[]> =>
  (await createMarkdownReader()(source)).blocks.map((block) => `${block.kind}: ${block.text}`);

describe('what site generators add to Markdown', () => {
  it.each<[string, string, string[]]>([
    ['comments', 'a <!-- b\n\nc --> d', ['paragraph: a d']],
    ['Docusaurus notes', ':::tip Title\n\nInside.\n\n:::\n', ['paragraph: Inside.']],
    [
      'Hugo shortcodes',
      '{{% panel header="x" %}}\nInside {{< br >}} it.\n{{% /panel %}}',
      ['paragraph: Inside it.'],
    ],
    ['Liquid tags', '{% include toc.md %}\n\nText {% raw %}here{% endraw %}.', ['paragraph: Text here.']],
    [
      'kramdown attributes',
      'Text.\n{: .no_toc }\n\n## Part {#anchor}\n\nMore.',
      ['paragraph: Text.', 'paragraph: More.'],
    ],
    [
      'MkDocs admonitions',
      '!!! warning "Mind"\n\n    First line.\n\n    - item\n\n??? tip\n    Folded.\n\nAfter.',
      ['paragraph: First line.', 'list: - item', 'paragraph: Folded.', 'paragraph: After.'],
    ],
    [
      'MkDocs tabs',
      '=== "Linux"\n\n    Use apt.\n\n=== "Mac"\n\n    Use brew.\n',
      ['paragraph: Use apt.', 'paragraph: Use brew.'],
    ],
    ['GitHub alerts', '> [!NOTE]\n> Mind the gap.', ['quote: Mind the gap.']],
    [
      'wiki links',
      '[[_TOC_]]\n\nSee [[Leave Policy|the policy]] and [[Home]].',
      ['paragraph: See the policy and Home.'],
    ],
    ['MDX imports', "import Tabs from '@theme/Tabs';\n\nText.", ['paragraph: Text.']],
  ])('is left out: %s', async (_what, source, expected) => {
    expect(await read(source)).toEqual(expected);
  });

  it('is not mistaken for text that looks like it', async () => {
    expect(await read('Pay 5!!! now. What??? a === b\n\nWe import parts from "Sollmark".')).toEqual([
      'paragraph: Pay 5!!! now. What??? a === b',
      'paragraph: We import parts from "Sollmark".',
    ]);
    expect(await read('    indented code\n    stays')).toEqual(['code: indented code\nstays']);
  });

  it('never takes ordinary words with it', async () => {
    const part = fc.constantFrom(
      'word ',
      '\n',
      '\n\n',
      '!!! note\n',
      '    ',
      '=== "T"\n',
      '[[',
      ']]',
      '|',
      '{: .x }\n',
      '> [!TIP]\n',
      ':::\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 30 }), async (parts) => {
        const source = `start\n\n${parts.join('')}\n\nend`;
        const blocks = await read(source);
        expect(blocks.join('\n')).toContain('start');
        expect(blocks.join('\n')).toContain('end');
      }),
      { numRuns: 300 },
    );
  });
});
