import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseModelsFile, type ModelsFile } from '../core/gateway/models-file.js';
import { describeError, InvalidInput } from '../core/kernel/errors.js';

/** @throws InvalidInput when the file that `STEWARD_MODELS` names cannot be read or is wrong. */
export function readModelsFile(path: string | undefined): ModelsFile {
  if (!path) return parseModelsFile('');
  try {
    return parseModelsFile(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('bot.models-file', `STEWARD_MODELS cannot be read: ${describeError(error)}`);
  }
}

/** The price table that the file names, beside itself; undefined for the shipped one. */
export const pricesFile = (path: string | undefined, { prices }: ModelsFile): string | undefined =>
  prices && resolve(dirname(path ?? '.'), prices);
