import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { shippedFile } from '../core/kernel/package-root.js';
import { SETTINGS } from './settings.js';

it('names every setting in .env.example and in the documentation (npm run docs:config writes both)', () => {
  const example = readFileSync(shippedFile('.env.example'), 'utf8');
  const page = readFileSync(shippedFile('docs', 'configuration.md'), 'utf8');
  for (const { variable, path } of SETTINGS) {
    expect(example).toContain(`#${variable}=`);
    expect(page).toContain(`| \`${variable}\` | \`${path}\` |`);
  }
  expect(example.match(/^#[A-Z_0-9]+=/gm)).toHaveLength(SETTINGS.length);
});
