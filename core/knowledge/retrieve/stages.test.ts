import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../kernel/logger.js';
import { createKnowledgeBase } from '../create-knowledge-base.js';
import type { Classification } from '../document.js';
import type { StoredDocument } from '../document-store.js';
import { createHashingEncoder } from '../encoder/hashing-encoder.js';
import type { SearchOptions } from '../knowledge-base.js';
import { NO_SYNONYMS } from '../synonyms/synonym-groups.js';
import type { Stages } from './stages.js';

const clock = { now: () => new Date('2026-03-01T10:00:00Z'), sleep: () => Promise.resolve() };
const everybody: SearchOptions = { k: 60, mayRead: () => true };

function page(path: string, texts: string[], classification: Classification = 'internal'): StoredDocument {
  return {
    document: {
      id: path,
      collection: 'test',
      path,
      title: path,
      contentHash: path,
      version: 1,
      language: 'en',
      access: { classification },
      updatedAt: clock.now(),
      ingestedAt: clock.now(),
    },
    passages: texts.map((text, position) => ({
      id: `${path}#${position}`,
      documentId: path,
      path,
      title: path,
      headings: [],
      text,
      position,
    })),
  };
}

async function open(pages: StoredDocument[], stages: Partial<Stages>) {
  const encoder = createHashingEncoder();
  const knowledge = await createKnowledgeBase({
    clock,
    logger: silentLogger,
    encoderFor: () => encoder,
    detectLanguage: () => undefined,
    synonyms: NO_SYNONYMS,
    stages: { meaning: false, ...stages },
  });
  for (const one of pages) knowledge.add(one);
  return knowledge;
}

async function idsOf(
  pages: StoredDocument[],
  question: string,
  stages: Partial<Stages>,
  options = everybody,
): Promise<string[]> {
  const knowledge = await open(pages, stages);
  const hits = await knowledge.searchPassages(question, options);
  await knowledge.close();
  return hits.map(({ passage }) => passage.id);
}

const PARKING = 'Visitors park their cars on deck B of the garage behind the main gate.';

describe('A stage of retrieval', () => {
  it('puts a page that repeats another one behind all others', async () => {
    const other = 'The garage is cleaned on Fridays.';
    const pages = [page('a', [PARKING]), page('b', [PARKING]), page('c', [other])];
    const asked = 'Where do visitors park in the garage?';
    expect(await idsOf(pages, asked, { deduplicate: false })).toEqual(['a#0', 'b#0', 'c#0']);
    expect(await idsOf(pages, asked, { deduplicate: true })).toEqual(['a#0', 'c#0', 'b#0']);
  });

  it('keeps passages of one page that are alike', async () => {
    const pages = [page('a', [PARKING, PARKING]), page('c', ['The garage is cleaned on Fridays.'])];
    const found = await idsOf(pages, 'Where do visitors park in the garage?', { deduplicate: true });
    expect(found.slice(0, 2).sort()).toEqual(['a#0', 'a#1']);
  });

  it('shows unlike passages first when a question wants several things', async () => {
    const pages = [
      page('a', ['The gold plan costs 20 euros a month.']),
      page('b', ['The gold plan costs 20 euros each month.']),
      page('c', ['The silver plan costs half of that a month, is meant for shops and ends after a year.']),
    ];
    const asked = 'List all plans and what they cost a month';
    const alike = ['a#0', 'b#0'];
    expect((await idsOf(pages, asked, { diversify: false })).slice(0, 2).sort()).toEqual(alike);
    expect((await idsOf(pages, asked, { diversify: true })).slice(0, 2)).toContain('c#0');
    const single = 'How much does the gold plan cost?';
    expect(await idsOf(pages, single, { diversify: true })).toEqual(
      await idsOf(pages, single, { diversify: false }),
    );
  });

  it('looks at the passages around the best ones as well', async () => {
    const others = Array.from({ length: 60 }, (_, at) => page(`other-${at}`, [`Ann checks ${at} things.`]));
    const pages = [page('a', ['Boilers are checked by Ann.', 'She comes on Mondays.']), ...others];
    const place = async (stages: Partial<Stages>): Promise<number> =>
      (await idsOf(pages, 'Who checks boilers?', { wholeDocument: false, ...stages })).indexOf('a#1');
    expect(await place({ neighbours: false })).toBe(-1);
    const among = await place({ neighbours: true });
    expect(among).toBeGreaterThan(0);
    expect(among).toBeLessThanOrEqual(40);
  });

  describe('takes words that the first passages share as further words', () => {
    const spindle = (at: number): string => `Lubrication ${at}: the spindle gets grease from the cartridge.`;
    const pages = [
      ...[1, 2, 3].map((at) => page(`lubrication-${at}`, [spindle(at)])),
      page('grease', ['A cartridge of grease is kept in the cabinet.']),
      page('other', ['Lunch is served at noon.']),
    ];
    const asked = 'lubrication';

    it('so that a page with none of the words of the question is found', async () => {
      expect(await idsOf(pages, asked, { pseudoFeedback: false })).not.toContain('grease#0');
      expect(await idsOf(pages, asked, { pseudoFeedback: true })).toContain('grease#0');
    });

    it('but none of pages that the reader may not see', async () => {
      const closed = pages.map((one) =>
        one.document.path.startsWith('lubrication-')
          ? page(one.document.path, [spindle(1)], 'restricted')
          : one,
      );
      const open: SearchOptions = { k: 60, mayRead: ({ access }) => access.classification === 'internal' };
      expect(await idsOf(closed, asked, { pseudoFeedback: true }, open)).toEqual([]);
    });
  });
});
