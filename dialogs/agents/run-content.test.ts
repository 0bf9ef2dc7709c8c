import { expect, it } from '@jest/globals';
import type { Run, Step } from '../../core/agents/run/run.js';
import { createTexts } from '../texts.js';
import { runContent } from './run-content.js';

const at = new Date('2026-11-28T10:00:00Z');
const told = (locale: string, text: string): string => {
  const steps: Step[] = [
    { kind: 'started', goal: 'travel costs', number: 0, at },
    { kind: 'stopped', reason: 'failures', text, number: 1, at },
  ];
  return runContent(createTexts(), { locale } as Run, 'stopped', steps).text;
};

it.each(['en', 'de', 'es', 'fr', 'ja'])('promises no findings where there are none: %s', (locale) => {
  const found = told(locale, 'Hotels cost 140 euros.');
  expect(found).toContain('140 euros');
  const nothing = told(locale, '');
  expect(nothing.length).toBeGreaterThan(10);
  expect(found).not.toContain(nothing);
});
