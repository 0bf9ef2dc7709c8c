import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { JsonObject } from '../core/kernel/json.js';
import { shippedFile } from '../core/kernel/package-root.js';
import { compiledBinder, libraryBinder, readTemplate } from './bind.js';
import { CARD_NAMES } from './data.js';
import { viewOf } from './render.js';
import { compileExpression } from './expression.js';

const host = { nativeFeedback: false, textShownAbove: false };
const samples = readdirSync(shippedFile('cards', 'samples')).map((file) => ({
  sample: file.replace(/\.json$/, ''),
  template: (file.split('.')[0] ?? '') as (typeof CARD_NAMES)[number],
  data: JSON.parse(readFileSync(shippedFile('cards', 'samples', file), 'utf8')) as JsonObject,
}));

describe('our own binding of templates', () => {
  it.each(CARD_NAMES)('compiles %s', (name) => {
    expect(compiledBinder(readTemplate(name))).toBeDefined();
  });

  it.each(samples)('gives what adaptivecards-templating gives for $sample', ({ template, data }) => {
    const source = readTemplate(template);
    for (const isNative of [true, false]) {
      const host = { nativeFeedback: isNative, textShownAbove: isNative };
      const view = viewOf(template, data, host);
      expect(compiledBinder(source)?.(view, host)).toEqual(libraryBinder(source)(view, host));
    }
  });

  it('agrees with the library on whatever is bound, missing or false', () => {
    const source: JsonObject = {
      type: 'X',
      text: 'a ${title} b ${n} ${flag}',
      raw: '${list}',
      number: '${n}',
      missing: '${nothing}',
      items: [
        {
          $data: '${list}',
          $when: '${exists(name)}',
          name: '${name}',
          at: '${$index}',
          of: '${$root.title}',
        },
        '${list}',
        { $when: "${title != ''}", x: 1 },
        { $when: '${count(list) > 1 && !flag}', x: 2 },
        { $when: '${flag || exists(nothing)}', x: 3 },
      ],
      inner: { $data: '${object}', name: '${name}', deep: '${deep.er}' },
      gone: { $when: '${flag}', y: 1 },
    };
    const name = fc.string().filter((text) => !text.includes('${'));
    const data = fc.record({
      title: name,
      n: fc.integer(),
      flag: fc.boolean(),
      list: fc.array(fc.record({ name }, { requiredKeys: [] }), { maxLength: 4 }),
      object: fc.record({ name, deep: fc.record({ er: name }) }),
    });
    const [compiled, library] = [compiledBinder(source), libraryBinder(source)];
    fc.assert(
      fc.property(data, (value) => {
        expect(compiled?.(value as JsonObject, host)).toEqual(library(value as JsonObject, host));
      }),
    );
  });

  it('does not evaluate what stands in the data', () => {
    const data = { title: '${$root.secret}', secret: 'hidden' };
    expect(compiledBinder({ text: '${title}', more: 'x ${title}' })?.(data, host)).toEqual({
      text: '${$root.secret}',
      more: 'x ${$root.secret}',
    });
  });

  it.each(["${formatDateTime(at, 'yyyy')}", '${items[0].name}', '${a + b}', '`${a}`', '${if(a, b, c)}'])(
    'leaves %s to the library',
    (text) => {
      expect(compiledBinder({ text })).toBeUndefined();
    },
  );

  it('reads own members only', () => {
    expect(
      compileExpression('constructor.name')?.({ root: {}, data: {}, index: undefined, host: {} }),
    ).toBeUndefined();
  });
});
