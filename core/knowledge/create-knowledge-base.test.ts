import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { eventually } from '../../tests/support/eventually.js';
import type { Answer, Passage } from '../kernel/answer.js';
import type { Logger } from '../kernel/logger.js';
import {
  createKnowledgeBase,
  type FullKnowledgeBase,
  type KnowledgeBaseOptions,
} from './create-knowledge-base.js';
import type { Classification, KnowledgeDocument } from './document.js';
import type { StoredDocument } from './document-store.js';
import type { Encoder } from './encoder/encoder.js';
import type { SearchOptions } from './knowledge-base.js';
import { createHashingEncoder } from './encoder/hashing-encoder.js';
import { shippedSynonyms } from './synonyms/shipped-synonyms.js';
import { NO_SYNONYMS } from './synonyms/synonym-groups.js';

const silent = (): void => {};
const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent, child: () => logger };
const clock = { now: () => new Date('2026-03-01T10:00:00Z'), sleep: () => Promise.resolve() };
const everybody: SearchOptions = { k: 10, mayRead: () => true };

function documentOf(
  path: string,
  title: string,
  texts: string[],
  {
    classification = 'internal',
    updatedAt = '2026-01-01',
    language = 'en',
  }: {
    classification?: Classification;
    updatedAt?: string;
    language?: string;
  } = {},
): StoredDocument {
  const document: KnowledgeDocument = {
    id: path,
    collection: 'test',
    path,
    title,
    contentHash: texts.join(),
    version: 1,
    language,
    access: { classification },
    updatedAt: new Date(updatedAt),
    ingestedAt: clock.now(),
  };
  const passages = texts.map((text, position): Passage => ({
    id: `${path}:${text.length}-${position}`,
    documentId: path,
    path,
    title,
    headings: [],
    text,
    position,
  }));
  return { document, passages };
}

const LEAVE = documentOf('people/leave.md', 'Parental leave', [
  'You get 80 days of paid parental leave for each child. That is 16 weeks for most people.',
  'The leave must be taken before the second birthday of the child.',
]);
const VACATION = documentOf('people/vacation.md', 'Vacation', [
  'Full-time employees get 28 vacation days a year. Ask your manager two weeks ahead.',
]);
const EXPENSES = documentOf(
  'finance/expenses.md',
  'Expenses',
  ['Trips with your own car are paid at 0.38 euros per kilometre since January.'],
  { updatedAt: '2026-01-15' },
);
const TRAVEL = documentOf(
  'finance/travel.md',
  'Business travel',
  ['Trips with your own car are paid at 0.30 euros per kilometre.'],
  { updatedAt: '2024-03-11' },
);
const BANDS = documentOf(
  'people/bands.md',
  'Salary bands',
  ['The upper end of the salary band G5 is 65,000 euros a year.'],
  { classification: 'confidential' },
);
const LOCKS = documentOf('plant/locks.md', 'Locks', ['Only the person who put on a lock takes it off.']);
const ALL = [LEAVE, VACATION, EXPENSES, TRAVEL, BANDS, LOCKS];

const synonyms = shippedSynonyms();
let shared: Promise<FullKnowledgeBase> | undefined;
/** One index for the tests that only ask. */
const openShared = (): Promise<FullKnowledgeBase> => (shared ??= open(ALL));

async function open(
  documents: StoredDocument[],
  options: Partial<KnowledgeBaseOptions> = {},
): Promise<FullKnowledgeBase> {
  const encoder = createHashingEncoder();
  const knowledge = await createKnowledgeBase({
    clock,
    logger,
    encoderFor: () => encoder,
    detectLanguage: () => undefined,
    synonyms: await synonyms,
    ...options,
  });
  for (const document of documents) knowledge.add(document);
  await knowledge.vectorsReady();
  return knowledge;
}

const ask = async (question: string, options: Partial<SearchOptions> = {}): Promise<Answer> =>
  (await open(ALL)).answer(question, { ...everybody, ...options });

describe('An answer', () => {
  it('quotes the sentence that tells, word for word, and cites its place', async () => {
    const answer = await ask('How many days of parental leave do I get?');
    expect(answer.answered).toBe(true);
    expect(answer.text).toContain('You get 80 days of paid parental leave for each child.');
    expect(answer.text).toContain('[1]');
    expect(answer.citations[0]).toMatchObject({
      number: 1,
      path: 'people/leave.md',
      title: 'Parental leave',
    });
  });

  it('is refused when the documents do not say, with the nearest documents', async () => {
    const answer = await ask('Who won the chess tournament in Reykjavik?');
    expect(answer).toMatchObject({ answered: false, reason: 'not-found', citations: [], text: '' });
    expect(answer.confidence).toBeLessThan(0.4);
  });

  it('shows both documents with their dates when they differ, the newer one first', async () => {
    const answer = await ask('How much is paid per kilometre with my own car?');
    expect(answer.conflict).toBe(true);
    expect(answer.citations.map(({ path }) => path)).toEqual(['finance/expenses.md', 'finance/travel.md']);
    expect(answer.text).toContain('2026-01-15');
    expect(answer.text).toContain('2024-03-11');
  });

  it('reads a follow-up in the light of the question before', async () => {
    const answer = await ask('And until when must it be taken?', {
      history: ['How many days of parental leave do I get?'],
    });
    expect(answer.citations.map(({ path }) => path)).toContain('people/leave.md');
    expect(answer.text).toContain('second birthday');
  });

  it('leaves a follow-up open when only the question before finds a passage', async () => {
    const answer = await ask('And who cancelled the chess club?', {
      history: ['How many days of parental leave do I get?'],
    });
    expect(answer).toMatchObject({ answered: false, citations: [] });
  });

  it('cites the fact of another page that question and evidence lead to, where it may be read', async () => {
    const centres = documentOf(
      'finance/centres.csv',
      'Cost centres',
      ['Cost centre | Name | Owner\n4100 | Milling | Katarzyna Zielinska\n4300 | Assembly | Mirela Stoica'],
      { classification: 'confidential' },
    );
    const rules = documentOf('finance/procurement.md', 'Procurement', [
      'Who approves a purchase is told here. A purchase of up to 20,000 euros is approved by the owner of the cost centre.',
    ]);
    const knowledge = await open([...ALL, centres, rules]);
    const question = 'Who approves a purchase of 20,000 euros for Assembly?';
    const answer = await knowledge.answer(question, everybody);
    expect(answer.citations.map(({ path }) => path)).toEqual([rules.document.path, centres.document.path]);
    expect(answer.citations[1]?.quote).toBe('4300 | Assembly | Mirela Stoica');
    const mayRead = ({ access }: KnowledgeDocument): boolean => access.classification !== 'confidential';
    const withheld = await knowledge.answer(question, { ...everybody, mayRead });
    expect(JSON.stringify(withheld)).not.toContain('Stoica');
  });

  it('from a long table is the row that is asked for, and no row of another thing that has the same owner', async () => {
    const rowOf = (at: number): string =>
      `svc-${at} | ${7000 + at} | team ${at % 5} | keeps queue ${at} warm until the new node is there`;
    const head = 'Service | Port | Owner | Notes';
    const pieces = [1, 11, 21, 31].map((first) =>
      [head, ...Array.from({ length: 10 }, (_, at) => rowOf(first + at))].join('\n'),
    );
    const knowledge = await open([documentOf('it/services.md', 'Services', pieces)]);
    const answer = await knowledge.answer('which port does svc-32 use', everybody);
    expect(answer.citations.map(({ quote }) => quote)).toEqual([rowOf(32)]);
    expect(answer.text).toContain('Port: 7032');
  });

  it('never quotes what the reader may not see, and says that it is a matter of permission', async () => {
    const mayRead = ({ access }: KnowledgeDocument): boolean => access.classification !== 'confidential';
    const question = 'What is the upper end of the salary band G5?';
    const refused = await ask(question, { mayRead });
    expect(refused).toMatchObject({ answered: false, reason: 'not-permitted', citations: [] });
    expect(JSON.stringify(refused)).not.toContain('bands');
    expect((await ask(question)).text).toContain('65,000 euros');
  });

  it('holds only exact words of passages that may be read, whatever is asked', async () => {
    const knowledge = await openShared();
    const texts = new Map(ALL.flatMap(({ passages }) => passages.map(({ id, text }) => [id, text])));
    const word = fc.constantFrom(
      'leave',
      'days',
      'car',
      'G5',
      'salary',
      'how',
      'many',
      '?',
      'lock',
      'off',
      'xyz',
    );
    const mayRead = ({ access }: KnowledgeDocument): boolean => access.classification === 'internal';
    await fc.assert(
      fc.asyncProperty(
        fc.array(word).map((all) => all.join(' ')),
        async (question) => {
          const { citations } = await knowledge.answer(question, { k: 10, mayRead });
          for (const { passageId, quote, path } of citations) {
            expect(texts.get(passageId)).toContain(quote);
            expect(path).not.toBe('people/bands.md');
          }
        },
      ),
    );
  });
});

describe('The knowledge base', () => {
  it('finds each document once, best first', async () => {
    const hits = await (await openShared()).searchDocuments('parental leave child', everybody);
    const paths = hits.map(({ document }) => document.path);
    expect(paths[0]).toBe('people/leave.md');
    expect(new Set(paths).size).toBe(paths.length);
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a));
  });

  it('finds a new document by its words before its vectors are made', async () => {
    const neverReady: Encoder = {
      ...createHashingEncoder(),
      encodePassages: () => new Promise(() => {}),
    };
    const knowledge = await createKnowledgeBase({
      clock,
      logger,
      encoderFor: () => neverReady,
      detectLanguage: () => undefined,
      synonyms: NO_SYNONYMS,
    });
    knowledge.add(LEAVE);
    const hits = await knowledge.searchDocuments('parental leave', everybody);
    expect(hits.map(({ document }) => document.path)).toEqual(['people/leave.md']);
    expect(knowledge.size).toEqual({ documents: 1, passages: 2, vectors: 0 });
  });

  it('goes by words alone while the pages that they lead to have no vectors yet', async () => {
    const hashing = createHashingEncoder();
    let isHeld = false;
    const release: (() => void)[] = [];
    const encoder: Encoder = {
      ...hashing,
      // To this encoder every question means the page on expenses.
      embed: (texts, ...rest) =>
        hashing.embed(
          texts.map(() => EXPENSES.passages[0]?.text ?? ''),
          ...rest,
        ),
      encodePassages: async (texts) => {
        if (isHeld) await new Promise<void>((resolve) => release.push(resolve));
        return hashing.encodePassages(texts);
      },
    };
    const knowledge = await open([EXPENSES, LOCKS, BANDS], { encoderFor: () => encoder });
    const paths = async (): Promise<string[]> =>
      (await knowledge.searchDocuments('kilometre of parental leave', everybody)).map(
        ({ document }) => document.path,
      );
    isHeld = true;
    knowledge.add(LEAVE);
    await eventually(() => expect(release.length).toBeGreaterThan(0));
    expect((await paths())[0]).toBe('people/leave.md');
    isHeld = false;
    for (const each of release) each();
    await knowledge.vectorsReady();
    expect((await paths())[0]).toBe('finance/expenses.md');
  });

  it('forgets a removed document and the old words of a changed one', async () => {
    const knowledge = await open([LEAVE, VACATION]);
    knowledge.remove('people/leave.md');
    knowledge.add(documentOf('people/vacation.md', 'Vacation', ['There are 30 days of rest now.']));
    await knowledge.vectorsReady();
    expect(knowledge.size).toEqual({ documents: 1, passages: 1, vectors: 1 });
    const [best] = await knowledge.searchPassages('parental leave vacation manager', everybody);
    expect(best?.passage.text).toBe('There are 30 days of rest now.');
  });

  it('never finds what may not be read', async () => {
    const knowledge = await openShared();
    const mayRead = ({ path }: KnowledgeDocument): boolean => path === 'plant/locks.md';
    const hits = await knowledge.searchDocuments('parental leave salary lock', { k: 10, mayRead });
    expect(hits.map(({ document }) => document.path)).toEqual(['plant/locks.md']);
  });

  it('understands everyday words for what the documents call otherwise', async () => {
    const [best] = await (await openShared()).searchPassages('How much holiday do staff have?', everybody);
    expect(best?.passage.text).toContain('28 vacation days');
  });

  it('takes over other synonyms without being made anew', async () => {
    const knowledge = await open(ALL, { synonyms: NO_SYNONYMS });
    const first = async (): Promise<string | undefined> =>
      (await knowledge.searchDocuments('HKS form', everybody))[0]?.document.path;
    expect(await first()).not.toBe('plant/locks.md');
    knowledge.useSynonyms({ ...NO_SYNONYMS, same: [['HKS', 'lock']] });
    expect(await first()).toBe('plant/locks.md');
  });

  it('finds a misspelt word', async () => {
    const knowledge = await open(ALL, { stages: { meaning: false } });
    const [best] = await knowledge.searchDocuments('kilometer tripps', everybody);
    expect(best?.document.path).toMatch(/^finance\//);
  });

  it('takes vectors that were made earlier from the store instead of making them again', async () => {
    const kept = new Map<string, Map<string, Float32Array>>();
    const vectorStore: NonNullable<KnowledgeBaseOptions['vectorStore']> = {
      async *vectors(encoderId) {
        for (const [passageId, vector] of kept.get(encoderId) ?? []) yield { passageId, vector };
      },
      putVectors: (encoderId, vectors) => {
        const own = kept.get(encoderId) ?? new Map<string, Float32Array>();
        for (const { passageId, vector } of vectors) own.set(passageId, vector);
        kept.set(encoderId, own);
        return Promise.resolve();
      },
    };
    await open(ALL, { vectorStore });
    let encoded = 0;
    const counting: Encoder = {
      ...createHashingEncoder(),
      encodePassages: (texts) => {
        encoded += texts.length;
        return createHashingEncoder().encodePassages(texts);
      },
    };
    const knowledge = await open(ALL, { vectorStore, encoderFor: () => counting });
    expect(encoded).toBe(0);
    expect(knowledge.size.vectors).toBe(7);
  });

  describe('with an encoder that reads words in context', () => {
    const hashing = createHashingEncoder();
    /** "lock" comes along one axis, each other word along another. */
    const wordsOf = (text: string, words: [number, number][] = []): Float32Array => {
      const block = new Float32Array(words.length * 64);
      for (const [at, [start, end]] of words.entries()) {
        block[at * 64 + (/lock|padlock/i.test(text.slice(start, end)) ? 0 : 1 + at)] = 1;
      }
      return block;
    };
    const reading = (encoded: string[]): Encoder => ({
      ...hashing,
      encodePassages: async (texts) => {
        encoded.push(...texts.map(({ text }) => text));
        const made = await hashing.encodePassages(texts);
        return made.map((one, at) => ({ ...one, words: wordsOf(texts[at]?.text ?? '', texts[at]?.words) }));
      },
      encodeQuestion: async ({ text, words }) => ({
        vector: (await hashing.embed([text]))[0] as Float32Array,
        parts: new Float32Array(),
        words: wordsOf(text, words),
      }),
    });
    const nearness = async (knowledge: FullKnowledgeBase): Promise<(number | undefined)[]> =>
      (await knowledge.candidates('padlock', everybody)).map(({ wordsInContext }) => wordsInContext);
    const keeping = (): NonNullable<KnowledgeBaseOptions['vectorStore']> => {
      const kept = new Map<string, { passageId: string; vector: Float32Array }>();
      return {
        async *vectors(encoderId) {
          for (const [key, one] of kept) if (key.startsWith(`${encoderId}|`)) yield one;
        },
        putVectors: (encoderId, vectors) => {
          for (const one of vectors) kept.set(`${encoderId}|${one.passageId}`, one);
          return Promise.resolve();
        },
      };
    };

    it('compares the words of a question with those of each passage, unless the stage is off', async () => {
      const encoderFor = (): Encoder => reading([]);
      const found = await nearness(await open(ALL, { encoderFor }));
      expect(Math.max(...found.map((one) => one ?? 0))).toBeCloseTo(1, 2);
      const off = await nearness(await open(ALL, { encoderFor, stages: { wordsInContext: false } }));
      expect(off.every((one) => one === undefined)).toBe(true);
    });

    it('makes those of an index from before beside its vectors, which serve meanwhile, and only once', async () => {
      const vectorStore = keeping();
      await open(ALL, { vectorStore, encoderFor: () => hashing });
      const encoded: string[] = [];
      const knowledge = await open(ALL, { vectorStore, encoderFor: () => reading(encoded) });
      expect(encoded).toHaveLength(7);
      expect(knowledge.size.vectors).toBe(7);
      expect(Math.max(...(await nearness(knowledge)).map((one) => one ?? 0))).toBeCloseTo(1, 2);

      const later: string[] = [];
      const again = await open(ALL, { vectorStore, encoderFor: () => reading(later) });
      expect(later).toEqual([]);
      expect(await nearness(again)).toEqual(await nearness(knowledge));
    });
  });

  it('makes the vectors of another encoder beside those in use, and goes over to them when they are whole', async () => {
    const knowledge = await open(ALL);
    const asked: string[] = [];
    let faults = 2;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const other: Encoder = {
      ...createHashingEncoder(),
      id: 'other',
      embed: (texts) => {
        asked.push(...texts);
        return createHashingEncoder().embed(texts);
      },
      encodePassages: async (texts) => {
        faults -= 1;
        if (faults >= 0) throw new Error('down');
        await released;
        return createHashingEncoder().encodePassages(texts);
      },
    };
    const best = async (question: string): Promise<string | undefined> =>
      (await knowledge.searchDocuments(question, everybody))[0]?.document.path;

    knowledge.changeEncoders(() => other);
    expect(await best('a lock')).toBe('plant/locks.md');
    knowledge.add(documentOf('plant/cranes.md', 'Cranes', ['A crane lifts five tons.']));
    expect(await best('a crane')).toBe('plant/cranes.md');
    expect(asked).toEqual([]);

    release();
    await eventually(async () => {
      expect(await best('which lock')).toBe('plant/locks.md');
      expect(asked).toContain('which lock');
    });
    await eventually(() => expect(knowledge.size.vectors).toBe(8));
    expect(await best('which crane')).toBe('plant/cranes.md');
  });

  it('ends without making the vectors that are still missing', async () => {
    const hashing = createHashingEncoder();
    let encoded = 0;
    const encoder: Encoder = {
      ...hashing,
      comparesWords: true,
      encodePassages: (texts) => {
        encoded += texts.length;
        return hashing.encodePassages(texts);
      },
    };
    const knowledge = await createKnowledgeBase({
      clock,
      logger,
      encoderFor: () => encoder,
      detectLanguage: () => undefined,
      synonyms: NO_SYNONYMS,
    });
    const many = Array.from({ length: 200 }, (_, at) =>
      documentOf(`${at}.md`, `Page ${at}`, [`Room ${at}.`]),
    );
    for (const document of many) knowledge.add(document);
    await knowledge.close();
    expect(encoded).toBeLessThan(many.length);
  });

  it('goes on by words when the encoder fails', async () => {
    const broken: Encoder = {
      ...createHashingEncoder(),
      embed: () => Promise.reject(new Error('gone')),
      encodePassages: () => Promise.reject(new Error('gone')),
    };
    const knowledge = await open(ALL, { encoderFor: () => broken });
    const [best] = await knowledge.searchDocuments('lock', everybody);
    expect(best?.document.path).toBe('plant/locks.md');
  });
});

describe('Votes', () => {
  const desk = (path: string, texts: string[]): StoredDocument => documentOf(path, 'Desk', texts);
  const near = [
    desk('a.md', ['The desk of the reception is open until six in the evening.']),
    desk('b.md', ['The desk of the reception is open until five in the evening.']),
    desk('c.md', ['Forklifts drive at most 10 km/h.']),
  ];
  const voted = (factors: Record<string, number>): Promise<FullKnowledgeBase> =>
    open(near, { prior: () => ({ factor: (id) => factors[id.slice(0, 1)] ?? 1 }) });
  const order = async (knowledge: FullKnowledgeBase): Promise<string[]> =>
    (await knowledge.searchDocuments('Until when is the desk of the reception open?', everybody)).map(
      ({ document }) => document.path,
    );

  it('decide between passages that are alike', async () => {
    expect((await order(await voted({ a: 1.15 })))[0]).toBe('a.md');
    expect((await order(await voted({ b: 1.15 })))[0]).toBe('b.md');
    expect((await order(await voted({ a: 0.85 })))[0]).toBe('b.md');
  });

  it('never bring up a passage that deals with something else', async () => {
    expect((await order(await voted({ c: 1.15, a: 0.85, b: 0.85 })))[0]).not.toBe('c.md');
  });
});

describe('The judgement of an answer', () => {
  const asked = 'How many days of parental leave do I get?';
  /** An encoder that compares words one by one, by hashed vectors folded into so many numbers. */
  const comparing = (dimensions: number): Encoder => {
    const hashing = createHashingEncoder();
    const fold = (long: Float32Array): Float32Array => {
      const short = new Float32Array(dimensions);
      for (const [at, value] of long.entries())
        short[at % dimensions] = (short[at % dimensions] ?? 0) + value;
      const length = Math.hypot(...short) || 1;
      return short.map((value) => value / length);
    };
    const embed = async (texts: string[]): Promise<Float32Array[]> => (await hashing.embed(texts)).map(fold);
    return {
      id: `comparing/${dimensions}`,
      dimensions,
      comparesWords: true,
      embed,
      encodePassages: async (texts) =>
        (await embed(texts.map(({ text }) => text))).map((vector) => ({ vector, parts: new Float32Array() })),
      close: () => Promise.resolve(),
    };
  };

  it('is that of the signs where words cannot be compared one by one, or by another encoder', async () => {
    for (const encoder of [createHashingEncoder(), comparing(64)]) {
      const knowledge = await open([LEAVE, VACATION, EXPENSES], { encoderFor: () => encoder });
      const judged = await knowledge.judge(asked, everybody);
      expect(judged?.best.candidate.passage.path).toBe('people/leave.md');
      expect(judged?.appraised).toEqual([]);
    }
  });

  it('looks at four places at most, each once, and names the best first', async () => {
    const encoder = comparing(512);
    const knowledge = await open([LEAVE, VACATION, EXPENSES, TRAVEL], { encoderFor: () => encoder });
    const judged = await knowledge.judge(asked, everybody);
    const places = judged?.appraised.map(({ evidence: { candidate, start, end } }) =>
      [candidate.passage.id, start, end].join(' '),
    );
    expect(places?.length).toBeGreaterThan(1);
    expect(places?.length).toBeLessThanOrEqual(4);
    expect(new Set(places).size).toBe(places?.length);
    expect(judged?.evidence[0]).toBe(judged?.best);
    expect(judged?.confidence).toBeGreaterThan(0);
    expect(judged?.confidence).toBeLessThan(1);
  });

  it('is that of the signs when the stage is off, and still tells what the network would have read', async () => {
    const encoder = comparing(512);
    const options = { encoderFor: (): Encoder => encoder };
    const [on, off] = [
      await open([LEAVE, VACATION], options),
      await open([LEAVE, VACATION], { ...options, stages: { appraisal: false } }),
    ];
    const [judged, bySigns] = [await on.judge(asked, everybody), await off.judge(asked, everybody)];
    expect(bySigns?.signs).toEqual(judged?.signs);
    expect(bySigns?.appraised).toHaveLength(judged?.appraised.length ?? 0);
    expect(bySigns?.confidence).not.toBe(judged?.confidence);
  });
});
