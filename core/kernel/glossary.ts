import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { shippedFile } from './package-root.js';

const glossarySchema = z.object({ across: z.array(z.array(z.string().min(1)).min(2)) });

let read: string[][] | undefined;

/** Words of office life, the same thing in each group: English first, then German, Spanish and French. Read once. */
export const officeGlossary = (): string[][] =>
  (read ??= glossarySchema.parse(
    parse(readFileSync(shippedFile('core', 'kernel', 'glossary.yaml'), 'utf8')),
  ).across);
