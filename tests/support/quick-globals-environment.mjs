import { runInContext, runInNewContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/** What the language brings; not `Date` and `console`, which tests and Jest put their own in place of. */
const LANGUAGE = runInNewContext(
  'Object.entries(Object.getOwnPropertyDescriptors(globalThis)).filter(([, { configurable }]) => configurable).map(([name]) => name)',
).filter((name) => !['Date', 'console', 'eval'].includes(name));

/**
 * Jest's environment looks up each global (`Math.imul`, `Object.keys`) by way of a proxy in another realm, which made some suites
 * take twice as long. Declared as constants of the realm they are found as quickly as in a server.
 */
export default class QuickGlobalsEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    runInContext(`const { ${LANGUAGE.join(', ')}, Buffer, process } = this;`, this.context);
  }
}
