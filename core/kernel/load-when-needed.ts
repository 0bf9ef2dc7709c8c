import { createRequire } from 'node:module';

/**
 * A package that is loaded when it is first asked for, at once and not as a promise: for what few messages need and every
 * start would wait for.
 * @param from `import.meta.url` of the file that wants it.
 * @param name of a package that has a CommonJS form.
 */
export function loadWhenNeeded(from: string, name: string): () => unknown {
  let module: unknown;
  return () => (module ??= createRequire(from)(name));
}
