import { StoreError } from './errors.js';

/** `$jsonSchema` is not among what the engine supports; it is refused rather than half applied. */
export function compileJsonSchema(_schema: unknown): never {
  throw new StoreError(115, '$jsonSchema is not supported by the built-in store');
}
