import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { shippedFile } from '../core/kernel/package-root.js';
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
    const said = tools.result(call, { summary: '' }, 'de', 'Europe/Berlin');
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
