import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { BlockKind, DocumentBlock } from '../document.js';
import { chunkDocument, documentIdOfPassage } from './chunk.js';

const DOCUMENT = { id: 'd1', path: 'a.md' };
const block = (text: string, headings: string[] = [], kind: BlockKind = 'paragraph'): DocumentBlock => ({
  kind,
  headings,
  text,
});
const texts = (blocks: DocumentBlock[], maxWords: number): string[] =>
  chunkDocument({ title: 'T', blocks }, DOCUMENT, { maxWords }).map((passage) => passage.text);
const words = (count: number, start = 0): string =>
  Array.from({ length: count }, (_, index) => `w${start + index}`).join(' ');

describe('chunkDocument', () => {
  it('never lets a passage cross a heading, and keeps the path', () => {
    const passages = chunkDocument(
      {
        title: 'T',
        blocks: [block('One.'), block('Two.'), block('Three.', ['A']), block('Four.', ['A', 'B'])],
      },
      DOCUMENT,
    );
    expect(passages.map(({ headings, text, position }) => ({ headings, text, position }))).toEqual([
      { headings: [], text: 'One.\nTwo.', position: 0 },
      { headings: ['A'], text: 'Three.', position: 1 },
      { headings: ['A', 'B'], text: 'Four.', position: 2 },
    ]);
    expect(passages[0]).toMatchObject({ documentId: 'd1', path: 'a.md', title: 'T' });
  });

  it('fills passages up to the limit and keeps sentences whole', () => {
    expect(texts([block('One two three. Four five six. Seven eight.')], 6)).toEqual([
      'One two three. Four five six.',
      'Seven eight.',
    ]);
    expect(texts([block('One two.'), block('Three four.'), block('Five six.')], 4)).toEqual([
      'One two.\nThree four.',
      'Five six.',
    ]);
  });

  it('repeats the header of a table that is cut', () => {
    expect(texts([block('A | B\n1 | 2\n3 | 4', [], 'table')], 6)).toEqual(['A | B\n1 | 2', 'A | B\n3 | 4']);
  });

  it('keeps the line that introduces a list with the list, in every piece', () => {
    const lead = 'You may:';
    expect(texts([block(words(4)), block(lead), block('eat a lot\ndrink a lot', [], 'list')], 6)).toEqual([
      words(4),
      `${lead}\neat a lot`,
      `${lead}\ndrink a lot`,
    ]);
  });

  it('does not end a piece with the beginning of the next thought', () => {
    expect(texts([block('first of all\nIn an emergency:\ncall the security desk', [], 'list')], 6)).toEqual([
      'first of all',
      'In an emergency:\ncall the security desk',
    ]);
  });

  it('cuts a sentence without an end and a text without spaces', () => {
    expect(texts([block(words(10))], 4)).toEqual([words(4), words(4, 4), words(2, 8)]);
    const pieces = texts([block('字'.repeat(300))], 20);
    expect(pieces.join('')).toBe('字'.repeat(300));
    expect(pieces.length).toBeGreaterThan(1);
  });

  it('gives a passage the same id as long as its words and headings are the same', () => {
    const ids = (blocks: DocumentBlock[]): string[] =>
      chunkDocument({ title: 'T', blocks }, DOCUMENT).map((passage) => passage.id);
    const before = ids([block('Stays.', ['A']), block('Old.', ['B'])]);
    const after = ids([block('New first.'), block('Stays.', ['A']), block('New.', ['B'])]);
    expect(after[1]).toBe(before[0]);
    expect(after[2]).not.toBe(before[1]);
    expect(documentIdOfPassage(after[1] ?? '')).toBe('d1');
  });

  it('tells equal passages of one document apart', () => {
    const passages = chunkDocument(
      { title: 'T', blocks: [block('Same.', ['A']), block('Other.', ['B']), block('Same.', ['A'])] },
      DOCUMENT,
    );
    expect(new Set(passages.map((passage) => passage.id)).size).toBe(3);
  });

  it('loses no word, adds none but repeated headers and leads, and stays near the limit', () => {
    const anyBlock = fc.record({
      kind: fc.constantFrom<BlockKind>('paragraph', 'list', 'quote', 'code'),
      headings: fc.constantFrom<string[]>([], ['A'], ['A', 'B']),
      text: fc
        .array(fc.array(fc.constantFrom('a', 'bb', 'end.', 'ask?', 'x:'), { minLength: 1, maxLength: 30 }), {
          minLength: 1,
          maxLength: 6,
        })
        .map((lines) => lines.map((line) => line.join(' ')).join('\n')),
    });
    fc.assert(
      fc.property(
        fc.array(anyBlock, { maxLength: 8 }),
        fc.integer({ min: 5, max: 60 }),
        (blocks, maxWords) => {
          const passages = chunkDocument({ title: 'T', blocks }, DOCUMENT, { maxWords });
          const count = (all: string[]): number => all.join(' ').split(/\s+/).filter(Boolean).length;
          expect(new Set(passages.map((passage) => passage.id)).size).toBe(passages.length);
          expect(count(passages.map((one) => one.text))).toBeGreaterThanOrEqual(
            count(blocks.map((one) => one.text)),
          );
          for (const passage of passages)
            expect(count([passage.text])).toBeLessThanOrEqual(maxWords * 2 + 30);
          const left = new Set(passages.flatMap((passage) => passage.text.split(/\s+/)));
          return blocks.every((one) => one.text.split(/\s+/).every((word) => left.has(word)));
        },
      ),
    );
  });
});
