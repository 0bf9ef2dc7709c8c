import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ticketTools } from './built-in/ticket-tools.js';
import { officeTools } from './built-in/office-tools.js';
import { outgoingTools } from './built-in/outgoing-tools.js';
import { coerceInputs } from './coerce-inputs.js';
import { findTools } from './find-tool.js';
import { readTime } from './read-date.js';
import { readParameters } from './read-parameters.js';
import { createRegistry } from './registry.js';

const never = (): never => {
  throw new Error('tools are found without being used');
};
const registry = createRegistry([
  ...ticketTools(never),
  ...officeTools({ reminders: never, drafts: never, announcements: never, findChannel: never }),
  ...outgoingTools({ fetch: never, webhookSecret: never, mail: { send: never } }),
]);
const NOW = new Date('2026-11-18T10:00:00Z'); // a Wednesday

describe('finding a tool from a sentence', () => {
  it.each([
    'How do I request a laptop?',
    'What is the process to open a ticket?',
    'wie beantrage ich ein Notebook?',
    'the laptop is great',
    'who closes tickets here',
    'thanks',
  ])('takes a question or a remark for no request: %s', (text) => {
    expect(findTools(text, registry.all())).toEqual([]);
  });

  it('never throws and never reads a parameter that the schema does not know', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...registry.all()), (text, tool) => {
        findTools(text, registry.all());
        const schema = registry.schemaOf(tool);
        const known = Object.keys(schema.properties as object);
        for (const name of Object.keys(readParameters(`please ${text}`, schema, { now: NOW })))
          expect(known).toContain(name);
      }),
    );
  });
});

describe('reading a form', () => {
  const schema = { properties: { at: { type: 'string', format: 'date-time' }, text: { type: 'string' } } };
  const sent = { at: 'tomorrow at 9', text: 'tomorrow at 9' };

  it('takes a time in words where the field is one for a time, in the zone of who wrote it', () => {
    expect(coerceInputs(schema, sent, { now: NOW, timeZone: 'Europe/Berlin' })).toEqual({
      at: '2026-11-19T08:00:00.000Z',
      text: 'tomorrow at 9',
    });
    expect(coerceInputs(schema, { at: 'soon' }, { now: NOW })).toEqual({ at: 'soon' });
    expect(coerceInputs(schema, sent)).toEqual(sent);
  });
});

describe('reading a time', () => {
  it.each([
    ['until Friday', '2026-11-20T00:00:00.000Z', false],
    ['bis Freitag', '2026-11-20T00:00:00.000Z', false],
    ['next Wednesday', '2026-11-25T00:00:00.000Z', false],
    ['on 2026-12-24', '2026-12-24T00:00:00.000Z', false],
    ['bis 24.12.', '2026-12-24T00:00:00.000Z', false],
    ['by 3 January', '2027-01-03T00:00:00.000Z', false],
    ['heute um 15:30', '2026-11-18T15:30:00.000Z', true],
    ['at 9', '2026-11-19T09:00:00.000Z', true],
    ['tomorrow at 3 pm', '2026-11-19T15:00:00.000Z', true],
    ['in 20 minutes', '2026-11-18T10:20:00.000Z', true],
  ])('%s', (text, at, hasTime) => {
    expect(readTime(text, NOW)).toMatchObject({ at: new Date(at), hasTime });
  });

  it('finds nothing where no time is said', () => {
    expect(readTime('call Bob', NOW)).toBeUndefined();
    expect(readTime('ticket T-12, cost centre 4711', NOW)).toBeUndefined();
  });
});
