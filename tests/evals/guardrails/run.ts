/**
 * `npm run eval:guardrails [-- --data FOLDER]`: every table of the guardrails, beside the figures of the previous run
 * (tests/evals/guardrails/last.json). FOLDER holds injection/, pii/, grounding/ and handbooks/; without it only what
 * needs no outside data is measured. `--quick` takes the left-out table from beside the weights instead of training anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { shippedFile } from '../../../core/kernel/package-root.js';
import {
  measureAttacks,
  measureFresh,
  measureGrounding,
  measureHandbook,
  measureInjection,
  measureLeaveOut,
  measurePii,
  measureSpeed,
  shippedLeaveOut,
} from './tables.js';
import type { Figures } from './tables.js';

const LAST = shippedFile('tests', 'evals', 'guardrails', 'last.json');

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    keep: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});

const figures: Figures = {
  ...(await measureAttacks()),
  ...(await measureFresh()),
  ...(values.data
    ? {
        ...(values.quick ? shippedLeaveOut() : measureLeaveOut(values.data)),
        ...measureInjection(values.data),
        ...measurePii(values.data),
        ...measureHandbook(values.data),
        ...measureGrounding(values.data),
      }
    : {}),
  ...(await measureSpeed()),
};

const last = existsSync(LAST) ? (JSON.parse(readFileSync(LAST, 'utf8')) as Figures) : {};
let table = '';
for (const [name, value] of Object.entries(figures)) {
  const section = name.split(' / ')[0] ?? '';
  if (section !== table) {
    table = section;
    console.log(`\n${section}`);
  }
  const before = last[name];
  const change =
    before === undefined
      ? '(new)'
      : `was ${before.toFixed(3)}${Math.abs(before - value) > 0.0005 ? ' *' : ''}`;
  console.log(`  ${name.slice(section.length + 3).padEnd(64)} ${value.toFixed(3).padStart(9)}   ${change}`);
}
if (!values.keep) writeFileSync(LAST, `${JSON.stringify({ ...last, ...figures }, undefined, 2)}\n`);
