import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Steward's own folder: the nearest one above this file that has a package.json; the same from source and from dist/. */
export const packageRoot: string = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** Path of a file that is shipped with Steward and is not code (templates, prompts, weights, samples). */
export function shippedFile(...segments: string[]): string {
  return join(packageRoot, ...segments);
}
