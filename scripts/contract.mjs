/**
 * Holds the built-in store to MongoDB's contract: `npm run contract`, with MONGODB_URI also to a real server. `--record` takes the real
 * server's answers as what is expected from then on.
 */
import { spawnSync } from 'node:child_process';

const record = process.argv.includes('--record');
if (record && !process.env.MONGODB_URI) {
  process.stderr.write('Set MONGODB_URI to a real server: --record writes down its answers.\n');
  process.exit(2);
}
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    'tests/contracts/mongodb',
    ...process.argv.slice(2).filter((argument) => argument !== '--record'),
  ],
  { stdio: 'inherit', env: { ...process.env, ...(record && { MONGODB_CONTRACT: 'record' }) } },
);
process.exit(status ?? 1);
