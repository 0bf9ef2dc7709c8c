import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createGitHub } from '../core/agents/connectors/github.js';
import { gitHubTools } from '../core/agents/connectors/github-tools.js';
import { officeTools } from '../core/agents/tools/built-in/office-tools.js';
import { outgoingTools } from '../core/agents/tools/built-in/outgoing-tools.js';
import { ticketTools } from '../core/agents/tools/built-in/ticket-tools.js';
import { createRegistry } from '../core/agents/tools/registry.js';
import { checkCall } from '../core/agents/tools/tool-desk.js';
import { LANGUAGES } from '../manifest/commands.js';
import { shippedFile } from '../core/kernel/package-root.js';
import { loadAgents } from '../core/agents/definition.js';
import { describeCheck, problemsOf, type Check } from '../core/agents/team/checks.js';
import { inReadersWords } from './agents/offline-words.js';
import { createTexts } from './texts.js';

const { tools } = createTexts();
const laptop = {
  tool: { name: 'equipment.request', title: 'Request equipment' },
  parameters: { item: 'laptop', quantity: 1, forWhom: 'Priya', size: '16 inch', costCentre: '4711' },
  summary: 'Laptop (16 inch) for Priya, cost centre 4711',
};

describe('what a tool will do', () => {
  it.each([
    ['en', 'Laptop (16 inch) for Priya, cost centre 4711'],
    ['de-CH', 'Laptop (16 inch) für Priya, Kostenstelle 4711'],
    ['es', 'Portátil (16 inch) para Priya, centro de coste 4711'],
    ['fr', 'Ordinateur portable (16 inch) pour Priya, centre de coûts 4711'],
    ['ja', 'ノートパソコン（16 inch）、Priya用、コストセンター 4711'],
  ])('is said in %s', (locale, words) => {
    expect(tools.summary(laptop, locale)).toBe(words);
  });

  it('leaves out what is not there, and says several', () => {
    const { size: _size, ...rest } = laptop.parameters;
    expect(tools.summary({ ...laptop, parameters: { ...rest, quantity: 3 } }, 'de')).toBe(
      '3 × Laptop für Priya, Kostenstelle 4711',
    );
  });

  it('is said in English where a value is missing or the tool is an operator’s own', () => {
    expect(tools.summary({ ...laptop, parameters: {} }, 'de')).toBe(laptop.summary);
    const own = { ...laptop, tool: { name: 'crm.note', title: 'Note' }, summary: 'A note' };
    expect(tools.summary(own, 'fr')).toBe('A note');
    expect(tools.title(own.tool, 'fr')).toBe('Note');
  });

  it('names times in the reader’s zone', () => {
    const reminder = {
      tool: { name: 'reminder.create', title: 'Set a reminder' },
      parameters: { text: 'call Bob', at: '2026-12-01T14:00:00.000Z' },
      summary: 'Remind of "call Bob" at 2026-12-01T14:00:00.000Z',
    };
    expect(tools.summary(reminder, 'de', 'Europe/Berlin')).toBe(
      'Erinnerung an „call Bob“ um 01.12.2026, 15:00',
    );
  });

  it('names the time of a reminder in its result, in the reader’s zone', () => {
    const call = {
      tool: { name: 'reminder.create', title: 'Set a reminder' },
      parameters: { text: 'call Ana', at: '2026-11-29T09:00:00+00:00' },
      summary: '',
    };
    const said = tools.result(call, { summary: '', data: { at: call.parameters.at } }, 'de', 'Europe/Berlin');
    expect(said).toContain('10:00');
    expect(said).toContain('call Ana');
  });

  it('keeps what people wrote as it is, braces and brackets too', () => {
    const parameters = { title: '{priority} [x]', priority: 'high' };
    const ticket = { tool: { name: 'ticket.create', title: 'Create a ticket' }, parameters, summary: 's' };
    expect(tools.summary(ticket, 'de')).toBe('Ticket „{priority} [x]“, Priorität hoch');
  });
});

describe('what a tool asks for', () => {
  const schema = {
    type: 'object',
    properties: {
      priority: { type: 'string', title: 'Priority', enum: ['low', 'high'], default: 'low' },
      code: { type: 'string', enum: ['A', 'B'] },
    },
  };

  it('has labels and choices of the reader, with the same values', () => {
    expect(tools.schema(schema, 'de').properties).toEqual({
      priority: {
        type: 'string',
        title: 'Priorität',
        default: 'low',
        oneOf: [
          { const: 'low', title: 'niedrig' },
          { const: 'high', title: 'hoch' },
        ],
      },
      code: { type: 'string', enum: ['A', 'B'] },
    });
    expect(tools.schema(schema, 'en')).toEqual(schema);
  });
});

describe('why a rule wants a person', () => {
  it('is translated as shipped, and shown as written where an operator changed it', () => {
    const shipped = 'It changes something, so a person decides.';
    const rule = { ruleId: 'writes-need-approval' };
    expect(tools.reason(rule, shipped, 'de')).toBe('Es ändert etwas, deshalb entscheidet ein Mensch.');
    expect(tools.reason(rule, 'Ask Bob first.', 'de')).toBe('Ask Bob first.');
  });

  it('is known for every shipped rule', () => {
    const folder = shippedFile('samples', 'policies');
    const files = readdirSync(folder).filter((file) => file.endsWith('.cedar'));
    const texts = files
      .map((file) => readFileSync(shippedFile('samples', 'policies', file), 'utf8'))
      .join('\n');
    for (const [, ruleId = '', reason = ''] of texts.matchAll(
      /@id\("([^"]+)"\)(?:(?!@id)[\s\S])*?@reason\("([^"]+)"\)/g,
    )) {
      if (ruleId === 'people-use-tools') continue; // it allows, and nobody is told
      expect([ruleId, tools.reason({ ruleId }, reason, 'ja')]).not.toEqual([ruleId, reason]);
    }
  });
});

describe('what a tool answers', () => {
  const never = (): never => {
    throw new Error('tools are looked at without being used');
  };
  const registry = createRegistry([
    ...ticketTools(never),
    ...officeTools({ reminders: never, drafts: never, announcements: never, findChannel: never }),
    ...outgoingTools({ fetch: never, webhookSecret: never, mail: { send: never } }),
    ...gitHubTools(createGitHub({ token: 't', apiUrl: 'http://127.0.0.1:1', fetch: never })),
  ]);
  const others = LANGUAGES.slice(1);

  it.each([
    ['There is no ticket T-9999.', 'Es gibt kein Ticket T-9999.'],
    ['There are no open issues in acme/web.', 'In acme/web gibt es keine Issues (offen).'],
    ['It changes something, so a person decides.', 'Es ändert etwas, deshalb entscheidet ein Mensch.'],
    [
      '- **T-1** open the door (open, high)\n- **T-2** b (closed, low)',
      '- **T-1** open the door (offen, hoch)\n- **T-2** b (geschlossen, niedrig)',
    ],
    ['What an operator’s own tool says.', 'What an operator’s own tool says.'],
  ])('is said in the reader’s language: %s', (english, german) => {
    expect(tools.sentence(english, 'de')).toBe(german);
    expect(tools.sentence(english, 'en')).toBe(english);
  });

  it('is known for every title, and for every mistake that a form can hold', () => {
    for (const tool of registry.all()) {
      const names = Object.keys(tool.parameters.shape);
      const wrong = [
        {},
        Object.fromEntries(names.map((name) => [name, ''])),
        Object.fromEntries(names.map((name) => [name, 'x'.repeat(60_000)])),
        Object.fromEntries(names.map((name) => [name, -7])),
        Object.fromEntries(names.map((name) => [name, 5e9])),
      ];
      for (const language of others) {
        expect([tool.name, tools.title(tool, language)]).not.toEqual([tool.name, tool.title]);
        for (const parameters of wrong) {
          const checked = checkCall(registry, tool.name, parameters);
          for (const error of Object.values('errors' in checked ? checked.errors : {}))
            expect([language, tools.sentence(error, language)]).not.toEqual([language, error]);
        }
      }
    }
  });

  it('is known for every reason that is written where tools are run', () => {
    const folders = [
      ['core', 'agents', 'tools'],
      ['core', 'agents', 'tools', 'built-in'],
      ['core', 'agents', 'connectors'],
      ['core', 'approvals'],
    ];
    const source = folders
      .flatMap((folder) =>
        readdirSync(shippedFile(...folder))
          .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
          .map((file) => readFileSync(shippedFile(...folder, file), 'utf8')),
      )
      .join('\n');
    const written = [
      ...source.matchAll(
        /(?:ok: false,\s+reason:|failed\(|'error\.[a-z-]+':|FAULT =|INTERRUPTED =)\s*['`]([^'`]+)['`]/g,
      ),
    ].map(([, sentence = '']) => sentence.replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '7'));
    expect(written.length).toBeGreaterThan(15);
    for (const sentence of written)
      for (const language of others)
        expect([language, tools.sentence(sentence, language)]).not.toEqual([language, sentence]);
  });

  it('says what was undone, and not once more what was done', () => {
    const call = {
      tool: { name: 'reminder.create', title: 'Set a reminder' },
      parameters: { text: 'call Ana', at: '2026-11-29T09:00:00+00:00' },
      summary: '',
    };
    expect(tools.result(call, { summary: 'The reminder was taken back.' }, 'de')).toBe(
      'Die Erinnerung ist zurückgenommen.',
    );
  });
});

describe('what agents say without a model', () => {
  const agents = loadAgents(() => 'read');
  const others = LANGUAGES.slice(1);
  const line = (english: string, locale: string): string => inReadersWords(createTexts(), english, locale);

  it('is known for the goal of every shipped agent and for what a model would add', () => {
    for (const { name, goal, offline } of agents.values())
      for (const language of others)
        for (const sentence of [goal, `_${offline.adds}_`])
          expect([name, language, line(sentence, language)]).not.toEqual([name, language, sentence]);
  });

  it('is known for every check of a team and every problem that it finds', () => {
    const checks: Check[] = [
      { kind: 'not-empty' },
      { kind: 'harmless' },
      { kind: 'contains', text: 'boxes' },
      { kind: 'lacks', text: 'desks' },
      { kind: 'words-at-most', count: 1 },
      { kind: 'words-at-least', count: 90 },
      { kind: 'points-at-most', count: 0 },
      { kind: 'points-at-least', count: 90 },
      { kind: 'has-figures' },
      { kind: 'has-sources' },
    ];
    const problems = [
      ...problemsOf('', checks),
      ...problemsOf('- desks\n- rm -rf / ', checks),
      ...checks.map(describeCheck),
    ];
    expect(new Set(problems).size).toBeGreaterThan(18);
    for (const sentence of problems)
      for (const language of others)
        expect([language, line(sentence, language)]).not.toEqual([language, sentence]);
  });

  it.each([
    ['de', '1. „x muss 5 sein“ mit 5 → angenommen'],
    ['es', '1. «x muss 5 sein» con 5 → aceptado'],
    ['fr', '1. « x muss 5 sein » avec 5 → accepté'],
    ['ja', '1. 「x muss 5 sein」で 5 → 受理'],
  ])('frames quotes in %s and leaves them alone', (locale, framed) => {
    expect(line('1. "x muss 5 sein" with 5 → accepted\n- 20 days *(Leave)*', locale)).toBe(
      `${framed}\n- 20 days *(Leave)*`,
    );
  });

  it('tells why a step failed, and writes days as the reader does', () => {
    expect(line('⚠️ It failed: There is no ticket T-7.', 'de')).toBe(
      '⚠️ Es ist fehlgeschlagen: Es gibt kein Ticket T-7.',
    );
    expect(line('- **2026-12-13** Umzug', 'de')).toBe('- **13.12.2026** Umzug');
  });
});
