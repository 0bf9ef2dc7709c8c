/**
 * Takes source maps and unbuilt sources out of node_modules after an install: nothing reads them at run time, and they are
 * a quarter of what is downloaded. `STEWARD_KEEP_MAPS=1 npm install` keeps them for debugging a dependency.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules');

/** Folders that nothing here loads: sources beside the built code, and builds for other platforms. */
const UNUSED = [
  'openai/src',
  'rxjs/_esm5',
  'rxjs/_esm2015',
  'rxjs/src',
  'rxjs/bundles',
  'gpt-tokenizer/src',
  'gpt-tokenizer/cjs',
  // Steward takes the one for Node; these are the same engine for browsers and bundlers.
  '@cedar-policy/cedar-wasm/esm',
  '@cedar-policy/cedar-wasm/web',
];

if (existsSync(modules) && !process.env.STEWARD_KEEP_MAPS) {
  for (const folder of UNUSED) rmSync(join(modules, folder), { recursive: true, force: true });
  for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    // Pictures are drawn with one of the family's fonts.
    const isOtherFont =
      /[\\/]dejavu-fonts-ttf[\\/]/.test(path) && /\.(ttf|txt)$/.test(path) && entry.name !== 'DejaVuSans.ttf';
    const isUnbuiltSource =
      entry.isDirectory() &&
      (entry.name === '_ts3.4' ||
        /[\\/]node_modules[\\/](zod|mongodb|botbuilder(-core)?|botframework-(connector|schema))[\\/]src$/.test(
          path,
        ));
    if (isUnbuiltSource || isOtherFont || (entry.isFile() && entry.name.endsWith('.map')))
      rmSync(path, { recursive: true, force: true });
  }
}
