import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { shippedFile } from '../../kernel/package-root.js';

/**
 * A call of WebAssembly that returns an object, made by optimised code which is given up during the call:
 * `(module (import "m" "g" (func)) (func (export "f") (param externref) (result externref) call 0 local.get 0))`.
 */
const GIVEN_UP_DURING_A_CALL = `
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 9, 2, 96, 0, 0, 96, 1, 111, 1, 111, 2, 7, 1, 1, 109, 1, 103, 0, 0,
    3, 2, 1, 1, 7, 5, 1, 1, 102, 0, 1, 10, 8, 1, 6, 0, 16, 0, 32, 0, 11];
  let during = () => {};
  const module = new WebAssembly.Module(Uint8Array.from(bytes));
  const { exports } = new WebAssembly.Instance(module, { m: { g: () => during() } });
  const answer = { decision: 'allow' };
  const call = () => exports.f(answer);
  %PrepareFunctionForOptimization(call);
  for (let count = 0; count < 100; count += 1) call();
  %OptimizeFunctionOnNextCall(call);
  call();
  during = () => { %DeoptimizeFunction(call); };
  console.log(call().decision);
`;

const run = (script: string): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, ['--allow-natives-syntax', '--input-type=module', '-e', script]);

describe('a process that asks Cedar', () => {
  it('survives that optimised code is given up during a call of WebAssembly', async () => {
    const policy = shippedFile('dist', 'core', 'governance', 'policy', 'cedar-policy.js');
    const { stdout } = await run(`await import(${JSON.stringify(policy)});${GIVEN_UP_DURING_A_CALL}`);
    expect(stdout.trim()).toBe('allow');
  });
});
