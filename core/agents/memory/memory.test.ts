import { loadPrompts } from '../../gateway/prompts/registry.js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { array, assert, constantFrom, integer, property, string } from 'fast-check';
import { startFakeOpenAi, type FakeOpenAi } from '../../../tests/fakes/openai-server.js';
import { countTokens } from '../../gateway/count-tokens.js';
import { createOpenAiClient, createOpenAiModel } from '../../gateway/providers/openai.js';
import { packageRoot } from '../../kernel/package-root.js';
import { EMPTY_MEMORY, memoryText, type ConversationMemory, type MemoryTurn } from './conversation-memory.js';
import { isAboutConversation, recall } from './recall.js';
import { condenseNotes, remember } from './remember.js';

const at = new Date('2026-11-21T09:00:00Z');
const TRANSCRIPT: MemoryTurn[] = readFileSync(
  `${packageRoot}/tests/fixtures/transcripts/office-move.txt`,
  'utf8',
)
  .trim()
  .split('\n')
  .map((line, index) => ({
    id: String(index),
    by: line.startsWith('P:') ? ('person' as const) : ('steward' as const),
    text: line.slice(3),
    at,
  }));
const CHECKS: [string, RegExp][] = [
  ['Which building did we decide to rent?', /Harbour House/],
  ['For how many years did we decide to rent?', /four years/],
  ['Who is our contact at the landlord?', /Mirela Stanciu/],
  ['How much is the budget for the move?', /84,500/],
  ['On which date does the move take place?', /14 March/],
  ['Who is responsible for the move on the day?', /Jonas Lindqvist/],
  ['Which movers did we choose?', /Kestrel/],
  ['How many desks does the new office have?', /62 desks/],
  ['When does the contract for the old office end?', /30 June/],
  ['What are we waiting for from the works council?', /seating plan/],
];

const inPairs = (turns: MemoryTurn[]): ConversationMemory =>
  turns.reduce<ConversationMemory>(
    (memory, _turn, index) => (index % 2 ? memory : remember(memory, turns.slice(index, index + 2))),
    EMPTY_MEMORY,
  );

describe('a conversation of sixty turns', () => {
  const whole: ConversationMemory = { ...EMPTY_MEMORY, turns: TRANSCRIPT };
  const kept = inPairs(TRANSCRIPT);

  it('is held in a context at least 60 % smaller, in tokens', async () => {
    expect(TRANSCRIPT).toHaveLength(60);
    const [before, after] = [await countTokens([memoryText(whole)]), await countTokens([memoryText(kept)])];
    expect(after).toBeLessThanOrEqual(0.4 * before);
  });

  it.each(CHECKS)('answers "%s" as before', (question, answer) => {
    expect(recall(whole, question)[0]?.text).toMatch(answer);
    expect(recall(kept, question)[0]?.text).toMatch(answer);
  });

  it('keeps the last ten turns word for word, and open points but not finished ones', () => {
    expect(kept.turns.slice(-10)).toEqual(TRANSCRIPT.slice(-10));
    const open = kept.notes.filter(({ kind }) => kind === 'open').map(({ text }) => text);
    expect(open.join(' ')).toMatch(/parking spaces/);
    expect(open.join(' ')).not.toMatch(/IT-204/);
  });
});

describe('what is remembered', () => {
  const turns = array(
    string({ maxLength: 80 }).map((text) => `${text} x`),
    { maxLength: 90 },
  );

  it('never holds more than twenty turns, nor longer notes than allowed, and always the last ten', () => {
    assert(
      property(turns, integer({ min: 1, max: 7 }), (texts, step) => {
        const all = texts.map((text, index): MemoryTurn => ({ id: String(index), by: 'person', text, at }));
        let memory = EMPTY_MEMORY;
        for (let from = 0; from < all.length; from += step)
          memory = remember(memory, all.slice(from, from + step));
        expect(memory.turns.length).toBeLessThanOrEqual(20);
        expect(memory.turns.slice(-10)).toEqual(all.slice(-10));
        const notes = memory.notes.reduce((sum, { text }) => sum + text.length, 0);
        expect(notes).toBeLessThanOrEqual(Math.max(600, memory.foldedLength * 0.25));
      }),
    );
  });

  it('is the same when a turn is noted again', () => {
    const once = remember(EMPTY_MEMORY, TRANSCRIPT.slice(0, 2));
    expect(remember(once, TRANSCRIPT.slice(0, 2))).toBe(once);
  });

  it('keeps each personal value once, also when its turn has become a note', () => {
    const anna = { type: 'PERSON', value: 'Anna Kern' };
    const mail = { type: 'EMAIL_ADDRESS', value: 'anna@firma.example' };
    let memory = remember(EMPTY_MEMORY, TRANSCRIPT.slice(0, 1), [anna, mail]);
    for (const turn of TRANSCRIPT.slice(1, 60)) memory = remember(memory, [turn], [anna]);
    expect(memory.foldedLength).toBeGreaterThan(0);
    expect(memory.personal).toEqual([mail, anna]);
  });

  it('is asked for in several languages, and questions to the documents are not mistaken for it', () => {
    assert(
      property(
        constantFrom(
          'What did we decide about the lease?',
          'Remind me who the contact is',
          'Was haben wir zum Budget entschieden?',
          "Qu'avons-nous décidé ?",
        ),
        (question) => expect(isAboutConversation(question)).toBe(true),
      ),
    );
    for (const question of ['How many days of leave do I get?', 'Wie melde ich mich krank?'])
      expect(isAboutConversation(question)).toBe(false);
  });

  it('tells nothing when nothing was said of it', () => {
    expect(recall(inPairs(TRANSCRIPT), 'What did we decide about the canteen menu?')).toEqual([]);
  });
});

describe('notes in a model’s words', () => {
  let server: FakeOpenAi;
  beforeEach(async () => {
    server = await startFakeOpenAi();
  });
  afterEach(() => server.close());
  const condense = () =>
    condenseNotes(
      {
        prompts: loadPrompts(),
        model: createOpenAiModel({
          name: 'fake',
          client: createOpenAiClient({ apiKey: 'k', baseUrl: server.baseUrl }),
          models: { light: 's', standard: 'm', heavy: 'l' },
          countTokens: () => 1,
          price: () => 1,
        }),
      },
      inPairs(TRANSCRIPT).notes,
      { tenantId: 't', correlationId: 'c', purpose: 'answer' },
    );

  it('replace longer ones, but for numbers that nobody said', async () => {
    const reply = {
      decisions: ['Kestrel moves us on 14 March.'],
      open: [],
      figures: ['Budget 99,999 euros.'],
      names: [],
    };
    server.script({ text: JSON.stringify(reply) });
    expect(await condense()).toMatchObject([{ kind: 'decision', text: 'Kestrel moves us on 14 March.' }]);
  });

  it('are left as they are when the model gives nothing usable', async () => {
    server.script(...Array.from({ length: 4 }, () => ({ text: 'no' })));
    expect(await condense()).toBeUndefined();
  });
});
