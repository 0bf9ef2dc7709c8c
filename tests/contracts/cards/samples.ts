import { readFileSync, readdirSync } from 'node:fs';
import type { JsonObject } from '../../../core/kernel/json.js';
import { shippedFile } from '../../../core/kernel/package-root.js';

export interface CardSample {
  /** `answer.long`: the template, and which of its samples. */
  sample: string;
  template: string;
  data: JsonObject;
}

/** All sample data of cards/samples, by name. */
export function readSamples(): CardSample[] {
  return readdirSync(shippedFile('cards', 'samples'))
    .sort()
    .map((file) => ({
      sample: file.replace(/\.json$/, ''),
      template: file.split('.')[0] ?? '',
      data: JSON.parse(readFileSync(shippedFile('cards', 'samples', file), 'utf8')) as JsonObject,
    }));
}
