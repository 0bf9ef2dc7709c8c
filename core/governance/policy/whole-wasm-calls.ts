import { setFlagsFromString } from 'node:v8';

/**
 * In Node 20 and 22 V8 ends the process ("unreachable code", Deoptimizer::DoComputeBuiltinContinuation) when optimised code has
 * to be given up while it is inside a call of WebAssembly that returns an object, as each call of Cedar is. That happens only
 * where such calls are part of the optimised code itself, so they are kept out of it, in the whole process.
 */
setFlagsFromString('--no-turbo-inline-js-wasm-calls');
