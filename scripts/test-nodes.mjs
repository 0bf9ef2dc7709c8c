/** Runs the build, the tests and a start on each Node that Steward supports: `npm run test:nodes [-- 20.19 22 24 26]`. */
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20.19', '22', '24', '26'];
const jest =
  'node --experimental-vm-modules --disable-warning=ExperimentalWarning node_modules/jest/bin/jest.js';
const failed = [];

for (const version of versions) {
  process.stdout.write(`\n== Node ${version}\n`);
  const command = `node --version && node scripts/build.mjs && ${jest} --silent`;
  const { status } = spawnSync('npx', ['-y', '-p', `node@${version}`, 'sh', '-c', command], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) failed.push(version);
}
process.stdout.write(
  failed.length === 0 ? '\nEvery Node passed.\n' : `\nFailed on Node ${failed.join(', ')}.\n`,
);
process.exit(failed.length === 0 ? 0 : 1);
