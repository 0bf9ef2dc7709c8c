import { statfsSync } from 'node:fs';

/** Where stores of tests are: in memory where there is room, as each commit to a disk waits for it, several milliseconds. */
const MEMORY = '/dev/shm';
if (!process.env.TMPDIR && freeBytes(MEMORY) > 2 ** 31) process.env.TMPDIR = MEMORY;

function freeBytes(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

/** Jest on ES modules: run it with NODE_OPTIONS=--experimental-vm-modules (the npm scripts do). */
export default {
  testEnvironment: '<rootDir>/tests/support/quick-globals-environment.mjs',
  roots: ['core', 'cards', 'dialogs', 'storage', 'jobs', 'adapters', 'bot', 'manifest', 'tests'].map(
    (folder) => `<rootDir>/${folder}`,
  ),
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/dist/', '<rootDir>/tests/(browser|chaos|load|slow)/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 30_000,
  // Jest leaves one processor idle unless told; of two, that is half the speed.
  maxWorkers: '100%',
  // Modules of each file stay in memory with Node's own loader of them, up to 5 GB by the end.
  workerIdleMemoryLimit: '1536MB',
  // Agenda's watch over a running job sleeps on for half the job's lock after it ended, and nothing can wake it.
  forceExit: true,
};
