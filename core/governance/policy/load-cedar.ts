import { setFlagsFromString } from 'node:v8';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { loadWhenNeeded } from '../../kernel/load-when-needed.js';
import './whole-wasm-calls.js';

/** How much WebAssembly runs, roughly in bytes, before V8 compiles a function anew and better; Node 20's own value. */
const USUAL_BUDGET = 1_800_000;
/**
 * Reading the policies stays below it and thousands of decisions do not: with the usual one V8 optimises Cedar's parser, which is
 * used once, for longer than the rest of a start takes, and its threads keep tens of megabytes from it.
 */
const CEDAR_BUDGET = 1_000_000_000;

const cedar = loadWhenNeeded(import.meta.url, '@cedar-policy/cedar-wasm/nodejs') as () => typeof Cedar;

/** Cedar as WebAssembly; V8 keeps for each module the budget that it had when the module was made. */
export function loadCedar(): typeof Cedar {
  setFlagsFromString(`--wasm-tiering-budget=${CEDAR_BUDGET}`);
  try {
    return cedar();
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${USUAL_BUDGET}`);
  }
}
